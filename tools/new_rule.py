"""Start a rule: its module and the table of its tests, ready to be filled in.

make new-rule NAME=subnet-has-free-addresses TYPE=AWS::EC2::Subnet
"""

from __future__ import annotations

import argparse
import re
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import vpcproof.model
from vpcproof.model.facts import Fact
from vpcproof.model.resource_type import ResourceType
from vpcproof.rules.registry import all_rules

ROOT = Path(__file__).resolve().parent.parent
# No rule may keep one of these texts: tests/architecture looks for them.
PLACEHOLDERS = (
    "Say in one sentence what should be.",
    "Say what breaks, for whom",
    "Say which setting to change",
    "Say what is not judged",
    "this rule is not written yet",
    "say what is there",
)

MODULE = '''\
"""Say in one sentence what should be.

## Why it matters
Say what breaks, for whom, and how they notice.

## How to fix
Say which setting to change, with the command.

## Known limits
Say what is not judged.
"""

from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.resource_type import ResourceType
from ..model.snapshot import Snapshot
from ..model.verdict import Severity, Verdict, undetermined
from ..model.{module} import {noun}
from .registry import rule


@rule(
    resource_type=ResourceType.{kind},
    severity=Severity.MEDIUM,
    needs={{Fact.{fact}}},
)
def judge({argument}: {noun}, _snapshot: Snapshot, _parameters: Parameters) -> Verdict:
    return undetermined(f"this rule is not written yet, {{{argument}.id}} stays unjudged")
'''

TABLE = """\
from tests.networks import network
from tests.rules.situations import NA, NC, C, RuleTable, Situation


class Test{title}(RuleTable):
    rule = "{name}"
    situations = (
        Situation("-", "say what is there and right", network(), "{example}", C),
        Situation("-", "say what is there and wrong", network(), "{example}", NC, ("why",)),
        Situation("-", "say what is there and not its business", network(), "{example}", NA),
    )
"""
# What `network()` of tests/networks.py holds when it is told nothing.
EXAMPLES = {
    ResourceType.VPC: "vpc-home",
    ResourceType.SUBNET: "subnet-a",
    ResourceType.ROUTE_TABLE: "rtb-main",
    ResourceType.SECURITY_GROUP: "sg-endpoint",
}


def noun_of(kind: ResourceType) -> tuple[str, str]:
    """The class of the model that stands for a resource type, and its module."""
    noun = kind.name.title().replace("_", "")
    for module in iter_modules(vpcproof.model.__path__):
        found = getattr(import_module(f"vpcproof.model.{module.name}"), noun, None)
        if found is not None and found.__module__ == f"vpcproof.model.{module.name}":
            return noun, module.name
    raise SystemExit(f"the model has no class {noun} for {kind}")


def files(name: str, kind: ResourceType) -> dict[Path, str]:
    """The two files of a new rule."""
    noun, module = noun_of(kind)
    stem = name.replace("-", "_")
    words = {
        "name": name,
        "title": name.title().replace("-", ""),
        "kind": kind.name,
        "fact": Fact[f"{kind.name}S"].name,
        "noun": noun,
        "module": module,
        "argument": kind.name.lower(),
        "example": EXAMPLES.get(kind, f"{kind.name.lower().replace('_', '-')}-1"),
    }
    return {
        ROOT / f"layers/core/vpcproof/rules/{stem}.py": MODULE.format(**words),
        ROOT / f"tests/rules/test_{stem}.py": TABLE.format(**words),
    }


def problem(name: str, kind: ResourceType) -> str | None:
    """Why a rule cannot have this name, or None."""
    prefix = kind.name.lower().replace("_", "-") + "-"
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name) or not name.startswith(prefix):
        return f"the name of a rule on {kind} reads {prefix}…: lower case, words joined by hyphens"
    if len(name) > 64:  # noqa: PLR2004 - with the longest prefix a Config rule's name is full
        return f"{name} is too long: 64 characters are the limit"
    if name in all_rules():
        return f"there is a rule {name}"
    return None


def main() -> int:
    """Write the files and say what comes next."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("name", help="the desired state, as in subnet-has-free-addresses")
    parser.add_argument("type", choices=[str(kind) for kind in ResourceType], metavar="type")
    arguments = parser.parse_args()
    kind = ResourceType(arguments.type)
    if wrong := problem(arguments.name, kind):
        sys.stderr.write(f"{wrong}\n")
        return 2
    for path, text in files(arguments.name, kind).items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
    print("Fill in both, then: make docs check")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
