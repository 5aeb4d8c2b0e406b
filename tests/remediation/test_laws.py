"""Laws that hold of every plan, whatever the VPC looks like."""

from __future__ import annotations

import json
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from vpcproof.analysis.paths import all_paths
from vpcproof.engine import evaluate
from vpcproof.model.parameters import parse_parameters
from vpcproof.model.verdict import Compliance
from vpcproof.remediation.change import Risk
from vpcproof.remediation.document import plans_from_document, plans_to_document
from vpcproof.remediation.plan import Mandate
from vpcproof.remediation.questions import holds
from vpcproof.remediation.simulate import same_facts, simulate, unmet
from vpcproof.rules.registry import all_rules

from tests.networks import (
    allow,
    allow_all,
    aws_prefix_list,
    gateway,
    group,
    instance,
    nat,
    network,
    open_acl,
    route,
    standing,
    subnet,
    table,
    to_gateway,
    vpc,
    zone,
)
from tests.remediation.vpcs import FULL_ACCESS, NARROW, made, planned, unmade

ZONES = {"subnet-a": "us-east-1a", "subnet-b": "us-east-1b", "subnet-c": "us-east-1b"}
CIDRS = {"subnet-a": "10.0.1.0/24", "subnet-b": "10.0.2.0/24", "subnet-c": "10.0.3.0/24"}
RANK = {
    Compliance.COMPLIANT: 0,
    Compliance.NOT_APPLICABLE: 0,
    Compliance.UNDETERMINED: 1,
    Compliance.NON_COMPLIANT: 2,
}
REACH = {True: 0, None: 1, False: 2}

sources = st.sampled_from(["10.0.1.0/24", "10.0.2.0/24", "10.0.0.0/16", "0.0.0.0/0", "sg-app"])
ingress = st.lists(
    st.one_of(
        st.builds(allow, st.sampled_from([443, (400, 500)]), sources),
        st.builds(allow_all, sources),
    ),
    max_size=2,
    unique_by=str,
)
egress = st.sampled_from([(allow_all("0.0.0.0/0"),), (allow(443, "10.0.0.0/16"),), ()])
policies = st.sampled_from([FULL_ACCESS, FULL_ACCESS, '{"Statement": []}'])
tags = st.sampled_from([{}, {}, {}, {"vpcproof:remediate": "off"}])


@st.composite
def endpoints(draw, service, homes, number=1):
    """An endpoint that lacks this or that."""
    stands = draw(st.lists(st.sampled_from(homes), unique_by=ZONES.get))
    return standing(
        service,
        *((each, CIDRS[each].replace(".0/24", f".{10 + number}")) for each in stands),
        id=f"vpce-{service}-{number}",
        groups=draw(st.lists(st.sampled_from(["sg-e", "sg-app"]), min_size=1, unique=True)),
        private_dns=number == 1 and draw(st.booleans()),
        state=draw(st.sampled_from(["available"] * 5 + ["pending", "failed", "deleting"])),
        requester_managed=draw(st.sampled_from([False] * 5 + [True])),
        policy_document=draw(policies),
        tags=draw(tags),
    )


@st.composite
def tables(draw, name, **others):
    """A route table with or without ways out, and to the gateway endpoint or not."""
    ways = draw(st.sampled_from([(), (("0.0.0.0/0", "nat-1"),), (("0.0.0.0/0", "igw-1"),)]))
    routes = [route(*each) for each in ways]
    routes += [to_gateway("s3")] if draw(st.booleans()) else []
    return table(name, *routes, **others)


@st.composite
def vpcs(draw):
    """A VPC with workloads, and endpoints that are wrong in many ways, or not there."""
    homes = draw(st.lists(st.sampled_from(sorted(CIDRS)), min_size=1, unique=True))
    busy = draw(st.lists(st.sampled_from(homes), min_size=1, unique=True))
    services = draw(st.lists(st.sampled_from(["ssm", "ssmmessages", "kms"]), unique=True))
    twins = draw(st.sampled_from([(), (), tuple(services[:1])]))
    main = draw(tables("rtb-main", is_main=True))
    other = draw(tables("rtb-b", subnets=["subnet-b"]))
    led = [each.id for each in (main, other) if any(r.target == "vpce-s3" for r in each.routes)]
    s3 = [gateway("s3", tables=led, policy_document=draw(policies))]
    return network(
        vpc(
            dns_support=draw(st.sampled_from([True, True, True, False])),
            dns_hostnames=draw(st.sampled_from([True, True, False])),
        ),
        *(
            subnet(
                each,
                CIDRS[each],
                zone=ZONES[each],
                free_addresses=draw(st.sampled_from([0, 9, 12, 200, None])),
            )
            for each in homes
        ),
        *(
            instance(
                each, CIDRS[each].replace(".0/24", ".9"), has_public_address=draw(st.booleans())
            )
            for each in busy
        ),
        *(draw(endpoints(each, homes)) for each in services),
        *(draw(endpoints(each, homes, number=2)) for each in twins),
        main,
        other,
        s3 if led or draw(st.booleans()) else (),
        aws_prefix_list("s3", "52.216.0.0/15"),
        nat(subnet="subnet-public"),
        subnet("subnet-public", "10.0.200.0/24", zone="us-east-1a"),
        table("rtb-public", route("0.0.0.0/0", "igw-1"), subnets=["subnet-public"]),
        open_acl(),
        group("sg-app", *draw(ingress), egress=draw(egress)),
        group("sg-e", *draw(ingress)),
        draw(st.sampled_from([(), (), (zone("ssm.us-east-1.amazonaws.com", records=()),)])),
    )


