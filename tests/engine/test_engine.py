from dataclasses import replace

import pytest
from vpcproof.engine import evaluate, vpc_of
from vpcproof.errors import UnknownRuleError
from vpcproof.model.facts import Fact, Gap
from vpcproof.model.parameters import Parameters, parse_parameters
from vpcproof.model.resource_type import ResourceType
from vpcproof.model.verdict import Compliance, Evidence, Severity, compliant
from vpcproof.rules import registry
from vpcproof.rules.registry import all_rules, find_rule, rule

from tests.networks import (
    NOW,
    OWNER,
    PARTICIPANT,
    VPC,
    endpoint,
    gateway,
    group,
    judge,
    main_table,
    network,
    subnet,
    table,
    unread,
    vpc,
)

AVAILABLE = "vpc-endpoint-available"


def two_vpcs():
    return network(
        vpc(),
        vpc("10.9.0.0/16", id="vpc-other"),
        subnet("subnet-a", "10.0.1.0/24"),
        subnet("subnet-o", "10.9.1.0/24", vpc="vpc-other"),
        main_table(),
        main_table(id="rtb-o", vpc="vpc-other"),
        endpoint("ssm", id="vpce-b"),
        endpoint("kms", id="vpce-a"),
        endpoint("ssm", id="vpce-o", vpc="vpc-other"),
    )


def run(snapshot, *names, **options):
    return evaluate(snapshot, [find_rule(each) for each in names], Parameters(), **options)


def test_evaluations_are_sorted_by_rule_then_resource():
    report = run(two_vpcs(), "vpc-endpoint-service-name-valid", AVAILABLE)
    order = [(each.rule, each.resource_id) for each in report.evaluations]
    assert order == sorted(order)
    assert len(order) == 6


def test_the_vpcs_named_are_judged_and_no_other():
    report = run(two_vpcs(), AVAILABLE, "vpc-ssm-endpoints-complete", vpc_ids=["vpc-other"])
    assert [each.resource_id for each in report.evaluations] == ["vpce-o", "vpc-other"]


def test_the_summary_counts_every_verdict_zeros_included():
    report = run(two_vpcs(), AVAILABLE)
    assert report.summary == {
        Compliance.COMPLIANT: 3,
        Compliance.NON_COMPLIANT: 0,
        Compliance.NOT_APPLICABLE: 0,
        Compliance.UNDETERMINED: 0,
    }


def test_an_evaluation_says_what_was_judged_and_how_bad_it_is():
    evaluation = judge(AVAILABLE, "vpce-1", network(endpoint("ssm", id="vpce-1", state="failed")))
    assert evaluation.rule == AVAILABLE
    assert evaluation.resource_type is ResourceType.VPC_ENDPOINT
    assert evaluation.vpc_id == VPC
    assert evaluation.severity is Severity.HIGH
    assert evaluation.evidence == (Evidence("vpc_endpoint", "vpce-1", "state failed"),)


def test_the_report_carries_the_gaps_of_the_snapshot():
    gap = unread(Fact.NETWORK_ACLS)
    assert run(network(gap), AVAILABLE).gaps == (gap,)


def test_a_needed_fact_that_is_missing_leaves_the_verdict_open_and_is_named():
    blind = network(endpoint("ssm"), unread(Fact.VPC_ENDPOINTS, "AccessDenied"))
    blind = replace(blind, vpc_endpoints={"vpce-ssm": endpoint("ssm")})
    evaluation = judge(AVAILABLE, "vpce-ssm", blind)
    assert evaluation.compliance is Compliance.UNDETERMINED
    assert evaluation.annotation == "not read: VpcEndpoints (AccessDenied)"


def test_a_needed_fact_that_another_vpc_lacks_is_of_no_account():
    beside = replace(
        network(endpoint("ssm")),
        gaps=(Gap(fact=Fact.VPC_ENDPOINTS, reason="AccessDenied", vpc_id="vpc-other"),),
    )
    assert judge(AVAILABLE, "vpce-ssm", beside).compliance is Compliance.COMPLIANT


@pytest.mark.parametrize(
    ("rule_name", "resource"),
    [
        ("vpc-ssm-endpoints-complete", VPC),
        ("vpc-endpoint-available", "vpce-ssm"),
        ("security-group-admits-endpoint-clients", "sg-e"),
        ("route-table-has-no-blackhole", "rtb-main"),
    ],
)
def test_in_a_shared_vpc_the_owner_judges_and_the_participant_does_not(rule_name, resource):
    """28: a participant cannot describe the owner's endpoints."""
    parts = (endpoint("ssm", groups=["sg-e"]), group("sg-e"))
    theirs = judge(rule_name, resource, network(*parts, account=PARTICIPANT))
    ours = judge(rule_name, resource, network(*parts, account=OWNER))
    assert theirs.compliance is Compliance.NOT_APPLICABLE
    assert OWNER in theirs.annotation
    assert ours.compliance is not Compliance.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("account", "owner"), [(None, OWNER), (OWNER, None), (None, None), (OWNER, OWNER)]
)
def test_a_vpc_is_its_own_where_nobody_says_otherwise(account, owner):
    whole = network(vpc(owner_id=owner), endpoint("ssm"), account=account)
    assert judge(AVAILABLE, "vpce-ssm", whole).compliance is Compliance.COMPLIANT


def test_every_resource_knows_its_vpc():
    whole = network(endpoint("ssm"), group("sg-flat", vpc=None))
    assert vpc_of(whole.vpcs[VPC], whole) == VPC
    assert vpc_of(whole.vpc_endpoints["vpce-ssm"], whole) == VPC
    assert vpc_of(whole.security_groups["sg-flat"], whole) is None


