"""What the run shows on the terminal: its steps with their times, the alerts, and the verdicts."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from lab.alerts import Alert
from lab.broken_vpc import VERDICTS, Compliance, Expectation, Network
from lab.scenario import NO_VERDICT, Outcome, Verdict

_TITLE_WIDTH = 66
_COLUMNS = {"Rule": 45, "Before": 13, "After": 13}
_LEAST_ROOM = 30
_LAST_LINES = 12
_KINDS = {"broken": "bold red", "recovered": "bold green"}
_COMPLIANCES = {"COMPLIANT": "green", "NON_COMPLIANT": "red"}


class Report:
    """The run as it is told to a person, or to a log without colours and movement."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        self._begun = time.monotonic()

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show that something is being done, and then how long it took."""
        begun, line = time.monotonic(), f"{title} ".ljust(_TITLE_WIDTH, ".")
        if not self.console.is_terminal:
            self.console.print(line, end="")
        outcome, style = "failed", "red"
        try:
            with self._movement(title):
                yield
            outcome, style = f"{time.monotonic() - begun:6.1f} s", "cyan"
        except KeyboardInterrupt:
            outcome = "interrupted"
            raise
        finally:
            if self.console.is_terminal:
                self.console.print(line, end="")
            self.console.print(f" {outcome}", style=style)

    def _movement(self, title: str) -> Progress:
        progress = Progress(
            SpinnerColumn(),
            TextColumn(title),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        progress.add_task(title, total=None)
        return progress

    def say(self, text: str, style: str = "") -> None:
        """Print a line, whole however long it is."""
        self.console.print(text, style=style, markup=False, soft_wrap=True)

    def lines(self, texts: Iterable[str]) -> None:
        """Print lines that belong to the step before them; long ones are left whole."""
        for text in texts:
            self.console.print(Text(f"  {text}"), soft_wrap=True)

    def alerts(self, alerts: Iterable[Alert], network: Network) -> None:
        """Print what each alert is about, and why it came."""
        table = Table.grid(padding=(0, 2, 0, 0))
        for alert in alerts:
            what = Text.assemble(
                (network.name_of(alert.resource_id), "bold"),
                f": {alert.rule}\n",
                (alert.why, "dim"),
            )
            kind = Text(f"  {alert.kind}", _KINDS.get(alert.kind, "bold"))
            table.add_row(kind, Text(alert.severity, "dim"), what)
        if table.row_count:
            self.console.print(table)

    def message(self, alert: Alert) -> None:
        """Print an alert as its subscribers get it."""
        self.say("One of these messages in full:")
        closer = ("Look closer:", *(f"  {command}" for command in alert.commands))
        self.lines((alert.subject, f"Why: {alert.why}", f"Fix: {alert.fix}", *closer))

    def failure(self, what: str, log: Path) -> None:
        """Print what ended the run before its time, and where to read more."""
        self.say(f"The run failed: {what}", "bold red")
        if log.exists():
            self.say(f"Its log is {log}, which ends with:")
            self.lines(log.read_text(errors="replace").rstrip().splitlines()[-_LAST_LINES:])

    def verdicts(self, outcome: Outcome) -> None:
        """Print every verdict before and after; those that were never broken share a row."""
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for heading, width in _COLUMNS.items():
            table.add_column(heading, min_width=width)
        room = self.console.width - sum(_COLUMNS.values()) - 2 * len(_COLUMNS)
        if room >= _LEAST_ROOM:
            table.add_column("Found", max_width=room, no_wrap=True, overflow="ellipsis")
        for resource, rules in VERDICTS.items():
            title = f"{resource} ({outcome.network.ids.get(resource, 'never created')})"
            table.add_row(Text(title, "bold"))
            for row in _rows(resource, rules, outcome):
                table.add_row(*row[: len(table.columns)])
        self.console.print(table)

    def summary(self, differences: list[str]) -> None:
        """Print whether all was as it had to be, and what was not."""
        count = sum(len(rules) for rules in VERDICTS.values())
        seconds = time.monotonic() - self._begun
        if differences:
            self.say(f"Not as expected ({seconds:.0f} s):", "bold red")
            self.lines(differences)
        else:
            all_well = f"All {count} pairs of verdicts, and all alerts, are as expected"
            self.say(f"{all_well} ({seconds:.0f} s).", "bold green")


def _rows(
    resource: str, rules: Mapping[str, Expectation], outcome: Outcome
) -> Iterator[tuple[Text, Text, Text, Text]]:
    """A row for each rule that was broken or is not as expected, then the others in sum."""
    others: Counter[Expectation] = Counter()
    for rule, wanted in rules.items():
        before = outcome.before.get((rule, resource), NO_VERDICT)
        after = outcome.after.get((rule, resource), NO_VERDICT)
        if wanted == (before.compliance, after.compliance) and "NON_COMPLIANT" not in wanted:
            others[wanted] += 1
        else:
            found = Text(before.annotation or after.annotation, "dim")
            yield Text(f"  {rule}"), _cell(before, wanted[0]), _cell(after, wanted[1]), found
    for wanted, count in others.items():
        cells = [_cell(Verdict(compliance), compliance) for compliance in wanted]
        in_sum = f"  {count} {'rule' if count == 1 else 'rules'} never broken"
        yield Text(in_sum, "dim"), cells[0], cells[1], Text()


def _cell(got: Verdict, wanted: Compliance) -> Text:
    """A verdict, and below it the one that it had to be if that is another one."""
    shown = Text(got.compliance or "-", _COMPLIANCES.get(got.compliance or "", "dim"))
    if got.compliance != wanted:
        shown.append(f"\nexpected\n{wanted or '-'}", "bold red")
    return shown
