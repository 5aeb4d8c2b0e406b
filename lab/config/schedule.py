"""When periodic rules are due."""

from datetime import datetime, timedelta

from lab.config.rules import Rule


class Schedule:
    """The periodic rules of one place and their next times."""

    def __init__(self) -> None:
        self._due: dict[str, tuple[Rule, datetime]] = {}

    def plan(self, rule: Rule, now: datetime) -> None:
        """Expect the rule one period from now, or no more when it is not periodic."""
        self._due.pop(rule.rule_id, None)
        if rule.definition.frequency:
            self._due[rule.rule_id] = (rule, now + rule.definition.frequency)

    def forget(self, rule: Rule) -> None:
        """Expect the rule no more."""
        self._due.pop(rule.rule_id, None)

    def take_due(self, now: datetime) -> list[Rule]:
        """The rules whose time has come, once each; missed periods are not made up for."""
        due = [(rule, time) for rule, time in self._due.values() if time <= now]
        for rule, time in due:
            period = rule.definition.frequency or timedelta.max
            missed = (now - time) // period
            self._due[rule.rule_id] = (rule, time + (missed + 1) * period)
        return sorted((rule for rule, _ in due), key=lambda rule: rule.name)
