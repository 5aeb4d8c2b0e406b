from typing import ClassVar

from vpcproof.model.facts import Fact

from tests.networks import (
    acl,
    allow_all,
    aws_prefix_list,
    endpoint,
    entry,
    gateway,
    group,
    instance,
    judge,
    main_table,
    open_acl,
    plumbing,
    reaching,
    standing,
    subnet,
    to_gateway,
    vpc,
)
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

RULE = "network-acl-permits-endpoint-traffic"
ACL = "acl-1"
ALL = "0.0.0.0/0"

gone = (endpoint("ssm", state="deleted"), endpoint("ssmmessages", state="deleted"))
s3 = (*gone, gateway(), aws_prefix_list("s3", "52.216.0.0/15"), main_table(to_gateway("s3")))


def both(*numbered):
    """Entries one after the other, each in both directions."""
    return [
        entry(number, cidr, ports, egress=egress)
        for number, (cidr, ports) in enumerate(numbered, start=100)
        for egress in (False, True)
    ]


def of(home, *entries):
    return acl(ACL, *entries, subnets=[home])


def row(number, words, parts, expected, *mentions, resource=ACL, without=None, **parameters):
    judged = reaching(*parts)
    return Situation(number, words, judged, resource, expected, mentions, parameters, without or {})


class TestNetworkAclPermitsEndpointTraffic(RuleTable):
    rule = RULE
    immaterial: ClassVar = {
        Fact.NETWORK_INTERFACES: "all addresses of the subnets may pass, whoever holds them",
        Fact.ROUTE_TABLES: "no gateway endpoint in the row",
        Fact.PREFIX_LISTS: "likewise",
    }
    situations = (
        row("2", "open, as EC2 makes it", [], C, "and its replies pass", resource="acl-open"),
        row("98", "a deny before the allow, at the endpoints",
            [of("subnet-e", entry(90, "10.0.0.0/8", 443, deny=True), *both((ALL, None)))], NC,
            "acl-1 of subnet-e denies tcp 443 inbound from 10.0.1.0 (entry 90)"),
        row("98", "a deny after the allow",
            [of("subnet-e", *both((ALL, None)), entry(190, "10.0.0.0/8", 443, deny=True))], C),
        row("98", "a deny of another port",
            [of("subnet-e", entry(90, "10.0.0.0/8", 80, deny=True), *both((ALL, None)))], C),
        row("98", "a deny of a part of the clients",
            [of("subnet-e", entry(90, "10.0.1.128/25", 443, deny=True), *both((ALL, None)))], NC,
            "10.0.1.128"),
        row("98", "a deny of another subnet's range",
            [of("subnet-e", entry(90, "10.0.7.0/24", 443, deny=True), *both((ALL, None)))], C),
        row("99", "no reply ports at the endpoints",
            [of("subnet-e", *both((ALL, 443)))], NC,
            "tcp 32768 of the reply ports 32768-65535 outbound to 10.0.1.0"),
        row("99", "no reply ports at the clients", [of("subnet-a", *both((ALL, 443)))], NC,
            "inbound from 10.0.9.5"),
        row("99", "443 and the reply ports", [of("subnet-e", *both((ALL, 443),
            (ALL, (32768, 65535))))], C),
        row("99", "reply ports of some clients only", [of("subnet-e", *both((ALL, 443),
            (ALL, (49152, 65535))))], NC, "tcp 32768"),
        row("99", "the same, asked for those clients", [of("subnet-e", *both((ALL, 443),
            (ALL, (49152, 65535))))], C, ephemeralPorts="49152-65535"),
        row("99", "a hole in the reply ports", [of("subnet-e", entry(90, ALL, 50000, deny=True,
            egress=True), *both((ALL, None)))], NC, "tcp 50000", "(entry 90)"),
        row("99", "UDP only", [of("subnet-e", *both(), entry(1, ALL, 443, protocol="17"))], NC),
        row("100", "closed, endpoints in the clients' subnet",
            [of("subnet-a"), standing("ssm", ("subnet-a", "10.0.1.5")),
             standing("ssmmessages", ("subnet-a", "10.0.1.6"))], NA, "no endpoint traffic",
            without={Fact.NETWORK_INTERFACES: NC}),
        row("101", "one of two endpoint subnets is shut",
            [subnet("subnet-f", "10.0.8.0/24"), of("subnet-f"),
             standing("ssm", ("subnet-e", "10.0.9.5"), ("subnet-f", "10.0.8.5"))], NC,
            "acl-1 of subnet-f denies tcp 443"),
        row("101", "the other of two endpoint subnets is shut",
            [subnet("subnet-f", "10.0.8.0/24"), of("subnet-f"),
             standing("ssm", ("subnet-e", "10.0.9.5"), ("subnet-f", "10.0.8.5"))], C,
            resource="acl-open"),
        row("102", "443 to the VPC only, S3 by gateway",
            [s3, of("subnet-a", *both(("10.0.0.0/16", None)))], NC,
            "outbound to 52.216.0.0", without={Fact.ROUTE_TABLES: U, Fact.PREFIX_LISTS: NC}),
        row("102", "443 to everywhere, S3 by gateway",
            [s3, of("subnet-a", *both((ALL, 443), (ALL, (32768, 65535))))], C),
        row("102", "443 to S3's ranges and back",
            [s3, of("subnet-a", *both(("52.216.0.0/15", None)))], C,
            without={Fact.ROUTE_TABLES: U, Fact.PREFIX_LISTS: U}),
        row("102", "443 to some public range, the list was not read",
            [*gone, gateway(), main_table(to_gateway("s3")),
             of("subnet-a", *both(("52.0.0.0/8", None)))], U, "acl-1 of subnet-a"),
        row("102", "S3 by gateway, but the table lacks the route",
            [*gone, gateway(), of("subnet-a")], NA),
        row("102", "S3 by gateway from another subnet", [s3, of("subnet-e")], NA,
            without={Fact.NETWORK_INTERFACES: NC}),
        row("59", "S3 for the inbound resolver only",
            [*gone, standing("s3", ("subnet-e", "10.0.9.7"), inbound_resolver_only=True),
             of("subnet-e")], NA),
        row("34", "endpoints that failed carry nothing",
            [endpoint("ssm", state="failed"), endpoint("ssmmessages", state="failed"),
             of("subnet-e")], NA),
        row("41", "private services listen on ports of their own",
            [*gone, standing("com.amazonaws.vpce.us-east-1.vpce-svc-0a", ("subnet-e", "10.0.9.7"),
             id="vpce-p"), of("subnet-e")], NA),
        row("25", "nobody uses the endpoints", [of("subnet-e"), instance("subnet-a", "10.0.1.10",
            interface_type="nat_gateway", instance_id=None)], NA,
            without={Fact.NETWORK_INTERFACES: NC}),
        row("98", "guards no subnet", [acl("acl-idle", is_default=False)], NA, "guards no subnet",
            resource="acl-idle"),
        row("98", "the default one, where every subnet has its own",
            [of("subnet-a", *both((ALL, None))),
             open_acl("acl-2", subnets=["subnet-e"])], NA, resource="acl-open"),
        row("68", "one address may pass, asked by interface",
            [of("subnet-e", *both(("10.0.1.10/32", None)))], C, granularity="eni",
            without={Fact.NETWORK_INTERFACES: NC}),
        row("68", "one address may pass, asked by subnet",
            [of("subnet-e", *both(("10.0.1.10/32", None)))], NC),
        row("98", "where the endpoints' interfaces stand was not read",
            [endpoint("ssm", subnet_ids=("subnet-e",)), gone[1],
             of("subnet-a", *both(("10.0.9.0/25", None)))], U, "acl-1"),
        row("70", "IPv4 only, a dual-stack endpoint and workloads with IPv6",
            [vpc("10.0.0.0/16", "2001:db8::/56"),
             subnet("subnet-a", "10.0.1.0/24", "2001:db8:0:1::/64"),
             subnet("subnet-e", "10.0.9.0/24", "2001:db8:0:9::/64"),
             instance("subnet-a", "10.0.1.10", "2001:db8:0:1::10"),
             group("sg-app", egress=(allow_all(ALL), allow_all("::/0"))),
             standing("ssm", ("subnet-e", "10.0.9.5", "2001:db8:0:9::5"),
                      ip_address_type="dualstack"), of("subnet-e", *both((ALL, None)))], NC,
            "2001:db8:0:1::"),
        row("70", "IPv4 only, a dual-stack endpoint and workloads without IPv6",
            [standing("ssm", ("subnet-e", "10.0.9.5", "2001:db8:0:9::5"),
                      ip_address_type="dualstack"), of("subnet-e", *both((ALL, None)))], C),
        row("27", "functions alone use no endpoint of Systems Manager, but any may come",
            [of("subnet-e"), instance("subnet-a", "10.0.1.10", instance_id=None,
             interface_type="lambda")], NC),
        row("28", "the VPC belongs to another account", [vpc(owner_id="444455556666"),
            of("subnet-e")], NA),
    )  # fmt: skip


def test_all_entries_that_deny_are_in_the_evidence():
    shut = reaching(
        of("subnet-e", entry(90, "10.0.1.0/25", 443, deny=True),
           entry(91, "10.0.1.128/25", 443, deny=True), *both((ALL, None)))
    )  # fmt: skip
    found = judge(RULE, ACL, shut)
    assert [each.detail[-10:] for each in found.evidence] == ["(entry 90)", "(entry 91)"]
    assert "(and 1 more)" in found.annotation


def test_devices_of_aws_are_no_clients():
    devices = reaching(of("subnet-e"), plumbing("subnet-b", "nat_gateway"),
                       instance("subnet-a", "10.0.1.10", interface_type="nat_gateway"))  # fmt: skip
    assert judge(RULE, ACL, devices).compliance is NA
