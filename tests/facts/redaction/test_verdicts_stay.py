"""A redacted folder is judged as the original was, and holds nothing that named anything there."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vpcproof.analysis.paths import all_paths
from vpcproof.engine import evaluate
from vpcproof.facts.documents import Documents
from vpcproof.facts.folder import read_folder
from vpcproof.facts.redaction import Kept, Redaction, redact
from vpcproof.facts.saved import save_folder
from vpcproof.model.parameters import Parameters, parse_parameters
from vpcproof.model.service_catalogue import KNOWN_SERVICE_CODES
from vpcproof.model.snapshot import Snapshot
from vpcproof.rules.registry import all_rules

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[3]
SCENARIOS = sorted(path.parent for path in (ROOT / "tests/scenarios").glob("*/expected.json"))
RECORDED = sorted((ROOT.parent / "shared/cases/describe").glob("*/"))
KEY = b"of the tests"


def judged(snapshot: Snapshot, parameters: Parameters) -> set[tuple[Any, ...]]:
    """Every verdict and every path, without what only words say."""
    report = evaluate(snapshot, all_rules().values(), parameters)
    return {
        (each.rule, each.resource_id, each.vpc_id, each.compliance, each.severity)
        for each in report.evaluations
    } | {
        (each.vpc_id, each.subnet_id, each.service, each.path_class, each.reachable, each.via)
        for each in all_paths(snapshot, parameters)
    }


def by_new_ids(verdicts: set[tuple[Any, ...]], ids: dict[str, str]) -> set[tuple[Any, ...]]:
    return {
        tuple(
            tuple(ids.get(e, e) for e in each) if isinstance(each, tuple) else ids.get(each, each)
            for each in verdict
        )
        for verdict in verdicts
    }


def parameters_of(folder: Path) -> dict[str, str]:
    expected = folder / "expected.json"
    return json.loads(expected.read_text())["parameters"] if expected.exists() else {}


def saved(redaction: Redaction, folder: Path) -> tuple[Snapshot, str]:
    """The redacted snapshot as it is read again, and all that was written."""
    save_folder(redaction.documents, folder)
    written = "\n".join(file.read_text(encoding="utf-8") for file in sorted(folder.iterdir()))
    return read_folder(folder, now=NOW).snapshot, written


@pytest.mark.parametrize("folder", SCENARIOS + RECORDED, ids=lambda each: each.name)
def test_verdicts_and_paths_of_a_redacted_folder_are_those_of_the_original(folder, tmp_path):
    reading = read_folder(folder, now=NOW)
    texts = parameters_of(folder)
    parameters = parse_parameters(texts)
    redaction = redact(reading.documents, key=KEY, kept=Kept.by(parameters))
    snapshot, written = saved(redaction, tmp_path / "redacted")
    ids = dict(redaction.ids)
    again = replace(parameters, vpc_ids=tuple(ids.get(each, each) for each in parameters.vpc_ids))
    assert judged(snapshot, again) == by_new_ids(judged(reading.snapshot, parameters), ids)
    assert leaked(written, secrets_of(reading.documents)) == set()


# What names somebody: the values of members that hold such a thing, told without the shapes.
_SECRET_MEMBERS = re.compile(
    r"(OwnerId|UserId|OwningAccount|GroupName|Description|KeyName|Arn|Owner|\w*Id|\w*Ids)"
)
_OF_AWS = re.compile(
    r"""(default|local|amazon[a-z-]*|AWS|vpce|\w+\.amazonaws\.com|[a-z0-9]+-(\w+-)?az\d+|
    |arn:aws.*|/hostedzone/.*)""",
    re.VERBOSE,
)


def secrets_of(documents: Documents) -> set[str]:
    found: set[str] = set()
    for answers in documents.answers.values():
        for answer in answers:
            _collect(list(answer.elements), "", found)
    if documents.account:
        found.add(documents.account)
    aws = {
        str(each["PrefixListId"])
        for each in documents.elements("PrefixLists")
        if "PrefixListId" in each and "amazonaws" in str(each.get("PrefixListName"))
    }
    return {
        each
        for each in found - aws - KNOWN_SERVICE_CODES - {"public"}
        if len(each) > 4 and not _OF_AWS.fullmatch(each)
    }


def _collect(value: Any, member: str, into: set[str]) -> None:
    if isinstance(value, dict):
        for name, each in value.items():
            is_tag = name == "Value" and "Key" in value and len(value) == 2
            _collect(each, "Owner" if is_tag and isinstance(each, str) else name, into)
    elif isinstance(value, list):
        for each in value:
            _collect(each, member, into)
    elif isinstance(value, str) and _SECRET_MEMBERS.fullmatch(member):
        into.add(value)


def leaked(written: str, secrets: set[str]) -> set[str]:
    return {
        each for each in secrets if re.search(rf"(?<![\w-]){re.escape(each)}(?![\w-])", written)
    }


# Networks made up around one VPC: whatever a verdict may rest on, in any combination.
BLOCKS = st.sampled_from(
    [
        *("0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/16", "10.0.1.0/24", "10.0.2.7/32", "10.1.0.0/16"),
        *("10.1.4.0/24", "10.1.4.9", "172.20.0.0/16", "172.16.0.0/12", "192.168.7.0/25"),
        *("203.0.113.0/24", "203.0.113.128/25", "198.51.100.7/32", "52.94.0.0/16", "52.94.1.0/28"),
        *("100.64.9.0/24", "not a block", "0.0.0.0/1", "52.0.0.0/8", "169.254.169.253/32"),
    ]
)
GROUPS = st.sampled_from(["sg-0acme1", "sg-0acme2", "sg-0acme3"])
LISTS = st.sampled_from(["pl-63a5400a", "pl-0acme1", "pl-0acme2"])
PERMISSIONS = st.lists(
    st.fixed_dictionaries(
        {"IpProtocol": st.sampled_from(["tcp", "-1", "udp"])},
        optional={
            "FromPort": st.just(443),
            "ToPort": st.just(443),
            "IpRanges": st.lists(st.fixed_dictionaries({"CidrIp": BLOCKS}), max_size=2),
            "PrefixListIds": st.lists(st.fixed_dictionaries({"PrefixListId": LISTS}), max_size=1),
            "UserIdGroupPairs": st.lists(st.fixed_dictionaries({"GroupId": GROUPS}), max_size=1),
        },
    ),
    max_size=3,
)
TAGS = st.lists(
    st.sampled_from(
        [
            {"Key": "Name", "Value": "acme-secret"},
            {"Key": "acme-team", "Value": "acme-payments"},
            {
                "Key": "vpcproof:exempt/vpc-endpoint-admits-workloads",
                "Value": "until=2027-01-31 reason=acme audit",
            },
            {"Key": "vpcproof:exempt/vpc-endpoint-available", "Value": "acme forgot the date"},
        ]
    ),
    max_size=2,
    unique_by=lambda tag: tag["Key"],
)
ROUTES = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {
                "DestinationCidrBlock": BLOCKS,
                "GatewayId": st.sampled_from(["igw-0acme", "vgw-0acme", "local"]),
            }
        ),
        st.fixed_dictionaries(
            {"DestinationCidrBlock": BLOCKS, "NatGatewayId": st.just("nat-0acme")}
        ),
        st.fixed_dictionaries(
            {"DestinationPrefixListId": LISTS, "GatewayId": st.just("vpce-0acme3")}
        ),
    ),
    max_size=4,
)
DOMAINS = st.sampled_from(
    [
        *("com.", "amazonaws.com", "us-east-1.amazonaws.com", "ssm.us-east-1.amazonaws.com."),
        *("acme.example", "ssm.us-east-1.amazonaws.com.acme.example", "ec2.us-east-1.vpce.acme"),
    ]
)
POLICIES = st.sampled_from(
    [
        '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}',
        (
            '{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", '
            '"Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-acme"}}}]}'
        ),
        (
            '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:'
            'role/acme"}, "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::acme-*/*", '
            '"arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"]}]}'
        ),
        (
            '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": ["s3:Get*"], '
            '"NotResource": "arn:aws:s3:::acme-secret/*"}]}'
        ),
        "acme wrote no JSON",
    ]
)


@st.composite
def folders(draw: st.DrawFn) -> dict[str, list[Any]]:
    def endpoint(number: int, code: str, **more: Any) -> dict[str, Any]:
        return {
            "VpcEndpointId": f"vpce-0acme{number}",
            "VpcId": "vpc-0acme",
            "ServiceName": f"com.amazonaws.us-east-1.{code}",
            "State": draw(st.sampled_from(["available", "pending", "failed"])),
            "LastError": {"Code": "InternalError", "Message": "acme is out of addresses"},
            "PolicyDocument": draw(POLICIES),
            "Tags": draw(TAGS),
            "AcmeMember": {"acme": "acme-secret"},
            **more,
        }

    interface = {
        "VpcEndpointType": "Interface",
        "SubnetIds": ["subnet-0acme1"],
        "Groups": [{"GroupId": draw(GROUPS), "GroupName": "acme-endpoints"}],
        "PrivateDnsEnabled": draw(st.booleans()),
    }
    entries = {"DnsEntries": [{"DnsName": "vpce-0acme1-x9.ssm.us-east-1.vpce.amazonaws.com"}]}
    return {
        "Vpcs": [{"VpcId": "vpc-0acme", "CidrBlock": "10.0.0.0/16", "OwnerId": "444455556666"}],
        "Subnets": [
            {
                "SubnetId": f"subnet-0acme{n}",
                "VpcId": "vpc-0acme",
                "CidrBlock": f"10.0.{n}.0/24",
                "AvailabilityZone": "us-east-1a",
                "Tags": draw(TAGS),
            }
            for n in (1, 2)
        ],
        "RouteTables": [
            {
                "RouteTableId": "rtb-0acme",
                "VpcId": "vpc-0acme",
                "Associations": [{"Main": True}],
                "Routes": draw(ROUTES),
            }
        ],
        "SecurityGroups": [
            {
                "GroupId": f"sg-0acme{n}",
                "VpcId": "vpc-0acme",
                "GroupName": "acme-workloads",
                "Description": "acme's own",
                "IpPermissions": draw(PERMISSIONS),
                "IpPermissionsEgress": draw(PERMISSIONS),
            }
            for n in (1, 2)
        ],
        "VpcEndpoints": [
            endpoint(1, "ssm", **interface, **entries),
            endpoint(2, draw(st.sampled_from(["ssmmessages", "ACME"])), **interface),
            endpoint(3, "s3", VpcEndpointType="Gateway", RouteTableIds=["rtb-0acme"]),
        ],
        "PrefixLists": [
            {
                "PrefixListId": "pl-63a5400a",
                "PrefixListName": "com.amazonaws.us-east-1.s3",
                "Cidrs": ["52.94.0.0/22", "3.5.0.0/19"],
            },
            {
                "PrefixListId": "pl-0acme1",
                "PrefixListName": "acme-offices",
                "OwnerId": "444455556666",
                "Entries": [{"Cidr": draw(BLOCKS), "Description": "acme, Dublin"}],
            },
        ],
        "HostedZoneSummaries": [
            {"HostedZoneId": f"ZACME{n}", "Name": draw(DOMAINS), "Owner": {"OwningAccount": "4"}}
            for n in (1, 2)
        ],
        "NetworkInterfaces": [
            {
                "NetworkInterfaceId": "eni-0acme",
                "VpcId": "vpc-0acme",
                "SubnetId": "subnet-0acme1",
                "PrivateIpAddress": "10.0.1.7",
                "Groups": [{"GroupId": draw(GROUPS)}],
                "Description": draw(
                    st.sampled_from(["acme batch", "arn:aws:ecs:us-east-1:444455556666:acme"])
                ),
                "Attachment": {"InstanceId": "i-0acme", "AcmeKey": "acme"},
            }
        ],
    }


@settings(max_examples=25, deadline=None)
@given(answers=folders(), tag=st.sampled_from([None, ("acme-team", "acme-payments")]))
def test_verdicts_stay_whatever_the_network_is(answers, tag, tmp_path_factory):
    folder = tmp_path_factory.mktemp("made-up")
    for key, value in answers.items():
        subject = {"VpcId": "vpc-0acme"} if key == "HostedZoneSummaries" else {}
        (folder / f"{key}.json").write_text(json.dumps({key: value, **subject}))
    reading = read_folder(folder, now=NOW)
    parameters = replace(Parameters(), vpc_tag=tag, services=("ssm", "s3", "ecr.dkr"))
    redaction = redact(reading.documents, key=KEY, kept=Kept.by(parameters))
    snapshot, written = saved(redaction, tmp_path_factory.mktemp("redacted") / "folder")
    before = by_new_ids(judged(reading.snapshot, parameters), dict(redaction.ids))
    assert judged(snapshot, parameters) == before
    plain = written.replace("acme-team", "").replace("acme-payments", "") if tag else written
    assert "acme" not in plain.lower()
    assert not re.search(r"444455556666|203\.0\.113\.0|198\.51\.100\.7|10\.1\.4\.9", written)
