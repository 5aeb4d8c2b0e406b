from typing import ClassVar

import pytest
from vpcproof.model.facts import Fact

from tests.networks import (
    ago,
    allow,
    dhcp,
    endpoint,
    gateway,
    group,
    judge,
    network,
    offered,
    subnet,
    unread,
    vpc,
    zone,
)
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

RULE = "vpc-endpoint-private-dns-effective"
SSM = "vpce-ssm"
NAME = "ssm.us-east-1.amazonaws.com"
PRIVATE = "com.amazonaws.vpce.us-east-1.vpce-svc-0e87e8a7b3c4d5e6f"

on = endpoint("ssm")
off = endpoint("ssm", private_dns=False)
closed = group("sg-closed")
s3_for_resolver = endpoint("s3", id="vpce-s3-interface", inbound_resolver_only=True)

dual_stack_vpc = vpc("10.0.0.0/16", "2001:db8::/56")

BY_ZONES = {Fact.HOSTED_ZONES: U}
NO_NAME = dict.fromkeys((Fact.VPC_DNS_ATTRIBUTES, Fact.SUBNETS, Fact.HOSTED_ZONES), C)


def row(number, words, parts, expected, *mentions, resource=SSM, without=None, **parameters):
    judged = network(*parts)
    return Situation(number, words, judged, resource, expected, mentions, parameters, without or {})


