"""What has become of the findings of an earlier run."""

import json

import pytest
from vpcproof.errors import SnapshotError
from vpcproof.model.verdict import Compliance, Evidence, Severity
from vpcproof.render.baseline import Comparison, compare, read_baseline
from vpcproof.render.text import render_text

from tests.render.samples import (
    BLACKHOLE,
    PROD,
    TEST,
    compared,
    evaluation,
    everything,
    findings,
    json_of,
    report,
)

NC, C = Compliance.NON_COMPLIANT, Compliance.COMPLIANT


def baseline(*evaluations):
    """What an earlier run wrote, read back."""
    return read_baseline(json_of(findings(*evaluations)), "before.json")


def states(then, now, judged=(BLACKHOLE,), vpc_ids=()):
    told = compare(baseline(*then), report(now), judged=judged, vpc_ids=vpc_ids)
    return {
        state: [each.resource_id for each in getattr(told, state)]
        for state in ("new", "unchanged", "fixed", "undecided")
        if getattr(told, state)
    }


def table(name="rtb-1", compliance=NC, **changes):
    return evaluation(compliance, resource_id=name, **changes)


@pytest.mark.parametrize(
    ("then", "now", "state"),
    [
        ([], [table()], "new"),
        ([table(compliance=C)], [table()], "new"),
        ([table(compliance=Compliance.UNDETERMINED)], [table()], "new"),
        ([table()], [table()], "unchanged"),
        ([table()], [table(annotation="in other words")], "unchanged"),
        ([table(severity=Severity.HIGH)], [table(severity=Severity.LOW)], "unchanged"),
        ([table(severity=Severity.LOW)], [table(severity=Severity.HIGH)], "new"),
        ([table()], [table(compliance=C)], "fixed"),
        ([table()], [table(compliance=Compliance.NOT_APPLICABLE)], "fixed"),
        ([table()], [], "fixed"),
        ([table()], [table(compliance=Compliance.UNDETERMINED)], "undecided"),
        (
            [table()],
            [table(compliance=Compliance.NOT_APPLICABLE, annotation="exempt until 2027-01-31: x")],
            "undecided",
        ),
    ],
)
def test_a_finding_is_told_apart(then, now, state):
    assert states(then, now) == {state: ["rtb-1"]}


def test_what_complies_now_and_then_is_not_a_finding():
    assert states([table(compliance=C)], [table(compliance=C)]) == {}


def test_a_rule_that_did_not_judge_this_time_fixes_nothing():
    assert states([table()], [], judged=("vpc-endpoint-available",)) == {"undecided": ["rtb-1"]}


def test_a_vpc_that_was_not_asked_for_this_time_has_nothing_fixed():
    then = [table("rtb-1", vpc_id=PROD), table("rtb-2", vpc_id=TEST)]
    assert states(then, [], vpc_ids=(PROD,)) == {"fixed": ["rtb-1"], "undecided": ["rtb-2"]}


def test_the_same_resource_by_another_rule_is_another_finding():
    other = table(rule="route-table-endpoint-route-effective")
    assert states([table()], [other]) == {"new": ["rtb-1"], "fixed": ["rtb-1"]}


def test_all_are_in_the_order_of_every_report():
    names = ["rtb-3", "rtb-1", "rtb-2"]
    assert states(map(table, names), []) == {"fixed": sorted(names)}


def test_the_place_of_the_baseline_is_known():
    before = baseline(table())
    assert (before.account, before.region) == ("111122223333", "ap-northeast-2")


def test_evidence_does_not_matter():
    told = compare(
        baseline(evaluation(NC, Evidence("route", "a", "b"))), report([evaluation()]), judged=()
    )
    assert told.unchanged == (evaluation(),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text",
        "[]",
        "null",
        "1",
        "{}",
        '{"schema_version": "1.0", "paths": []}',
        '{"schema_version": "1.0", "source": null, "evaluations": []}',
        '{"schema_version": "1.0", "source": {"account": null}, "evaluations": []}',
        '{"Vpcs": []}',
        "[" * 100_000,
    ],
)
def test_anything_else_is_refused_by_name(text):
    with pytest.raises(SnapshotError, match=r"^before\.json is no document of `vpcproof check"):
        read_baseline(text, "before.json")


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("rule", 1),
        ("resource_id", None),
        ("resource_type", "AWS::EC2::Weather"),
        ("severity", "dire"),
        ("annotation", ["x"]),
        ("vpc_id", 7),
    ],
)
def test_a_finding_that_makes_no_sense_is_refused(member, value):
    document = json.loads(json_of(findings(evaluation())))
    document["evaluations"][0][member] = value
    with pytest.raises(SnapshotError):
        read_baseline(json.dumps(document), "before.json")


def test_members_that_a_later_version_adds_are_no_hindrance():
    document = json.loads(json_of(findings(evaluation())))
    document |= {"schema_version": "1.7", "weather": "fine"}
    document["evaluations"][0]["mood"] = "good"
    assert read_baseline(json.dumps(document), "before.json").findings == (evaluation(),)


def test_another_schema_version_is_named():
    document = json.loads(json_of(findings())) | {"schema_version": "2.0"}
    with pytest.raises(SnapshotError, match=r"is of schema version 2\.0"):
        read_baseline(json.dumps(document), "before.json")


def test_a_document_with_a_baseline_is_a_baseline_itself():
    before = read_baseline(json_of(compared()), "before.json")
    assert len(before.findings) == 3


def test_the_text_shows_new_findings_only_and_counts_the_rest():
    text = render_text(compared())
    assert "CRITICAL  vpc-endpoint-admits-workloads" in text
    assert BLACKHOLE not in text
    assert "Since the baseline: 1 new, 2 unchanged, 1 fixed, 1 undecided\n" in text


def test_verbose_text_shows_known_findings_below_the_new_ones_as_such():
    text = render_text(compared(), verbose=True)
    assert f"MEDIUM, unchanged  {BLACKHOLE}" in text
    assert text.index("CRITICAL  ") < text.index("MEDIUM, unchanged")


def test_a_new_finding_comes_before_a_known_one_that_is_worse():
    known = table("rtb-1", rule="a-known", severity=Severity.CRITICAL)
    new = table("rtb-2", rule="b-new", severity=Severity.LOW)
    told = Comparison(new=(new,), unchanged=(known,))
    text = render_text(findings(known, new, baseline=told), verbose=True)
    assert text.index("LOW  b-new") < text.index("CRITICAL, unchanged  a-known")


def test_vpcs_with_known_findings_alone_come_last():
    shown = [line for line in render_text(compared()).splitlines() if line.startswith("vpc-")]
    assert shown[-1] == TEST
    unaware = [line for line in render_text(everything()).splitlines() if line.startswith("vpc-")]
    assert unaware[-1] != TEST
