"""Write docs/parameters.md: what template.yaml can be told, as the console groups it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from generate_iam_page import Template
from generated import ROOT, main

PAGE = ROOT / "docs/parameters.md"
HEAD = "| Name | Default | Allowed | Meaning |\n|---|---|---|---|\n"
# A pattern that says no more than the description, or more than a table can show.
SAID_ELSEWHERE = "see the description"


def allowed(parameter: Mapping[str, Any]) -> str:
    """What a parameter may be."""
    if values := parameter.get("AllowedValues"):
        return ", ".join(f"`{value}`" for value in values)
    if text := parameter.get("ConstraintDescription"):
        return str(text)
    if "MinValue" in parameter:
        return f"{parameter['MinValue']} to {parameter['MaxValue']}"
    if longest := parameter.get("MaxLength"):
        return f"up to {longest} characters"
    return SAID_ELSEWHERE


def row(name: str, parameter: Mapping[str, Any]) -> str:
    """A parameter as a line of a table."""
    default = f"`{parameter['Default']}`" if parameter["Default"] != "" else "empty"
    meaning = str(parameter["Description"]).strip().replace("|", r"\|")
    return f"| `{name}` | {default} | {allowed(parameter)} | {meaning} |\n"


def page(template: Mapping[str, Any]) -> str:
    """The whole page."""
    parameters = template["Parameters"]
    tables = "\n".join(
        f"## {group['Label']['default']}\n\n{HEAD}"
        + "".join(row(name, parameters[name]) for name in group["Parameters"])
        for group in template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    )
    return f"""\
<!-- Written by `make docs` from template.yaml: edit that. -->

# Parameters

Given by `sam deploy --parameter-overrides Name=value …`, or kept in `samconfig.toml`. What is left
out keeps the value that it has in the stack, or its default. Names that begin with a small letter
are parameters of the [rules](rules/README.md); the command line takes them as `--set name=value`.

{tables}"""


def outputs(template: str | None = None) -> dict[Path, str]:
    """The file this writes, for this text of template.yaml or for the one that is stored."""
    text = template or (ROOT / "template.yaml").read_text(encoding="utf-8")
    return {PAGE: page(yaml.load(text, Template))}  # noqa: S506


if __name__ == "__main__":
    raise SystemExit(main(outputs, __doc__))