class TestVpcEndpointPrivateDnsEffective(RuleTable):
    rule = RULE
    immaterial: ClassVar = {
        Fact.SUBNETS: "a VPC without IPv6 has no IPv6-only subnet",
        Fact.VPCS: "only the DNS attributes of the VPC count, and they are facts of their own",
        Fact.DHCP_OPTIONS: "own DNS servers are an advisory: what they answer cannot be read",
        Fact.ENDPOINT_SERVICES: "the names of AWS's services are formed from their codes",
        Fact.HOSTED_ZONES: "the zone of private DNS itself is the most specific one",
        Fact.NETWORK_INTERFACES: "asked only where a second endpoint stands beside",
        Fact.PREFIX_LISTS: "likewise",
        Fact.ROUTE_TABLES: "likewise",
        Fact.SECURITY_GROUPS: "likewise",
    }
    situations = (
        row("2", "private DNS and both attributes on", (on,), C, without={Fact.VPCS: U}),
        row(
            "45", "enableDnsHostnames off", (vpc(dns_hostnames=False), on), NC, "enableDnsHostnames"
        ),
        row("46", "enableDnsSupport off", (vpc(dns_support=False), on), NC, "enableDnsSupport"),
        row(
            "45",
            "one attribute was not read, the other is off",
            (vpc(dns_hostnames=False, dns_support=None), on),
            NC,
        ),
        row("45", "one attribute was not read", (vpc(dns_hostnames=None), on), U),
        row("47", "private DNS off and no zone", (off,), NC, NAME),
        row(
            "48",
            "an own zone of the name is associated with the VPC",
            (off, zone(NAME)),
            C,
            NAME,
            without=BY_ZONES,
        ),
        row(
            "48",
            "an own zone whose record leads here",
            (
                off,
                zone(
                    NAME, records=[NAME], targets=[f"{SSM}-0a1b.ssm.us-east-1.vpce.amazonaws.com"]
                ),
            ),
            C,
            without=BY_ZONES,
        ),
        row(
            "48",
            "an own zone whose record leads to an address",
            (off, zone(NAME, records=[NAME])),
            C,
            without=BY_ZONES,
        ),
        row(
            "48",
            "an own zone, but the VPC has no resolver",
            (vpc(dns_support=False), off, zone(NAME)),
            NC,
            "enableDnsSupport",
        ),
        row(
            "49",
            "a zone of the name is associated with another VPC",
            (off, zone(NAME, vpc="vpc-other")),
            NC,
        ),
        row(
            "50",
            "a zone without a record at the apex",
            (off, zone(NAME, records=["other." + NAME])),
            NC,
            "does not exist",
        ),
        row(
            "50",
            "a parent zone without the record",
            (off, zone("amazonaws.com", records=["logs.us-east-1.amazonaws.com"])),
            NC,
            "does not exist",
        ),
        row(
            "50",
            "a parent zone with the record",
            (off, zone("amazonaws.com", records=[NAME])),
            C,
            without=BY_ZONES,
        ),
        row(
            "50",
            "a parent zone with a wildcard just above the name",
            (off, zone("us-east-1.amazonaws.com", records=["*.us-east-1.amazonaws.com"])),
            C,
            without=BY_ZONES,
        ),
        row(
            "50",
            "a parent zone with a wildcard further up",
            (off, zone("amazonaws.com", records=["*.amazonaws.com"])),
            C,
            without=BY_ZONES,
        ),
        row(
            "50",
            "a parent zone with a wildcard that a closer name hides",
            (
                off,
                zone("amazonaws.com", records=["*.amazonaws.com", "logs.us-east-1.amazonaws.com"]),
            ),
            NC,
        ),
        row(
            "50",
            "the records of a parent zone were not read",
            (off, zone("amazonaws.com")),
            U,
            "amazonaws.com",
        ),
        row(
            "50",
            "of two zones the more specific one decides",
            (off, zone("amazonaws.com", records=[NAME]), zone(NAME, records=[])),
            NC,
            "does not exist",
        ),
        row(
            "50",
            "AWS's own zone is not the customer's",
            (off, zone(NAME, owning_account=None, owning_service="vpce.amazonaws.com")),
            NC,
        ),
        row(
            "51",
            "the zone leads to an endpoint that was deleted",
            (
                off,
                zone(
                    NAME,
                    records=[NAME],
                    targets=["vpce-gone-0a1b.ssm.us-east-1.vpce.amazonaws.com"],
                ),
            ),
            NC,
            "vpce-gone",
        ),
        row(
            "51",
            "the zone leads to an endpoint whose id begins with this one's",
            (
                off,
                zone(
                    NAME, records=[NAME], targets=[f"{SSM}2-0a1b.ssm.us-east-1.vpce.amazonaws.com"]
                ),
            ),
            NC,
        ),
        row(
            "52",
            "a parent zone beside private DNS",
            (on, zone("amazonaws.com")),
            C,
            "hosted zone amazonaws.com hides other services' public names",
        ),
        row(
            "54",
            "own DNS servers",
            (vpc(dhcp_options_id="dopt-1"), dhcp("10.0.9.9"), on),
            C,
            "10.0.9.9",
        ),
        row(
            "54",
            "the resolver of the VPC by its three names",
            (
                vpc(dhcp_options_id="dopt-1"),
                dhcp("AmazonProvidedDNS", "169.254.169.253", "10.0.0.2"),
                on,
            ),
            C,
        ),
        row(
            "55",
            "two endpoints, this one has private DNS",
            (on, endpoint("ssm", id="vpce-2", private_dns=False)),
            C,
            "costs twice",
        ),
        row(
            "55",
            "two endpoints, the other one has private DNS",
            (on, endpoint("ssm", id="vpce-2", private_dns=False)),
            C,
            SSM,
            resource="vpce-2",
            without=dict.fromkeys((Fact.SECURITY_GROUPS, Fact.SUBNETS), U),
        ),
        row(
            "45",
            "two endpoints, and the attributes are off for both",
            (vpc(dns_support=False), on, endpoint("ssm", id="vpce-2", private_dns=False)),
            NC,
            resource="vpce-2",
        ),
        row(
            "56",
            "private DNS leads to the closed one of two: the closed one",
            (
                endpoint("ssm", groups=["sg-closed"]),
                closed,
                endpoint("ssm", id="vpce-2", private_dns=False),
            ),
            NC,
            "vpce-2",
        ),
        row(
            "56",
            "private DNS leads to the closed one of two: the open one",
            (
                endpoint("ssm", groups=["sg-closed"]),
                closed,
                endpoint("ssm", id="vpce-2", private_dns=False),
            ),
            NC,
            SSM,
            resource="vpce-2",
        ),
        row(
            "56",
            "both of two are closed: that is another rule's finding",
            (
                endpoint("ssm", groups=["sg-closed"]),
                closed,
                endpoint("ssm", id="vpce-2", groups=["sg-closed"], private_dns=False),
            ),
            C,
            without=dict.fromkeys((Fact.SECURITY_GROUPS, Fact.SUBNETS), U),
        ),
        row(
            "57",
            "two endpoints, private DNS off at both",
            (off, endpoint("ssm", id="vpce-2", private_dns=False)),
            NC,
        ),
        row(
            "58",
            "DynamoDB has no private DNS",
            (endpoint("dynamodb", id=SSM, private_dns=False),),
            C,
            without=NO_NAME,
        ),
        row(
            "59",
            "S3 for the inbound resolver only, with a gateway",
            (s3_for_resolver, gateway()),
            C,
            "gateway endpoint",
            resource="vpce-s3-interface",
            without={Fact.VPCS: U},
        ),
        row(
            "59",
            "S3 for the inbound resolver only, without a gateway",
            (s3_for_resolver,),
            NC,
            resource="vpce-s3-interface",
        ),
        row(
            "59",
            "S3 for the inbound resolver only, with a gateway that failed",
            (s3_for_resolver, gateway(state="failed")),
            NC,
            resource="vpce-s3-interface",
        ),
        row(
            "60",
            "S3 for everybody, without a gateway",
            (endpoint("s3", id=SSM),),
            C,
            without={Fact.VPCS: U},
        ),
        row(
            "18",
            "S3 without private DNS and without a gateway",
            (endpoint("s3", id=SSM, private_dns=False),),
            NC,
            "s3.us-east-1.amazonaws.com",
        ),
        row(
            "18",
            "the same, beside the catalogue, which names no private DNS for S3",
            (endpoint("s3", id=SSM, private_dns=False), offered("s3")),
            NC,
            "s3.us-east-1.amazonaws.com",
        ),
        row(
            "59",
            "S3 without private DNS beside a gateway",
            (endpoint("s3", id=SSM, private_dns=False), gateway()),
            C,
            "gateway",
            without=NO_NAME,
        ),
        row(
            "61",
            "an IPv6-only subnet and an endpoint of IPv4",
            (dual_stack_vpc, subnet("subnet-six", "2001:db8::/64"), on),
            NC,
            "subnet-six is IPv6-only",
        ),
        row(
            "61",
            "a subnet of both families and an endpoint of IPv4",
            (dual_stack_vpc, subnet("subnet-a", "10.0.1.0/24", "2001:db8::/64"), on),
            C,
            without=dict.fromkeys((Fact.VPCS, Fact.SUBNETS), U),
        ),
        row(
            "61",
            "an IPv6-only subnet and a dual-stack endpoint",
            (
                dual_stack_vpc,
                subnet("subnet-six", "2001:db8::/64"),
                endpoint("ssm", ip_address_type="dualstack"),
            ),
            C,
            without={Fact.VPCS: U, Fact.SUBNETS: C},
        ),
        row(
            "62",
            "DnsEntries lack the name of the service",
            (endpoint("ssm", dns_names=(f"{SSM}-0a1b.ssm.us-east-1.vpce.amazonaws.com",)),),
            NC,
            "DnsEntries",
        ),
        row(
            "62",
            "empty DnsEntries tell nothing, for AWS always lists the endpoint's own names",
            (endpoint("ssm", dns_names=()),),
            C,
            without={Fact.VPCS: U},
        ),
        row(
            "62",
            "DnsEntries have the name",
            (endpoint("ssm", dns_names=(f"{SSM}-0a1b.ssm.us-east-1.vpce.amazonaws.com", NAME)),),
            C,
            without={Fact.VPCS: U},
        ),
        row(
            "62",
            "DnsEntries lack the name, but the endpoint has just been made",
            (
                endpoint(
                    "ssm",
                    state="pending",
                    created_at=ago(minutes=2),
                    dns_names=(f"{SSM}-0a1b.ssm.us-east-1.vpce.amazonaws.com",),
                ),
            ),
            NA,
        ),
        row("34", "failed", (endpoint("ssm", state="failed"),), NC, "failed"),
        row("35", "being deleted", (endpoint("ssm", state="deleting"),), NA),
        row(
            "40",
            "a gateway that says private DNS",
            (gateway(private_dns=True),),
            NA,
            resource="vpce-s3",
        ),
        row(
            "38",
            "a Gateway Load Balancer endpoint",
            (endpoint("ssm", type="GatewayLoadBalancer"),),
            NA,
        ),
        row(
            "39",
            "a Resource endpoint without name",
            (endpoint("ssm", type="Resource", service_name=None),),
            NA,
        ),
        row(
            "39",
            "a name of no form that AWS uses",
            (endpoint("com.example", id=SSM, private_dns=False),),
            NA,
        ),
        row(
            "39",
            "private DNS on for a name of no form that AWS uses",
            (endpoint("com.example", id=SSM),),
            C,
            without={Fact.VPCS: U},
        ),
        row(
            "41",
            "a private service without a name",
            (endpoint(PRIVATE, id=SSM, private_dns=False), offered(PRIVATE)),
            C,
            without=NO_NAME | {Fact.ENDPOINT_SERVICES: U},
        ),
        row(
            "41",
            "a private service that the catalogue does not list",
            (endpoint(PRIVATE, id=SSM, private_dns=False),),
            NA,
            "provider",
        ),
        row(
            "41",
            "a private service with a name",
            (
                endpoint(PRIVATE, id=SSM, private_dns=False),
                offered(PRIVATE, private_dns_names=("api.example.com",)),
            ),
            NC,
            "api.example.com",
        ),
        row(
            "41",
            "a private service with private DNS on",
            (endpoint(PRIVATE, id=SSM),),
            C,
            without={Fact.VPCS: U},
        ),
        row(
            "48",
            "the catalogue lists the name of the zone among others",
            (
                off,
                offered("ssm", private_dns_names=("ssm.us-east-1.api.aws", NAME)),
                zone(NAME),
            ),
            C,
            without=BY_ZONES,
        ),
        row(
            "48",
            "a name with a wildcard, and a zone with that wildcard",
            (
                endpoint("ecr.dkr", id=SSM, private_dns=False),
                offered("ecr.dkr", private_dns_names=("*.dkr.ecr.us-east-1.amazonaws.com",)),
                zone(
                    "dkr.ecr.us-east-1.amazonaws.com",
                    records=["*.dkr.ecr.us-east-1.amazonaws.com"],
                ),
            ),
            C,
            without=BY_ZONES | {Fact.ENDPOINT_SERVICES: NC},
        ),
        row("128", "hosted zones may not be read", (off, unread(Fact.HOSTED_ZONES)), U),
    )


