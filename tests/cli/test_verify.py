"""`vpcproof verify`: three steps, as an operator takes them, and what they come to."""

import json
import shlex
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from vpcproof.cli import here
from vpcproof.cli.program import program

from tests.cli import test_paths
from tests.cli.conftest import printed

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "verify.schema.json"
VPC = "vpc-1"
TWO_SUBNETS = json.loads(json.dumps(test_paths.TWO_SUBNETS).replace("ssm", "logs"))
CAPTURE = {"CapturedAt": "2026-11-23T12:00:00Z"}
NAME = "logs.us-east-1.amazonaws.com"
WELL = [
    {"Step": "resolve", "Target": NAME, "Family": "A", "Ok": True, "Answer": ["10.0.1.5"]},
    {"Step": "connect", "Target": "10.0.1.5", "Port": 443, "Ok": True},
    {"Step": "tls", "Target": "10.0.1.5", "Name": NAME, "Port": 443, "Ok": True},
]
OUTSIDE = [
    {
        "Step": "resolve",
        "Target": NAME,
        "Family": "A",
        "Ok": False,
        "Answer": ["52.94.1.1"],
        "Error": "public-address",
    }
]
OPEN = [
    {**each, "IpPermissions": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}]}
    for each in TWO_SUBNETS["SecurityGroups"]
]


def seen(*steps, subnet="subnet-a", at="2026-11-23T11:59:00Z", **others):
    return {"SubnetId": subnet, "Service": "logs", "TakenAt": at, "Steps": list(steps), **others}


@pytest.fixture
def verify(run, folder):
    """Verify the VPC as saved, with these results of probes, for logs."""

    def on(*results, options=(), **answers):
        if results:
            answers["ProbeResults"] = list(results)
        saved = folder(**{**TWO_SUBNETS, "SecurityGroups": OPEN, **answers})
        (saved / "Capture.json").write_text(json.dumps(CAPTURE))
        return run("verify", VPC, "--snapshot", saved, "--service", "logs", *options)

    return on


def steps(result):
    return printed(result)["steps"]


def checks(result, step):
    return [
        (each["subject"], each["outcome"], each["detail"])
        for each in steps(result)[step - 1]["checks"]
    ]


JSON = ("--format", "json")


def test_the_document_follows_its_schema(verify):
    validator = Draft202012Validator(json.loads(SCHEMA.read_text()))
    for results in ((), (seen(*WELL),), (seen(*OUTSIDE),), (seen(Failure="timed out"),)):
        validator.validate(printed(verify(*results, options=JSON)))


def test_all_is_well_where_probes_reach_what_the_settings_let_through(verify):
    result = verify(seen(*WELL), options=JSON)
    assert result.exit_code == 0
    assert printed(result)["outcome"] == "passed"
    ((subject, outcome, detail),) = checks(result, 3)
    assert (subject, outcome) == ("logs from subnet-a", "passed")
    assert detail == "the probe reached it at 2026-11-23T11:59:00Z"
    assert steps(result)[2]["note"].startswith("as seen by the probes in subnet-a")


def test_without_probes_saved_answers_say_that_names_were_not_tried(verify):
    result = verify(options=JSON)
    assert result.exit_code == 0
    assert steps(result)[2]["taken"] is False
    assert "not tried" in steps(result)[2]["note"]
    assert "ProbeSubnetIds" in steps(result)[2]["note"]


@pytest.mark.parametrize(
    ("result", "status", "outcome", "detail", "advice"),
    [
        (seen(*OUTSIDE), 1, "failed", "public-address (52.94.1.1)", "turn on private DNS"),
        (seen(Failure="timed out"), 3, "unknown", "did not answer: timed out", "the log"),
        (seen(*WELL, at="2026-11-23T10:00:00Z"), 3, "unknown", "more than 90 minutes", "again"),
        (seen(*WELL) | {"Service": "kms"}, 3, "unknown", "was not asked about it", "interfaces"),
    ],
)
def test_what_a_probe_says_decides_the_third_step(verify, result, status, outcome, detail, advice):
    found = verify(result, options=JSON)
    assert found.exit_code == status
    (check,) = steps(found)[2]["checks"]
    assert check["outcome"] == outcome
    assert detail in check["detail"]
    assert advice in check["next"]


