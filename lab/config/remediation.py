"""Remediation: what AWS Config starts for resources that do not comply, by itself or when asked.

https://docs.aws.amazon.com/config/latest/APIReference/API_RemediationConfiguration.html
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from lab.config.errors import ConfigError, Constraints, invalid_parameter
from lab.config.evaluations import NON_COMPLIANT, Result
from lab.config.places import Place
from lab.config.relationships import Key
from lab.config.rules import Rule, RuleBook
from lab.config.shapes import Request, Response
from lab.config.timestamps import Clock

_ASSUME_ROLE = "AutomationAssumeRole"
_DEFAULT_ATTEMPTS = 5
_DEFAULT_SECONDS = 60
_MOST_SECONDS = 2678000
_MOST_ATTEMPTS = 25
_MOST_PARAMETERS = 25
_MOST_RESOURCES = 100
_DEPLOYED_BY_A_SERVICE = ("OrgConfigRule-", "securityhub-")
_PACK_MARK = "-conformance-pack-"
_STATES = {
    "Pending": "QUEUED",
    "InProgress": "IN_PROGRESS",
    "Success": "SUCCEEDED",
    "Failed": "FAILED",
}


class Automations(Protocol):
    """Runs documents of Systems Manager."""

    def start(self, place: Place, document: str, parameters: Mapping[str, list[str]]) -> str:
        """Start a document; answers the id of the execution."""

    def described(self, place: Place, execution_id: str) -> Mapping[str, Any]:
        """An execution as GetAutomationExecution answers."""


@dataclass(frozen=True)
class Remediation:
    """What is to be started for the resources of a rule."""

    rule: str
    document: str
    parameters: Mapping[str, Any]
    automatic: bool
    attempts: int
    within: timedelta
    described: Mapping[str, Any]

    def parameters_for(self, key: Key) -> dict[str, list[str]]:
        """The parameters of the document, for one resource."""
        return {
            name: list(value["StaticValue"]["Values"])
            if "StaticValue" in value
            else [key.resource_id]
            for name, value in self.parameters.items()
        }


@dataclass
class Attempts:
    """What was started for one resource, and the failures that count against it."""

    execution_id: str = ""
    begun: datetime | None = None
    automatic: deque[datetime] = field(default_factory=deque)


class Remediations:
    """The remediation configurations of one place, and what was started by them."""

    def __init__(
        self, place: Place, clock: Clock, rules: RuleBook, automations: Automations
    ) -> None:
        self._place = place
        self._clock = clock
        self._rules = rules
        self._automations = automations
        self._by_rule: dict[str, Remediation] = {}
        self._attempts: dict[tuple[str, Key], Attempts] = {}
        self._exceptions: set[tuple[str, Key]] = set()

    def put(self, request: Request) -> Response:
        """Add configurations, or put others in their place."""
        wanted = request["RemediationConfigurations"]
        Constraints().length("remediationConfigurations", wanted, 1, 25).check()
        for each in wanted:
            self._rules.named(each["ConfigRuleName"])
        remediations = [_read(each) for each in wanted]
        self._by_rule |= {each.rule: each for each in remediations}
        return {"FailedBatches": []}

    def describe(self, request: Request) -> Response:
        """The configurations of some rules; rules that have none are left out."""
        found = [self._by_rule.get(name) for name in request["ConfigRuleNames"]]
        return {"RemediationConfigurations": [dict(each.described) for each in found if each]}

    def delete(self, request: Request) -> Response:
        """Delete the configuration of a rule."""
        self._of_rule(request["ConfigRuleName"])
        del self._by_rule[request["ConfigRuleName"]]
        return {}

    def start(self, request: Request) -> Response:
        """Start the document for some resources; each of them anew."""
        keys = request["ResourceKeys"]
        Constraints().length("resourceKeys", keys, 1, _MOST_RESOURCES).check()
        remediation = self._of_rule(request["ConfigRuleName"])
        for each in keys:
            self._start(remediation, Key(each["resourceType"], each["resourceId"]))
        return {"FailedItems": []}

    def describe_status(self, request: Request) -> Response:
        """What became of what was started last for each resource."""
        name, wanted = request["ConfigRuleName"], request.get("ResourceKeys")
        self._of_rule(name)
        keys = {Key(each["resourceType"], each["resourceId"]) for each in wanted or ()}
        return {
            "RemediationExecutionStatuses": [
                self._status(key, attempts)
                for (rule, key), attempts in sorted(self._attempts.items())
                if rule == name and (not wanted or key in keys)
            ]
        }

    def describe_exceptions(self, request: Request) -> Response:
        """The resources that AWS Config no longer starts anything for by itself."""
        name = request["ConfigRuleName"]
        return {
            "RemediationExceptions": [
                {
                    "ConfigRuleName": name,
                    "ResourceType": key.resource_type,
                    "ResourceId": key.resource_id,
                    "Message": "The maximum number of automatic attempts was reached.",
                }
                for rule, key in sorted(self._exceptions)
                if rule == name
            ]
        }

    def refuse_deletion(self, rule: Rule) -> None:
        """A rule is deleted after its remediation configuration, not before."""
        if rule.name in self._by_rule:
            raise ConfigError(
                "ResourceInUseException",
                f"The rule {rule.name} has a remediation configuration, which must go first.",
            )

    def learn(self, result: Result) -> None:
        """Start what is to start by itself for a resource that was just judged."""
        remediation = self._by_rule.get(result.rule.name)
        key = (result.rule.name, result.key)
        if remediation is None or not remediation.automatic or result.compliance != NON_COMPLIANT:
            return
        attempts = self._attempts.setdefault(key, Attempts())
        if key in self._exceptions or self._running(attempts):
            return
        now = self._clock()
        while attempts.automatic and now - attempts.automatic[0] > remediation.within:
            attempts.automatic.popleft()
        if len(attempts.automatic) >= remediation.attempts:
            self._exceptions.add(key)
            return
        attempts.automatic.append(now)
        self._start(remediation, result.key)

    def _start(self, remediation: Remediation, key: Key) -> None:
        attempts = self._attempts.setdefault((remediation.rule, key), Attempts())
        attempts.begun = self._clock()
        attempts.execution_id = self._automations.start(
            self._place, remediation.document, remediation.parameters_for(key)
        )

    def _running(self, attempts: Attempts) -> bool:
        if not attempts.execution_id:
            return False
        execution = self._automations.described(self._place, attempts.execution_id)
        return _STATES[execution["AutomationExecutionStatus"]] in ("QUEUED", "IN_PROGRESS")

    def _status(self, key: Key, attempts: Attempts) -> dict[str, Any]:
        execution = self._automations.described(self._place, attempts.execution_id)
        status = {
            "ResourceKey": {"resourceType": key.resource_type, "resourceId": key.resource_id},
            "State": _STATES[execution["AutomationExecutionStatus"]],
            "StepDetails": [_step(step) for step in execution["StepExecutions"]],
            "InvocationTime": attempts.begun,
        }
        return status | (
            {"LastUpdatedTime": execution["ExecutionEndTime"]}
            if "ExecutionEndTime" in execution
            else {}
        )

    def _of_rule(self, name: str) -> Remediation:
        if name not in self._by_rule:
            raise ConfigError(
                "NoSuchRemediationConfigurationException",
                f"No RemediationConfiguration for rule {name} exists.",
            )
        return self._by_rule[name]


def _read(wanted: Mapping[str, Any]) -> Remediation:
    """The configuration that a request holds, or the error that AWS answers to it."""
    name, parameters = wanted["ConfigRuleName"], wanted.get("Parameters") or {}
    attempts = wanted.get("MaximumAutomaticAttempts") or _DEFAULT_ATTEMPTS
    seconds = wanted.get("RetryAttemptSeconds") or _DEFAULT_SECONDS
    automatic = bool(wanted.get("Automatic"))
    (
        Constraints()
        .one_of("targetType", wanted.get("TargetType"), frozenset({"SSM_DOCUMENT"}))
        .length("parameters", list(parameters), 0, _MOST_PARAMETERS)
        .at_most("maximumAutomaticAttempts", attempts, _MOST_ATTEMPTS)
        .at_most("retryAttemptSeconds", seconds, _MOST_SECONDS)
        .check()
    )
    if name.startswith(_DEPLOYED_BY_A_SERVICE) or _PACK_MARK in name:
        raise ConfigError(
            "InsufficientPermissionsException",
            f"{name} was deployed by another service, so remediation cannot be added to it.",
        )
    for parameter, value in parameters.items():
        if len({"StaticValue", "ResourceValue"} & value.keys()) != 1:
            raise invalid_parameter(f"{parameter} has one of StaticValue and ResourceValue.")
    if automatic and _ASSUME_ROLE not in parameters:
        raise invalid_parameter(f"Automatic remediation needs the parameter {_ASSUME_ROLE}.")
    settled = {
        "Automatic": automatic,
        "MaximumAutomaticAttempts": attempts,
        "RetryAttemptSeconds": seconds,
    }
    return Remediation(
        rule=name,
        document=wanted["TargetId"],
        parameters=parameters,
        automatic=automatic,
        attempts=attempts,
        within=timedelta(seconds=seconds),
        described={**wanted, **settled},
    )


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    renamed = {
        "Name": "StepName",
        "State": "StepStatus",
        "ErrorMessage": "FailureMessage",
        "StartTime": "ExecutionStartTime",
        "StopTime": "ExecutionEndTime",
    }
    found = {ours: step[theirs] for ours, theirs in renamed.items() if theirs in step}
    found["State"] = {"Success": "SUCCEEDED", "Failed": "FAILED"}.get(found["State"], "PENDING")
    return found
