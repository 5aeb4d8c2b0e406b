"""What the run shows: on a terminal, in a log, on narrow and wide screens."""

import io

import pytest
from rich.console import Console

from lab.broken_vpc import VERDICTS
from lab.report import Report
from lab.scenario import Outcome, Verdict
from tests.lab.test_scenario import STEADY, alert, outcome

__all__ = ["outcome"]


def report(width: int = 80, *, terminal: bool = False) -> tuple[Report, io.StringIO]:
    screen = io.StringIO()
    console = Console(file=screen, width=width, highlight=False, force_terminal=terminal)
    return Report(console), screen


def shown(screen: io.StringIO) -> list[str]:
    return [line.rstrip() for line in screen.getvalue().splitlines()]


def test_a_step_is_one_line_with_its_time_in_a_log() -> None:
    told, screen = report()
    with told.step("Build"):
        assert screen.getvalue() == "Build ".ljust(66, ".")
    assert screen.getvalue() == "Build ".ljust(66, ".") + "    0.0 s\n"


def test_a_step_that_fails_says_so() -> None:
    told, screen = report()
    with pytest.raises(ValueError, match="no"), told.step("Build"):
        raise ValueError("no")
    assert screen.getvalue().endswith(". failed\n")


def test_a_step_moves_on_a_terminal_and_leaves_one_line() -> None:
    told, screen = report(terminal=True)
    with told.step("Build"):
        pass
    assert "\x1b[" in screen.getvalue()
    assert screen.getvalue().splitlines()[-1].count("Build") == 1


def test_an_alert_shows_what_is_broken_and_why(outcome: Outcome) -> None:
    told, screen = report()
    told.alerts([alert(STEADY, "broken")], outcome.network)
    assert shown(screen)[0] == "  broken  medium  ssm-endpoint: vpc-endpoint-available"


@pytest.mark.parametrize("width", [80, 120])
def test_the_table_fits_the_screen(outcome: Outcome, width: int) -> None:
    outcome.before["subnet-reaches-ssm", "app-a"] = Verdict("NON_COMPLIANT", "why " * 50)
    told, screen = report(width)
    told.verdicts(outcome)
    assert max(map(len, screen.getvalue().splitlines())) <= width
    assert any("why" in line for line in shown(screen)) == (width == 120)
    (row,) = [line for line in shown(screen) if line.startswith("  vpc-ssm-endpoints-complete")]
    assert row.split() == ["vpc-ssm-endpoints-complete", "NON_COMPLIANT", "COMPLIANT"]


def test_every_resource_is_in_the_table_with_its_id(outcome: Outcome) -> None:
    told, screen = report()
    told.verdicts(outcome)
    for resource in VERDICTS:
        assert f"{resource} (id-of-{resource})" in shown(screen)


def test_rules_that_never_were_broken_share_a_row(outcome: Outcome) -> None:
    told, screen = report()
    told.verdicts(outcome)
    rows = shown(screen)
    start = rows.index("ssm-endpoint (id-of-ssm-endpoint)")
    assert [row.split()[-2:] for row in rows[start + 1 : start + 3]] == [
        ["NON_COMPLIANT", "COMPLIANT"],
        ["COMPLIANT", "COMPLIANT"],
    ]
    assert rows[start + 2].startswith("  6 rules never broken")


def test_a_verdict_that_differs_stands_beside_the_expected_one(outcome: Outcome) -> None:
    outcome.after[STEADY] = Verdict("NON_COMPLIANT")
    told, screen = report()
    told.verdicts(outcome)
    rows = shown(screen)
    words = ["vpc-endpoint-available", "COMPLIANT", "NON_COMPLIANT"]
    start = [row.split() for row in rows].index(words)
    column = rows[start].index("NON_COMPLIANT")
    assert [row[column:] for row in rows[start + 1 : start + 3]] == ["expected", "COMPLIANT"]


def test_the_summary_says_that_all_is_well_or_names_what_is_not() -> None:
    told, screen = report()
    told.summary([])
    told.summary(["one thing"])
    assert shown(screen)[0].startswith("All 48 pairs of verdicts, and all alerts, are as expected")
    assert shown(screen)[1].startswith("Not as expected")
    assert shown(screen)[2] == "  one thing"
