from typing import ClassVar

import pytest
from vpcproof.model.facts import Fact
from vpcproof.model.session_preferences import SessionPreferences

from tests.networks import (
    VPC,
    ago,
    endpoint,
    gateway,
    instance,
    judge,
    main_table,
    nat,
    network,
    nobody,
    node,
    offered,
    plumbing,
    profile,
    route,
    ssm_trio,
    subnet,
    table,
    unread,
    vpc,
    zone,
)
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

RULE = "vpc-required-endpoints-present"
CHINA = "cn-north-1"

home = subnet("subnet-a", "10.0.1.0/24")
pair = (endpoint("ssm"), endpoint("ssmmessages"))
by_nat = (
    home,
    subnet("subnet-public", "10.0.0.0/24"),
    main_table(route("0.0.0.0/0", "nat-1")),
    table("rtb-public", route("0.0.0.0/0", "igw-1"), subnets=["subnet-public"]),
    instance("subnet-a", "10.0.1.10"),
)
function = instance("subnet-a", "10.0.1.10", instance_id=None, interface_type="lambda")
public = (
    main_table(route("0.0.0.0/0", "igw-1")),
    instance("subnet-a", "10.0.1.10", has_public_address=True),
)
to_hub = main_table(route("10.200.0.0/16", "tgw-1"))
zones = [zone(f"{each}.us-east-1.amazonaws.com") for each in ("ssm", "ssmmessages")]
old_agent = node("i-a", "3.2.0.0")

# What tells that a hub serves the VPC.
BY_HUB = {Fact.HOSTED_ZONES: U, Fact.ROUTE_TABLES: U}


def row(number, words, parts, expected, *mentions, region="us-east-1", without=None, **parameters):
    judged = network(*parts, region=region)
    return Situation(number, words, judged, VPC, expected, mentions, parameters, without or {})