@pytest.mark.parametrize(
    ("service", "name"),
    [
        ("ssm", "ssm.us-east-1.amazonaws.com"),
        ("ecr.api", "api.ecr.us-east-1.amazonaws.com"),
        ("ecr.dkr", "dkr.ecr.us-east-1.amazonaws.com"),
        ("ecs-agent", "ecs-a.us-east-1.amazonaws.com"),
        ("ecs-telemetry", "ecs-t.us-east-1.amazonaws.com"),
        ("codeartifact.repositories", "d.codeartifact.us-east-1.amazonaws.com"),
        ("appstream.api", "appstream2.us-east-1.amazonaws.com"),
        ("eks-auth", "eks-auth.us-east-1.api.aws"),
        ("aws.sagemaker.us-east-1.notebook", "notebook.us-east-1.sagemaker.aws"),
        ("aws.sagemaker.us-east-1.studio", "studio.us-east-1.sagemaker.aws"),
        ("com.amazonaws.iam", "iam.amazonaws.com"),
        ("com.amazonaws.cn-north-1.ssm", "ssm.cn-north-1.amazonaws.com.cn"),
        ("com.amazonaws.us-gov-west-1.ssm", "ssm.us-gov-west-1.amazonaws.com"),
        ("com.amazonaws.eusc-de-east-1.ssm", "ssm.eusc-de-east-1.amazonaws.eu"),
    ],
)
def test_the_name_that_resolves_publicly_is_the_service_s_own(service, name):
    beside = network(endpoint(service, id=SSM, private_dns=False))
    assert f"private DNS is off: {name} resolves" in judge(RULE, SSM, beside).annotation


def test_nine_endpoints_without_names_are_an_issue_although_the_tenth_is_fine():
    """MWAA's checker reports the perfect ten and passes nine with private DNS off."""
    environment = network(endpoint("airflow.env"), endpoint("airflow.api", private_dns=False))
    assert judge(RULE, "vpce-airflow.env", environment).compliance is C
    assert judge(RULE, "vpce-airflow.api", environment).compliance is NC


def test_the_second_endpoint_is_judged_by_its_own_group():
    """An unread group of the endpoint that has the name proves nothing about the other."""
    half_read = network(
        endpoint("ssm", groups=["sg-unseen"]),
        endpoint("ssm", id="vpce-2", groups=["sg-e"], private_dns=False),
        group("sg-e", allow(443, "10.0.0.0/16")),
    )
    assert judge(RULE, "vpce-2", half_read).compliance is U
    assert judge(RULE, SSM, half_read).compliance is U
