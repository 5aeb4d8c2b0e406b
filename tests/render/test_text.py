"""What the text of `check` promises, whatever it is wrapped to."""

import re
from dataclasses import replace

import pytest
from vpcproof.model.facts import Fact, Gap
from vpcproof.model.verdict import Compliance, Evidence, Severity
from vpcproof.render.findings import Findings, Source
from vpcproof.render.page import PLAIN, Layout
from vpcproof.render.text import render_text

from tests.render.samples import (
    ADMITS,
    BLACKHOLE,
    CLEAN,
    PROD,
    SNAPSHOT,
    TEST,
    evaluation,
    everything,
    findings,
    report,
)

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def lines(shown: Findings, **options: bool) -> list[str]:
    return [line.strip() for line in render_text(shown, PLAIN, **options).splitlines()]


def test_findings_of_a_vpc_come_first_by_severity():
    text = render_text(
        findings(
            *(
                evaluation(resource_id=f"rtb-{severity}", rule=f"a-{severity}", severity=severity)
                for severity in (Severity.LOW, Severity.CRITICAL, Severity.MEDIUM, Severity.HIGH)
            ),
            evaluation(Compliance.UNDETERMINED, rule="a-unknown", severity=Severity.CRITICAL),
        )
    )
    labels = re.findall(r"^  ([A-Z_]+)  ", text, re.MULTILINE)
    assert labels == ["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNDETERMINED"]


def test_vpcs_come_by_their_worst_finding_and_then_by_id():
    text = render_text(
        findings(
            evaluation(Compliance.COMPLIANT, vpc_id="vpc-1-sound"),
            evaluation(vpc_id="vpc-3-low", severity=Severity.LOW),
            evaluation(vpc_id="vpc-4-high", severity=Severity.HIGH),
            evaluation(Compliance.UNDETERMINED, vpc_id="vpc-2-unknown"),
            evaluation(vpc_id="vpc-5-high", severity=Severity.HIGH),
        )
    )
    assert re.findall(r"^vpc-\S+", text, re.MULTILINE) == [
        "vpc-4-high",
        "vpc-5-high",
        "vpc-3-low",
        "vpc-2-unknown",
        "vpc-1-sound",
    ]


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_wrapping_breaks_between_words_only(width):
    wrapped = render_text(everything(), Layout(width=width))
    assert wrapped.split() == render_text(everything(), PLAIN).split()


@pytest.mark.parametrize("width", [20, 40, 80, 120])
def test_only_a_word_that_is_longer_than_the_page_makes_a_line_too_long(width):
    for line in render_text(everything(), Layout(width=width)).splitlines():
        assert len(line) <= width or len(line.split()) == 1


def test_lines_are_never_longer_than_is_read_with_ease():
    text = render_text(everything(), Layout(width=500))
    assert max(map(len, text.splitlines())) <= 120


def test_a_finding_in_a_pipe_is_one_line():
    assert any(
        line.startswith("vpce-0a1b2c3d4e5f60718 (ssm): 443 not admitted from")
        and line.endswith("matches 10.0.3.0")
        for line in lines(everything())
    )


