"""Documents and Automation of every account and Region of the lab."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from lab.config.places import Place
from lab.config.shapes import Request, Response
from lab.config.timestamps import Clock
from lab.ssm.callers import Caller, Identity
from lab.ssm.errors import SsmError, bad_content, bad_parameters, no_such_document
from lab.ssm.executions import Execution
from lab.ssm.parameters import read_parameters
from lab.ssm.runbooks import Runbook, read_runbook
from lab.ssm.values import fill

Runner = Callable[[Callable[[], None]], None]
"""Has something done soon."""


@dataclass
class Document:
    """A document of type Automation; the newest version is the default one."""

    name: str
    created: datetime
    contents: list[str] = field(default_factory=list)

    @property
    def version(self) -> str:
        """The number of the newest version."""
        return str(len(self.contents))

    @property
    def runbook(self) -> Runbook:
        """What the newest version says."""
        return read_runbook(self.contents[-1])

    def described(self) -> dict[str, Any]:
        """The document as DescribeDocument answers."""
        return {
            "Name": self.name,
            "CreatedDate": self.created,
            "DefaultVersion": self.version,
            "DocumentType": "Automation",
            "DocumentVersion": self.version,
            "LatestVersion": self.version,
            "SchemaVersion": "0.3",
            "Status": "Active",
            "Parameters": [
                {"Name": name, "Type": each.kind} for name, each in self.runbook.parameters.items()
            ],
        }


class SsmService:
    """The operations on documents of type Automation and their executions."""

    def __init__(self, clock: Clock, caller: Caller, runner: Runner) -> None:
        self._clock = clock
        self._caller = caller
        self._runner = runner
        self._documents: dict[tuple[Place, str], Document] = {}
        self._executions: dict[tuple[Place, str], Execution] = {}
        self.operations: dict[str, Callable[[Place, Request], Response]] = {
            "CreateDocument": self._create_document,
            "UpdateDocument": self._update_document,
            "DescribeDocument": self._describe_document,
            "GetDocument": self._get_document,
            "DeleteDocument": self._delete_document,
            "StartAutomationExecution": self._start,
            "GetAutomationExecution": self._get,
        }

    def call(self, place: Place, action: str, request: Request) -> Response:
        """Answer an API request made in a place, or raise the SsmError to answer with."""
        return self.operations[action](place, request)

    def _create_document(self, place: Place, request: Request) -> Response:
        if request.get("DocumentType") != "Automation":
            raise bad_content("the lab has documents of type Automation only")
        name = request["Name"]
        if (place, name) in self._documents:
            raise SsmError("DocumentAlreadyExists", f"Document with name {name} already exists.")
        read_runbook(request["Content"])
        document = Document(name, self._clock(), [request["Content"]])
        self._documents[place, name] = document
        return {"DocumentDescription": document.described()}

    def _update_document(self, place: Place, request: Request) -> Response:
        document = self._named(place, request["Name"])
        if request["Content"] == document.contents[-1]:
            raise SsmError("DuplicateDocumentContent", "The content is that of another version.")
        read_runbook(request["Content"])
        document.contents.append(request["Content"])
        return {"DocumentDescription": document.described()}

    def _describe_document(self, place: Place, request: Request) -> Response:
        return {"Document": self._named(place, request["Name"]).described()}

    def _get_document(self, place: Place, request: Request) -> Response:
        document = self._named(place, request["Name"])
        return {**document.described(), "Content": document.contents[-1]}

    def _delete_document(self, place: Place, request: Request) -> Response:
        self._named(place, request["Name"])
        del self._documents[place, request["Name"]]
        return {}

    def _start(self, place: Place, request: Request) -> Response:
        document = self._named(place, request["DocumentName"])
        runbook = document.runbook
        parameters = read_parameters(runbook.parameters, request.get("Parameters") or {})
        role = fill(runbook.assume_role, parameters) if runbook.assume_role else None
        if role and not role.startswith("arn:"):
            raise bad_parameters(f"The assume role {role} is no ARN of a role")
        execution_id = str(uuid4())
        execution = Execution(
            execution_id=execution_id,
            document=document.name,
            version=document.version,
            runbook=runbook,
            parameters=parameters,
            identity=Identity(place, role, f"Automation-{execution_id}"),
            started=self._clock(),
        )
        self._executions[place, execution_id] = execution
        self._runner(lambda: execution.run(self._caller, self._clock))
        return {"AutomationExecutionId": execution_id}

    def _get(self, place: Place, request: Request) -> Response:
        execution_id = request["AutomationExecutionId"]
        execution = self._executions.get((place, execution_id))
        if execution is None:
            raise SsmError(
                "AutomationExecutionNotFoundException",
                f"Automation execution {execution_id} does not exist.",
            )
        return {"AutomationExecution": execution.described()}

    def _named(self, place: Place, name: str) -> Document:
        document = self._documents.get((place, name.rpartition("document/")[2]))
        if document is None:
            raise no_such_document(name)
        return document
