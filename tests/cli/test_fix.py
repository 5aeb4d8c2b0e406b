"""`vpcproof fix`: every form of a plan, what limits it, and the status of each outcome."""

import json
import re

import hcl2
import pytest

HOME = "vpc-0b1c2d3e4f5061728"
FULL_ACCESS = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'
NARROW = "security-group-endpoint-ingress-restricted"


def vpc(vpc_id=HOME, **others):
    return {
        "VpcId": vpc_id,
        "CidrBlock": "10.0.0.0/16",
        "OwnerId": "111122223333",
        "EnableDnsSupport": {"Value": True},
        "EnableDnsHostnames": {"Value": True},
        "Tags": [{"Key": "Name", "Value": "payments"}],
        **others,
    }


def parts(vpc_id=HOME, suffix=""):
    """A private subnet with an instance, and filters that are open."""
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    return {
        "Subnets": [
            {
                "SubnetId": f"subnet-a{suffix}",
                "VpcId": vpc_id,
                "CidrBlock": "10.0.1.0/24",
                "AvailabilityZone": "us-east-1a",
                "AvailableIpAddressCount": 250,
            }
        ],
        "RouteTables": [
            {
                "RouteTableId": f"rtb-1{suffix}",
                "VpcId": vpc_id,
                "Associations": [{"Main": True}],
                "Routes": [
                    {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}
                ],
            }
        ],
        "SecurityGroups": [
            {"GroupId": f"sg-app{suffix}", "VpcId": vpc_id, "IpPermissionsEgress": everything}
        ],
        "NetworkInterfaces": [
            {
                "NetworkInterfaceId": f"eni-a{suffix}",
                "VpcId": vpc_id,
                "SubnetId": f"subnet-a{suffix}",
                "Groups": [{"GroupId": f"sg-app{suffix}"}],
                "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.1.10"}],
                "Attachment": {"InstanceId": f"i-a{suffix}"},
            }
        ],
        "NetworkAcls": [
            {
                "NetworkAclId": f"acl-1{suffix}",
                "VpcId": vpc_id,
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
    }


def saved(*vpcs, **others):
    """Answers about VPCs; everything was read."""
    known = [parts(each["VpcId"], f"-{n}" if n else "") for n, each in enumerate(vpcs)]
    lists = {key: [item for each in known for item in each[key]] for key in known[0]}
    read = {
        "Account": "111122223333",
        "Vpcs": list(vpcs),
        **lists,
        "VpcEndpoints": [],
        "PrefixLists": [],
        "NatGateways": [],
        "ProfileAssociations": [],
        "ResolverRuleAssociations": [],
        "InstanceInformationList": [],
        "TransitGatewayAttachments": [],
        "TransitGatewayRouteTables": [],
        "VpcPeeringConnections": [],
    }
    return {**read, **others}


@pytest.fixture
def fix(run, folder):
    """`fix(saved(vpc()), "--max-changes", 3)`: the command on saved answers."""

    def invoke(answers, *options):
        place = folder(**answers)
        for each in answers["Vpcs"]:
            zones = {"VpcId": each["VpcId"], "HostedZoneSummaries": []}
            (place / f"zones-of-{each['VpcId']}.json").write_text(json.dumps(zones))
        return run("fix", "--snapshot", place, "--region", "us-east-1", *options)

    return invoke


def test_a_plan_that_repairs_everything_ends_well(fix):
    result = fix(saved(vpc()))
    assert result.exit_code == 0, result.output
    assert "payments" in result.stdout
    assert "1. additive" in result.stdout
    assert (
        "create the interface endpoint for com.amazonaws.us-east-1.ssm in subnet-a" in result.stdout
    )
    assert "+$7.30 a month" in result.stdout
    assert "Costs +$14.60 a month" in result.stdout
    assert "prices vary by Region" in result.stdout
    assert re.search(r"none of \d+ verdicts gets worse", result.stdout)
    assert "vpc-ssm-endpoints-complete: vpc-0b1c2d3e4f5061728" in result.stdout
    assert result.stdout.endswith("4 changes would repair 3 findings\n")


def test_verbose_tells_what_each_change_rests_on_and_what_undoes_it(fix):
    result = fix(saved(vpc()), "-v")
    assert "as long as endpoints of vpc-0b1c2d3e4f5061728" in result.stdout
    assert "undone by DeleteVpcEndpoints" in result.stdout


def test_nothing_to_repair_is_success(fix):
    result = fix(saved(vpc(), NetworkInterfaces=[]))
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "Nothing to repair")


def test_findings_without_a_safe_repair_outrank_everything(fix):
    hostnames_off = vpc(EnableDnsHostnames={"Value": False})
    result = fix(saved(hostnames_off))
    assert result.exit_code == 1
    assert "Not repaired" in result.stdout
    assert "enableDnsHostnames is off" in result.stdout
    assert fix(saved(hostnames_off), "--allow-dns-change").exit_code == 0


def test_what_could_not_be_determined_has_a_status_of_its_own(fix):
    answers = saved(vpc())
    del answers["VpcEndpoints"]
    result = fix(answers)
    assert result.exit_code == 3
    assert "Not determined" in result.stdout
    assert "VpcEndpoints (no file)" in result.stdout