mandates = st.builds(
    Mandate,
    allow_dns_change=st.booleans(),
    narrow=st.sampled_from([frozenset(), frozenset({NARROW})]),
    remove_duplicates=st.booleans(),
    max_changes=st.sampled_from([None, None, 2, 5]),
    max_monthly_cost=st.sampled_from([None, None, Decimal(10)]),
)
parameters = st.sampled_from(
    [{}, {"services": "ssm,s3"}, {"services": "ssm,kms,dynamodb"}, {"granularity": "eni"}]
)
thoughtful = settings(max_examples=settings.default.max_examples // 2)


def verdicts(snapshot, given_parameters):
    report = evaluate(snapshot, all_rules().values(), parse_parameters(given_parameters))
    return {(each.rule, each.resource_id): each.compliance for each in report.evaluations}


def reach(snapshot, given_parameters):
    paths = all_paths(snapshot, parse_parameters(given_parameters))
    return {(each.subnet_id, each.service): each.reachable for each in paths}


@thoughtful
@given(vpcs(), mandates, parameters)
def test_what_a_plan_repairs_is_compliant_afterwards_and_nothing_is_worse(before, mandate, given_):
    plan = planned(before, mandate=mandate, **given_)
    was, became = verdicts(before, given_), verdicts(made(before, plan), given_)
    assert {became[each.rule, each.resource_id] for each in plan.repairs} <= {Compliance.COMPLIANT}
    assert bool(plan.changes) == bool(plan.repairs)
    worse = {
        judged: verdict
        for judged, verdict in became.items()
        if RANK[verdict] > RANK[was.get(judged, Compliance.COMPLIANT)]
    }
    assert worse == {}


@thoughtful
@given(vpcs(), mandates, parameters)
def test_no_path_is_lost_after_any_change_nor_after_any_undoing(before, mandate, given_):
    plan = planned(before, mandate=mandate, **given_)
    today = reach(before, given_)
    state = before
    states = []
    for change in plan.changes:
        state = simulate(state, change.call)
        states.append(state)
    for change in reversed(plan.changes):
        state = simulate(state, *change.undo)
        states.append(state)
    for each in states:
        now = reach(each, given_)
        assert {key for key in today if REACH[now.get(key, True)] > REACH[today[key]]} == set()


@thoughtful
@given(vpcs(), mandates, parameters)
def test_undoing_a_plan_restores_every_fact(before, mandate, given_):
    plan = planned(before, mandate=mandate, **given_)
    undone = unmade(made(before, plan), plan)
    recreated = frozenset(
        call.creates for change in plan.changes for call in change.undo if call.creates
    )
    assert same_facts(undone, before, recreated=recreated)
    assert not recreated or mandate.remove_duplicates


@thoughtful
@given(vpcs(), mandates, parameters)
def test_after_a_plan_there_is_nothing_more_to_plan(before, mandate, given_):
    unlimited = Mandate(
        allow_dns_change=mandate.allow_dns_change,
        narrow=mandate.narrow,
        remove_duplicates=mandate.remove_duplicates,
    )
    plan = planned(before, mandate=unlimited, **given_)
    again = planned(made(before, plan), mandate=unlimited, **given_)
    assert [change.summary for change in again.changes] == []


@thoughtful
@given(vpcs(), mandates, parameters)
def test_a_plan_stays_within_its_mandate(before, mandate, given_):
    plan = planned(before, mandate=mandate, **given_)
    risks = {change.risk for change in plan.changes}
    operations = {change.operation for change in plan.changes}
    assert mandate.narrow or Risk.NARROWING not in risks
    assert mandate.remove_duplicates or Risk.DESTRUCTIVE not in risks
    assert mandate.allow_dns_change or "ModifyVpcAttribute" not in operations
    assert len(plan.changes) <= (mandate.max_changes or len(plan.changes))
    assert plan.monthly_cost.amount <= (mandate.max_monthly_cost or plan.monthly_cost.amount)
    off = [
        each.id
        for each in before.vpc_endpoints.values()
        if each.tags.get("vpcproof:remediate") or each.requester_managed
    ]
    named = {each for each in off for change in plan.changes if change.call.names(each)}
    assert named == set()


@thoughtful
@given(vpcs(), mandates, parameters)
def test_every_finding_is_repaired_or_told_why_not(before, mandate, given_):
    plan = planned(before, mandate=mandate, **given_)
    after = verdicts(made(before, plan), given_)
    open_before = {
        judged
        for judged, verdict in verdicts(before, given_).items()
        if RANK[verdict] and RANK[after.get(judged, Compliance.COMPLIANT)]
    }
    told = {(each.finding.rule, each.finding.resource_id) for each in plan.problems}
    assert told == open_before
    assert all(all(reason.strip() for reason in each.reasons) for each in plan.problems)
    assert all(each.reasons for each in plan.problems)


@thoughtful
@given(vpcs(), mandates)
def test_what_changes_rest_on_holds_when_they_are_made(before, mandate):
    plan = planned(before, mandate=mandate)
    assert unmet(before, plan.changes) == ()
    state = before
    for change in plan.changes:
        assert change.expects
        assert all(holds(state, each) for each in change.expects)
        state = simulate(state, change.call)
    if plan.changes:
        assert unmet(state, plan.changes)


@thoughtful
@given(vpcs(), mandates)
def test_a_plan_reads_back_from_json_as_it_was(before, mandate):
    plan = planned(before, mandate=mandate)
    text = json.dumps(plans_to_document([plan]))
    assert plans_from_document(json.loads(text)) == (plan,)


@thoughtful
@given(vpcs(), mandates)
def test_the_same_facts_give_the_same_plan(before, mandate):
    assert planned(before, mandate=mandate) == planned(before, mandate=mandate)
