"""Probe functions asked live: about what, and what becomes of answers and of silence."""

import io
import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ReadTimeoutError
from vpcproof.facts.live import read_live
from vpcproof.facts.probes import Probes
from vpcproof.facts.saved import save_folder
from vpcproof.model.facts import Fact

from tests.facts.fake_aws import FakeAws, refusal

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FACTS = {
    Fact.VPCS,
    Fact.VPC_DNS_ATTRIBUTES,
    Fact.SUBNETS,
    Fact.VPC_ENDPOINTS,
    Fact.NETWORK_INTERFACES,
    Fact.PREFIX_LISTS,
    Fact.PROBE_RESULTS,
}
FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:vpcproof-ProbeFunction1"
SSM_ALONE = Probes(("ssm",))
SSM = {
    "VpcEndpointId": "vpce-ssm",
    "VpcId": "vpc-1",
    "VpcEndpointType": "Interface",
    "ServiceName": "com.amazonaws.eu-west-1.ssm",
    "State": "available",
    "PrivateDnsEnabled": True,
    "NetworkInterfaceIds": ["eni-ssm"],
    "SubnetIds": ["subnet-a"],
}
SEEN = {
    "SubnetId": "subnet-a",
    "Service": "ssm",
    "TakenAt": "2026-11-23T11:59:59Z",
    "Steps": [
        {
            "Step": "resolve",
            "Target": "ssm.eu-west-1.amazonaws.com",
            "Family": "A",
            "Ok": True,
            "Answer": ["10.0.1.9"],
            "Error": None,
            "Milliseconds": 1.9,
        },
        {"Step": "connect", "Target": "10.0.1.9", "Port": 443, "Ok": False, "Error": "timed-out"},
    ],
}


def tagged(*pairs):
    return {
        "ResourceTagMappingList": [
            {"ResourceARN": arn, "Tags": [{"Key": "vpcproof:probe", "Value": subnet_id}]}
            for arn, subnet_id in pairs
        ]
    }


