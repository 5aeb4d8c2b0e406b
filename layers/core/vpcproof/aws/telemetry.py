"""What the functions log and count.

Metrics have no dimension but the service: one for each rule would be billed for each rule. The
rule is metadata of each record instead, searchable in the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from ..model.verdict import Compliance
from .outcome import Outcome

_COUNTED_AS = {
    Compliance.COMPLIANT: "Compliant",
    Compliance.NON_COMPLIANT: "NonCompliant",
    Compliance.NOT_APPLICABLE: "NotApplicable",
    Compliance.UNDETERMINED: "Undetermined",
}
_MOST_LOGGED = 100


_ANSWERED_AS = {
    "planned": "RepairsPlanned",
    "asked": "RepairsPlanned",
    "applied": "RepairsApplied",
    "undone": "RepairsUndone",
}


class Telemetry:
    """Structured log lines and metrics, by way of Powertools."""

    def __init__(self, logger: Logger, metrics: Metrics) -> None:
        self._logger = logger
        self._metrics = metrics

    def begin(self, **about: str) -> None:
        """Say in the log lines and metrics of this invocation what it is about."""
        self._logger.append_keys(**about)
        for name, value in about.items():
            self._metrics.add_metadata(key=name, value=value)

    def judged(self, outcomes: Sequence[Outcome], *, log_all: bool) -> None:
        """Count outcomes by verdict; log them all, or those that somebody may have to look into."""
        for outcome in outcomes:
            self._log(outcome, quietly=not log_all)
        for compliance, count in Counter(each.compliance for each in outcomes).items():
            self.count(_COUNTED_AS[compliance], count)

    def swept(self, put: Mapping[str, int]) -> None:
        """A schedule judged everything it was for, and AWS Config has stored it.

        Counted once for each Config rule; where no rule counts for long, nobody is watching.
        """
        self._logger.info("scheduled evaluation finished", extra={"evaluations": dict(put)})
        self.count("ScheduledEvaluations")

    def ignored(self, what: str, number: int = 1) -> None:
        """Events that ask for nothing."""
        self._logger.info("event ignored", extra={"reason": what})
        self.count("EventsIgnored", number)

    def unreadable(self, why: str) -> None:
        """A message that will never be understood; somebody has to look at it."""
        self._logger.error("message not understood", extra={"reason": why})
        self.count("MessagesUnreadable")

    def reevaluated(self, started: Collection[str], refused: Collection[str]) -> None:
        """Rules were started, or were refused by AWS Config for now."""
        self._logger.info(
            "re-evaluation", extra={"started": sorted(started), "refused": sorted(refused)}
        )
        self.count("ReevaluationsStarted", len(started))
        self.count("ReevaluationsRefused", len(refused))

    def alerted(
        self, attributes: Mapping[str, str], resource_ids: Sequence[str], message_id: str
    ) -> None:
        """A message was published about these resources."""
        about = {**attributes, "resource_ids": list(resource_ids[:_MOST_LOGGED])}
        self._logger.info("alert sent", extra={**about, "message_id": message_id})
        self.count("AlertsSent")

    def untold(self, reason: str, messages: Sequence[str]) -> None:
        """Messages of the queue that could not be told; they will come again."""
        about = {"reason": reason, "messages": list(messages[:_MOST_LOGGED])}
        self._logger.error("alert not sent", extra=about)
        self.count("AlertsFailed", len(messages))

    def step(self, what: str) -> None:
        """A run goes on."""
        self._logger.info(what)

    def repaired(self, answer: Mapping[str, Any]) -> None:
        """A request for a repair was answered."""
        self._logger.info("request answered", extra={"answer": dict(answer)})
        self.count(_ANSWERED_AS.get(answer["outcome"], "RepairsNotMade"))

    def count(self, metric: str, number: int = 1) -> None:
        """Add to a metric."""
        self._metrics.add_metric(name=metric, unit=MetricUnit.Count, value=number)

    def _log(self, outcome: Outcome, *, quietly: bool) -> None:
        about = {
            "compliance": outcome.compliance,
            "resource_type": outcome.resource_type,
            "resource_id": outcome.resource_id,
            "vpc_id": outcome.vpc_id,
        }
        match outcome.compliance:
            case Compliance.UNDETERMINED:
                self._logger.warning(outcome.annotation, extra=about)
            case Compliance.NON_COMPLIANT:
                self._logger.info(outcome.annotation, extra=about)
            case _ if quietly:
                self._logger.debug(outcome.annotation, extra=about)
            case _:
                self._logger.info(outcome.annotation, extra=about)
