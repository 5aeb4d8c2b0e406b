"""The rules of one place, and the API operations that define them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any, Protocol

from lab.config.definitions import Definition, read_definition
from lab.config.errors import ConfigError, Constraints, invalid_parameter, no_such_rule
from lab.config.names import suffix
from lab.config.paging import page
from lab.config.places import Place
from lab.config.recorder import Change
from lab.config.shapes import Request, Response
from lab.config.timestamps import Clock

_MOST_RULES = 1000
_RULES_PER_PAGE = 25


class Permissions(Protocol):
    """Knows whether AWS Config may invoke a function."""

    def may_invoke(self, function_arn: str, rule_arn: str, account: str) -> bool:
        """Whether the function exists and its policy lets config.amazonaws.com invoke it."""


class Reaction(Enum):
    """How a changed resource relates to the scope of a rule."""

    IN_SCOPE = auto()
    LEFT_SCOPE = auto()


@dataclass
class RuleStatus:
    """What became of a rule's invocations and evaluations, as the API reports it."""

    first_activated: datetime
    invoked: datetime | None = None
    invocation_failed: datetime | None = None
    evaluated: datetime | None = None
    evaluation_failed: datetime | None = None
    error_code: str | None = None
    error_message: str | None = None


@dataclass
class Rule:
    """A rule as defined, and its identity, which outlives changes of its definition."""

    place: Place
    rule_id: str
    definition: Definition
    status: RuleStatus
    deleted: bool = False

    @property
    def name(self) -> str:
        """The name, unique in the place."""
        return self.definition.name

    @property
    def arn(self) -> str:
        """The ARN, which holds the id and not the name."""
        return self.place.arn("config", f"config-rule/{self.rule_id}")

    @property
    def parameters_text(self) -> str | None:
        """The parameters as a function receives them; absent when the rule has none."""
        parameters = dict(self.definition.parameters)
        return json.dumps(parameters, separators=(",", ":")) if parameters else None

    def reaction(self, change: Change) -> Reaction | None:
        """What a change is to the rule, if it concerns the rule at all."""
        scope, item, previous = self.definition.scope, change.item, change.previous
        was_covered = bool(previous and not previous.deleted and scope.covers(previous))
        is_covered = was_covered if item.deleted else scope.covers(item)
        if is_covered:
            return Reaction.IN_SCOPE
        return Reaction.LEFT_SCOPE if was_covered else None

    def described(self) -> dict[str, Any]:
        """The rule as DescribeConfigRules answers."""
        return {
            **self.definition.described,
            "ConfigRuleName": self.name,
            "ConfigRuleArn": self.arn,
            "ConfigRuleId": self.rule_id,
            "ConfigRuleState": "ACTIVE",
            "EvaluationModes": [{"Mode": "DETECTIVE"}],
        }


class RuleBook:
    """The rules of one place by name."""

    def __init__(self, place: Place, clock: Clock, permissions: Permissions) -> None:
        self._place = place
        self._clock = clock
        self._permissions = permissions
        self._rules: dict[str, Rule] = {}

    def all(self) -> list[Rule]:
        """Every rule, in the order of their names."""
        return [self._rules[name] for name in sorted(self._rules)]

    def named(self, name: str) -> Rule:
        """The rule of that name."""
        try:
            return self._rules[name]
        except KeyError:
            raise no_such_rule(name) from None

    def select(self, names: list[str] | None) -> list[Rule]:
        """The rules of those names, or every rule when no name is given."""
        Constraints().length("configRuleNames", list(names or ()), 0, 25).check()
        return [self.named(name) for name in names] if names else self.all()

    def put(self, request: Request) -> Rule:
        """Define a rule, or change the one that the request names."""
        wanted = request["ConfigRule"]
        existing = self._existing(wanted)
        name = existing.name if existing else wanted.get("ConfigRuleName")
        if name is None:
            raise invalid_parameter("The ConfigRuleName is required for a new rule.")
        definition = read_definition(wanted, name)
        if not existing and len(self._rules) >= _MOST_RULES:
            raise ConfigError(
                "MaxNumberOfConfigRulesExceededException",
                f"Account already has the maximum number of rules: {_MOST_RULES}.",
            )
        rule = existing or Rule(
            self._place, _new_id(), definition, RuleStatus(first_activated=self._clock())
        )
        self._require_permission(definition, rule)
        rule.definition = definition
        self._rules[name] = rule
        return rule

    def remove(self, name: str) -> Rule:
        """Delete a rule."""
        rule = self.named(name)
        rule.deleted = True
        del self._rules[name]
        return rule

    def describe_config_rules(self, request: Request) -> Response:
        """The rules of the place or those named, by pages."""
        rules = self.select(request.get("ConfigRuleNames"))
        found, token = page(rules, _RULES_PER_PAGE, request.get("NextToken"))
        response: Response = {"ConfigRules": [rule.described() for rule in found]}
        return {**response, "NextToken": token} if token else response

    def describe_config_rule_evaluation_status(self, request: Request) -> Response:
        """When each rule last worked and last failed.

        The reference says that Lambda rules are left out; the service does answer for them:
        https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigRuleEvaluationStatus.html
        """
        limit = request.get("Limit") or 50
        Constraints().at_most("limit", limit, 50).check()
        rules = self.select(request.get("ConfigRuleNames"))
        found, token = page(rules, limit, request.get("NextToken"))
        response: Response = {"ConfigRulesEvaluationStatus": [_status(rule) for rule in found]}
        return {**response, "NextToken": token} if token else response

    def _existing(self, wanted: Mapping[str, Any]) -> Rule | None:
        if name := wanted.get("ConfigRuleName"):
            return self._rules.get(name)
        for member, attribute in (("ConfigRuleArn", "arn"), ("ConfigRuleId", "rule_id")):
            if identity := wanted.get(member):
                matching = [r for r in self.all() if getattr(r, attribute) == identity]
                if not matching:
                    raise no_such_rule(identity)
                return matching[0]
        return None

    def _require_permission(self, definition: Definition, rule: Rule) -> None:
        function_arn = definition.function_arn
        if not self._permissions.may_invoke(function_arn, rule.arn, self._place.account):
            raise ConfigError(
                "InsufficientPermissionsException",
                f"The AWS Lambda function {function_arn} cannot be invoked. Check the specified "
                "function ARN, and check the function's permissions.",
            )


def _status(rule: Rule) -> dict[str, Any]:
    status = rule.status
    optional = {
        "LastSuccessfulInvocationTime": status.invoked,
        "LastFailedInvocationTime": status.invocation_failed,
        "LastSuccessfulEvaluationTime": status.evaluated,
        "LastFailedEvaluationTime": status.evaluation_failed,
        "LastErrorCode": status.error_code,
        "LastErrorMessage": status.error_message,
    }
    return {
        "ConfigRuleName": rule.name,
        "ConfigRuleArn": rule.arn,
        "ConfigRuleId": rule.rule_id,
        "FirstActivatedTime": status.first_activated,
        "FirstEvaluationStarted": status.invoked is not None,
        **{name: value for name, value in optional.items() if value is not None},
    }


def _new_id() -> str:
    return f"config-rule-{suffix(6)}"