def test_a_probe_that_reaches_what_the_settings_block_is_a_contradiction(verify):
    closed = [{**each, "IpPermissions": []} for each in OPEN]
    result = verify(seen(*WELL), options=JSON, SecurityGroups=closed)
    assert result.exit_code == 1
    ((_, outcome, detail),) = checks(result, 3)
    assert outcome == "failed"
    assert "but the settings block it: " in detail


def test_rules_judge_endpoints_and_security_groups(verify):
    result = verify(options=JSON, SecurityGroups=TWO_SUBNETS["SecurityGroups"])
    assert result.exit_code == 1
    ((subject, outcome, detail),) = checks(result, 1)
    assert (subject, outcome) == ("logs", "passed")
    assert detail.startswith("vpce-logs: state is available; ")
    ((subject, outcome, detail),) = checks(result, 2)
    assert (subject, outcome) == ("vpce-logs", "failed")
    assert "443 not admitted from subnet-b" in detail


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"State": "deleted"}, "no endpoint in the VPC"),
        ({"State": "failed"}, "state is failed"),
    ],
)
def test_an_endpoint_that_does_not_serve_fails_the_first_step(verify, change, detail):
    broken = [TWO_SUBNETS["VpcEndpoints"][0] | change]
    result = verify(options=JSON, VpcEndpoints=broken)
    assert result.exit_code == 1
    ((subject, outcome, said),) = checks(result, 1)
    assert (subject, outcome) == ("logs", "failed")
    assert detail in said
    assert steps(result)[0]["checks"][0]["next"]


def test_endpoints_that_were_not_read_are_unknown(run, folder):
    facts = {key: value for key, value in TWO_SUBNETS.items() if key != "VpcEndpoints"}
    result = run("verify", VPC, "--snapshot", folder(**facts), "--service", "logs", *JSON)
    assert result.exit_code == 3
    ((_, outcome, detail),) = checks(result, 1)
    assert (outcome, detail) == ("unknown", "the endpoints were not read: no file")


def test_commands_can_be_pasted_whatever_an_id_holds(run, folder):
    evil = "vpc-1; rm -rf ~"
    facts = json.loads(json.dumps(TWO_SUBNETS).replace('"vpc-1"', json.dumps(evil)))
    result = run("verify", evil, "--snapshot", folder(**facts), "--service", "logs", *JSON)
    commands = [shlex.split(each) for step in steps(result) for each in step["commands"]]
    assert {each[0] for each in commands} == {"aws", "dig"}
    assert [f"Name=vpc-id,Values={evil}"] == [
        word for words in commands for word in words if word.startswith("Name=vpc-id")
    ]


def test_the_region_of_the_vpc_is_in_every_command_for_aws(verify):
    result = verify(options=JSON)
    commands = [each for step in steps(result) for each in step["commands"]]
    assert all("--region us-east-1" in each for each in commands if each.startswith("aws"))
    assert f"dig +short {NAME}" in commands


def test_the_page_has_the_steps_in_order_and_the_sum_of_them(verify):
    text = verify(seen(*OUTSIDE)).stdout
    assert [line for line in text.splitlines() if line[:1].isdigit()] == [
        "1. Endpoints",
        "2. Security group rules",
        "3. DNS from inside",
        "2 passed, 1 failed, 0 unknown",
    ]
    assert "✓ logs  vpce-logs: state is available" in text
    assert "✗ logs from subnet-a  the probe did not reach it" in text
    assert "Next: turn on private DNS of the endpoint" in text
    assert "\x1b" not in text


def test_a_command_in_lines_is_one_command(verify):
    text = verify().stdout
    block = text[text.index("$ aws ec2 describe-vpc-endpoints") + 2 :].partition("\n   ✓")[0]
    words = shlex.split(block.replace("\\\n", ""))
    assert words[:3] == ["aws", "ec2", "describe-vpc-endpoints"]
    assert "\n" not in "".join(words)


