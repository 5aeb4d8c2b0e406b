"""Many changes of one window told in one message: counts, the gravest in full, the rest by id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from ..model.verdict import Compliance, Severity
from .chat import chat_notification, code
from .notification import Kind, Notification, subject_line

_IN_FULL = 10
_MOST_RULES = 25
_UNKNOWN = len(Severity)
# How many are told in full, and how many by id: each row is tried where the one before is too long.
_ROOMS = ((_IN_FULL, 5_000), (_IN_FULL, 1_000), (_IN_FULL, 300), (5, 100), (2, 30), (0, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The notifications of one account and Region, the gravest failure first."""

    notifications: tuple[Notification, ...]
    in_full: int = _IN_FULL
    by_id: int = _ROOMS[0][1]

    @classmethod
    def of(cls, notifications: Iterable[Notification]) -> Digest:
        """A digest of notifications, of which there has to be one at least."""
        return cls(notifications=tuple(sorted(notifications, key=_gravest_first)))

    def shorter(self) -> Iterable[Digest]:
        """The digest with ever less in it, beginning with all of it."""
        return (replace(self, in_full=in_full, by_id=by_id) for in_full, by_id in _ROOMS)

    @property
    def severity(self) -> str:
        """The highest of all, recoveries included: who was told of the one hears of the other."""
        return min((each.severity for each in self.notifications), key=_rank)

    @property
    def counted(self) -> str:
        """How many fail and how many recovered."""
        counts = Counter(each.kind for each in self.notifications)
        told = ((Kind.FAILURE, "NON_COMPLIANT"), (Kind.RECOVERY, "no longer NON_COMPLIANT"))
        return ", ".join(f"{counts[kind]} {words}" for kind, words in told if counts[kind])

    @property
    def subject(self) -> str:
        """One ASCII line."""
        return subject_line(f"[{self.severity.upper()}] {self.counted} ({self._where})")

    @property
    def text(self) -> str:
        """The message for a person."""
        first, last = self._period
        parts = [
            f"What:    {self.counted}\nWhere:   {self._where}\nSince:   {first} to {last}\n",
            "Rules:\n" + "".join(f"  {line}\n" for line in self._rule_lines()),
            *(each.text for each in self._full),
        ]
        if self._rest:
            parts.append("Also:\n" + "".join(f"  {line}\n" for line in self._also()))
        if self._left_out:
            parts.append(f"And {self._left_out} more: AWS Config lists them all.\n")
        return "\n".join(parts)

    @property
    def document(self) -> Mapping[str, Any]:
        """The message for a program."""
        first, last = self._period
        return {
            "schema_version": "1.0",
            "alert": Kind.DIGEST.value,
            "severity": self.severity,
            "account": self.notifications[0].account,
            "region": self.notifications[0].region,
            "first_changed_at": first,
            "last_changed_at": last,
            "counts": {
                kind.value: sum(each.kind is kind for each in self.notifications)
                for kind in (Kind.FAILURE, Kind.RECOVERY)
            },
            "rules": [
                {"rule": name, "severity": severity, "kind": kind.value, "count": count}
                for (name, severity, kind), count in self._by_rule()
            ],
            "in_full": [each.document for each in self._full],
            "others": [
                {
                    "alert": group[0].alert.value,
                    "rule": group[0].name,
                    "severity": group[0].severity,
                    "resource_type": group[0].resource_type,
                    "resource_ids": [each.resource_id for each in group],
                }
                for group in self._groups()
            ],
            "left_out": self._left_out,
        }

    @property
    def chat(self) -> Mapping[str, Any]:
        """The message for a chat channel."""
        first, last = self._period
        lines = [
            f"*Where:* {self._where}",
            f"*Since:* {code(first)} to {code(last)}",
            *(f"• {code(line)}" for line in self._rule_lines()),
            *self._advice(),
            "*Resources:*",
            *(f"• {code(_line(each))}" for each in (*self._full, *self._listed)),
        ]
        return chat_notification(
            title=f"{self.severity.upper()}: {self.counted}",
            lines=lines,
            next_steps=(),
            keywords=(self.severity, Kind.DIGEST),
            thread=(self._where, first, *(each.resource_id for each in self._full)),
            summary=self.counted,
        )

    @property
    def attributes(self) -> Mapping[str, str]:
        """What subscriptions can filter by."""
        rules = {each.name for each in self.notifications}
        fails = any(each.kind is Kind.FAILURE for each in self.notifications)
        return {
            "kind": Kind.DIGEST,
            "rule": rules.pop() if len(rules) == 1 else "multiple",
            "severity": self.severity,
            "compliance": Compliance.NON_COMPLIANT if fails else Compliance.COMPLIANT,
            "account": self.notifications[0].account,
            "region": self.notifications[0].region,
        }

    @property
    def _where(self) -> str:
        return f"account {self.notifications[0].account} in {self.notifications[0].region}"

    @property
    def _period(self) -> tuple[str, str]:
        times = sorted(each.changed_at for each in self.notifications)
        return times[0], times[-1]

    @property
    def _full(self) -> Sequence[Notification]:
        return self.notifications[: self.in_full]

    @property
    def _rest(self) -> Sequence[Notification]:
        return self.notifications[self.in_full :]

    @property
    def _listed(self) -> Sequence[Notification]:
        return self._rest[: self.by_id]

    @property
    def _left_out(self) -> int:
        return len(self._rest) - len(self._listed)

    def _groups(self) -> Iterable[Sequence[Notification]]:
        """Those told by id, the same that became of the same type by the same rule together."""
        groups: dict[tuple[str, str, str], list[Notification]] = {}
        for each in self._listed:
            groups.setdefault((each.alert, each.name, each.resource_type), []).append(each)
        return groups.values()

    def _also(self) -> Iterable[str]:
        for group in self._groups():
            yield f"{group[0].headline} by {group[0].name}:"
            yield from (f"  {each.resource_id}" for each in group)

    def _by_rule(self) -> Iterable[tuple[tuple[str, str, Kind], int]]:
        """How often each rule began or ceased to fail, in the order of the notifications."""
        counts = Counter((each.name, each.severity, each.kind) for each in self.notifications)
        return islice(counts.items(), _MOST_RULES)

    def _rule_lines(self) -> Iterable[str]:
        for (name, severity, kind), count in self._by_rule():
            became = "NON_COMPLIANT" if kind is Kind.FAILURE else "no longer NON_COMPLIANT"
            yield f"{severity:8} {count} {became}: {name}"

    def _advice(self) -> Iterable[str]:
        """How to fix what each rule found, once for each rule."""
        fixes = {each.rule: each.fix for each in self.notifications if each.fix}
        return (f"*Fix, {rule}:* {fix}" for rule, fix in fixes.items())


def _gravest_first(notification: Notification) -> tuple[bool, int, str, str]:
    return (
        notification.kind is not Kind.FAILURE,
        _rank(notification.severity),
        notification.name,
        notification.resource_id,
    )


def _rank(severity: str) -> int:
    """0 for the worst; that of an unknown rule comes last."""
    return Severity(severity).rank if severity in list(Severity) else _UNKNOWN


def _line(notification: Notification) -> str:
    return f"{notification.headline}: {notification.resource_id} {notification.name}"
