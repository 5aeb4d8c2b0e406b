"""`vpcproof rules`: what can be judged, and the documentation of each rule."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from ..model.facts import Fact
from ..model.parameters import PARAMETERS
from ..render.page import Page
from ..rules.registry import Rule, all_rules
from .documentation import sections
from .options import rule_named
from .output import layout_of, write_stdout

SCHEMA_VERSION = "1.0"


@click.command()
@click.argument("name", type=rule_named, required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to print.",
)
def rules(*, name: Rule | None, form: str) -> None:
    """List the rules; with NAME, print the documentation of one."""
    layout = layout_of(sys.stdout)
    if form == "json":
        write_stdout(_json([name] if name else list(all_rules().values())))
        return
    page = Page(layout)
    if name:
        _write_documentation(page, name)
    else:
        for rule in all_rules().values():
            _write_entry(page, rule)
    write_stdout(str(page), colour=layout.colour)


def _write_entry(page: Page, rule: Rule) -> None:
    page.blank()
    page.line((rule.name, "bold"))
    page.line(rule.title, indent=2)
    page.line((f"{rule.resource_type}, {rule.severity}", "dim"), indent=2, hang=2)
    page.line(("needs ", "dim"), _keys(rule.facts), indent=2, hang=2)
    page.line(("takes ", "dim"), ", ".join(rule.parameters), indent=2, hang=2)


def _write_documentation(page: Page, rule: Rule) -> None:
    page.line((rule.name, "bold"))
    page.line(rule.title)
    page.blank()
    page.line(f"Judges {rule.resource_type}; severity {rule.severity}.")
    for heading, paragraphs in sections(rule).items():
        _write_heading(page, heading)
        for position, paragraph in enumerate(paragraphs):
            if position:
                page.blank()
            page.line(paragraph, indent=2)
    _write_heading(page, "Parameters")
    for parameter in (PARAMETERS[name] for name in rule.parameters):
        page.line((parameter.name, "bold"), f"={parameter.default}", indent=2, hang=2)
        page.line(parameter.meaning, indent=4)
        page.line(("Allowed: ", "dim"), parameter.allowed, indent=4, hang=2)
    _write_heading(page, "Permissions")
    for action in rule.actions:
        page.line(action, indent=2)


def _write_heading(page: Page, heading: str) -> None:
    page.blank()
    page.line((heading, "bold underline"))


def _json(listed: list[Rule]) -> str:
    document = {"schema_version": SCHEMA_VERSION, "rules": [_described(rule) for rule in listed]}
    return json.dumps(document, indent=2) + "\n"


def _described(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "resource_type": rule.resource_type.value,
        "severity": rule.severity.value,
        "title": rule.title,
        "needs": sorted(fact.key for fact in rule.needs),
        "reads": sorted(fact.key for fact in rule.reads),
        "actions": list(rule.actions),
        "parameters": [
            {
                "name": parameter.name,
                "default": parameter.default,
                "allowed": parameter.allowed,
                "meaning": parameter.meaning,
            }
            for parameter in (PARAMETERS[name] for name in rule.parameters)
        ],
        "documentation": rule.documentation.strip(),
    }


def _keys(facts: frozenset[Fact]) -> str:
    return ", ".join(sorted(fact.key for fact in facts))
