"""What repairs is there only where it was asked for, and starts nothing but the one function."""

import json
import re

import pytest
from answer_script import read
from remediation_document import content
from vpcproof.remediation.unrepaired import repairable_rules
from vpcproof.rules.registry import all_rules

from lab.ssm.parameters import read_parameters
from lab.ssm.runbooks import read_runbook

MODES = ("plan", "approve", "auto")
WRITES = re.compile("Remediat|Repair|Approval|RunsTable")


@pytest.fixture
def there(resources, chosen):
    """The names of the resources about repair that are deployed under parameters."""

    def under(**parameters):
        here = chosen(**parameters)
        return {
            name
            for name, resource in resources.items()
            if WRITES.search(name)
            and ("Condition" not in resource or here.holds(resource["Condition"]))
        }

    return under


def test_by_default_nothing_is_deployed_that_could_repair(there):
    assert there() == set()


def test_each_mode_deploys_what_it_needs(there):
    plan, approve, auto = (there(RemediationMode=mode) for mode in MODES)
    assert {"RemediateFunction", "RemediateRole", "RunsTable", "RemediationWanted"} <= plan
    assert plan == auto
    assert approve - plan == {
        "ApprovalFailures",
        "ApprovalLogs",
        "ApprovalRole",
        "ApprovalStateMachine",
        "RemediateApproval",
    }


@pytest.mark.parametrize("layout", ["rule", "resource-type"])
def test_every_rule_with_a_repair_gets_it_and_no_other(there, of_type, layout):
    there_too = there(RemediationMode="auto", ConfigRemediation="manual", RuleLayout=layout)
    attached = {
        values["Parameters"]["Rule"]["StaticValue"]["Values"][0]
        for name, values in of_type("AWS::Config::RemediationConfiguration").items()
        if name in there_too
    }
    types = {all_rules()[name].resource_type.value for name in repairable_rules()}
    assert attached == (set(repairable_rules()) if layout == "rule" else types)


def test_a_repair_is_attached_to_rules_of_this_stack_only(of_type):
    """Handbook row 182: organisations' and conformance packs' rules take none."""
    rules = of_type("AWS::Config::ConfigRule")
    for values in of_type("AWS::Config::RemediationConfiguration").values():
        rule = rules[values["ConfigRuleName"]["Ref"]]
        judged = rule["InputParameters"]["rule"]
        assert values["Parameters"]["Rule"]["StaticValue"]["Values"] == [judged]
        assert [values["ResourceType"]] == rule["Scope"]["ComplianceResourceTypes"]


@pytest.mark.parametrize(
    ("mode", "config", "automatic", "by_event"),
    [
        ("plan", "manual", False, "ENABLED"),
        ("auto", "manual", False, "ENABLED"),
        ("auto", "automatic", True, "DISABLED"),
    ],
)
def test_findings_start_repairs_by_one_way_only(of_type, chosen, mode, config, automatic, by_event):
    here = chosen(RemediationMode=mode, ConfigRemediation=config)
    for values in of_type("AWS::Config::RemediationConfiguration").values():
        assert here.value(values["Automatic"]) is automatic
    assert here.value(of_type("AWS::Events::Rule")["RemediationWanted"]["State"]) == by_event


@pytest.mark.parametrize(
    ("mode", "config", "refused"),
    [
        ("off", "manual", True),
        ("plan", "automatic", True),
        ("approve", "automatic", True),
        ("approve", "manual", False),
        ("auto", "automatic", False),
    ],
)
def test_aws_config_repairs_only_as_the_mode_permits(chosen, mode, config, refused):
    refusals = chosen(RemediationMode=mode, ConfigRemediation=config).refusals()
    assert bool(refusals) == refused


def test_the_function_is_told_every_parameter_of_the_rules(of_type, template, chosen):
    variables = of_type("AWS::Serverless::Function")["RemediateFunction"]["Environment"]
    told = json.loads(chosen(services="ssm,kms").value(variables["Variables"]["RULE_PARAMETERS"]))
    assert told["services"] == "ssm,kms"
    assert set(told) == {name for name in template["Parameters"] if name[0].islower()}


def test_the_runs_outlive_the_stack_and_expire_by_themselves(resources):
    table = resources["RunsTable"]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    properties = table["Properties"]
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"]["SSEEnabled"] is True
    assert "KMSMasterKeyId" not in properties["SSESpecification"], "the stack's key goes with it"
    assert properties["BillingMode"] == "PAY_PER_REQUEST"


@pytest.fixture
def states(of_type, chosen):
    machine = of_type("AWS::StepFunctions::StateMachine")["ApprovalStateMachine"]
    return json.loads(chosen(ApprovalExpires="600").value(machine["DefinitionString"]))["States"]


