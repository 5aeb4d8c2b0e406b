"""Invocations of rule functions: the events that Config sends, and the tokens that it knows again.

Shapes: https://docs.aws.amazon.com/config/latest/developerguide/
evaluate-config_develop-rules_example-events.html
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any, Protocol

from lab.config.definitions import ITEM_CHANGE, OVERSIZED_ITEM_CHANGE, SCHEDULED
from lab.config.errors import ConfigError, no_such_rule
from lab.config.items import difference
from lab.config.places import Place
from lab.config.recorder import Change
from lab.config.rules import Permissions, Rule
from lab.config.timestamps import Clock, iso

Message = dict[str, Any]
Event = dict[str, Any]

LARGEST_NOTIFICATION = 256 * 1024

_RECORD_VERSION = "1.3"
_BETWEEN_RUNS = timedelta(minutes=1)


@dataclass(frozen=True)
class Outcome:
    """How an asynchronous invocation ended, its retries included."""

    accepted: bool
    error_code: str | None = None
    error_message: str | None = None


class Invoker(Permissions, Protocol):
    """Invokes functions on behalf of AWS Config."""

    def invoke(
        self, function_arn: str, rule: Rule, event: Event, done: Callable[[Outcome], None]
    ) -> None:
        """Queue an asynchronous invocation; `done` is called once, when nothing more follows."""


@dataclass(frozen=True, eq=False)
class Run:
    """One call of StartConfigRulesEvaluation for one rule, and the tokens still out for it."""

    started: datetime
    outstanding: set[str] = field(default_factory=set)


@dataclass(frozen=True, eq=False)
class Invocation:
    """What Config remembers of an invocation, found again by its token."""

    token: str
    rule: Rule
    started: datetime
    run: Run | None = field(default=None)


def change_message(change: Change, now: datetime, largest: int, *, reevaluation: bool) -> Message:
    """The notification of a change, in its oversized form when the item is too large.

    AWS's sample of the oversized form has no notificationCreationTime and no recordVersion,
    so neither has ours.
    """
    item = change.item
    message: Message = {
        "configurationItemDiff": None if reevaluation else difference(change.previous, item),
        "configurationItem": item.as_notified(),
        "notificationCreationTime": iso(now),
        "messageType": ITEM_CHANGE,
        "recordVersion": _RECORD_VERSION,
    }
    if len(json.dumps(message)) <= largest:
        return message
    return {
        "configurationItemSummary": item.as_summary(),
        "messageType": OVERSIZED_ITEM_CHANGE,
    }


def scheduled_message(place: Place, now: datetime) -> Message:
    """The notification of a periodic trigger, which names no resource."""
    return {
        "awsAccountId": place.account,
        "notificationCreationTime": iso(now),
        "messageType": SCHEDULED,
        "recordVersion": "1.0",
    }


class Invocations:
    """The invocations made in one place."""

    def __init__(self, place: Place, clock: Clock, invoker: Invoker) -> None:
        self._place = place
        self._clock = clock
        self._invoker = invoker
        self._by_token: dict[str, Invocation] = {}
        self._runs: dict[str, Run] = {}

    def begin_runs(self, rules: list[Rule]) -> dict[str, Run]:
        """Admit an evaluation of all the rules on demand, or of none.

        https://docs.aws.amazon.com/config/latest/APIReference/API_StartConfigRulesEvaluation.html
        """
        now = self._clock()
        for rule in rules:
            last = self._runs.get(rule.rule_id)
            if last and (last.outstanding or now - last.started < _BETWEEN_RUNS):
                raise ConfigError(
                    "LimitExceededException",
                    f"An evaluation of the rule {rule.name} is in progress, or was started less "
                    "than a minute ago.",
                )
        runs = {rule.rule_id: Run(now) for rule in rules}
        self._runs |= runs
        return runs

    def start(
        self,
        rule: Rule,
        message: Message,
        role_arn: str,
        *,
        left_scope: bool,
        run: Run | None,
    ) -> None:
        """Invoke the rule's function with a message, if the rule subscribes to its type."""
        if message["messageType"] not in rule.definition.message_types:
            return
        token = token_urlsafe(96)
        invocation = Invocation(token, rule, self._clock(), run)
        self._by_token[token] = invocation
        if run:
            run.outstanding.add(token)
        event = self._envelope(rule, message, token, role_arn, left_scope=left_scope)
        self._invoker.invoke(
            rule.definition.function_arn,
            rule,
            event,
            lambda outcome: self._finish(invocation, outcome),
        )

    def redeem(self, token: str) -> Invocation:
        """The invocation that a token was made for."""
        invocation = self._by_token.get(token)
        if invocation is None:
            raise ConfigError("InvalidResultTokenException", "The result token is invalid.")
        if invocation.rule.deleted:
            raise no_such_rule(invocation.rule.name)
        return invocation

    def _envelope(
        self, rule: Rule, message: Message, token: str, role_arn: str, *, left_scope: bool
    ) -> Event:
        event: Event = {
            "version": "1.0",
            "invokingEvent": json.dumps(message),
            "resultToken": token,
            "eventLeftScope": left_scope,
            "executionRoleArn": role_arn,
            "configRuleArn": rule.arn,
            "configRuleName": rule.name,
            "configRuleId": rule.rule_id,
            "accountId": self._place.account,
        }
        if rule.parameters_text:
            event["ruleParameters"] = rule.parameters_text
        return event

    def _finish(self, invocation: Invocation, outcome: Outcome) -> None:
        """Note how an invocation ended: refused, failed in the function, or well."""
        now, status = self._clock(), invocation.rule.status
        if invocation.run:
            invocation.run.outstanding.discard(invocation.token)
        if outcome.accepted:
            status.invoked = now
        else:
            status.invocation_failed = now
        if outcome.error_code:
            status.evaluation_failed = now
            status.error_code = outcome.error_code
            status.error_message = outcome.error_message