def test_colour_adds_codes_and_no_word(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    coloured = render_text(everything(), Layout(width=80, colour=True))
    plain = render_text(everything(), Layout(width=80))
    assert "\x1b[33mMEDIUM\x1b[0m" in coloured
    assert ANSI.sub("", coloured) == plain


@pytest.mark.parametrize("layout", [PLAIN, Layout(width=80)])
def test_without_colour_there_is_no_control_code(layout, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLORTERM", "truecolor")
    assert render_text(everything(), layout).replace("\n", "").isprintable()


def test_no_line_ends_with_a_space():
    for width in (None, 20, 40, 80):
        for line in render_text(everything(), Layout(width=width)).splitlines():
            assert line == line.rstrip()


def test_what_complies_is_counted():
    shown = lines(everything())
    assert "1 compliant, 1 not applicable" in shown
    assert not any("state is available" in line for line in shown)


def test_verbose_names_what_complies_and_what_is_exempt():
    shown = lines(everything(), verbose=True)
    assert "vpce-0b1c2d3e4f5061728: state is available" in shown
    assert "rtb-0c1d2e3f405162738: exempt until 2027-01-31: retired with the old region" in shown
    assert "1 compliant, 1 not applicable" not in shown


def test_a_vpc_and_a_resource_are_called_by_their_names():
    shown = lines(everything())
    assert f"{PROD}  production" in shown
    assert TEST in shown
    assert any(line.startswith("vpce-0a1b2c3d4e5f60718 (ssm): ") for line in shown)


def test_advice_is_told_once_and_then_referred_to():
    shown = [line for line in lines(everything()) if line.startswith("Fix: ")]
    assert shown[1:] == [
        "Fix: Replace the route with one to a live target, or delete it.",
        f"Fix: as above, for {PROD}",
    ]


def test_a_rule_without_advice_gets_no_fix():
    assert not any(line.startswith("Fix") for line in lines(findings(evaluation())))


def test_what_could_not_be_determined_gets_no_advice():
    unknown = evaluation(Compliance.UNDETERMINED)
    shown = lines(findings(unknown, advice={BLACKHOLE: "Delete it."}))
    assert not any(line.startswith("Fix") for line in shown)


def test_evidence_about_the_resource_itself_does_not_repeat_its_id():
    about = evaluation(
        Compliance.NON_COMPLIANT, Evidence("route", "rtb-1", "is dead"), resource_id="rtb-1"
    )
    assert "- is dead" in lines(findings(about))


def test_more_evidence_than_can_be_read_is_counted_and_verbose_shows_it():
    many = [Evidence("subnet", f"subnet-{n}", "left out") for n in range(7)]
    shown = findings(evaluation(Compliance.NON_COMPLIANT, *many))
    assert "- and 2 more (--verbose shows them)" in lines(shown)
    assert "- subnet-6: left out" not in lines(shown)
    assert "- subnet-6: left out" in lines(shown, verbose=True)


def test_what_is_unknown_for_one_reason_is_said_once():
    unknown = [
        evaluation(Compliance.UNDETERMINED, resource_id=f"rtb-{n}", annotation="not read: X")
        for n in range(7)
    ]
    short = "rtb-0, rtb-1, rtb-2, rtb-3, rtb-4 and 2 more: not read: X"
    full = "rtb-0, rtb-1, rtb-2, rtb-3, rtb-4, rtb-5, rtb-6: not read: X"
    assert short in lines(findings(*unknown))
    assert full in lines(findings(*unknown), verbose=True)


def test_what_is_unknown_for_two_reasons_is_said_by_reason():
    unknown = [
        evaluation(Compliance.UNDETERMINED, resource_id=f"rtb-{n}", annotation=f"not read: {key}")
        for n, key in enumerate("XYX")
    ]
    shown = lines(findings(*unknown))
    assert "rtb-0, rtb-2: not read: X" in shown
    assert "rtb-1: not read: Y" in shown


def test_findings_alike_stay_apart():
    broken = [evaluation(resource_id=f"rtb-{n}", annotation="dead") for n in range(2)]
    assert {"rtb-0: dead", "rtb-1: dead"} <= set(lines(findings(*broken)))


def test_resources_of_no_known_vpc_have_a_section():
    assert "no VPC known" in lines(findings(evaluation(vpc_id=None)))


def test_gaps_of_a_snapshot_name_the_keys_that_fill_them():
    gaps = [Gap(fact=fact, reason="no file") for fact in (Fact.SUBNETS, Fact.PREFIX_LISTS)]
    shown = lines(findings(report=report([], *gaps)))
    assert "Not read  (--verbose names the commands that print it)" in shown
    assert "PrefixLists, Subnets: no file" in shown


def test_verbose_names_the_commands_that_fill_a_gap_of_a_snapshot():
    gaps = [Gap(fact=fact, reason="no file") for fact in (Fact.SUBNETS, Fact.PREFIX_LISTS)]
    shown = lines(findings(report=report([], *gaps)), verbose=True)
    assert "Not read" in shown
    assert (
        "PrefixLists: no file; save what aws ec2 describe-prefix-lists, "
        "describe-managed-prefix-lists, get-managed-prefix-list-entries prints"
    ) in shown
    assert "Subnets: no file; save what aws ec2 describe-subnets prints" in shown


def test_what_is_missing_everywhere_and_of_one_vpc_is_kept_apart():
    gaps = [
        Gap(fact=Fact.VPCS, reason="throttled"),
        Gap(fact=Fact.VPC_DNS_ATTRIBUTES, reason="throttled", vpc_id=PROD),
    ]
    shown = lines(findings(report=report([], *gaps)))
    assert "Vpcs: throttled" in shown
    assert f"EnableDnsSupport, EnableDnsHostnames of {PROD}: throttled" in shown


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("route53:ListHostedZonesByVPC: AccessDenied", "; allow this action"),
        ("ec2:DescribeVpcs: UnauthorizedOperation", "; allow this action"),
        ("ssm:DescribeInstanceInformation: AccessDeniedException", "; allow this action"),
        ("ec2:DescribeVpcs: RequestLimitExceeded", ""),
        ("not asked: no endpoint without private DNS", ""),
    ],
)
def test_a_gap_of_a_live_account_says_when_a_permission_fills_it(reason, remedy):
    shown = findings(report=report([], Gap(fact=Fact.VPCS, reason=reason)))
    assert f"Vpcs: {reason}{remedy}" in lines(replace(shown, source=Source(kind="live")))