def test_a_plan_waits_for_its_token_as_long_as_the_parameter_says(states):
    ask = states["Ask"]
    assert ask["Resource"] == "arn:aws:states:::lambda:invoke.waitForTaskToken"
    assert ask["TimeoutSeconds"] == 600
    assert ask["Parameters"]["Payload"]["taskToken.$"] == "$$.Task.Token"


def test_only_approval_leads_to_the_repair(states):
    leads_there = [
        (name, way)
        for name, state in states.items()
        for way in (state, *state.get("Catch", ()), *state.get("Choices", ()))
        if "Repair" in (way.get("Next"), way.get("Default"))
    ]
    assert leads_there == [("Ask", states["Ask"])]
    assert states["Repair"]["Parameters"]["Payload"]["planId.$"] == "$.planId"


def test_the_token_of_an_approval_is_not_logged(of_type):
    logging = of_type("AWS::StepFunctions::StateMachine")["ApprovalStateMachine"]
    assert logging["LoggingConfiguration"]["IncludeExecutionData"] is False


def test_the_state_machine_is_the_one_that_the_function_is_told_of(of_type, chosen):
    machine = of_type("AWS::StepFunctions::StateMachine")["ApprovalStateMachine"]
    function = of_type("AWS::Serverless::Function")["RemediateFunction"]
    told = chosen().value(function["Environment"]["Variables"]["APPROVAL_STATE_MACHINE_ARN"])
    assert told.rpartition(":")[2] == chosen().value(machine["StateMachineName"])


GIVEN = {
    "ResourceId": "vpc-0a1b2c3d4e5f60718",
    "ResourceType": "AWS::EC2::VPC",
    "Rule": "vpc-ssm-endpoints-complete",
    "FunctionArn": "arn:aws-cn:lambda:cn-north-1:111122223333:function:vpcproof-Remediate-1A",
    "AutomationAssumeRole": "arn:aws:iam::111122223333:role/path/vpcproof-Role_1+=,.@-",
}


def test_the_document_is_one_that_automation_takes(of_type):
    (stored,) = of_type("AWS::SSM::Document").values()
    assert stored["Content"] == content()
    runbook = read_runbook(json.dumps(content()))
    assert read_parameters(runbook.parameters, {name: [each] for name, each in GIVEN.items()})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ResourceId", "111122223333"),
        ("ResourceId", "vpc-0a1b2c3d; rm -rf /"),
        ("ResourceId", "acl-0a1b2c3d4e5f60718"),
        ("ResourceType", "AWS::::Account"),
        ("Rule", "vpc-endpoint-available"),
        ("FunctionArn", "arn:aws:lambda:us-east-1:111122223333:function:x:{{ global:REGION }}"),
        ("FunctionArn", "arn:aws:s3:::bucket"),
        ("AutomationAssumeRole", ""),
    ],
)
def test_the_document_takes_nothing_else(name, value):
    """Handbook row 181, and more."""
    pattern = content()["parameters"][name]["allowedPattern"]
    assert re.search(pattern, GIVEN[name])
    assert not re.search(pattern, value)


def test_the_document_looks_before_and_after_and_applies_the_plan_that_it_saw():
    steps = {step["name"]: step for step in content()["mainSteps"]}
    asked = {
        name: step["inputs"]["InputPayload"]["action"]
        for name, step in steps.items()
        if step["action"] == "aws:invokeLambdaFunction"
    }
    assert asked == {"Plan": "plan", "Repair": "apply", "PlanAgain": "plan"}
    assert steps["Repair"]["inputs"]["InputPayload"]["planId"] == "{{ ReadPlan.PlanId }}"
    assert steps["NothingIsLeft"]["inputs"]["InputPayload"]["allowed"] == ["already-compliant"]


@pytest.mark.parametrize("form", [json.dumps, dict], ids=["text", "object"])
def test_an_answer_leads_on_if_its_outcome_does(form):
    answer = form({"outcome": "planned", "planId": "0a1b2c3d4e5f", "message": "1 change"})
    found = read({"answer": answer, "allowed": ["planned"]}, None)
    assert found == {"outcome": "planned", "planId": "0a1b2c3d4e5f", "runId": ""}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"outcome": "busy", "message": "wait"}, "busy: wait"),
        ({"errorType": "RunFailedError", "errorMessage": "left: a"}, "RunFailedError: left: a"),
        ({"message": '"outcome": "applied"'}, "None: None"),
    ],
)
def test_an_error_or_another_outcome_ends_the_document_with_the_reason(answer, said):
    with pytest.raises(RuntimeError, match=said):
        read({"answer": json.dumps(answer), "allowed": ["applied"]}, None)


def test_an_answer_that_is_none_ends_the_document():
    with pytest.raises(TypeError, match="answered None"):
        read({"answer": "null", "allowed": ["applied"]}, None)
