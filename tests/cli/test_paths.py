"""`vpcproof paths`: the table for people, the document for tools, and the status of both."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "paths.schema.json"

TWO_SUBNETS = {
    "Vpcs": [
        {
            "VpcId": "vpc-1",
            "CidrBlock": "10.0.0.0/16",
            "EnableDnsSupport": {"Value": True},
            "EnableDnsHostnames": {"Value": True},
        }
    ],
    "Subnets": [
        {
            "SubnetId": f"subnet-{name}",
            "VpcId": "vpc-1",
            "CidrBlock": f"10.0.{number}.0/24",
            "AvailabilityZone": f"us-east-1{name}",
            "Tags": [{"Key": "Name", "Value": f"app-{name}"}],
        }
        for number, name in enumerate("ab", start=1)
    ],
    "RouteTables": [
        {
            "RouteTableId": "rtb-1",
            "VpcId": "vpc-1",
            "Associations": [{"Main": True}],
            "Routes": [
                {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}
            ],
        }
    ],
    "SecurityGroups": [
        {
            "GroupId": "sg-endpoint",
            "VpcId": "vpc-1",
            "IpPermissions": [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 443,
                    "ToPort": 443,
                    "IpRanges": [{"CidrIp": "10.0.1.0/24"}],
                }
            ],
        },
        {
            "GroupId": "sg-app",
            "VpcId": "vpc-1",
            "IpPermissionsEgress": [
                {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
            ],
        },
    ],
    "NetworkAcls": [
        {
            "NetworkAclId": "acl-1",
            "VpcId": "vpc-1",
            "IsDefault": True,
            "Entries": [
                {
                    "RuleNumber": 100,
                    "Protocol": "-1",
                    "RuleAction": "allow",
                    "Egress": egress,
                    "CidrBlock": "0.0.0.0/0",
                }
                for egress in (True, False)
            ],
        }
    ],
    "NetworkInterfaces": [
        {
            "NetworkInterfaceId": "eni-endpoint",
            "VpcId": "vpc-1",
            "SubnetId": "subnet-a",
            "InterfaceType": "vpc_endpoint",
            "RequesterManaged": True,
            "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.1.5"}],
            "Groups": [{"GroupId": "sg-endpoint"}],
        },
        *(
            {
                "NetworkInterfaceId": f"eni-{name}",
                "VpcId": "vpc-1",
                "SubnetId": f"subnet-{name}",
                "Attachment": {"InstanceId": f"i-{name}"},
                "PrivateIpAddresses": [{"PrivateIpAddress": f"10.0.{number}.10"}],
                "Groups": [{"GroupId": "sg-app"}],
            }
            for number, name in enumerate("ab", start=1)
        ),
    ],
    "VpcEndpoints": [
        {
            "VpcEndpointId": "vpce-ssm",
            "VpcEndpointType": "Interface",
            "VpcId": "vpc-1",
            "ServiceName": "com.amazonaws.us-east-1.ssm",
            "State": "available",
            "SubnetIds": ["subnet-a"],
            "NetworkInterfaceIds": ["eni-endpoint"],
            "Groups": [{"GroupId": "sg-endpoint"}],
            "PrivateDnsEnabled": True,
        }
    ],
}


@pytest.fixture
def two_subnets(folder):
    return folder(**TWO_SUBNETS)


def test_the_document_follows_its_schema(run, two_subnets):
    document = json.loads(run("paths", "--snapshot", two_subnets, "--format", "json").stdout)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(document)


def test_one_subnet_of_two_is_blocked_by_the_group_that_admits_the_other(run, two_subnets):
    result = run("paths", "--snapshot", two_subnets, "--service", "ssm", "--format", "json")
    by_subnet = {
        each["subnet_id"]: each
        for each in json.loads(result.stdout)["paths"]
        if each["service"] == "ssm"
    }
    assert by_subnet["subnet-a"]["class"] == "interface-endpoint"
    assert by_subnet["subnet-a"]["reachable"] is True
    assert by_subnet["subnet-a"]["via"] == ["vpce-ssm"]
    assert by_subnet["subnet-b"]["reachable"] is False
    assert [each["id"] for each in by_subnet["subnet-b"]["blocked_by"]] == ["sg-endpoint"]
    assert "10.0.2.10" in by_subnet["subnet-b"]["blocked_by"][0]["detail"]


def test_the_same_folder_gives_the_same_bytes(run, two_subnets):
    documents = {run("paths", "--snapshot", two_subnets, "--format", "json").stdout for _ in "ab"}
    assert len(documents) == 1


def test_text_names_subnet_service_class_and_the_blocking_rule(run, two_subnets):
    text = run("paths", "--snapshot", two_subnets, "--service", "ssm").stdout
    assert "subnet-b  app-b  10.0.2.0/24, us-east-1b" in text
    assert "BLOCKED  ssm  interface-endpoint  vpce-ssm" in text
    assert "no ingress rule of sg-endpoint admits tcp 443 from 10.0.2.10 (subnet-b)" in text


def test_verbose_text_shows_the_proof_of_what_is_reached(run, two_subnets):
    text = run("paths", "--snapshot", two_subnets, "--service", "ssm", "--verbose").stdout
    assert "vpce-ssm answers at 10.0.1.5/32" in text


def test_a_blocked_path_is_an_answer_and_no_error(run, two_subnets):
    assert run("paths", "--snapshot", two_subnets, "--service", "logs").exit_code == 0


def test_an_unread_fact_that_decides_makes_the_status_3(run, folder):
    unread = {key: value for key, value in TWO_SUBNETS.items() if key != "SecurityGroups"}
    assert run("paths", "--snapshot", folder(**unread), "--service", "ssm").exit_code == 3


def test_an_unknown_service_is_one_line_that_names_the_nearest(run, two_subnets):
    result = run("paths", "--snapshot", two_subnets, "--service", "ssmessages")
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1
    assert "ssmmessages" in result.stderr


def test_without_services_the_common_ones_and_those_with_an_endpoint_are_followed(run, two_subnets):
    document = json.loads(run("paths", "--snapshot", two_subnets, "--format", "json").stdout)
    followed = {each["service"] for each in document["paths"]}
    assert followed == {
        "ssm",
        "ssmmessages",
        "ec2messages",
        "s3",
        "dynamodb",
        "logs",
        "monitoring",
        "ecr.api",
        "ecr.dkr",
    }


def test_only_the_vpc_asked_for_is_followed(run, folder):
    other = {"VpcId": "vpc-2", "CidrBlock": "10.1.0.0/16"}
    home = {"SubnetId": "subnet-2", "VpcId": "vpc-2", "CidrBlock": "10.1.0.0/24"}
    answers = {
        **TWO_SUBNETS,
        "Vpcs": [*TWO_SUBNETS["Vpcs"], other],
        "Subnets": [*TWO_SUBNETS["Subnets"], home],
    }
    result = run("paths", "--snapshot", folder(**answers), "--vpc", "vpc-2", "--format", "json")
    assert {each["subnet_id"] for each in json.loads(result.stdout)["paths"]} == {"subnet-2"}


def probe_saw(*steps, subnet="subnet-a", **others):
    taken = {"SubnetId": subnet, "Service": "ssm", "TakenAt": "2026-11-23T12:00:00Z"}
    return {**taken, "Steps": list(steps), **others}


CONNECTED = {"Step": "connect", "Target": "10.0.1.5", "Port": 443, "Ok": True}
REFUSED = CONNECTED | {"Ok": False, "Error": "refused"}


def test_the_word_of_a_probe_stands_beside_the_proof(run, folder):
    saved = folder(**TWO_SUBNETS, ProbeResults=[probe_saw(REFUSED)])
    text = run("paths", "--snapshot", saved, "--service", "ssm").stdout
    assert "= ssm: the probe did not reach it at 2026-11-23T12:00:00Z: connect 10.0.1.5" in text


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (probe_saw(CONNECTED), {"reaches": True, "failed": [], "failure": None}),
        (probe_saw(REFUSED), {"reaches": False, "failed": ["connect 10.0.1.5:443: refused"]}),
        (probe_saw(Failure="timed out"), {"reaches": None, "failure": "timed out"}),
    ],
)
def test_the_document_has_the_word_of_a_probe_where_one_was_asked(run, folder, result, said):
    saved = folder(**TWO_SUBNETS, ProbeResults=[result])
    document = json.loads(run("paths", "--snapshot", saved, "--format", "json").stdout)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(document)
    by_place = {(each["subnet_id"], each["service"]): each for each in document["paths"]}
    probe = by_place["subnet-a", "ssm"]["probe"]
    assert {member: probe[member] for member in said} == said
    assert "probe" not in by_place["subnet-b", "ssm"]
