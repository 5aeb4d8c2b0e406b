from typing import ClassVar

import pytest
from vpcproof.model.facts import Fact

from tests.networks import (
    VPC,
    dhcp,
    endpoint,
    forwarding,
    gateway,
    judge,
    network,
    offered,
    unread,
    vpc,
    zone,
)
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

RULE = "vpc-dns-resolves-endpoints"

on, off = endpoint("ssm"), endpoint("ssm", private_dns=False)


def row(number, words, parts, expected, *mentions, without=None, **parameters):
    judged = network(*parts)
    return Situation(number, words, judged, VPC, expected, mentions, parameters, without or {})


class TestVpcDnsResolvesEndpoints(RuleTable):
    rule = RULE
    immaterial: ClassVar = {
        Fact.VPCS: "the VPC that is judged is known",
        Fact.DHCP_OPTIONS: "own DNS servers are an advisory: what they answer cannot be read",
        Fact.RESOLVER_RULES: "rules that were not read are taken for absent: few VPCs have them",
        Fact.ENDPOINT_SERVICES: "the names of AWS's own services are formed from their codes",
    }
    situations = (
        row("2", "both attributes on", [on], C, "both DNS attributes are on"),
        row("45", "enableDnsHostnames off", [vpc(dns_hostnames=False), on], NC,
            "enableDnsHostnames is off in vpc-home"),
        row("46", "enableDnsSupport off", [vpc(dns_support=False), on], NC,
            "enableDnsSupport is off"),
        row("45", "one attribute off, the other not read",
            [vpc(dns_hostnames=False, dns_support=None), on], NC),
        row("45", "one attribute not read", [vpc(dns_hostnames=None), on], U, "were not read"),
        row("47", "no endpoint relies on names", [off], NA, "no endpoint of the VPC relies"),
        row("47", "the same, and the attributes are off", [vpc(dns_support=False), off], NA),
        row("1", "no endpoint at all", [], NA),
        row("35", "the endpoint is gone", [endpoint("ssm", state="deleted")], NA),
        row("34", "the endpoint failed", [vpc(dns_hostnames=False), endpoint("ssm",
            state="failed")], NC),
        row("59", "a gateway endpoint alone relies on names too", [gateway()], C),
        row("59", "a gateway endpoint alone, enableDnsSupport off",
            [vpc(dns_support=False), gateway()], NC),
        row("38", "a Gateway Load Balancer endpoint relies on none", [endpoint("fw", id="vpce-fw",
            type="GatewayLoadBalancer")], NA),
        row("39", "an endpoint without service name",
            [endpoint("x", type="Resource", service_name=None)], NA),
        row("52", "a zone above hides other services", [on, zone("amazonaws.com")], C),
        row("53", "a rule forwards the Region", [on, forwarding("us-east-1.amazonaws.com")], NA,
            "ssm.us-east-1.amazonaws.com is forwarded", "cannot be read",
            without={Fact.RESOLVER_RULES: C}),
        row("53", "a rule forwards, and an attribute is off",
            [vpc(dns_support=False), on, forwarding("amazonaws.com")], NC),
        row("53", "a system rule takes the Region back",
            [on, forwarding("amazonaws.com"), forwarding("us-east-1.amazonaws.com",
             rule_type="SYSTEM")], C),
        row("53", "a rule for names that only contain the word",
            [on, forwarding("amazonaws.example")], C),
        row("53", "a rule of another VPC", [on, forwarding("amazonaws.com", vpc="vpc-other")], C),
        row("53", "a rule forwards names that no endpoint here has",
            [on, forwarding("logs.us-east-1.amazonaws.com")], C),
        row("54", "own DNS servers", [vpc(dhcp_options_id="dopt-1"), dhcp("10.0.9.9"), on], C,
            "note: instances ask 10.0.9.9"),
        row("54", "the VPC's own resolver by its address",
            [vpc(dhcp_options_id="dopt-1"), dhcp("AmazonProvidedDNS", "10.0.0.2"), on], C),
        row("28", "the VPC belongs to another account", [vpc(owner_id="444455556666"), on], NA),
        row("45", "the attributes were not read", [on, unread(Fact.VPC_DNS_ATTRIBUTES)], U),
    )  # fmt: skip


def test_own_dns_servers_are_evidence_of_every_verdict():
    off_too = network(vpc(dhcp_options_id="dopt-1", dns_support=False), dhcp("10.0.9.9"), on)
    assert "dopt-1" in {each.id for each in judge(RULE, VPC, off_too).evidence}


@pytest.mark.parametrize("name", ["ssm.us-east-1.amazonaws.com", "*.ssm.us-east-1.amazonaws.com"])
def test_forwarded_names_are_those_of_the_catalogue(name):
    listed = network(on, offered("ssm", private_dns_names=(name,)), forwarding("amazonaws.com"))
    assert judge(RULE, VPC, listed).compliance is NA
