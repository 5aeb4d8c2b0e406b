"""What a document of schema version 0.3 says, checked as Systems Manager checks it.

https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from lab.config.shapes import Json
from lab.ssm.errors import bad_content

ACTIONS = frozenset(
    {
        "aws:assertAwsResourceProperty",
        "aws:branch",
        "aws:executeAwsApi",
        "aws:executeScript",
        "aws:invokeLambdaFunction",
    }
)
_NAME = re.compile(r"[A-Za-z0-9_]{3,128}")
_REFERENCE = re.compile(r"\{\{\s*([A-Za-z0-9_]+)(?:\.[A-Za-z0-9_]+)?\s*\}\}")
_ENDINGS = ("Abort", "Continue")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a document, as it is declared."""

    kind: str
    default: Json = None
    allowed_pattern: str | None = None
    allowed_values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Output:
    """A value that a step takes from the answer of its action."""

    name: str
    selector: str
    kind: str


@dataclass(frozen=True)
class Step:
    """A step; without `next_step` the one after it follows, unless it is an end."""

    name: str
    action: str
    inputs: Mapping[str, Any]
    outputs: tuple[Output, ...] = ()
    next_step: str | None = None
    is_end: bool = False
    on_failure: str = "Abort"

    @property
    def step_on_failure(self) -> str | None:
        """The step that a failure leads to."""
        return self.on_failure.partition("step:")[2] or None


@dataclass(frozen=True)
class Runbook:
    """A document that Automation can run."""

    assume_role: str | None
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    outputs: tuple[str, ...] = ()

    def step(self, name: str) -> Step:
        """The step of that name."""
        return next(step for step in self.steps if step.name == name)

    def after(self, step: Step) -> Step | None:
        """The step that follows, unless a branch says otherwise."""
        if step.is_end:
            return None
        if step.next_step:
            return self.step(step.next_step)
        place = self.steps.index(step) + 1
        return self.steps[place] if place < len(self.steps) else None


def read_runbook(content: str) -> Runbook:
    """The runbook that a document's content is, in JSON or YAML."""
    try:
        said = json.loads(content) if content.lstrip().startswith("{") else yaml.safe_load(content)
    except (ValueError, yaml.YAMLError) as error:
        raise bad_content(f"the content is neither JSON nor YAML: {error}") from error
    if not isinstance(said, dict) or said.get("schemaVersion") != "0.3":
        raise bad_content("the schemaVersion of a document of type Automation is '0.3'")
    runbook = Runbook(
        assume_role=said.get("assumeRole"),
        parameters={name: _parameter(each) for name, each in said.get("parameters", {}).items()},
        steps=tuple(_step(each) for each in said.get("mainSteps", ())),
        outputs=tuple(said.get("outputs", ())),
    )
    for problem in _problems(runbook, json.dumps(said)):
        raise bad_content(problem)
    return runbook


def _parameter(said: Mapping[str, Any]) -> Parameter:
    pattern = said.get("allowedPattern")
    if pattern is not None:
        try:
            re.compile(pattern)
        except re.error as error:
            raise bad_content(f"allowedPattern {pattern} is no pattern: {error}") from error
    return Parameter(
        kind=said["type"],
        default=said.get("default"),
        allowed_pattern=pattern,
        allowed_values=tuple(said.get("allowedValues", ())),
    )


def _step(said: Mapping[str, Any]) -> Step:
    return Step(
        name=said["name"],
        action=said["action"],
        inputs=said.get("inputs", {}),
        outputs=tuple(
            Output(each["Name"], each["Selector"], each["Type"]) for each in said.get("outputs", ())
        ),
        next_step=said.get("nextStep"),
        is_end=said.get("isEnd", False),
        on_failure=said.get("onFailure", "Abort"),
    )


def _problems(runbook: Runbook, text: str) -> Iterator[str]:
    names = [step.name for step in runbook.steps]
    if not names:
        yield "a document of type Automation has steps"
    for name in names:
        if not _NAME.fullmatch(name) or names.count(name) > 1:
            yield f"{name} is not the name of one step"
    for step in runbook.steps:
        if step.action not in ACTIONS:
            yield f"the lab's Automation does not know the action {step.action} of {step.name}"
        for target in _targets(step):
            if target not in names:
                yield f"{step.name} leads to {target}, which is no step"
        if step.on_failure not in _ENDINGS and not step.step_on_failure:
            yield f"onFailure of {step.name} is {step.on_failure}"
    known = {*names, *runbook.parameters}
    for name in _REFERENCE.findall(text):
        if name not in known:
            yield f"{{{{ {name} }}}} is neither a parameter nor a step"


def _targets(step: Step) -> Iterator[str]:
    yield from filter(None, (step.next_step, step.step_on_failure))
    if step.action == "aws:branch":
        yield from (choice["NextStep"] for choice in step.inputs["Choices"])
        yield from filter(None, (step.inputs.get("Default"),))
