"""Documents of Systems Manager and what Automation makes of them, without an emulator."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from lab.config import Place
from lab.ssm import CallFailedError, Invocation, SsmError, SsmService
from lab.ssm.automations import Automations
from lab.ssm.callers import Identity
from lab.ssm.stack_resources import stack_resources
from lab.ssm.values import UnresolvedError, fill, select

SEOUL = Place("111122223333", "ap-northeast-2")
ROLE = "arn:aws:iam::111122223333:role/automation"
VPC = "vpc-0a1b2c3d4e5f60718"


@dataclass
class World:
    """Automation whose calls the test answers, and whose work is done at once unless held."""

    answers: dict[str, Any] = field(default_factory=dict)
    calls: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)
    identities: list[Identity] = field(default_factory=list)
    invocation: Invocation = field(default_factory=lambda: Invocation(200, '{"outcome": "done"}'))
    held: list[Callable[[], None]] = field(default_factory=list)
    hold: bool = False

    def __post_init__(self) -> None:
        now = datetime(2026, 11, 23, 9, tzinfo=UTC)
        self.ssm = SsmService(lambda: now, self, self._run)

    def _run(self, work: Callable[[], None]) -> None:
        if self.hold:
            self.held.append(work)
        else:
            work()

    def call(
        self, identity: Identity, service: str, api: str, arguments: Mapping[str, Any]
    ) -> dict[str, Any]:
        self.identities.append(identity)
        self.calls.append((service, api, arguments))
        if api not in self.answers:
            raise CallFailedError(f"{api} is not authorized")
        return self.answers[api]

    def invoke(self, identity: Identity, function: str, payload: str) -> Invocation:
        self.identities.append(identity)
        self.calls.append(("lambda", function, json.loads(payload)))
        return self.invocation

    def ask(self, action: str, **request: Any) -> dict[str, Any]:
        return self.ssm.call(SEOUL, action, request)

    def create(self, *steps: dict[str, Any], **content: Any) -> None:
        said = {
            "schemaVersion": "0.3",
            "parameters": {"ResourceId": {"type": "String", "allowedPattern": "^vpc-[0-9a-f]+$"}},
            "mainSteps": list(steps),
            **content,
        }
        self.ask("CreateDocument", Name="d", Content=json.dumps(said), DocumentType="Automation")

    def run(self, **parameters: list[str]) -> dict[str, Any]:
        given = parameters or {"ResourceId": [VPC]}
        started = self.ask("StartAutomationExecution", DocumentName="d", Parameters=given)
        return self.ask("GetAutomationExecution", **started)["AutomationExecution"]


def step(action: str, name: str = "Look", **more: Any) -> dict[str, Any]:
    inputs = more.pop("inputs", {})
    return {"name": name, "action": f"aws:{action}", "inputs": inputs, **more}


def describe(**more: Any) -> dict[str, Any]:
    inputs = {"Service": "ec2", "Api": "DescribeVpcs", "VpcIds": ["{{ ResourceId }}"]}
    return step("executeAwsApi", inputs=inputs, **more)


def script(text: str, name: str = "Judge", **given: Any) -> dict[str, Any]:
    inputs = {
        "Runtime": "python3.11",
        "Handler": "judge",
        "Script": text,
        "InputPayload": given,
    }
    return step("executeScript", name, inputs=inputs)


def statuses(execution: dict[str, Any]) -> dict[str, str]:
    return {each["StepName"]: each["StepStatus"] for each in execution["StepExecutions"]}


@pytest.fixture
def world() -> World:
    return World(answers={"DescribeVpcs": {"Vpcs": [{"State": "available", "IsDefault": False}]}})


def test_a_call_is_made_with_parameters_filled_in_and_in_the_name_of_the_role(world) -> None:
    world.create(
        describe(),
        assumeRole="{{ Role }}",
        parameters={"ResourceId": {"type": "String"}, "Role": {"type": "String"}},
    )
    execution = world.run(ResourceId=[VPC], Role=[ROLE])
    assert world.calls == [("ec2", "DescribeVpcs", {"VpcIds": [VPC]})]
    assert (world.identities[0].role_arn, world.identities[0].place) == (ROLE, SEOUL)
    assert execution["AutomationExecutionStatus"] == "Success"


def test_a_call_that_is_refused_ends_the_execution_and_says_by_what(world) -> None:
    world.answers.clear()
    world.create(describe(), describe(name="Again"))
    execution = world.run()
    assert execution["AutomationExecutionStatus"] == "Failed"
    assert execution["FailureMessage"] == "Look: Step fails: DescribeVpcs is not authorized"
    assert statuses(execution) == {"Look": "Failed", "Again": "Pending"}


@pytest.mark.parametrize(
    ("ending", "reached"),
    [("Continue", {"Look", "Next", "Last"}), ("step:Last", {"Look", "Last"})],
)
def test_a_failure_leads_where_the_step_says(world, ending, reached) -> None:
    world.answers = {"DescribeSubnets": {}}
    other = {"Service": "ec2", "Api": "DescribeSubnets"}
    world.create(
        describe(onFailure=ending),
        step("executeAwsApi", "Next", inputs=other),
        step("executeAwsApi", "Last", inputs=other),
    )
    execution = world.run()
    assert execution["AutomationExecutionStatus"] == "Success"
    taken = {name for name, status in statuses(execution).items() if status != "Pending"}
    assert taken == reached


@pytest.mark.parametrize(
    ("wanted", "status"), [(["available"], "Success"), (["pending", "gone"], "Failed")]
)
def test_a_property_is_asserted(world, wanted, status) -> None:
    inputs = {
        "Service": "ec2",
        "Api": "DescribeVpcs",
        "PropertySelector": "$.Vpcs[0].State",
        "DesiredValues": wanted,
    }
    world.create(step("assertAwsResourceProperty", inputs=inputs))
    assert world.run()["AutomationExecutionStatus"] == status


def test_an_asserted_property_that_is_a_truth_value_is_compared_as_text(world) -> None:
    inputs = {
        "Service": "ec2",
        "Api": "DescribeVpcs",
        "PropertySelector": "$.Vpcs[0].IsDefault",
        "DesiredValues": ["False"],
    }
    world.create(step("assertAwsResourceProperty", inputs=inputs))
    assert world.run()["AutomationExecutionStatus"] == "Success"


def test_a_function_that_fails_does_not_fail_the_step(world) -> None:
    world.invocation = Invocation(200, '{"errorType": "X"}', "Unhandled")
    inputs = {"FunctionName": "fix", "InputPayload": {"id": "{{ ResourceId }}"}}
    world.create(step("invokeLambdaFunction", inputs=inputs))
    execution = world.run()
    assert world.calls == [("lambda", "fix", {"id": VPC})]
    assert execution["AutomationExecutionStatus"] == "Success"
    assert execution["StepExecutions"][0]["Outputs"]["FunctionError"] == ["Unhandled"]


def test_a_script_is_handed_what_steps_before_it_found(world) -> None:
    inputs = {"FunctionName": "fix"}
    text = "import json\ndef judge(events, context):\n    return json.loads(events['said'])"
    judging = script(text, said="{{ Look.Payload }}")
    judging["outputs"] = [{"Name": "Outcome", "Selector": "$.Payload.outcome", "Type": "String"}]
    world.create(
        step("invokeLambdaFunction", inputs=inputs),
        judging,
        outputs=["Judge.Outcome", "Look.FunctionError"],
    )
    execution = world.run()
    assert execution["Outputs"]["Judge.Outcome"] == ["done"]
    assert execution["Outputs"]["Look.FunctionError"][0].startswith("No output available")


def test_a_script_that_raises_fails_with_its_words(world) -> None:
    world.create(script("def judge(events, context):\n    raise ValueError('not so')"))
    execution = world.run()
    assert execution["FailureMessage"] == "Judge: Step fails: ValueError - not so"


def test_what_a_step_has_not_put_out_cannot_be_referred_to(world) -> None:
    inputs = {"FunctionName": "fix"}
    text = "def judge(events, context):\n    return 1"
    world.create(
        step("invokeLambdaFunction", inputs=inputs), script(text, said="{{ Look.FunctionError }}")
    )
    assert "Look.FunctionError has no value" in world.run()["FailureMessage"]


@pytest.mark.parametrize(
    ("choice", "last"),
    [
        ({"StringEquals": VPC}, "Taken"),
        ({"StartsWith": "vpc-"}, "Taken"),
        ({"EndsWith": "0718"}, "Taken"),
        ({"Contains": "b2c3"}, "Taken"),
        ({"StringEquals": "vpc-"}, "Other"),
    ],
)
def test_a_branch_leads_to_the_choice_that_holds(world, choice, last) -> None:
    choices = [{"Variable": "{{ ResourceId }}", **choice, "NextStep": "Taken"}]
    world.create(
        step("branch", "Choose", inputs={"Choices": choices, "Default": "Other"}),
        describe(name="Taken", isEnd=True),
        describe(name="Other", nextStep="End"),
        describe(name="Left"),
        describe(name="End"),
    )
    found = statuses(world.run())
    assert found[last] == "Success"
    assert found["Left"] == "Pending"
    assert (found["Taken"], found["Other"]).count("Success") == 1


def test_a_branch_without_a_choice_that_holds_fails(world) -> None:
    choices = [{"Variable": "a", "StringEquals": "b", "NextStep": "Look"}]
    world.create(step("branch", "Choose", inputs={"Choices": choices}), describe())
    assert world.run()["AutomationExecutionStatus"] == "Failed"


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"ResourceId": ["sg-1"]}, "does not match"),
        ({"ResourceId": [VPC, VPC]}, "takes one value"),
        ({"Other": ["x"], "ResourceId": [VPC]}, "Undefined parameters: Other"),
        ({"Choice": ["c"], "ResourceId": [VPC]}, "none of a, b"),
        ({"Choice": ["a"]}, "ResourceId has no value"),
    ],
)
def test_parameters_are_held_against_what_is_declared(world, parameters, said) -> None:
    world.create(
        describe(),
        parameters={
            "ResourceId": {"type": "String", "allowedPattern": "^vpc-[0-9a-f]+$"},
            "Choice": {"type": "String", "default": "a", "allowedValues": ["a", "b"]},
            "Several": {"type": "StringList", "default": []},
        },
    )
    with pytest.raises(SsmError, match=said) as error:
        world.run(**parameters)
    assert error.value.code == "InvalidAutomationExecutionParametersException"
    assert world.run(ResourceId=[VPC], Several=["x", "y"])["Parameters"] == {
        "ResourceId": [VPC],
        "Choice": ["a"],
        "Several": ["x", "y"],
    }


def test_a_role_that_is_no_arn_is_refused(world) -> None:
    world.create(describe(), assumeRole="{{ ResourceId }}")
    with pytest.raises(SsmError, match="no ARN"):
        world.run()


@pytest.mark.parametrize(
    ("steps", "content", "said"),
    [
        ((), {}, "has steps"),
        ((step("sleep"),), {}, "does not know the action aws:sleep"),
        ((describe(), describe()), {}, "not the name of one step"),
        ((describe(nextStep="Gone"),), {}, "leads to Gone"),
        ((describe(onFailure="Retry"),), {}, "onFailure of Look is Retry"),
        ((describe(onFailure="step:Gone"),), {}, "leads to Gone"),
        ((describe(),), {"schemaVersion": "2.2"}, "'0.3'"),
        ((describe(),), {"assumeRole": "{{ Nobody }}"}, "neither a parameter nor a step"),
        (
            (describe(),),
            {"parameters": {"ResourceId": {"type": "String", "allowedPattern": "("}}},
            "no pattern",
        ),
    ],
)
def test_a_document_that_could_not_run_is_refused(world, steps, content, said) -> None:
    with pytest.raises(SsmError, match=said) as error:
        world.create(*steps, **content)
    assert error.value.code == "InvalidDocumentContent"


def test_content_may_be_yaml_and_must_be_one_of_the_two(world) -> None:
    text = "schemaVersion: '0.3'\nmainSteps: [{name: Look, action: 'aws:executeAwsApi'}]"
    world.ask("CreateDocument", Name="d", Content=text, DocumentType="Automation")
    assert world.ask("GetDocument", Name="d")["Content"] == text
    with pytest.raises(SsmError, match="neither JSON nor YAML"):
        world.ask("CreateDocument", Name="e", Content="{", DocumentType="Automation")


def test_a_document_has_versions_of_which_the_newest_runs(world) -> None:
    world.create(describe())
    content = world.ask("GetDocument", Name="d")["Content"]
    with pytest.raises(SsmError, match="DuplicateDocumentContent"):
        world.ask("UpdateDocument", Name="d", Content=content)
    world.ask(
        "UpdateDocument", Name="d", Content=content.replace("DescribeVpcs", "DescribeSubnets")
    )
    assert world.ask("DescribeDocument", Name="d")["Document"]["DefaultVersion"] == "2"
    world.run()
    assert [api for _, api, _ in world.calls] == ["DescribeSubnets"]
    with pytest.raises(SsmError, match="DocumentAlreadyExists"):
        world.create(describe())


def test_only_documents_of_type_automation_are_known(world) -> None:
    with pytest.raises(SsmError, match="type Automation only"):
        world.ask("CreateDocument", Name="d", Content="{}", DocumentType="Command")


def test_a_document_or_an_execution_that_is_not_there_is_named(world) -> None:
    with pytest.raises(SsmError, match="Document with name d does not exist"):
        world.run()
    with pytest.raises(SsmError, match="execution x does not exist"):
        world.ask("GetAutomationExecution", AutomationExecutionId="x")


def test_an_execution_is_pending_until_its_work_begins(world) -> None:
    world.hold = True
    world.create(describe())
    assert world.run()["AutomationExecutionStatus"] == "Pending"


def test_a_start_for_aws_config_that_is_refused_has_failed(world) -> None:
    automations = Automations(world.ssm)
    world.create(describe())
    refused = automations.start(SEOUL, "d", {"ResourceId": ["sg-1"]})
    described = automations.described(SEOUL, refused)
    assert described["AutomationExecutionStatus"] == "Failed"
    assert "does not match" in described["StepExecutions"][0]["FailureMessage"]
    begun = automations.start(SEOUL, "d", {"ResourceId": [VPC]})
    assert automations.described(SEOUL, begun)["AutomationExecutionStatus"] == "Success"


def test_a_stack_creates_changes_and_deletes_documents(world) -> None:
    documents = stack_resources(world.ssm)["AWS::SSM::Document"]
    look = step("executeAwsApi", inputs={"Service": "ec2", "Api": "DescribeVpcs"})
    content = {"schemaVersion": "0.3", "mainSteps": [look]}
    properties = {"DocumentType": "Automation", "Content": content}
    for version in ("1", "1"):
        assert documents.create(SEOUL, "d", properties) == ("d", {})
        assert world.ask("DescribeDocument", Name="d")["Document"]["LatestVersion"] == version
    changed = {**content, "description": "changed"}
    documents.create(SEOUL, "d", {**properties, "Content": changed})
    assert world.ask("DescribeDocument", Name="d")["Document"]["LatestVersion"] == "2"
    documents.delete(SEOUL, "d")
    documents.delete(SEOUL, "d")
    with pytest.raises(SsmError, match="does not exist"):
        world.ask("DescribeDocument", Name="d")
    with pytest.raises(SsmError, match="type Automation only"):
        documents.create(SEOUL, "d", {"Content": content})


def test_a_reference_that_is_all_of_a_text_keeps_its_type() -> None:
    known = {"A": ["x"], "N": 3}
    assert fill({"a": "{{ A }}", "b": ["{{N}}"], "c": "{{ N }} of {{A}}", "d": 1}, known) == {
        "a": ["x"],
        "b": [3],
        "c": '3 of ["x"]',
        "d": 1,
    }


@pytest.mark.parametrize("selector", ["$.a[1]", "$.b", "$.a.c", "$..a", "a"])
def test_a_selector_that_leads_nowhere_is_an_error(selector) -> None:
    assert select({"a": [1]}, "$.a[0]") == 1
    with pytest.raises(UnresolvedError):
        select({"a": [1]}, selector)
