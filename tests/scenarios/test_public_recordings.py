"""Answers of AWS that others published, judged by every rule and held against findings by hand.

Where a verdict differs from the finding, the difference is one of `DIFFERENCES`, with its reason;
what rules find and nobody had found by hand is one of `FOUND_BESIDES`.

The recordings are not part of the project: where they are not at hand these tests are skipped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from vpcproof.analysis.path import PathClass
from vpcproof.analysis.paths import all_paths
from vpcproof.analysis.resolution import own_dns_servers
from vpcproof.engine import Evaluation, evaluate
from vpcproof.facts.folder import read_folder
from vpcproof.model.parameters import Parameters
from vpcproof.model.snapshot import Snapshot
from vpcproof.model.verdict import Compliance
from vpcproof.rules.registry import all_rules

CASES = Path(__file__).parents[2].parent / "shared" / "cases"
RECORDINGS = sorted((CASES / "describe").iterdir()) if CASES.is_dir() else []
NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
DEFAULTS = Parameters()

# Which rules see a finding of the manifest, by the type of its target. F09 and F14 are in no
# recording of describe output.
SEEN_BY = {
    "F01": ["vpc-ssm-endpoints-complete"],
    "F02": ["vpc-endpoint-admits-workloads", "security-group-admits-endpoint-clients"],
    "F03": ["security-group-egress-reaches-endpoints"],
    "F04": ["vpc-endpoint-private-dns-effective"],
    "F05": ["vpc-dns-resolves-endpoints"],
    "F06": ["vpc-endpoint-gateway-routes-complete", "route-table-has-gateway-endpoint-routes"],
    "F07": ["subnet-reaches-ssm"],
    "F09": ["vpc-endpoint-policy-permits-required-access"],
    "F10": ["vpc-endpoint-policy-restricted"],
    "F11": ["vpc-endpoint-spans-workload-zones"],
    "F12": ["security-group-endpoint-ingress-restricted"],
    "F13": ["vpc-endpoint-admits-workloads"],
    "F14": ["network-acl-permits-endpoint-traffic"],
    "F15": ["subnet-service-traffic-private"],
    "F16": ["route-table-has-no-blackhole"],
    "F17": ["vpc-central-endpoints-reachable"],
    "F19": ["vpc-dns-resolves-endpoints"],
    "F20": ["instance-connect-endpoint-reaches-instances"],
    "F21": ["vpc-endpoints-not-duplicated"],
    "F22": ["vpc-endpoint-available"],
    "F25": ["vpc-endpoint-service-name-valid"],
}

# A full-access policy is a finding only where policies must be narrower.
PARAMETERS = {"F10": Parameters(require_restricted_policies=True)}

UNDETERMINED, NOT_APPLICABLE = Compliance.UNDETERMINED, Compliance.NOT_APPLICABLE
NO_ZONES = "whether a private hosted zone leads to the endpoint was not recorded"
NO_GROUPS = "who is in the default group, and from which subnets, was not recorded"

# Findings by hand that rest on what the recording does not hold, and what is missing.
DIFFERENCES = {
    ("c7n-svc-live", "F04"): (UNDETERMINED, NO_ZONES),
    ("awscli-vpce", "F04"): (UNDETERMINED, NO_ZONES),
    ("c7n-vpc-attr-hostnames", "F05"): (UNDETERMINED, "no endpoint was recorded to rely on it"),
    ("c7n-eni-private-subnet", "F06"): (UNDETERMINED, "the gateway endpoints were not recorded"),
    ("c7n-eni-public", "F07"): (UNDETERMINED, "whether the VPC has endpoints was not recorded"),
    ("c7n-vpce-delete", "F11"): (UNDETERMINED, "the zones of the subnets were not recorded"),
    ("c7n-vpce-delete", "F13"): (UNDETERMINED, NO_GROUPS),
    ("c7n-svc-live", "F13"): (UNDETERMINED, NO_GROUPS),
    ("awscli-vpce", "F13"): (UNDETERMINED, NO_GROUPS),
    ("cartography-vpce", "F13"): (UNDETERMINED, NO_GROUPS),
    ("bf-tgw-asym", "F17"): (
        UNDETERMINED,
        "both directions arrive, as the finding says; which names lead across was not recorded",
    ),
    ("bf-dxgw", "F17"): (
        NOT_APPLICABLE,
        "the VPC has no workload; what its transit gateway table routes was not recorded",
    ),
    ("c7n-dhcp-mixed", "F19"): (UNDETERMINED, "no endpoint was recorded to rely on it"),
}

# The same fact seen by a rule on another resource, or one that the manifest does not ask about.
FOUND_BESIDES = {
    ("bf-public-private", "vpc-required-endpoints-present"): "F01 of the same VPC",
    ("bf-vpn-gateway", "vpc-required-endpoints-present"): "F01 of the same VPC",
    ("bf-ipsec-host", "vpc-ssm-endpoints-complete"): "F07 of its subnet",
    ("bf-ipsec-host", "vpc-required-endpoints-present"): "F07 of its subnet",
    ("bf-dxgw", "vpc-ssm-endpoints-complete"): "instances without endpoints in vpc-dx01",
    ("bf-dxgw", "vpc-required-endpoints-present"): "instances without endpoints in vpc-dx01",
    ("cartography-vpce", "vpc-endpoint-private-dns-effective"): "written by hand: private DNS is "
    "on, but no DnsEntry has the name of the service, which AWS lists where it is in effect",
}

# The path of every service from a subnet, by hand: from the notes of the manifest.
PATHS = {
    ("bf-public-private", "subnet-0f263105946ad1a1d"): ("virtual-private-gateway", None),
    ("bf-vpn-gateway", "subnet-0f263105946ad1a1d"): ("virtual-private-gateway", None),
    ("bf-public", "subnet-0bb82ae8b3ea5dc78"): ("internet-gateway", True),
    ("bf-ipsec-host", "subnet-9a0c48fc"): ("none", False),
    ("bf-dxgw", "subnet-iso01"): ("transit-gateway", None),
    # Neither endpoints nor network ACLs were recorded of these.
    ("c7n-eni-private-subnet", "subnet-0616e6e6a767403e1"): ("nat", None),
    ("c7n-eni-public", "subnet-cdcb87f7"): ("none", None),
    ("c7n-subnet-ipusage", "subnet-06b49a4a4f6e2be8f"): ("none", None),
}

pytestmark = pytest.mark.skipif(not RECORDINGS, reason="the published recordings are not at hand")


@cache
def snapshot_of(recording: str) -> Snapshot:
    return read_folder(CASES / "describe" / recording, now=NOW).snapshot


@cache
def judged(
    recording: str, parameters: Parameters = DEFAULTS
) -> Mapping[tuple[str, str], Evaluation]:
    """Every evaluation of a recording, by rule and resource."""
    report = evaluate(snapshot_of(recording), all_rules().values(), parameters)
    return {(each.rule, each.resource_id): each for each in report.evaluations}


@cache
def cases() -> Mapping[str, Mapping[str, Any]]:
    """The manifest's entries of describe output, by recording."""
    if not RECORDINGS:
        return {}
    told = json.loads((CASES / "manifest.json").read_text())["cases"]
    return {case["id"]: case for case in told if case["kind"] == "describe"}