def test_the_vpc_is_named_once(run, folder):
    result = run("verify", VPC, "--snapshot", folder(**TWO_SUBNETS), "--vpc", VPC)
    assert result.exit_code == 2
    assert "named by the argument" in result.stderr


def test_parameters_of_a_file_of_settings_count(run, folder, tmp_path):
    settings = tmp_path / "settings.toml"
    settings.write_text('[parameters]\nservices = "logs"\n')
    result = run("verify", VPC, "--snapshot", folder(**TWO_SUBNETS), "--config", settings, *JSON)
    assert [subject for subject, *_ in checks(result, 1)] == ["logs"]


def test_a_vpc_that_is_not_there(run, folder):
    result = run("verify", "vpc-2", "--snapshot", folder(**TWO_SUBNETS))
    assert result.exit_code == 2
    assert "no VPC vpc-2 here" in result.stderr


def test_a_template_is_verified_too(run, tmp_path):
    template = tmp_path / "network.yaml"
    template.write_text(
        "Resources:\n  Vpc:\n    Type: AWS::EC2::VPC\n    Properties: {CidrBlock: 10.0.0.0/16}\n"
        "  Subnet:\n    Type: AWS::EC2::Subnet\n"
        "    Properties: {CidrBlock: 10.0.1.0/24, VpcId: !Ref Vpc}\n"
    )
    result = run("verify", "Vpc", "--template", template, "--region", "cn-north-1", *JSON)
    assert result.exit_code == 1
    assert "dig +short ssm.cn-north-1.amazonaws.com.cn" in steps(result)[2]["commands"]


def test_verify_is_among_the_commands():
    assert "verify" in program.list_commands(None)


# From where the command runs


@pytest.fixture
def network(account):
    """A VPC whose endpoint for logs stands in its subnet."""
    ec2 = account.ec2
    vpc_id = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.1.1.0/24")["Subnet"]["SubnetId"]
    ec2.create_vpc_endpoint(
        VpcId=vpc_id,
        VpcEndpointType="Interface",
        ServiceName="com.amazonaws.us-east-1.logs",
        SubnetIds=[subnet],
        PrivateDnsEnabled=True,
    )
    return vpc_id


@pytest.fixture
def from_here(run, network, monkeypatch):
    """Verify the live VPC where a host with this address sees these steps."""

    def at(address, *taken):
        def answer(event, place, seconds):
            at.asked = event
            told = seen(*taken, subnet=place)
            targets = event["targets"]
            return {"ProbeResults": [told | {"Service": each["service"]} for each in targets]}

        monkeypatch.setattr(here, "answer", answer)
        monkeypatch.setattr(here, "_own_addresses", lambda _: iter([address]))
        return run("verify", network, "--service", "logs", *JSON)

    return at


def test_without_probes_the_names_are_tried_from_here(from_here):
    result = from_here("10.1.1.20", *OUTSIDE)
    assert result.exit_code == 1
    ((subject, outcome, detail),) = checks(result, 3)
    assert (subject, outcome) == ("logs", "failed")
    assert detail.startswith("this host did not reach it")
    assert "10.1.1.20, which is within the CIDR blocks of the VPC" in steps(result)[2]["note"]
    assert from_here.asked["targets"][0]["names"] == [NAME]


def test_the_addresses_of_this_host_are_those_it_would_send_from():
    assert list(here._own_addresses(["127.0.0.1"])) == ["127.0.0.1"]
    assert list(here._own_addresses(["255.255.255.255"])) == []


def test_probes_that_may_not_be_looked_for_are_unknown(run, account, network):
    account.refused = {"GetResources": "AccessDeniedException"}
    result = run("verify", network, "--service", "logs", *JSON)
    (check,) = steps(result)[2]["checks"]
    assert check["outcome"] == "unknown"
    assert "tag:GetResources: AccessDeniedException" in check["detail"]
    assert "allow tag:GetResources" in check["next"]
