from typing import ClassVar

import pytest
from vpcproof.model.facts import Fact

from tests.networks import (
    OWNER,
    PARTICIPANT,
    VPC,
    ago,
    endpoint,
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

RULE = "vpc-ssm-endpoints-complete"

ssm, ssmmessages, ec2messages = ssm_trio()
pair = (ssm, ssmmessages)

public_table = table("rtb-public", route("0.0.0.0/0", "igw-1"), subnets=["subnet-public"])
to_nat = main_table(route("0.0.0.0/0", "nat-1"))
private_and_public = (
    subnet("subnet-a", "10.0.1.0/24"),
    subnet("subnet-public", "10.0.0.0/24"),
    instance("subnet-a", "10.0.1.10"),
)
instance_with_public_address = (
    subnet("subnet-public", "10.0.0.0/24"),
    public_table,
    instance("subnet-public", "10.0.0.10", has_public_address=True),
)
lambda_function = instance(
    "subnet-a", "10.0.1.20", interface_type="lambda", instance_id=None, requester_managed=True
)
fargate_task = instance(
    "subnet-a",
    "10.0.1.21",
    id="task",
    instance_id=None,
    description="arn:aws:ecs:us-east-1:111122223333:attachment/0a1b2c3d-0000-4000-8000-5e6f7a8b9c0d",
)

# Without any interface, private subnets count as workloads and public ones do not.
FALLBACK = {Fact.NETWORK_INTERFACES: NC}
FALLBACK_TO_NOBODY = {Fact.NETWORK_INTERFACES: NA}

# A row in which the versions of the agents are what ec2messages depends on.
BY_VERSION = {Fact.MANAGED_NODES: U}

# What tells that a hub serves the VPC.
BY_HUB = dict.fromkeys((Fact.HOSTED_ZONES, Fact.ROUTE_TABLES, Fact.SUBNETS), U)

# A Profile is taken for absent where nobody asked for it, and a zone beside a Profile likewise:
# few accounts have either, and the doubt would stand beside every verdict on a spoke.
PROFILES_ARE_RARE = {Fact.PROFILE_ASSOCIATIONS: NC, Fact.HOSTED_ZONES: C}

hub_zones = (zone("ssm.us-east-1.amazonaws.com"), zone("ssmmessages.us-east-1.amazonaws.com"))
to_hub = main_table(route("10.200.0.0/16", "tgw-1"))


def row(number, words, network, expected, *mentions, without=None, **parameters):
    return Situation(number, words, network, VPC, expected, mentions, parameters, without or {})


class TestVpcSsmEndpointsComplete(RuleTable):
    rule = RULE
    immaterial: ClassVar = {
        Fact.VPCS: "its Region stands in the snapshot, and no other member of it is asked",
        Fact.SUBNETS: "with all endpoints there, who needs them is of no account",
        Fact.ROUTE_TABLES: "likewise",
        Fact.NETWORK_INTERFACES: "likewise",
        Fact.NAT_GATEWAYS: "asked only for what is missing",
        Fact.ENDPOINT_SERVICES: "the Regions without ec2messages are known besides",
        Fact.MANAGED_NODES: "asked only where ec2messages is missing",
        Fact.HOSTED_ZONES: "asked only for what is missing, where a hub may serve it",
        Fact.PROFILE_ASSOCIATIONS: "likewise",
        Fact.RESOLVER_RULES: "likewise",
        Fact.VPC_DNS_ATTRIBUTES: "likewise",
    }
    situations = (
        row("1", "no endpoints, no way out", network(), NC, "ssm missing", "ssmmessages missing"),
        row("2", "all three endpoints", network(ssm_trio()), C),
        row("3", "ssmmessages missing", network(ssm, ec2messages), NC, "ssmmessages missing"),
        row("4", "ssm missing", network(ssmmessages, ec2messages), NC, "ssm missing"),
        row(
            "5",
            "ec2messages missing, every agent new enough",
            network(pair, node("i-a", "3.3.40.0")),
            C,
            "ec2messages not needed",
            without=BY_VERSION,
        ),
        row(
            "6",
            "ec2messages missing, one agent old",
            network(
                pair,
                node("i-a", "3.3.40.0"),
                node("i-b", "3.2.2303.0"),
                instance("subnet-a", "10.0.1.10"),
                instance("subnet-a", "10.0.1.11", id="b"),
            ),
            NC,
            "ec2messages missing",
            "i-b runs SSM Agent 3.2.2303.0",
            without=BY_VERSION,
        ),
        row(
            "6",
            "one agent old, where no interface names its instance",
            network(pair, node("i-x", "3.2.2303.0"), instance("subnet-a", instance_id=None)),
            NC,
            "i-x runs SSM Agent 3.2.2303.0",
            without=BY_VERSION,
        ),
        row(
            "6",
            "the old agent is in a VPC that is not in view",
            network(pair, node("i-a", "3.3.40.0"), node("i-far", "3.2.2303.0")),
            C,
            without=BY_VERSION | {Fact.NETWORK_INTERFACES: NC},
        ),
        row(
            "6",
            "the old agent is in another VPC",
            network(
                pair,
                vpc(),
                vpc("10.9.0.0/16", id="vpc-other"),
                subnet("subnet-a", "10.0.1.0/24"),
                subnet("subnet-o", "10.9.1.0/24", vpc="vpc-other"),
                node("i-a", "3.3.40.0"),
                node("i-o", "3.1.0.0"),
                instance("subnet-a", "10.0.1.10"),
                instance("subnet-o", "10.9.1.10", vpc="vpc-other"),
            ),
            C,
            without=BY_VERSION | {Fact.NETWORK_INTERFACES: U},
        ),
        row(
            "6",
            "the old agent is a hybrid node",
            network(pair, node("i-a", "3.3.40.0"), node("mi-0a1b", "3.1.0.0")),
            C,
            without=BY_VERSION,
        ),
        row(
            "6",
            "the parameter says never, whatever the agents",
            network(pair, node("i-a", "2.3.68.0")),
            C,
            requireEc2Messages="never",
        ),
        row(
            "7",
            "ec2messages missing, no node registered",
            network(pair),
            C,
            "no SSM Agent version known",
            without=BY_VERSION,
        ),
        row(
            "7",
            "the same, strictly",
            network(pair),
            NC,
            "ec2messages missing",
            "requireEc2Messages=always",
            requireEc2Messages="always",
        ),
        row(
            "7",
            "a node without a version proves nothing about it",
            network(pair, node("i-a", None)),
            C,
            "no SSM Agent version known",
            without=BY_VERSION,
        ),
        row(
            "7",
            "one node's version is not known",
            network(
                pair,
                node("i-a", "3.3.987.0"),
                node("i-b", None),
                instance("subnet-a", "10.0.1.10"),
                instance("subnet-a", "10.0.1.11", id="b"),
            ),
            C,
            "every SSM Agent known",
            without=BY_VERSION,
        ),
        row(
            "8",
            "the catalogue of a new Region lacks ec2messages, even with always",
            network(
                ssm_trio(region="xx-north-7")[:2],
                offered("ssm", "ssmmessages", region="xx-north-7"),
                region="xx-north-7",
            ),
            C,
            "not offered in xx-north-7",
            without={Fact.ENDPOINT_SERVICES: NC},
            requireEc2Messages="always",
        ),
        row(
            "8",
            "a Region of 2024 without catalogue",
            network(ssm_trio(region="ap-southeast-7")[:2], region="ap-southeast-7"),
            C,
            "not offered in ap-southeast-7",
            requireEc2Messages="always",
        ),
        row(
            "8",
            "a catalogue filtered to one service says nothing of ec2messages",
            network(pair, offered("ssm"), node("i-a", "3.0.0.0")),
            NC,
            "ec2messages missing",
        ),
        row(
            "9",
            "agent 3.3.100.0 is newer than 3.3.40.0",
            network(pair, node("i-a", "3.3.100.0")),
            C,
            without=BY_VERSION,
        ),
        row(
            "9",
            "agent 3.3.4.0 is older than 3.3.40.0",
            network(pair, node("i-a", "3.3.4.0")),
            NC,
            "3.3.4.0",
        ),
        row(
            "10",
            "ssm-contacts is not ssm",
            network(endpoint("ssm-contacts"), ssmmessages, ec2messages),
            NC,
            "ssm missing",
        ),
        row(
            "11",
            "ssm of another Region, by ServiceRegion",
            network(
                endpoint("ssm", service_region="us-east-1"),
                ssm_trio(region="ap-northeast-2")[1:],
                region="ap-northeast-2",
            ),
            NC,
            "ssm missing",
        ),
        row(
            "11",
            "ssm of another Region, by its name alone",
            network(
                endpoint("ssm"), ssm_trio(region="ap-northeast-2")[1:], region="ap-northeast-2"
            ),
            NC,
            "ssm missing",
        ),
        row(
            "12",
            "the plain names in China",
            network(ssm_trio(region="cn-north-1"), region="cn-north-1"),
            C,
        ),
        row(
            "15",
            "GovCloud",
            network(ssm_trio(region="us-gov-west-1"), region="us-gov-west-1"),
            C,
        ),
        row("19, 20", "kms, logs and ec2 are not asked for", network(ssm_trio()), C),
        row(
            "21",
            "a working public NAT in the path",
            network(private_and_public, public_table, to_nat, nat()),
            NC,
            "reachable by NAT",
            "nat-1",
        ),
        row(
            "21",
            "the same where NAT is accepted",
            network(private_and_public, public_table, to_nat, nat()),
            C,
            "reachable by NAT",
            without={
                Fact.SUBNETS: U,
                Fact.ROUTE_TABLES: U,
                Fact.NAT_GATEWAYS: U,
                Fact.VPC_ENDPOINTS: U,
            },
            acceptNat="true",
        ),
        row(
            "21",
            "the table of the NAT gateway's own subnet was not read",
            network(
                subnet("subnet-a", "10.0.1.0/24"),
                table("rtb-a", route("0.0.0.0/0", "nat-1"), subnets=["subnet-a"]),
                nat(),
            ),
            U,
            "nat-1",
            acceptNat="true",
        ),
        row(
            "21",
            "one subnet of two has the NAT, where NAT is accepted",
            network(
                subnet("subnet-a", "10.0.1.0/24"),
                subnet("subnet-b", "10.0.2.0/24"),
                subnet("subnet-public", "10.0.0.0/24"),
                instance("subnet-a", "10.0.1.10"),
                instance("subnet-b", "10.0.2.10"),
                public_table,
                to_nat,
                table("rtb-b", subnets=["subnet-b"]),
                nat(),
            ),
            NC,
            acceptNat="true",
        ),
        row(
            "21",
            "a regional NAT gateway has no subnet",
            network(to_nat, nat(subnet=None, availability_mode="regional")),
            C,
            acceptNat="true",
            without={Fact.SUBNETS: U, Fact.ROUTE_TABLES: U, Fact.NAT_GATEWAYS: U},
        ),
        row(
            "21",
            "the default route to the NAT is written in halves",
            network(
                private_and_public,
                public_table,
                main_table(route("0.0.0.0/1", "nat-1"), route("128.0.0.0/1", "nat-1")),
                nat(),
            ),
            NC,
            "reachable by NAT",
        ),
        row(
            "22",
            "a private NAT gateway, though NAT is accepted",
            network(private_and_public, public_table, to_nat, nat(connectivity="private")),
            NC,
            acceptNat="true",
        ),
        row(
            "22",
            "a private NAT gateway is no way out",
            network(private_and_public, public_table, to_nat, nat(connectivity="private")),
            NC,
        ),
        row(
            "23",
            "the route to the NAT is a blackhole",
            network(
                private_and_public,
                public_table,
                main_table(route("0.0.0.0/0", "nat-1", state="blackhole")),
            ),
            NC,
            acceptNat="true",
        ),
        row(
            "23",
            "the NAT gateway is being deleted",
            network(private_and_public, public_table, to_nat, nat(state="deleting")),
            NC,
            acceptNat="true",
        ),
        row(
            "23",
            "the NAT gateway is gone",
            network(private_and_public, public_table, to_nat),
            NC,
            acceptNat="true",
        ),
        row(
            "23",
            "the NAT gateway stands in a private subnet",
            network(private_and_public, to_nat, nat()),
            NC,
            acceptNat="true",
        ),
        row(
            "24",
            "instances with public addresses behind an internet gateway",
            network(instance_with_public_address),
            NA,
            without={Fact.ROUTE_TABLES: U},
        ),
        row(
            "24",
            "the same, strictly",
            network(instance_with_public_address),
            NC,
            includePublicSubnets="true",
        ),
        row(
            "24",
            "an instance without public address in a public subnet",
            network(
                subnet("subnet-public", "10.0.0.0/24"),
                public_table,
                instance("subnet-public", "10.0.0.10"),
            ),
            NC,
            without=FALLBACK_TO_NOBODY,
        ),
        row(
            "24",
            "the default route to the internet gateway is written in halves",
            network(
                subnet("subnet-public", "10.0.0.0/24"),
                table(
                    "rtb-public",
                    route("0.0.0.0/1", "igw-1"),
                    route("128.0.0.0/1", "igw-1"),
                    subnets=["subnet-public"],
                ),
                instance("subnet-public", "10.0.0.10", has_public_address=True),
            ),
            NA,
            without={Fact.ROUTE_TABLES: U},
        ),
        row(
            "24",
            "a route to the internet gateway for some destinations only",
            network(
                subnet("subnet-public", "10.0.0.0/24"),
                table("rtb-public", route("198.51.100.0/24", "igw-1"), subnets=["subnet-public"]),
                instance("subnet-public", "10.0.0.10", has_public_address=True),
            ),
            NC,
        ),
        row(
            "25",
            "no network interface at all",
            network(nobody),
            NA,
            "no workload",
            without=FALLBACK,
        ),
        row(
            "26",
            "only plumbing of AWS",
            network(
                plumbing("subnet-a", "nat_gateway"),
                plumbing("subnet-a", "vpc_endpoint"),
                plumbing("subnet-a", "transit_gateway"),
            ),
            NA,
            "no workload",
            without=FALLBACK,
        ),
        row(
            "27",
            "Lambda and ECS only",
            network(lambda_function, fargate_task),
            NA,
            without=FALLBACK,
        ),
        row(
            "27",
            "Lambda and ECS only, asked for every workload",
            network(lambda_function, fargate_task),
            NC,
            ssmWorkloads="all",
        ),
        row("28", "the participant of a shared VPC", network(account=PARTICIPANT), NA, OWNER),
        row(
            "29",
            "the owner of a shared VPC",
            network(ssm_trio(), instance("subnet-a", "10.0.1.9", owner_id=PARTICIPANT)),
            C,
        ),
        row(
            "31",
            "the missing one has just been made",
            network(
                ssmmessages,
                ec2messages,
                endpoint("ssm", state="pending", created_at=ago(minutes=2)),
            ),
            NA,
            "not yet",
        ),
        row(
            "34",
            "one of two ssm endpoints failed, the other is available",
            network(ssm_trio(), endpoint("ssm", id="vpce-0", state="failed")),
            C,
        ),
        row(
            "34",
            "the ssm endpoint was rejected",
            network(ssmmessages, ec2messages, endpoint("ssm", state="rejected")),
            NC,
            "ssm is rejected",
        ),
        row(
            "35",
            "the ssm endpoint is being deleted",
            network(ssmmessages, ec2messages, endpoint("ssm", state="deleting")),
            NC,
            "ssm missing",
        ),
        row(
            "36",
            "the ssm endpoint is partial",
            network(ssmmessages, ec2messages, endpoint("ssm", state="partial")),
            NC,
            "ssm is partial",
        ),
        row(
            "37",
            "a gateway of that name is no interface endpoint",
            network(ssmmessages, ec2messages, endpoint("ssm", type="Gateway")),
            NC,
            "ssm missing",
        ),
        row(
            "122",
            "zones and a route lead to a hub",
            network(hub_zones, to_hub),
            C,
            "not verified: hub",
            without=BY_HUB,
            allowCentralised="true",
        ),
        row("123", "the same, where hubs are not accepted", network(hub_zones, to_hub), NC),
        row(
            "122",
            "the zones of a hub by its alias to an endpoint that is not in view",
            network(
                tuple(
                    zone(
                        f"{code}.us-east-1.amazonaws.com",
                        records=[f"{code}.us-east-1.amazonaws.com"],
                        targets=[f"vpce-hub-0a1b.{code}.us-east-1.vpce.amazonaws.com"],
                    )
                    for code in ("ssm", "ssmmessages")
                ),
                to_hub,
            ),
            C,
            without=BY_HUB,
            allowCentralised="true",
        ),
        row(
            "122",
            "one subnet of two has the route",
            network(
                hub_zones,
                to_hub,
                subnet("subnet-a", "10.0.1.0/24"),
                subnet("subnet-b", "10.0.2.0/24"),
                table("rtb-b", subnets=["subnet-b"]),
            ),
            NC,
            allowCentralised="true",
        ),
        row("124", "zones, but no route", network(hub_zones), NC, allowCentralised="true"),
        row("125", "a route, but no zone", network(to_hub), NC, allowCentralised="true"),
        row(
            "125",
            "the zone of one service is missing",
            network(hub_zones[:1], to_hub),
            NC,
            allowCentralised="true",
        ),
        row(
            "126",
            "a Profile carries the endpoints",
            network(profile("vpce-hub-ssm", "vpce-hub-ssmmessages"), to_hub),
            C,
            without={**BY_HUB, **PROFILES_ARE_RARE},
            allowCentralised="true",
        ),
        row(
            "126",
            "what a Profile carries was not read",
            network(profile(), to_hub),
            U,
            without={Fact.PROFILE_ASSOCIATIONS: NC},
            allowCentralised="true",
        ),
        row(
            "128",
            "hosted zones may not be read",
            network(to_hub, unread(Fact.HOSTED_ZONES)),
            U,
            "central VPC",
            allowCentralised="true",
        ),
        row(
            "-",
            "the Region is not known",
            network(ssm_trio(), region=None),
            U,
            "Region",
        ),
        row(
            "-",
            "without interfaces a VPC of public subnets has no private workload",
            network(instance_with_public_address, unread(Fact.NETWORK_INTERFACES)),
            NA,
            "no private subnet",
            without={Fact.SUBNETS: U, Fact.ROUTE_TABLES: U},
        ),
    )


@pytest.mark.parametrize("wrong", ["ec2messages", "ssm-incidents", "ssm-sap", "ssm-quicksetup"])
def test_a_name_that_contains_another_is_not_the_other(wrong):
    """Prowler's EC2 check passes on `ec2messages`, whose name contains `ec2`."""
    evaluation = judge(RULE, VPC, network(endpoint(wrong), ssmmessages))
    assert evaluation.compliance is NC
    assert "ssm missing" in evaluation.annotation


def test_failed_endpoints_are_no_coverage():
    """SRA's Bedrock check counts four failed endpoints as coverage."""
    failed = network(ssm_trio(state="failed"))
    assert judge(RULE, VPC, failed).compliance is NC


def test_only_the_main_table_of_the_vpc_itself_decides_what_is_public():
    """Prowler's subnet check takes the first main table it meets, of whichever VPC."""
    neighbours = network(
        vpc(),
        vpc("10.9.0.0/16", id="vpc-other"),
        subnet("subnet-a", "10.0.1.0/24"),
        main_table(route("0.0.0.0/0", "igw-9"), id="rtb-0", vpc="vpc-other"),
        main_table(),
        instance("subnet-a", "10.0.1.10", has_public_address=True),
    )
    assert judge(RULE, VPC, neighbours).compliance is NC


def test_an_ipv6_default_route_makes_a_subnet_public_too():
    """Powerpipe's check of public subnets looks at 0.0.0.0/0 alone."""
    public = network(
        subnet("subnet-public", "10.0.0.0/24", "2001:db8::/64"),
        table("rtb-public", route("::/0", "igw-1"), subnets=["subnet-public"]),
        instance("subnet-public", "10.0.0.10", "2001:db8::10", has_public_address=True),
    )
    assert judge(RULE, VPC, public).compliance is NA
