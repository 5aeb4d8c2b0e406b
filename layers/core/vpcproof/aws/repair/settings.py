"""How the remediate function is deployed: what it may do, and how far."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from ...model.parameters import Parameters, parse_parameters
from ...remediation.plan import Mandate
from ...rules.registry import find_rule
from ..environment import DeploymentError, require

_DUPLICATES = "vpc-endpoints-not-duplicated"


class Mode(StrEnum):
    """What a finding leads to: nothing, a plan, a plan that somebody approves, or its repair."""

    OFF = "off"
    PLAN = "plan"
    APPROVE = "approve"
    AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The environment of the function, read once while it starts."""

    mode: Mode
    runs_table: str
    topic_arn: str
    state_machine_arn: str
    parameters: Parameters
    mandate: Mandate = field(default_factory=Mandate)

    @classmethod
    def of_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read all; raises DeploymentError, ParameterError or UnknownRuleError naming a fault."""
        mode, runs_table, topic_arn = require("REMEDIATION_MODE", "RUNS_TABLE", "TOPIC_ARN")
        if mode not in list(Mode):
            raise DeploymentError(f"REMEDIATION_MODE={mode!r} is none of {', '.join(Mode)}")
        if mode == Mode.APPROVE:
            require("APPROVAL_STATE_MACHINE_ARN")
        return cls(
            mode=Mode(mode),
            runs_table=runs_table,
            topic_arn=topic_arn,
            state_machine_arn=environment.get("APPROVAL_STATE_MACHINE_ARN", ""),
            parameters=_parameters(environment.get("RULE_PARAMETERS", "")),
            mandate=_mandate(environment),
        )


def _mandate(environment: Mapping[str, str]) -> Mandate:
    """How far plans may go; without a setting they only add."""
    destructive = _rules(environment, "DESTRUCTIVE_RULES")
    if destructive - {_DUPLICATES}:
        listing = ", ".join(sorted(destructive - {_DUPLICATES}))
        raise DeploymentError(
            f"DESTRUCTIVE_RULES: nothing is ever deleted for the sake of {listing}; the only rule "
            f"that something is deleted for is {_DUPLICATES}"
        )
    most = _number(environment, "MAX_CHANGES")
    return Mandate(
        allow_dns_change=_flag(environment, "ALLOW_DNS_CHANGE"),
        narrow=_rules(environment, "NARROWING_RULES"),
        remove_duplicates=bool(destructive),
        max_changes=None if most is None else int(most),
        max_monthly_cost=_number(environment, "MONTHLY_COST_LIMIT"),
    )


def _number(environment: Mapping[str, str], name: str) -> Decimal | None:
    """A limit, zero or more; empty means none."""
    text = environment.get(name, "").strip()
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0:
        raise DeploymentError(f"{name}={text!r} must be a number, zero or more, or empty")
    return number


def _rules(environment: Mapping[str, str], name: str) -> frozenset[str]:
    names = (each.strip() for each in environment.get(name, "").split(","))
    return frozenset(find_rule(each).name for each in names if each)


def _flag(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "").strip().lower()
    if value not in {"", "true", "false"}:
        raise DeploymentError(f"{name}={value!r} must be true or false")
    return value == "true"


def _parameters(text: str) -> Parameters:
    try:
        given = json.loads(text or "{}")
    except ValueError as error:
        raise DeploymentError(f"RULE_PARAMETERS is not JSON: {error}") from error
    if not isinstance(given, dict):
        raise DeploymentError("RULE_PARAMETERS must be a JSON object of parameters and values")
    return parse_parameters({name: value for name, value in given.items() if value != ""})
