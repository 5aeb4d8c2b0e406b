"""Write docs/rules: one page per rule from its module, and an index."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from generated import ROOT, main
from vpcproof.model.facts import Fact
from vpcproof.model.parameters import PARAMETERS
from vpcproof.rules.registry import Rule, all_rules

FOLDER = ROOT / "docs/rules"
NOTE = "<!-- Written by `make docs` from the rule's module: edit that. -->\n"


def page(rule: Rule) -> str:
    """The page of one rule."""
    _, _, explanation = rule.documentation.strip().partition("\n")
    return f"""\
{NOTE}
# {rule.name}

**{rule.title}**

Judges `{rule.resource_type}` · severity {rule.severity} · AWS Config rule `vpcproof-{rule.name}` ·
exempt a resource with the tag `vpcproof:exempt/{rule.name}`

{explanation.strip()}

## Parameters
{parameters(rule)}
## Facts and permissions
{facts(rule)}
## Try it
```
vpcproof check --rule {rule.name}
```
"""


def parameters(rule: Rule) -> str:
    """The parameters the rule takes, as a table."""
    if not rule.parameters:
        return "None.\n"
    taken = [PARAMETERS[name] for name in rule.parameters]
    rows = "".join(
        f"| `{each.name}` | `{each.default}` | {each.allowed} | {each.meaning} |\n"
        for each in sorted(taken, key=lambda each: each.name)
    )
    return f"| Name | Default | Allowed | Meaning |\n|---|---|---|---|\n{rows}"


def facts(rule: Rule) -> str:
    """What the rule reads, and by which permissions, as a table."""
    rows = "".join(
        f"| {_code(fact.key.split(', '))} "
        f"| {'yes' if fact in rule.needs else 'for some resources'} "
        f"| {_code(fact.actions)} |\n"
        for fact in Fact
        if fact in rule.facts
    )
    return (
        "Where a needed fact could not be read, the verdict is UNDETERMINED, never COMPLIANT.\n\n"
        f"| Fact | Needed | Read by |\n|---|---|---|\n{rows}"
    )


def index() -> str:
    """The page that lists all rules by the type of resource they judge."""
    tables = []
    rules = sorted(all_rules().values(), key=lambda rule: (rule.resource_type, rule.name))
    for resource_type, group in groupby(rules, key=lambda rule: rule.resource_type):
        rows = "".join(
            f"| [{rule.name}]({rule.name}.md) | {rule.severity} | {rule.title} |\n"
            for rule in group
        )
        tables.append(
            f"## {resource_type}\n| Rule | Severity | Holds when |\n|---|---|---|\n{rows}"
        )
    return (
        f"{NOTE}\n# Rules\n\n"
        "A rule's name is its identity everywhere: AWS Config rule, file, page, report,\n"
        "exemption. It states what should be, and is never used again for something else.\n\n"
        + "\n".join(tables)
    )


def outputs() -> dict[Path, str]:
    """All files of docs/rules."""
    pages = {FOLDER / f"{rule.name}.md": page(rule) for rule in all_rules().values()}
    return {FOLDER / "README.md": index(), **pages}


def _code(words: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    raise SystemExit(main(outputs, __doc__, folder=FOLDER))
