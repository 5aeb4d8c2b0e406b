"""Automation as AWS Config starts it: what cannot start has failed."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from lab.config.places import Place
from lab.ssm.errors import SsmError
from lab.ssm.service import SsmService


class Automations:
    """Starts documents on behalf of AWS Config, and knows what became of them."""

    def __init__(self, ssm: SsmService) -> None:
        self._ssm = ssm
        self._refused: dict[str, dict[str, Any]] = {}

    def start(self, place: Place, document: str, parameters: Mapping[str, list[str]]) -> str:
        """Start a document; answers the id of the execution, or of its refusal."""
        request = {"DocumentName": document, "Parameters": parameters}
        try:
            started = self._ssm.call(place, "StartAutomationExecution", request)
        except SsmError as error:
            refusal = str(uuid4())
            failed = {"StepName": document, "StepStatus": "Failed", "FailureMessage": str(error)}
            self._refused[refusal] = {
                "AutomationExecutionStatus": "Failed",
                "StepExecutions": [failed],
            }
            return refusal
        return str(started["AutomationExecutionId"])

    def described(self, place: Place, execution_id: str) -> Mapping[str, Any]:
        """An execution as GetAutomationExecution answers."""
        if refused := self._refused.get(execution_id):
            return refused
        wanted = {"AutomationExecutionId": execution_id}
        found: Mapping[str, Any] = self._ssm.call(place, "GetAutomationExecution", wanted)[
            "AutomationExecution"
        ]
        return found
