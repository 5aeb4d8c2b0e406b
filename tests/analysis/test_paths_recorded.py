"""The paths of networks that others recorded, held against what was found in them by hand.

The recordings are not part of the project: where they are not at hand these tests are skipped.
"""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from vpcproof.analysis.path import PathClass
from vpcproof.analysis.paths import path
from vpcproof.facts.folder import read_folder
from vpcproof.model.parameters import Parameters

RECORDINGS = Path(__file__).parents[2].parent / "shared" / "cases" / "describe"
NOW = datetime(2026, 6, 1, tzinfo=UTC)

IGW, VGW = PathClass.INTERNET_GATEWAY, PathClass.VIRTUAL_PRIVATE_GATEWAY
TGW, NAT, NONE = PathClass.TRANSIT_GATEWAY, PathClass.NAT, PathClass.NONE

pytestmark = pytest.mark.skipif(
    not RECORDINGS.is_dir(), reason="the published recordings are not at hand"
)


@cache
def recorded(name):
    return read_folder(RECORDINGS / name, now=NOW).snapshot


# Recording, subnet, class, reachable, and a text of what blocks it or leaves it open.
FOUND_BY_HAND = (
    ("bf-public", "subnet-0bb82ae8b3ea5dc78", IGW, True, ""),
    ("bf-public-private", "subnet-0cf7a93fbd779f3a3", IGW, True, ""),
    ("bf-public-private", "subnet-0f263105946ad1a1d", VGW, None, "on-premises networks"),
    ("bf-vpn-gateway", "subnet-0f263105946ad1a1d", VGW, None, "on-premises networks"),
    ("bf-ipsec-host", "subnet-9a0c48fc", NONE, False, "0.0.0.0/0 to igw-aad7d6cd is blackhole"),
    # The transit gateway of both learns from a VPN and lists only static routes; for the isolated
    # table none were listed at all. Dead by hand, not proven by what was recorded.
    ("bf-dxgw", "subnet-dx01", TGW, None, "what lies behind it is not followed"),
    ("bf-dxgw", "subnet-iso01", TGW, None, "the route table of tgw-attach-iso01 was not read"),
    # Transit gateways for other VPCs, internet gateways for the world; whether private hosted
    # zones lead into those other VPCs was not recorded.
    ("bf-tgw-asym", "subnet-0156c57e17070dd17", IGW, None, "private hosted zones were not read"),
    ("bf-tgw-asym", "subnet-0b7957a706be58c47", IGW, None, "private hosted zones were not read"),
    ("bf-tgw-multi-account", "subnet-0a68915f31d3ca69f", IGW, None, "network ACL was not read"),
    # Endpoints were not recorded, so what leaves by NAT may also be led to one.
    ("c7n-eni-private-subnet", "subnet-0616e6e6a767403e1", NAT, None, "endpoints of the VPC were"),
    ("c7n-eni-private-subnet", "subnet-084d19d6ad68535e0", NAT, None, "endpoints of the VPC were"),
    ("c7n-eni-private-subnet", "subnet-012f22da152a7028e", IGW, None, "endpoints of the VPC were"),
    ("c7n-eni-public", "subnet-cdcb87f7", NONE, None, "no route to public addresses"),
    ("c7n-eni-public", "subnet-b2cb8788", IGW, None, "has no public address"),
)


@pytest.mark.parametrize("row", FOUND_BY_HAND, ids=lambda row: ", ".join(row[:2]))
def test_a_recorded_path_is_what_was_found_by_hand(row):
    recording, subnet, path_class, reachable, text = row
    found = path(recorded(recording), subnet, "ssm", Parameters())
    assert (found.path_class, found.reachable) == (path_class, reachable)
    assert text in "".join(each.detail for each in found.blocks)