def account(invoked, **others):
    """An account with one VPC, its endpoint for ssm, and a function that answers so."""
    return FakeAws(
        {
            "DescribeVpcs": {"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}]},
            "DescribeVpcAttribute": lambda **asked: {
                name[0].upper() + name[1:]: {"Value": True} for name in [asked["Attribute"]]
            },
            "DescribeSubnets": {
                "Subnets": [
                    {"SubnetId": f"subnet-{each}", "VpcId": "vpc-1", "CidrBlock": f"10.0.{n}.0/24"}
                    for n, each in enumerate("ab", start=1)
                ]
            },
            "DescribeVpcEndpoints": {"VpcEndpoints": [SSM]},
            "DescribeNetworkInterfaces": {
                "NetworkInterfaces": [
                    {
                        "NetworkInterfaceId": "eni-ssm",
                        "VpcId": "vpc-1",
                        "SubnetId": "subnet-a",
                        "PrivateIpAddress": "10.0.1.9",
                        "InterfaceType": "vpc_endpoint",
                    }
                ]
            },
            "GetResources": tagged((FUNCTION, "subnet-a")),
            "Invoke": lambda **_: invoked if isinstance(invoked, Exception) else payload(invoked),
            **others,
        }
    )


def payload(document, **more):
    return {"Payload": io.BytesIO(json.dumps(document).encode()), **more}


def ask(aws, probes=SSM_ALONE):
    return read_live(aws, FACTS, now=NOW, probes=probes)


def gaps(reading):
    return [(g.vpc_id, g.reason) for g in reading.snapshot.gaps if g.fact is Fact.PROBE_RESULTS]


def test_a_probe_is_asked_for_the_addresses_of_the_endpoint():
    aws = account({"ProbeResults": [SEEN]})
    reading = ask(aws)
    (asked,) = aws.of("Invoke")
    assert asked["FunctionName"] == FUNCTION
    assert json.loads(asked["Payload"])["targets"] == [
        {
            "service": "ssm",
            "kind": "interface",
            "names": ["ssm.eu-west-1.amazonaws.com"],
            "port": 443,
            "expected": ["10.0.1.9"],
            "addresses": [],
        }
    ]
    (result,) = reading.snapshot.probe_results
    assert (result.answered, result.reaches) == (True, False)
    assert [str(each) for each in result.failed] == ["connect 10.0.1.9:443: timed-out"]
    assert not gaps(reading)


def test_what_a_probe_answered_is_saved_and_read_again(tmp_path, read_path):
    reading = ask(account({"ProbeResults": [SEEN]}))
    save_folder(reading.documents, tmp_path / "saved")
    assert read_path(tmp_path / "saved").snapshot == reading.snapshot


@pytest.mark.parametrize(
    ("invoked", "reason"),
    [
        (refusal("TooManyRequestsException"), "lambda:InvokeFunction: TooManyRequestsException"),
        (refusal("AccessDeniedException"), "lambda:InvokeFunction: AccessDeniedException"),
        (
            ReadTimeoutError(endpoint_url="https://lambda"),
            "lambda:InvokeFunction: ReadTimeoutError",
        ),
        ({"other": 1}, "the function answered no ProbeResults"),
        ({"ProbeResults": []}, "the function did not speak of this service"),
        (
            {"ProbeResults": [SEEN | {"SubnetId": "subnet-b"}]},
            "the function stands in subnet-b",
        ),
    ],
)
def test_a_probe_without_an_answer_is_a_gap_and_no_subnet_without_a_probe(
    invoked, reason, tmp_path, read_path
):
    reading = ask(account(invoked))
    (result,) = reading.snapshot.probe_results
    assert (result.subnet_id, result.service, result.answered) == ("subnet-a", "ssm", False)
    assert result.failure == reason
    assert gaps(reading) == [("vpc-1", f"the probe in subnet-a did not answer: {reason}")]
    save_folder(reading.documents, tmp_path / "saved")
    assert read_path(tmp_path / "saved").snapshot == reading.snapshot


def test_a_function_that_failed_says_so_in_its_own_words():
    failed = payload({"errorMessage": "Task timed out"}, FunctionError="Unhandled")
    reading = ask(account({}, Invoke=lambda **_: failed))
    (result,) = reading.snapshot.probe_results
    assert result.failure == "the function failed: Task timed out"


def test_an_answer_that_is_no_json():
    text = {"Payload": io.BytesIO(b"<html>")}
    (result,) = ask(account({}, Invoke=lambda **_: text)).snapshot.probe_results
    assert result.failure == "the function answered no ProbeResults"


def test_where_probes_are_not_to_be_asked_nothing_is_missing():
    aws = account({})
    reading = ask(aws, None)
    assert not aws.of("Invoke")
    assert not aws.of("GetResources")
    assert (reading.snapshot.probe_results, gaps(reading)) == ((), [])


def test_where_no_probe_is_deployed_nothing_is_missing():
    reading = ask(account({}, GetResources=tagged()))
    assert (reading.snapshot.probe_results, gaps(reading)) == ((), [])


def test_a_probe_of_a_subnet_out_of_view_is_not_asked():
    aws = account({}, GetResources=tagged((FUNCTION, "subnet-elsewhere")))
    ask(aws)
    assert not aws.of("Invoke")


def test_probes_are_found_by_their_tag():
    aws = account({"ProbeResults": [SEEN]})
    ask(aws)
    (asked,) = aws.of("GetResources")
    assert asked["TagFilters"] == [{"Key": "vpcproof:probe"}]
    assert asked["ResourceTypeFilters"] == ["lambda:function"]


def test_probes_that_may_not_be_looked_for_are_a_gap():
    reading = ask(account({}, GetResources=refusal("AccessDenied")))
    assert gaps(reading) == [(None, "tag:GetResources: AccessDenied")]


def test_without_a_choice_the_ssm_set_and_what_has_endpoints_is_asked_about():
    logs = SSM | {"VpcEndpointId": "vpce-logs", "ServiceName": "com.amazonaws.eu-west-1.logs"}
    aws = account({}, DescribeVpcEndpoints={"VpcEndpoints": [SSM, logs]})
    ask(aws, Probes())
    (asked,) = aws.of("Invoke")
    targets = {each["service"]: each for each in json.loads(asked["Payload"])["targets"]}
    assert list(targets) == ["ssm", "ssmmessages", "ec2messages", "logs"]
    assert targets["ssmmessages"]["kind"] == "gateway"  # no endpoint: any address is public


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"TakenAt": "soon"}, "TakenAt is not a time"),
        ({"Steps": [{"Step": "ping", "Target": "x", "Ok": True}]}, "no step of a probe"),
        ({"Steps": [{"Step": "tls", "Target": "x"}]}, "whether it is Ok"),
        ({"Steps": [{"Step": "tls", "Target": "x", "Ok": True, "Answer": "x"}]}, "Answer"),
        ({"Service": None}, "has no Service"),
    ],
)
def test_a_result_that_makes_no_sense_is_a_gap(read, change, said):
    reading = read({"ProbeResults": [SEEN | change]})
    (gap,) = [each for each in reading.snapshot.gaps if each.fact is Fact.PROBE_RESULTS]
    assert said in gap.reason
    assert not reading.snapshot.probe_results


def test_the_latest_result_counts(read):
    later = SEEN | {"TakenAt": "2026-11-23T12:10:00Z", "Steps": []}
    reading = read({"ProbeResults": [later, SEEN]})
    (result,) = reading.snapshot.probe_results
    assert result.steps == ()
