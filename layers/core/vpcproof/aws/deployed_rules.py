"""The Config rules that the evaluate function answers for, as AWS Config lists them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import VpcProofError
from .config_event import subject_of_rule
from .failures import failing_as
from .members import object_in_text
from .subject import Subject
from .telemetry import Telemetry

if TYPE_CHECKING:
    from mypy_boto3_config import ConfigServiceClient
    from mypy_boto3_config.type_defs import ConfigRuleOutputTypeDef

_AT_WORK = ("ACTIVE", "EVALUATING")


@dataclass(frozen=True, slots=True)
class DeployedRule:
    """A Config rule, and what it stands for."""

    name: str
    subject: Subject


def deployed_rules(
    config: ConfigServiceClient, function_arn: str, telemetry: Telemetry
) -> Iterator[DeployedRule]:
    """The rules that invoke the function: of whatever layout, pack or organisation they are."""
    with failing_as("the Config rules could not be listed"):
        pages = list(config.get_paginator("describe_config_rules").paginate())
    for page in pages:
        for rule in page["ConfigRules"]:
            invoked = rule["Source"].get("SourceIdentifier")
            if invoked == function_arn and rule.get("ConfigRuleState", "ACTIVE") in _AT_WORK:
                yield from _readable(rule, telemetry)


def _readable(rule: ConfigRuleOutputTypeDef, telemetry: Telemetry) -> Iterator[DeployedRule]:
    """The rule, unless its parameters make no sense: then its own evaluations say so."""
    name = rule["ConfigRuleName"]
    try:
        given = object_in_text(rule, "InputParameters") if rule.get("InputParameters") else {}
        yield DeployedRule(name, subject_of_rule(given, name))
    except VpcProofError as error:
        telemetry.ignored(f"Config rule {name}: {error}")
