from typing import ClassVar

from vpcproof.model.facts import Fact
from vpcproof.model.verdict import Severity

from tests.networks import (
    allow,
    allow_all,
    aws_prefix_list,
    endpoint,
    gateway,
    group,
    instance,
    judge,
    network,
    nobody,
    prefix_list,
    subnet,
    unread,
)
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

RULE = "security-group-admits-endpoint-clients"
GROUP = "sg-e"

two_subnets = (subnet("subnet-a", "10.0.1.0/24"), subnet("subnet-b", "10.0.2.0/24"))
ssm = endpoint("ssm", groups=[GROUP])


def row(number, words, parts, expected, *mentions, resource=GROUP, without=None, **parameters):
    judged = network(*parts)
    return Situation(number, words, judged, resource, expected, mentions, parameters, without or {})


def with_rules(*rules):
    return ssm, group(GROUP, *rules)


class TestSecurityGroupAdmitsEndpointClients(RuleTable):
    rule = RULE
    immaterial: ClassVar = {
        Fact.ROUTE_TABLES: "unknown tables leave no workload out, so more are asked about",
        Fact.NETWORK_INTERFACES: "all addresses of the subnets are admitted, whoever holds them",
        Fact.PREFIX_LISTS: "no rule in the row names a list",
    }
    situations = (
        row("63", "443 from the whole VPC", with_rules(allow(443, "10.0.0.0/16")), C, "vpce-ssm"),
        row(
            "155",
            "443 was removed",
            with_rules(allow(80, "10.0.0.0/16")),
            NC,
            "vpce-ssm",
            "443 not admitted from subnet-a",
        ),
        row("156", "a group that no endpoint carries", (group(GROUP),), NA),
        row(
            "156",
            "a group that an endpoint carried until it was deleted",
            (endpoint("ssm", groups=[GROUP], state="deleted"), group(GROUP)),
            NA,
        ),
        row(
            "64",
            "443 from one of two subnets",
            (two_subnets, with_rules(allow(443, "10.0.1.0/24"))),
            NC,
            "subnet-b",
        ),
        row(
            "76",
            "a group that every workload carries",
            with_rules(allow(443, "sg-app")),
            C,
            without={Fact.NETWORK_INTERFACES: U},
        ),
        row("77", "a group that nobody carries", with_rules(allow(443, "sg-nobody")), NC),
        row(
            "78",
            "a group that half of the workloads carry",
            (
                instance("subnet-a", "10.0.1.10"),
                instance("subnet-a", "10.0.1.11", id="b", groups=["sg-web"]),
                with_rules(allow(443, "sg-app")),
            ),
            NC,
        ),
        row("79", "the default group, which admits itself only", with_rules(allow_all(GROUP)), NC),
        row(
            "80",
            "the default group, which the workloads carry too",
            (instance("subnet-a", "10.0.1.10", groups=[GROUP]), with_rules(allow_all(GROUP))),
            C,
            without={Fact.NETWORK_INTERFACES: U},
        ),
        row(
            "81",
            "an empty group beside one that admits everybody",
            (
                endpoint("ssm", groups=[GROUP, "sg-open"]),
                group(GROUP),
                group("sg-open", allow(443, "10.0.0.0/16")),
            ),
            C,
        ),
        row(
            "81",
            "the empty group of one endpoint and the full one of another",
            (
                ssm,
                endpoint("kms", groups=[GROUP, "sg-open"]),
                group(GROUP),
                group("sg-open", allow(443, "10.0.0.0/16")),
            ),
            NC,
            "vpce-ssm",
        ),
        row(
            "-",
            "an empty group of three endpoints",
            (ssm, endpoint("kms", groups=[GROUP]), endpoint("logs", groups=[GROUP]), group(GROUP)),
            NC,
            "and 2 more endpoints",
        ),
        row(
            "85",
            "a customer's prefix list with the subnet",
            (prefix_list("pl-apps", "10.0.1.0/24"), with_rules(allow(443, "pl-apps"))),
            C,
            without={Fact.PREFIX_LISTS: U},
        ),
        row(
            "86",
            "an empty prefix list",
            (prefix_list("pl-apps"), with_rules(allow(443, "pl-apps"))),
            NC,
        ),
        row(
            "87",
            "a prefix list that may not be read",
            (unread(Fact.PREFIX_LISTS), with_rules(allow(443, "pl-apps"))),
            U,
            "pl-apps",
        ),
        row(
            "88",
            "AWS's list of S3",
            (aws_prefix_list("s3", "52.216.0.0/15"), with_rules(allow(443, "pl-s3"))),
            NC,
        ),
        row("89", "only 192.168.0.0/16", with_rules(allow(443, "192.168.0.0/16")), NC),
        row("90", "0.0.0.0/0", with_rules(allow(443, "0.0.0.0/0")), C),
        row(
            "91",
            "ssh from everywhere beside a right 443",
            with_rules(allow(22, "0.0.0.0/0"), allow(443, "10.0.0.0/16")),
            C,
        ),
        row(
            "-",
            "the ports of two endpoints differ, and one is not admitted",
            (
                ssm,
                endpoint("cassandra", groups=[GROUP]),
                group(GROUP, allow(443, "10.0.0.0/16")),
            ),
            NC,
            "vpce-cassandra",
            "9142",
        ),
        row(
            "41",
            "only a private service's endpoint carries it",
            (
                endpoint("com.amazonaws.vpce.us-east-1.vpce-svc-0e87e8a7b3c4d5e6f", groups=[GROUP]),
                group(GROUP),
            ),
            NA,
        ),
        row(
            "38",
            "only an endpoint without security groups of its own",
            (gateway(groups=[GROUP]), group(GROUP)),
            NA,
        ),
        row(
            "25",
            "no workload at all",
            (nobody, ssm, group(GROUP)),
            NA,
            "no workload",
            without={Fact.NETWORK_INTERFACES: NC},
        ),
    )


def test_a_refusal_is_as_severe_as_the_worst_endpoint_makes_it():
    both = network(endpoint("kms", groups=[GROUP], private_dns=False), ssm, group(GROUP))
    alone = network(endpoint("kms", groups=[GROUP], private_dns=False), group(GROUP))
    assert judge(RULE, GROUP, both).severity is Severity.CRITICAL
    assert judge(RULE, GROUP, alone).severity is Severity.HIGH
