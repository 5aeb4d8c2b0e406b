"""Calls as commands of the AWS CLI."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from ..remediation.change import Call
from ..remediation.plan import PlanError

# Words that the AWS CLI would take for an option, or replace by what a file or address holds.
# https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-file.html
_NOT_LITERAL = re.compile(r"-|(?:file|fileb|https?)://")


def command(call: Call, variables: Mapping[str, str]) -> str:
    """The command that makes a call, safe to paste.

    `variables` are the words that stand for ids of what is yet to be created. Raises PlanError for
    text that the AWS CLI would not take as it stands.
    """
    return " ".join(["aws ec2", kebab(call.operation), *_options(call, variables)])


def kebab(name: str) -> str:
    """How the AWS CLI spells an operation or a member: `add-subnet-ids` for `AddSubnetIds`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def _options(call: Call, variables: Mapping[str, str]) -> Iterator[str]:
    for member, value in call.arguments.items():
        option = f"--{kebab(member)}"
        if isinstance(value, bool):
            yield option if value else f"--no-{kebab(member)}"
        else:
            yield option
            yield from _words(value, variables)


def _words(value: Any, variables: Mapping[str, str]) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        yield _word(value, variables)
    elif isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        yield from (_word(each, variables) for each in value)
    else:
        yield shlex.quote(json.dumps(value, separators=(",", ":")))


def _word(text: str, variables: Mapping[str, str]) -> str:
    if text in variables:
        return variables[text]
    if _NOT_LITERAL.match(text):
        raise PlanError(f"{text!r} cannot be given to the AWS CLI as it stands: use --format json")
    return shlex.quote(text)
