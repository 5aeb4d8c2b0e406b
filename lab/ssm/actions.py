"""What each kind of step does.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from lab.config.shapes import Json
from lab.ssm.callers import Caller, Identity
from lab.ssm.values import select

Inputs = Mapping[str, Any]
_NOT_ARGUMENTS = frozenset({"Service", "Api", "PropertySelector", "DesiredValues"})


class StepFailedError(Exception):
    """A step failed; the text is what Automation says of it."""


def execute_aws_api(inputs: Inputs, caller: Caller, identity: Identity) -> dict[str, Json]:
    """Call one API operation."""
    arguments = {name: each for name, each in inputs.items() if name not in _NOT_ARGUMENTS}
    return caller.call(identity, inputs["Service"], inputs["Api"], arguments)


def assert_property(inputs: Inputs, caller: Caller, identity: Identity) -> dict[str, Json]:
    """Call one API operation, and want its answer to be so."""
    answer = execute_aws_api(inputs, caller, identity)
    found, wanted = select(answer, inputs["PropertySelector"]), inputs["DesiredValues"]
    if str(found) not in map(str, wanted):
        raise StepFailedError(f"{inputs['PropertySelector']} is {found}, not {' or '.join(wanted)}")
    return answer


def invoke_function(inputs: Inputs, caller: Caller, identity: Identity) -> dict[str, Json]:
    """Invoke a function. That it failed does not fail the step: only its answer says so."""
    payload = json.dumps(inputs.get("InputPayload", {}))
    invocation = caller.invoke(identity, inputs["FunctionName"], payload)
    answer = {"StatusCode": invocation.status, "Payload": invocation.payload}
    if invocation.function_error:
        answer["FunctionError"] = invocation.function_error
    return answer


def execute_script(inputs: Inputs, _caller: Caller, _identity: Identity) -> dict[str, Json]:
    """Run a script of the document, which is handed its input and answers as JSON allows."""
    names: dict[str, Any] = {}
    exec(compile(inputs["Script"], "<document>", "exec"), names)  # noqa: S102 - the project's own
    given = json.loads(json.dumps(inputs.get("InputPayload", {})))
    try:
        answer = names[inputs["Handler"]](given, {})
    except Exception as error:
        raise StepFailedError(f"{type(error).__name__} - {error}") from error
    return {"Payload": json.loads(json.dumps(answer))}


Action = Callable[[Inputs, Caller, Identity], dict[str, Json]]

ACTIONS: Mapping[str, Action] = {
    "aws:assertAwsResourceProperty": assert_property,
    "aws:executeAwsApi": execute_aws_api,
    "aws:executeScript": execute_script,
    "aws:invokeLambdaFunction": invoke_function,
}


_COMPARISONS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": str.__eq__,
    "StartsWith": str.startswith,
    "EndsWith": str.endswith,
    "Contains": str.__contains__,
}


def branch(inputs: Inputs) -> str:
    """The step that the first choice which holds leads to."""
    for choice in inputs["Choices"]:
        for name, compare in _COMPARISONS.items():
            if name in choice and compare(str(choice["Variable"]), choice[name]):
                return str(choice["NextStep"])
    if "Default" not in inputs:
        raise StepFailedError("No choice holds, and there is no default")
    return str(inputs["Default"])