class TestVpcRequiredEndpointsPresent(RuleTable):
    rule = RULE
    immaterial: ClassVar = {
        Fact.VPCS: "its Region stands in the snapshot, and no other member of it is asked",
        Fact.VPC_DNS_ATTRIBUTES: "asked only for what is missing, where a hub may serve it",
        Fact.ROUTE_TABLES: "with all endpoints there, who needs them is of no account",
        Fact.NETWORK_INTERFACES: "likewise",
        Fact.NAT_GATEWAYS: "asked only for what is missing",
        Fact.ENDPOINT_SERVICES: "the Regions without ec2messages are known besides",
        Fact.HOSTED_ZONES: "asked only for what is missing, where a hub may serve it",
        Fact.PROFILE_ASSOCIATIONS: "likewise",
        Fact.RESOLVER_RULES: "likewise",
        Fact.SESSION_PREFERENCES: "services of sessions are asked for where they are known",
        Fact.DHCP_OPTIONS: "asked only where the VPC's own resolver is off",
        Fact.TRANSIT_GATEWAY_ATTACHMENTS: "asked only on the way to a hub in view",
        Fact.TRANSIT_GATEWAY_ROUTE_TABLES: "likewise",
        Fact.VPC_PEERING_CONNECTIONS: "likewise",
    }
    situations = (
        row("1", "no endpoints, no way out", [], NC, "no endpoint for ssm, ssmmessages"),
        row("2", "all three", [ssm_trio()], C, "ssm, ssmmessages present",
            without={Fact.MANAGED_NODES: C}),
        row("3", "ssmmessages missing", [endpoint("ssm"), endpoint("ec2messages")], NC,
            "no endpoint for ssmmessages"),
        row("4", "ssm missing", [endpoint("ssmmessages"), endpoint("ec2messages")], NC,
            "no endpoint for ssm"),
        row("5", "ec2messages missing, every agent new", [pair, node("i-a", "3.3.40.0")], C),
        row("6", "ec2messages missing, one agent old", [pair, old_agent], NC, "ec2messages"),
        row("6", "all three, one agent old", [ssm_trio(), old_agent], C,
            without={Fact.MANAGED_NODES: C}),
        row("7", "ec2messages missing, no agent known", [pair], C),
        row("7", "ec2messages missing, asked always", [pair], NC, "ec2messages",
            requireEc2Messages="always"),
        row("7", "ec2messages missing, agents not read", [pair, unread(Fact.MANAGED_NODES)], U,
            "ec2messages"),
        row("7", "ssm missing as well, agents not read",
            [endpoint("ssmmessages"), unread(Fact.MANAGED_NODES)], NC, "no endpoint for ssm"),
        row("8", "a Region without ec2messages, asked always",
            [endpoint(each, region="ap-southeast-5") for each in ("ssm", "ssmmessages")], C,
            region="ap-southeast-5", requireEc2Messages="always",
            without={Fact.MANAGED_NODES: C}),
        row("9", "agents are compared by number", [pair, node("i-a", "3.3.100.0")], C),
        row("10", "names that only begin like ssm",
            [endpoint("ssm-contacts"), endpoint("ssmmessages"), endpoint("ec2messages")], NC,
            "no endpoint for ssm"),
        row("11", "endpoints of another Region", [endpoint("com.amazonaws.us-east-1.ssm",
            id="vpce-1", service_region="us-east-1"), endpoint("ssmmessages",
            region="ap-northeast-2")], NC, "no endpoint for ssm", region="ap-northeast-2"),
        row("11", "the Region is not known", [pair], U, "Region", region=None),
        row("12", "China, the SSM family keeps the plain prefix",
            [endpoint(each, region=CHINA) for each in ("ssm", "ssmmessages", "ec2messages")], C,
            region=CHINA, without={Fact.MANAGED_NODES: C}),
        row("14", "China, ec2 carries the prefix of its own",
            [endpoint(f"cn.com.amazonaws.{CHINA}.ec2", id="vpce-1")], C, "ec2 present",
            region=CHINA, services="ec2", without={Fact.MANAGED_NODES: C}),
        row("15", "GovCloud", [endpoint(each, region="us-gov-west-1") for each in
            ("ssm", "ssmmessages", "ec2messages")], C, region="us-gov-west-1",
            without={Fact.MANAGED_NODES: C}),
        row("16", "ecr.dkr asked for, ecr.api there", [endpoint("ecr.api"), gateway()], NC,
            "no endpoint for ecr.dkr", services="ecr.dkr"),
        row("16", "ecr.dkr there without the S3 its layers need", [endpoint("ecr.dkr")], NC,
            "no endpoint for s3", services="ecr.dkr"),
        row("17", "kms asked for, kms-fips there", [endpoint("kms-fips")], NC,
            "no endpoint for kms", services="kms"),
        row("17", "kms asked for, kms-fips serves the plain name",
            [endpoint("kms-fips"), offered("kms-fips", private_dns_names=(
                "kms.us-east-1.amazonaws.com", "kms-fips.us-east-1.amazonaws.com"))], C,
            services="kms", without={Fact.ENDPOINT_SERVICES: NC, Fact.MANAGED_NODES: C}),
        row("17", "kms asked for, kms-fips there, the Region not known", [endpoint("kms-fips")], NC,
            "no endpoint for kms", services="kms", region=None),
        row("18", "s3 asked for, an interface endpoint without private DNS",
            [endpoint("s3", private_dns=False)], NC, "no endpoint for s3", services="s3"),
        row("18", "s3 asked for, an interface endpoint with private DNS", [endpoint("s3")], C,
            services="s3", without={Fact.MANAGED_NODES: C}),
        row("59", "s3 asked for, an endpoint for the inbound resolver only",
            [endpoint("s3", inbound_resolver_only=True)], NC, services="s3"),
        row("44", "s3 asked for, a gateway endpoint", [gateway()], C, services="s3",
            without={Fact.MANAGED_NODES: C}),
        row("43", "s3 asked for, s3express there", [gateway("s3express")], NC, services="s3"),
        row("115", "s3 asked for, DynamoDB there", [gateway("dynamodb")], NC, services="s3"),
        row("19", "kms and logs are optional", [pair], C),
        row("19", "kms and logs asked for", [pair], NC, "no endpoint for kms, logs",
            services="ssm,kms,logs"),
        row("19", "sessions log to CloudWatch", [pair, SessionPreferences(logs_to_cloudwatch=True)],
            NC, "no endpoint for logs", without={Fact.SESSION_PREFERENCES: C}),
        row("20", "ec2 is for snapshots only", [pair], C),
        row("21", "no endpoints, a working NAT gateway", [by_nat, nat()], NC, "no endpoint"),
        row("21", "the same, NAT accepted", [by_nat, nat()], C, "by NAT through nat-1",
            acceptNat="true", without={Fact.NAT_GATEWAYS: U, Fact.ROUTE_TABLES: U,
                                       Fact.MANAGED_NODES: C}),
        row("22", "a private NAT gateway, NAT accepted", [by_nat, nat(connectivity="private")], NC,
            acceptNat="true"),
        row("23", "a dead route to NAT, NAT accepted", [main_table(
            route("0.0.0.0/0", "nat-1", state="blackhole"))], NC, acceptNat="true",
            without={Fact.ROUTE_TABLES: U}),
        row("24", "public addresses and the internet gateway", [public], NA, "no private subnet",
            without={Fact.ROUTE_TABLES: NC}),
        row("24", "the same, public subnets included", [public], NC, includePublicSubnets="true"),
        row("25", "nobody in the VPC", [nobody], NA, "no private subnet",
            without={Fact.NETWORK_INTERFACES: NC}),
        row("26", "devices of AWS only", [plumbing("subnet-a", "nat_gateway")], NA,
            without={Fact.NETWORK_INTERFACES: NC}),
        row("27", "functions only", [function], NA, "nothing in the VPC tells",
            without={Fact.NETWORK_INTERFACES: NC}),
        row("27", "functions only, all workloads count", [function], NC, ssmWorkloads="all"),
        row("27", "functions only, logs asked for", [function], NC, "no endpoint for logs",
            services="logs"),
        row("27", "functions only, their services derived", [function], NA, services="auto"),
        row("28", "the VPC belongs to another account", [vpc(owner_id="444455556666")], NA,
            "444455556666"),
        row("29", "instances belong to participants", [ssm_trio(), instance("subnet-a", "10.0.1.10",
            owner_id="444455556666")], C, without={Fact.MANAGED_NODES: C}),
        row("31", "an endpoint is starting", [endpoint("ssm", state="pending",
            created_at=ago(minutes=2)), endpoint("ssmmessages")], NA, "ssm: not yet available"),
        row("32", "an endpoint has been starting for hours", [endpoint("ssm", state="pending",
            created_at=ago(hours=6)), endpoint("ssmmessages")], NC, "no endpoint for ssm"),
        row("31", "one endpoint is starting, another missing", [endpoint("ssm", state="pending",
            created_at=ago(minutes=2))], NC, "ssmmessages"),
        row("34", "an endpoint failed", [endpoint("ssm", state="failed"), endpoint("ssmmessages")],
            NC, "no endpoint for ssm"),
        row("34", "one failed beside one that works",
            [pair, endpoint("ssm", id="vpce-0", state="failed")], C),
        row("35", "an endpoint was deleted", [endpoint("ssm", state="deleted"), pair[1]], NC),
        row("122", "names and routes lead to a hub", [to_hub, zones], C, "not verified: its groups",
            allowCentralised="true", without=BY_HUB),
        row("122", "ssm here, ssmmessages from a hub", [to_hub, zones[1:], endpoint("ssm")], C,
            "ssmmessages from a central VPC", allowCentralised="true",
            without=BY_HUB),
        row("123", "the same, hubs not allowed", [to_hub, zones], NC),
        row("124", "names lead to a hub, routes do not", [zones], NC, allowCentralised="true",
            without={Fact.ROUTE_TABLES: U}),
        row("125", "routes lead to a hub, names do not", [to_hub], NC, allowCentralised="true",
            without={Fact.HOSTED_ZONES: U, Fact.ROUTE_TABLES: NC}),
        row("126", "a Profile carries the endpoints", [to_hub, profile("vpce-hub")], C,
            allowCentralised="true", without={Fact.PROFILE_ASSOCIATIONS: NC, Fact.ROUTE_TABLES: U,
                                              Fact.HOSTED_ZONES: C, Fact.MANAGED_NODES: C}),
        row("128", "zones not read", [to_hub, unread(Fact.HOSTED_ZONES)], U, "was not read",
            allowCentralised="true"),
        row("128", "zones not read, and one name leads nowhere",
            [to_hub, zone("ssm.us-east-1.amazonaws.com", records=[]), unread(Fact.MANAGED_NODES)],
            NC, allowCentralised="true", without={Fact.HOSTED_ZONES: U}),
    )  # fmt: skip


@pytest.mark.parametrize("codes", [("ec2messages",), ("ssm-sap", "ssm-incidents")])
def test_endpoints_with_names_alike_are_no_coverage(codes):
    """Prowler finds `ec2` in `ec2messages`."""
    alike = network(*(endpoint(each) for each in codes))
    assert judge(RULE, VPC, alike, services="ec2,ssm").compliance is NC


def test_four_failed_endpoints_are_no_coverage():
    """SRA's Bedrock check counts failed endpoints."""
    codes = ("bedrock", "bedrock-runtime", "bedrock-agent", "bedrock-agent-runtime")
    failed = network(*(endpoint(each, state="failed") for each in codes))
    found = judge(RULE, VPC, failed, services=",".join(codes))
    assert found.compliance is NC
    assert ", ".join(codes) in found.annotation
