"""Write the tables of docs/cost.md between its markers: what the example costs, worked out.

The prices and the example stand here, once; the page says where the prices are from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from config_rules import rules_by_type
from generated import ROOT, main
from vpcproof.aws.dependents import depends_on
from vpcproof.aws.subject import subject_of
from vpcproof.model.resource_type import ResourceType
from vpcproof.rules.registry import CORE_RULES, PROBE_RULES, Rule

PAGE = ROOT / "docs/cost.md"
HOURS = 730  # of a month
RESOURCES = {
    ResourceType.VPC: 20,
    ResourceType.SUBNET: 120,
    ResourceType.VPC_ENDPOINT: 100,
    ResourceType.SECURITY_GROUP: 160,
    ResourceType.ROUTE_TABLE: 80,
    ResourceType.NETWORK_ACL: 20,
    ResourceType.INSTANCE_CONNECT_ENDPOINT: 0,
}
# Dollars for an evaluation, up to this many of them in a month.
TIERS = ((100_000, 0.001), (500_000, 0.0008), (float("inf"), 0.0005))
FREQUENCIES = {"One_Hour": 1, "Six_Hours": 6, "TwentyFour_Hours": 24}


def price(evaluations: float) -> float:
    """What AWS Config asks for this many evaluations in a month."""
    total, below = 0.0, 0.0
    for upto, each in TIERS:
        total += max(min(evaluations, upto) - below, 0) * each
        below = upto
    return total


def judging() -> dict[ResourceType, list[Rule]]:
    """The rules of each resource type in the example, which has no probes."""
    return {
        kind: [rule for rule in rules if rule.name not in PROBE_RULES]
        for kind, rules in rules_by_type().items()
    }


def chosen(rules: Iterable[Rule], rule_set: str) -> list[Rule]:
    """The rules of a set."""
    return [rule for rule in rules if rule_set == "all" or rule.name in CORE_RULES]


def evaluations(rule_set: str, layout: str) -> int:
    """How many evaluations one schedule makes in the example."""
    count = 0
    for kind, rules in judging().items():
        deciding = len(chosen(rules, rule_set))
        count += RESOURCES[kind] * (deciding if layout == "rule" else min(deciding, 1))
    return count


def resources() -> str:
    """The example: how many resources, and how many rules judge each."""
    rows = "".join(
        f"| {kind} | {RESOURCES[kind]} | {len(rules)} | {len(chosen(rules, 'core'))} |\n"
        for kind, rules in judging().items()
    )
    return f"| Resource type | Resources | Rules, all | Rules, core |\n|---|---|---|---|\n{rows}"


def choices() -> str:
    """What each choice costs in a month, in the example."""
    head = " | ".join(f"`{frequency}`" for frequency in FREQUENCIES)
    rows = [f"| `RuleSet` | `RuleLayout` | Evaluations each time | {head} |\n", "|---" * 6 + "|\n"]
    for rule_set in ("all", "core"):
        for layout in ("rule", "resource-type"):
            count = evaluations(rule_set, layout)
            costs = (price(count * HOURS / hours) for hours in FREQUENCIES.values())
            cells = " | ".join(f"${cost:,.2f}" for cost in costs)
            rows.append(f"| `{rule_set}` | `{layout}` | {count:,} | {cells} |\n")
    return "".join(rows)


def dependents() -> str:
    """What one change of each type has judged again, in the example."""
    rows = [
        "| A change of | Evaluations, by rule | Evaluations, by resource type |\n|---|---|---|\n"
    ]
    for changed in (ResourceType.SECURITY_GROUP, ResourceType.ROUTE_TABLE, ResourceType.SUBNET):
        by_rule = by_type = 0
        for kind, rules in judging().items():
            asked = [rule for rule in rules if depends_on(subject_of(rule.name, None), changed)]
            by_rule += RESOURCES[kind] * len(asked)
            by_type += RESOURCES[kind] * bool(asked)
        costs = (f"{count:,}, ${count * TIERS[0][1]:,.2f}" for count in (by_rule, by_type))
        rows.append(f"| {changed} | {' | '.join(costs)} |\n")
    return "".join(rows)


BLOCKS = {"example": resources, "choices": choices, "dependents": dependents}


def fill(text: str) -> str:
    """The page with each marked table written anew."""
    for name, block in BLOCKS.items():
        begin, end = f"<!-- generated: {name} -->\n", f"<!-- end of generated {name} -->\n"
        pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
        text, count = pattern.subn(f"{begin}{block()}{end}", text)
        if count != 1:
            raise SystemExit(f"docs/cost.md needs one block of markers {name!r}, not {count}")
    return text


def outputs() -> dict[Path, str]:
    """The file this writes."""
    return {PAGE: fill(PAGE.read_text(encoding="utf-8"))}


if __name__ == "__main__":
    raise SystemExit(main(outputs, __doc__))
