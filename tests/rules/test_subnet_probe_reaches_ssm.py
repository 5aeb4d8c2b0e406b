from typing import ClassVar

from vpcproof.model.facts import Fact
from vpcproof.model.probe_result import ProbeStep

from tests.networks import (
    ago,
    all_probed,
    forwarding,
    group,
    judge,
    no_answer,
    node,
    probed,
    reaching,
    unread,
)
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

RULE = "subnet-probe-reaches-ssm"
HOME = "subnet-a"
closed = group("sg-endpoint")
led_outside = ProbeStep(
    name="resolve",
    target="ssm.us-east-1.amazonaws.com",
    family="A",
    ok=False,
    answer=("52.94.1.1",),
    error="public-address",
)


def row(words, parts, expected, *mentions, without=None, **parameters):
    judged = reaching(*parts)
    return Situation("-", words, judged, HOME, expected, mentions, parameters, without or {})


class TestSubnetProbeReachesSsm(RuleTable):
    rule = RULE
    immaterial: ClassVar = {
        Fact.NETWORK_INTERFACES: "any workload is taken to stand there, and its egress to be open",
        Fact.PREFIX_LISTS: "no rule and no route in the row names a list",
        Fact.NAT_GATEWAYS: "traffic passes none",
        Fact.ENDPOINT_SERVICES: "the names of AWS's own services are formed from their codes",
        Fact.DHCP_OPTIONS: "own DNS servers are an advisory: what they answer cannot be read",
        Fact.HOSTED_ZONES: "private DNS of the endpoints is more specific than any of them",
        Fact.PROFILE_ASSOCIATIONS: "likewise",
        Fact.RESOLVER_RULES: "rules that were not read are taken for absent: few VPCs have them",
        Fact.TRANSIT_GATEWAY_ATTACHMENTS: "traffic passes none",
        Fact.TRANSIT_GATEWAY_ROUTE_TABLES: "likewise",
        Fact.VPC_PEERING_CONNECTIONS: "likewise",
    }
    situations = (
        row("both agree that it is reached", [all_probed()], C,
            "the probe reaches ssm, ssmmessages, as the settings say"),
        row("no probe in the subnet", [], NA, "no probe in the subnet"),
        row("the probe stands in another subnet", [all_probed(subnet="subnet-e")], NA),
        row("probes were looked for in vain", [unread(Fact.PROBE_RESULTS, "tag:GetResources: no")],
            U, "not read: ProbeResults (tag:GetResources: no)"),
        row("the probe did not answer", [all_probed(failure="timed out")], U,
            "ssm: the probe did not answer: timed out"),
        row("it did not answer about one of the two", [probed("ssm")], U,
            "ssmmessages: the probe was not asked"),
        row("its answer is old", [all_probed(taken_at=ago(minutes=91))], U,
            "more than 90 minutes"),
        row("its answer is as old as it may be", [all_probed(taken_at=ago(minutes=90))], C),
        row("its answer is older than asked for", [all_probed(taken_at=ago(minutes=10))], U,
            "more than 5 minutes", probeMaxAgeMinutes="5"),
        row("a failure that is old is no failure", [all_probed(no_answer(),
            taken_at=ago(minutes=91))], U, "more than 90 minutes"),
        row("both agree that it is not", [closed, all_probed(no_answer())], NC,
            "the probe in the subnet does not reach ssm, ssmmessages, as the settings say",
            "connect 10.0.9.5:443: timed-out"),
        row("open settings, and no answer", [all_probed(no_answer())], NC,
            "though no setting is known to block"),
        row("names that lead outside", [all_probed(led_outside)], NC,
            "resolve ssm.us-east-1.amazonaws.com A: public-address (52.94.1.1)"),
        row("the settings block what the probe reaches", [closed, all_probed()], NC,
            "the settings block ssm, ssmmessages, but the probe in the subnet reaches ssm"),
        row("they block one that the probe says nothing of", [closed, probed("ssm")], NC,
            "but the probe in the subnet reaches ssm"),
        row("one is not reached, of the other nothing is said", [probed("ssm", no_answer())], NC,
            "does not reach ssm, though"),
        row("the settings are open to doubt", [forwarding("us-east-1.amazonaws.com"),
            all_probed()], U, "the settings leave open ssm", without={Fact.RESOLVER_RULES: C}),
        row("an old agent needs a third service", [node("i-a", "3.2.0.0"), all_probed()], U,
            "ec2messages: the probe was not asked about it"),
    )  # fmt: skip


def test_every_step_that_failed_is_in_the_evidence():
    both = all_probed(no_answer(), no_answer("10.0.9.6", "refused"))
    found = judge(RULE, HOME, reaching(both))
    told = [each.detail for each in found.evidence if each.fact == "probe_result"]
    assert all("10.0.9.5:443: timed-out; connect 10.0.9.6:443: refused" in each for each in told)