def findings() -> Iterator[tuple[str, str, str]]:
    """Recording, code and target of each finding that a rule should see."""
    for recording, case in cases().items():
        for finding in case["findings"]:
            if finding["code"] in SEEN_BY:
                for target in re.split(", | <-> ", finding["target"]):
                    yield recording, finding["code"], target


def called_wrong(recording: str) -> set[tuple[str, str]]:
    """The rules and resources of a recording that are NON_COMPLIANT."""
    return {
        key
        for key, each in judged(recording).items()
        if each.compliance is Compliance.NON_COMPLIANT
    }


@pytest.mark.parametrize("recording", [each.name for each in RECORDINGS])
def test_every_rule_judges_every_recording(recording):
    for evaluation in judged(recording).values():
        assert evaluation.annotation


@pytest.mark.parametrize(("recording", "code", "target"), list(findings()))
def test_a_finding_by_hand_is_found(recording, code, target):
    evaluations = judged(recording, PARAMETERS.get(code, DEFAULTS))
    keys = [(rule, target) for rule in SEEN_BY[code]]
    found = {evaluations[key].compliance for key in keys if key in evaluations}
    expected, _ = DIFFERENCES.get((recording, code), (Compliance.NON_COMPLIANT, ""))
    assert found == {expected}


def test_every_difference_is_of_a_finding():
    assert {(recording, code) for recording, code, _ in findings()} >= DIFFERENCES.keys()


def test_what_is_called_wrong_was_found_by_hand_or_is_explained():
    by_hand = {
        (recording, rule, target)
        for recording, code, target in findings()
        for rule in SEEN_BY[code]
    }
    besides = {
        (recording.name, rule)
        for recording in RECORDINGS
        for rule, resource in called_wrong(recording.name)
        if (recording.name, rule, resource) not in by_hand
    }
    assert besides == FOUND_BESIDES.keys()


@pytest.mark.parametrize(
    "recording", [each for each, case in cases().items() if case["verdict"] == "PASS"]
)
def test_a_recording_without_a_fault_is_called_wrong_by_no_rule(recording):
    assert not called_wrong(recording)


@pytest.mark.parametrize(
    "recording", [each for each, case in cases().items() if case["verdict"] == "UNKNOWN"]
)
def test_a_recording_that_tells_nothing_is_not_judged(recording):
    verdicts = {each.compliance for each in judged(recording).values()}
    assert verdicts <= {UNDETERMINED, NOT_APPLICABLE}


# Paths


@pytest.mark.parametrize("recording", [each.name for each in RECORDINGS])
def test_every_path_of_every_recording_is_proven_or_explained(recording):
    for each in all_paths(snapshot_of(recording), DEFAULTS):
        assert each.proof if each.reachable else each.blocks
        assert not (each.reachable and each.path_class is PathClass.NONE)


@pytest.mark.parametrize(("recording", "subnet_id"), PATHS)
def test_a_path_by_hand_is_found(recording, subnet_id):
    found = {
        (each.path_class.value, each.reachable)
        for each in all_paths(snapshot_of(recording), DEFAULTS)
        if each.subnet_id == subnet_id
    }
    assert found == {PATHS[recording, subnet_id]}


def test_dns_servers_of_ones_own_are_told_from_amazons():
    """F19: `AmazonProvidedDNS`, the link-local address and VPC + 2 are Amazon's, 8.8.8.8 is not."""
    snapshot = snapshot_of("c7n-dhcp-mixed")
    ours = {vpc.id: own_dns_servers(snapshot, vpc) is not None for vpc in snapshot.vpcs.values()}
    assert ours == {"vpc-matchall001": False, "vpc-matchall002": True}
