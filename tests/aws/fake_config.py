"""AWS Config behind a real boto3 client.

botocore checks and builds every request as it does for the real service; the answers come from
here. The limits that botocore leaves to the service are checked here as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

import boto3
from botocore.exceptions import ClientError

from tests.aws.events import REGION

_ACCEPTED = {"COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE"}


def refusal(code: str, operation: str, message: str = "refused") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


def client(service: str) -> Any:
    return _session().client(
        service, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
    )


@cache
def _session() -> boto3.Session:
    """One session for all tests: it remembers the models of the services."""
    return boto3.Session()


class FakeConfig:
    """What was asked, what was put, and what there is to be found."""

    def __init__(self) -> None:
        self.client = client("config")
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.history: list[dict[str, Any]] | ClientError = []
        self.stored: list[dict[str, Any]] = []
        self.page = 100
        self.unstorable: list[set[str]] = []
        self.rules: list[dict[str, Any]] = []
        self.busy: set[str] = set()
        self.started: list[str] = []
        self.errors: dict[str, ClientError] = {}
        self.error: ClientError | None = None
        events = self.client.meta.events
        events.register("provide-client-params.config-service.*", self._note)
        events.register("before-call.config-service.*", self._answer)

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _ in self.calls]

    @property
    def puts(self) -> list[dict[str, Any]]:
        """The requests of PutEvaluations."""
        return [request for operation, request in self.calls if operation == "PutEvaluations"]

    @property
    def evaluations(self) -> list[dict[str, Any]]:
        """All that was put, in order."""
        return [each for request in self.puts for each in request["Evaluations"]]

    @property
    def verdicts(self) -> dict[str, str]:
        return {each["ComplianceResourceId"]: each["ComplianceType"] for each in self.evaluations}

    @property
    def annotations(self) -> dict[str, str | None]:
        return {each["ComplianceResourceId"]: each.get("Annotation") for each in self.evaluations}

    def store(self, resource_type: str, *ids: str, compliance: str, ordered: datetime) -> None:
        """Let verdicts of earlier evaluations be known."""
        self.stored += [
            {
                "EvaluationResultIdentifier": {
                    "EvaluationResultQualifier": {
                        "ConfigRuleName": "vpcproof-vpc-endpoint-available",
                        "ResourceType": resource_type,
                        "ResourceId": resource_id,
                    },
                    "OrderingTimestamp": ordered,
                },
                "ComplianceType": compliance,
            }
            for resource_id in ids
        ]

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append((model.name, params))

    def _answer(self, model: Any, **_: Any) -> tuple[Any, dict[str, Any]]:
        if error := self.error or self.errors.get(model.name):
            raise error
        operation, request = self.calls[-1]
        assert operation == model.name
        answers = {
            "PutEvaluations": self._put_evaluations,
            "GetResourceConfigHistory": self._get_resource_config_history,
            "GetComplianceDetailsByConfigRule": self._get_compliance_details,
            "DescribeConfigRules": self._describe_config_rules,
            "StartConfigRulesEvaluation": self._start_config_rules_evaluation,
        }
        metadata = {"HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0}
        return _Response(), {"ResponseMetadata": metadata, **answers[operation](request)}

    def _put_evaluations(self, request: dict[str, Any]) -> dict[str, Any]:
        evaluations = request["Evaluations"]
        assert 1 <= len(evaluations) <= 100
        for each in evaluations:
            assert each["ComplianceType"] in _ACCEPTED
            assert 1 <= len(each.get("Annotation", "none given")) <= 256
        unstorable = self.unstorable.pop(0) if self.unstorable else set()
        return {
            "FailedEvaluations": [
                each for each in evaluations if each["ComplianceResourceId"] in unstorable
            ]
        }

    def _get_resource_config_history(self, request: dict[str, Any]) -> dict[str, Any]:
        if isinstance(self.history, ClientError):
            raise self.history
        return {"configurationItems": self.history[: request["limit"]]}

    def _get_compliance_details(self, request: dict[str, Any]) -> dict[str, Any]:
        assert request["Limit"] == 100
        start = int(request.get("NextToken", 0))
        wanted = [e for e in self.stored if e["ComplianceType"] in request["ComplianceTypes"]]
        page = {"EvaluationResults": wanted[start : start + self.page]}
        if start + self.page < len(wanted):
            page["NextToken"] = str(start + self.page)
        return page

    def _describe_config_rules(self, request: dict[str, Any]) -> dict[str, Any]:
        start = int(request.get("NextToken", 0))
        page: dict[str, Any] = {"ConfigRules": self.rules[start : start + 25]}
        if start + 25 < len(self.rules):
            page["NextToken"] = str(start + 25)
        return page

    def _start_config_rules_evaluation(self, request: dict[str, Any]) -> dict[str, Any]:
        names = request["ConfigRuleNames"]
        assert 1 <= len(names) <= 25
        if self.busy & set(names):
            raise refusal("LimitExceededException", "StartConfigRulesEvaluation")
        self.started += names
        return {}


class _Response:
    status_code = 200


def silent(client: Any, operation: str = "*") -> Any:
    """Let an operation that moto does not play, or all of a service, answer with nothing."""
    answer = {"ResponseMetadata": {"HTTPStatusCode": 200}}
    client.meta.events.register(
        f"before-call.*.{operation}", lambda **_: (_Response(), answer), unique_id=operation
    )
    return client


def failing(client: Any, operation: str, errors: Iterable[ClientError]) -> None:
    """Let the next calls of an operation fail, one by each error."""
    left = list(errors)

    def answer(model: Any, **_: Any) -> None:
        if model.name == operation and left:
            raise left.pop(0)

    client.meta.events.register(f"before-call.*.{operation}", answer)