def test_a_group_of_no_known_vpc_is_judged_all_the_same():
    whole = network(group("sg-flat", vpc=None))
    evaluation = judge("security-group-admits-endpoint-clients", "sg-flat", whole)
    assert evaluation.compliance is Compliance.NOT_APPLICABLE
    assert evaluation.vpc_id is None


def test_every_endpoint_gets_its_own_verdict():
    """Config's default-policy rule gives one verdict per VPC, that of the last endpoint."""
    mixed = network(endpoint("ssm", state="failed"), endpoint("kms"), gateway(), captured_at=NOW)
    report = run(mixed, AVAILABLE)
    found = {each.resource_id: each.compliance for each in report.evaluations}
    assert found == {
        "vpce-kms": Compliance.COMPLIANT,
        "vpce-s3": Compliance.COMPLIANT,
        "vpce-ssm": Compliance.NON_COMPLIANT,
    }


def test_judging_twice_says_the_same_twice():
    """Prowler's trusted list grows from run to run."""
    whole = network(endpoint("ssm"), gateway(), table("rtb-spare"))
    assert run(whole, *all_rules()) == run(whole, *all_rules())


# The registry


def test_rules_are_named_after_their_files_and_listed_in_order():
    names = list(all_rules())
    assert names == sorted(names)
    assert AVAILABLE in names


@pytest.mark.parametrize("name", all_rules())
def test_a_rule_says_what_it_is_about(name):
    each = find_rule(name)
    assert each.title.endswith(".")
    assert each.title.count("\n") == 0
    for heading in ("## Why it matters", "## How to fix", "## Known limits"):
        assert heading in each.documentation
    assert each.facts == each.needs | each.reads
    assert not each.needs & each.reads
    assert all(":" in action for action in each.actions)


def test_a_misspelt_rule_is_answered_with_the_nearest():
    with pytest.raises(UnknownRuleError, match="did you mean vpc-endpoint-available"):
        find_rule("vpc-endpoint-availble")


def test_a_name_like_none_is_answered_with_where_to_look():
    with pytest.raises(UnknownRuleError, match=r"no rule is named 'x' \(`vpcproof rules` lists"):
        find_rule("x")


@pytest.fixture
def registered(monkeypatch):
    """A registry of our own, so that the real one keeps its rules."""
    monkeypatch.setattr(registry, "_registered", {})
    return registry._registered


def declare(**said):
    known = {"resource_type": ResourceType.VPC, "severity": Severity.LOW, "needs": {Fact.VPCS}}
    return rule(**{**known, **said})(lambda *_: compliant("fine"))


def test_two_judges_cannot_share_a_name(registered):
    declare()
    with pytest.raises(ValueError, match="two judges for the rule"):
        declare()


def test_a_rule_cannot_take_a_parameter_that_does_not_exist(registered):
    with pytest.raises(ValueError, match="unknown parameters"):
        declare(parameters=["colour"])


def test_a_fact_that_is_needed_is_not_read_besides(registered):
    declare(needs={Fact.VPCS}, reads={Fact.VPCS, Fact.SUBNETS})
    (only,) = registered.values()
    assert only.reads == {Fact.SUBNETS}
    assert only.actions == ("ec2:DescribeSubnets", "ec2:DescribeVpcs")


@pytest.mark.parametrize(
    ("parameters", "judged"),
    [
        ({}, ["vpce-a", "vpce-b", "vpce-o"]),
        ({"vpcIds": "vpc-other"}, ["vpce-o"]),
        ({"vpcIds": f"vpc-other,{VPC}"}, ["vpce-a", "vpce-b", "vpce-o"]),
        ({"vpcTag": "scope"}, ["vpce-o"]),
        ({"vpcTag": "scope=private"}, ["vpce-o"]),
        ({"vpcTag": "scope=public"}, []),
        ({"vpcIds": VPC, "vpcTag": "scope"}, []),
    ],
    ids=str,
)
def test_scope_parameters_leave_the_other_vpcs_not_applicable(parameters, judged):
    tagged = two_vpcs()
    tagged = replace(
        tagged,
        vpcs={
            each.id: replace(each, tags={"scope": "private"}) if each.id != VPC else each
            for each in tagged.vpcs.values()
        },
    )
    report = evaluate(tagged, [find_rule(AVAILABLE)], parse_parameters(parameters))
    verdicts = {each.resource_id: each.compliance for each in report.evaluations}
    assert [each for each, found in verdicts.items() if found is Compliance.COMPLIANT] == judged
    assert set(verdicts.values()) <= {Compliance.COMPLIANT, Compliance.NOT_APPLICABLE}


def test_a_vpc_whose_tags_were_not_read_is_judged():
    blind = network(endpoint("ssm", id="vpce-1"), unread(Fact.VPCS))
    report = evaluate(blind, [find_rule(AVAILABLE)], parse_parameters({"vpcTag": "scope"}))
    assert [each.compliance for each in report.evaluations] == [Compliance.COMPLIANT]


@pytest.mark.parametrize("name", all_rules())
def test_refused_interfaces_are_nothing_to_assume_workloads_about(name):
    """A template has no interfaces, so workloads are assumed; an account has, when it refuses."""
    refused = network(
        subnet("subnet-a", "10.0.1.0/24"),
        endpoint("ssm", id="vpce-1"),
        unread(Fact.NETWORK_INTERFACES, "ec2:DescribeNetworkInterfaces: UnauthorizedOperation"),
    )
    verdicts = {each.compliance for each in run(refused, name).evaluations}
    if Fact.NETWORK_INTERFACES in find_rule(name).facts:
        assert verdicts <= {Compliance.UNDETERMINED}