def test_gaps_of_many_vpcs_for_one_reason_are_one_line():
    gaps = [
        Gap(fact=Fact.VPC_DNS_ATTRIBUTES, reason="throttled", vpc_id=f"vpc-{n}") for n in range(9)
    ]
    shown = [line for line in lines(findings(report=report([], *gaps))) if "throttled" in line]
    assert len(shown) == 1
    assert "of vpc-0, vpc-1, vpc-2, vpc-3, vpc-4 and 4 more: throttled" in shown[0]


def test_rules_that_judged_nothing_are_named_with_the_gaps():
    shown = lines(everything())
    assert "So nothing was judged by instance-connect-endpoint-reaches-instances" in shown


def test_without_gaps_there_is_no_section_of_them():
    assert not any(line.startswith("Not read") for line in lines(findings(evaluation())))


@pytest.mark.parametrize(
    ("source", "first_line"),
    [
        (SNAPSHOT, "Snapshot, account 111122223333, Region ap-northeast-2"),
        (Source(kind="snapshot"), "Snapshot"),
        (
            Source(kind="live", account="111122223333", region="cn-north-1", partition="aws-cn"),
            "Live, account 111122223333, Region cn-north-1, partition aws-cn",
        ),
    ],
)
def test_the_first_line_says_what_was_read(source, first_line):
    assert lines(findings(evaluation(), source=source))[0] == first_line


@pytest.mark.parametrize(
    ("evaluations", "last_line"),
    [
        ([], "Nothing to judge"),
        ([evaluation()], "1 finding (1 medium)"),
        (
            [evaluation(), evaluation(severity=Severity.CRITICAL, vpc_id=CLEAN)],
            "2 findings (1 critical, 1 medium)",
        ),
        ([evaluation(Compliance.COMPLIANT)], "No findings, 1 compliant"),
        (
            [
                evaluation(Compliance.UNDETERMINED),
                evaluation(Compliance.NOT_APPLICABLE, rule=ADMITS),
            ],
            "No findings, 1 undetermined, 1 not applicable",
        ),
    ],
)
def test_the_last_line_counts_the_verdicts(evaluations, last_line):
    assert lines(findings(*evaluations))[-1] == last_line
