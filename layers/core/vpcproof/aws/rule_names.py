"""Which rule a Config rule stands for, from its name alone."""

from __future__ import annotations

from ..rules.registry import all_rules


def rule_named_in(config_rule: str) -> str | None:
    """The rule whose name a Config rule's name contains; of several, the longest.

    Deployments wrap the name: a stack puts its own name before it, an organisation rule
    `OrgConfigRule-`, and both organisations and conformance packs a suffix behind it.
    """
    lowered = config_rule.lower()
    return max((name for name in all_rules() if name in lowered), key=len, default=None)
