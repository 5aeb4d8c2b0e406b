"""Endpoint policies with the same meaning for all that rules ask, and nobody's names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ...analysis.aws_buckets import object_arns
from ...model.policy_document import Statement, parse_policy
from .names import Names

UNREADABLE = "unreadable"

_KINDS = {"AWS", "CanonicalUser", "Federated", "Service"}
_ACTION = re.compile(r"[A-Za-z0-9-]{0,40}:?[A-Za-z0-9*?]{0,80}")
_OPERATOR = re.compile(r"[A-Za-z]{1,40}(?::[A-Za-z]{1,40})?")


class Policies:
    """Rewrites policies: actions stay, principals and resources of others are replaced.

    A pattern that matches an object of AWS's own buckets holds no more than a part of its name, so
    it stays: whether agents and image pulls reach those objects is what rules ask.
    """

    def __init__(self, names: Names, regions: Iterable[str]) -> None:
        self._names = names
        self._of_aws = [arn for region in regions for arn in object_arns(region)]

    def replaced(self, document: str) -> str:
        """The policy that stands for another; a text that is no policy becomes another such."""
        if parse_policy(document) is None:
            return UNREADABLE if document else ""
        raw = json.loads(document)["Statement"]
        statements = [self._statement(each) for each in (raw if isinstance(raw, list) else [raw])]
        return json.dumps({"Statement": statements, "Version": "2012-10-17"}, sort_keys=True)

    def _statement(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        replaced: dict[str, Any] = {"Effect": "Allow" if raw.get("Effect") == "Allow" else "Deny"}
        for member in ("Principal", "NotPrincipal"):
            if raw.get(member) is not None:
                replaced[member] = self._principals(raw[member])
        for member in ("Action", "NotAction"):
            if raw.get(member) is not None:
                replaced[member] = [self._action(each) for each in _listed(raw[member])]
        for member in ("Resource", "NotResource"):
            if raw.get(member) is not None:
                replaced[member] = [self._resource(each) for each in _listed(raw[member])]
        if isinstance(raw.get("Condition"), Mapping):
            replaced["Condition"] = {
                (each if _OPERATOR.fullmatch(each) else self._names.label(each)): {}
                for each in raw["Condition"]
            }
        return replaced

    def _principals(self, value: object) -> object:
        if not isinstance(value, Mapping):
            return [self._principal(each) for each in _listed(value)]
        return {
            (kind if kind in _KINDS else self._names.label(kind)): [
                self._principal(each) for each in _listed(names) if names is not None
            ]
            for kind, names in value.items()
        }

    def _principal(self, name: str) -> str:
        if name == "*":
            return name
        return self._names.arn(name) if name.startswith("arn:") else self._names.label(name)

    def _action(self, name: str) -> str:
        return name if _ACTION.fullmatch(name) else self._names.label(name)

    def _resource(self, pattern: str) -> str:
        statement = Statement(allow=True, resources=(pattern,))
        if any(map(statement.matches_resource, self._of_aws)):
            return pattern
        return f"arn:aws:s3:::{self._names.label(pattern)}"


def _listed(value: object) -> list[str]:
    return [str(each) for each in (value if isinstance(value, list) else [value])]
