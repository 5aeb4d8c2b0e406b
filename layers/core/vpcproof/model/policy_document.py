"""Endpoint policies by meaning: parsed once, compared as sets of what they allow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement; every element that IAM lets be a single string is a tuple here.

    `not_principals`, `not_actions` and `not_resources` hold the negated elements.
    """

    allow: bool
    principals: tuple[str, ...] = ()
    not_principals: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()

    @property
    def is_conditional(self) -> bool:
        """Whether it holds in some cases only."""
        return bool(self.conditions)

    def matches_action(self, action: str) -> bool:
        """Action names compare without case."""
        wanted = action.lower()
        if self.not_actions:
            return not any(fnmatchcase(wanted, each.lower()) for each in self.not_actions)
        return any(fnmatchcase(wanted, each.lower()) for each in self.actions)

    def matches_resource(self, resource: str) -> bool:
        """Resources compare with case; `*` and `?` stand for any text and any character."""
        if self.not_resources:
            return not any(_matches(resource, each) for each in self.not_resources)
        return any(_matches(resource, each) for each in self.resources)

    @property
    def for_anyone(self) -> bool:
        """Whether it speaks of every principal."""
        return "*" in self.principals

    @property
    def is_of_everything(self) -> bool:
        """Whether it speaks of all actions on all resources."""
        return "*" in self.actions and "*" in self.resources


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A resource policy: an explicit deny wins over every allow, and nothing else is allowed.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """

    statements: tuple[Statement, ...]

    @property
    def is_full_access(self) -> bool:
        """Everyone may do everything: an unconditional allow of all that no deny of all narrows.

        A deny of some actions or resources leaves all the others to everyone; one of everything
        under a condition, or for all but some principals, is how an organisation closes a policy.
        """
        everything = any(
            each.allow and each.for_anyone and not each.is_conditional and each.is_of_everything
            for each in self.statements
        )
        return everything and not any(
            not each.allow and each.is_of_everything for each in self.statements
        )

    def permits(self, action: str, resource: str) -> bool | None:
        """Whether anyone may do this; None where a condition or a principal decides.

        Explicit denies that name only some principals, or hold under a condition, leave it open.
        """
        relevant = [
            each
            for each in self.statements
            if each.matches_action(action) and each.matches_resource(resource)
        ]
        denies = [each for each in relevant if not each.allow]
        if any(each.for_anyone and not each.is_conditional for each in denies):
            return False
        allows = [each for each in relevant if each.allow]
        if not allows:
            return False
        certain = any(each.for_anyone and not each.is_conditional for each in allows)
        return True if certain and not denies else None


@lru_cache(maxsize=1024)
def parse_policy(text: str) -> PolicyDocument | None:
    """Read a policy document; None when the text is no policy.

    The single-object forms of `Statement`, `Action`, `Resource` and `Principal` are legal.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, Mapping):
        return None
    statements = document.get("Statement")
    listed = statements if isinstance(statements, list) else [statements]
    read = tuple(_statement(each) for each in listed if isinstance(each, Mapping))
    return PolicyDocument(read) if len(read) == len(listed) else None


def _statement(raw: Mapping[str, Any]) -> Statement:
    condition = raw.get("Condition")
    return Statement(
        allow=raw.get("Effect") == "Allow",
        principals=_principals(raw.get("Principal")),
        not_principals=_principals(raw.get("NotPrincipal")),
        actions=_texts(raw.get("Action")),
        not_actions=_texts(raw.get("NotAction")),
        resources=_texts(raw.get("Resource")),
        not_resources=_texts(raw.get("NotResource")),
        conditions=tuple(sorted(condition)) if isinstance(condition, Mapping) else (),
    )


def _principals(value: object) -> tuple[str, ...]:
    """`"*"` and `{"AWS": "*"}` both mean everyone; the other kinds are never everyone."""
    if not isinstance(value, Mapping):
        return _texts(value)
    return tuple(
        name if kind == "AWS" else f"{kind}:{name}"
        for kind, names in value.items()
        for name in _texts(names)
    )


def _texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    values: Iterable[object] = value if isinstance(value, list) else (value,)
    return tuple(str(each) for each in values)


def _matches(resource: str, pattern: str) -> bool:
    """IAM has no character classes, which fnmatch does."""
    return fnmatchcase(resource, pattern.replace("[", "[[]"))