def test_no_vpc_is_nothing_known(fix):
    answers = {**saved(vpc()), "Vpcs": [], "Subnets": [], "NetworkInterfaces": []}
    result = fix(answers)
    assert (result.exit_code, result.stdout) == (3, "No VPC to repair\n")


def test_a_vpc_that_is_opted_out_is_left_alone(fix):
    tags = [{"Key": "vpcproof:remediate", "Value": "off"}]
    result = fix(saved(vpc(Tags=tags)))
    assert result.exit_code == 1
    assert "Left alone: vpc-0b1c2d3e4f5061728 is tagged vpcproof:remediate=off" in result.stdout


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--max-changes", "3", "maxChanges is 3"),
        ("--max-monthly-cost", "14.59", "maxMonthlyCost is 14.59"),
    ],
)
def test_limits_are_kept_and_named(fix, option, value, said):
    result = fix(saved(vpc()), option, value)
    assert result.exit_code == 1
    assert said in result.stdout


def test_a_limit_that_is_just_met_is_kept(fix):
    assert fix(saved(vpc()), "--max-changes", 4, "--max-monthly-cost", "14.60").exit_code == 0


@pytest.mark.parametrize(
    "wrong",
    [
        ("--max-monthly-cost", "much"),
        ("--max-monthly-cost", "-1"),
        ("--max-monthly-cost", "NaN"),
        ("--max-changes", "-1"),
        ("--narrow", "no-such-rule"),
        ("--rule", "no-such-rule"),
        ("--set", "nonsense=1"),
        ("--vpc", "vpce-1"),
        ("--format", "yaml"),
        ("--apply",),
    ],
)
def test_usage_errors_have_their_status(fix, wrong):
    result = fix(saved(vpc()), *wrong)
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert result.stdout == ""


def test_only_the_findings_of_the_rules_named_are_repaired(fix):
    document = json.loads(
        fix(saved(vpc()), "--rule", "subnet-reaches-ssm", "--format", "json").stdout
    )
    (plan,) = document["plans"]
    assert {each["rule"] for each in plan["repairs"]} == {"subnet-reaches-ssm"}
    assert len(plan["changes"]) == 4


def test_narrowing_is_done_for_the_rule_that_is_named_only(fix):
    open_group = {
        "GroupId": "sg-open",
        "VpcId": HOME,
        "IpPermissions": [
            {
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            }
        ],
    }
    answers = saved(vpc())
    answers["SecurityGroups"].append(open_group)
    answers["VpcEndpoints"] = [
        {
            "VpcEndpointId": f"vpce-{code}",
            "VpcId": HOME,
            "VpcEndpointType": "Interface",
            "ServiceName": f"com.amazonaws.us-east-1.{code}",
            "State": "available",
            "SubnetIds": ["subnet-a"],
            "Groups": [{"GroupId": "sg-open"}],
            "PrivateDnsEnabled": True,
            "PolicyDocument": FULL_ACCESS,
        }
        for code in ("ssm", "ssmmessages")
    ]
    assert "narrowing takes access away" in fix(answers).stdout
    result = fix(answers, "--narrow", NARROW)
    assert result.exit_code == 0
    assert "2. narrowing    no longer let 0.0.0.0/0 (tcp 443) into sg-open" in result.stdout


def test_each_form_can_be_written_to_a_file(fix, tmp_path):
    for form, is_it in (
        ("json", lambda text: json.loads(text)["schema_version"] == "1.0"),
        ("aws-cli", lambda text: text.startswith("#!/usr/bin/env bash\n")),
        ("cloudformation", lambda text: len(json.loads(text)["Resources"]) == 3),
        ("terraform", lambda text: len(hcl2.loads(text)["resource"]) == 3),
    ):
        target = tmp_path / form
        result = fix(saved(vpc()), "--format", form, "-o", target)
        assert (result.exit_code, result.stdout) == (0, "")
        assert is_it(target.read_text())


@pytest.mark.parametrize("form", ["aws-cli", "cloudformation", "terraform"])
def test_a_form_for_one_vpc_asks_which(fix, form):
    other = "vpc-0c1d2e3f405162738"
    both = saved(vpc(), vpc(other))
    result = fix(both, "--format", form)
    assert result.exit_code == 2
    assert "name one by --vpc" in result.stderr
    assert other in fix(both, "--format", form, "--vpc", other).stdout
    assert HOME in fix(both, "--format", "json").stdout


def test_what_a_script_does_not_repair_is_said_beside_it(fix):
    result = fix(saved(vpc(EnableDnsHostnames={"Value": False})), "--format", "aws-cli")
    assert result.exit_code == 1
    assert "steps=0" in result.stdout
    assert "3 findings are not repaired by this" in result.stderr


def test_help_tells_the_statuses_and_that_nothing_is_changed_unasked(run):
    result = run("fix", "--help")
    assert "findings without a safe repair remain" in result.stdout
    assert "Nothing is changed without --apply or --undo" in " ".join(result.stdout.split())
