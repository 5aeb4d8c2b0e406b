"""AWS Config invokes the alias, which leads to a new version whenever the function has changed.

The function is translated as AWS does it, by the translator of AWS SAM.
"""

import json
import re
import subprocess

import pytest
from cfnlint.decode.cfn_yaml import load

from tests.template.conftest import ROOT

PYTHON = ROOT / ".tools/sam/bin/python"
TRANSLATE = """
import json, sys
from unittest.mock import Mock
from samtranslator.translator.transform import transform
print(json.dumps(transform(json.load(sys.stdin), {}, Mock(load=dict))))
"""


@pytest.fixture
def packaged():
    """template.yaml as `sam package` leaves it."""
    template = json.loads(json.dumps(load(str(ROOT / "template.yaml"))))
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = f"s3://bucket/{name}"
    template["Resources"]["CoreLayer"]["Properties"]["ContentUri"] = "s3://bucket/layer"
    return template


@pytest.fixture(scope="module")
def translate():
    """The resources that SAM makes of a template; the same template is translated once."""
    known = {}

    def translate(template):
        text = json.dumps(template)
        if text not in known:
            known[text] = subprocess.run(
                [PYTHON, "-c", TRANSLATE],
                input=text,
                env={"AWS_DEFAULT_REGION": "us-east-1"},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        return json.loads(known[text])["Resources"]

    return translate


def version(resources):
    """The logical id of the function's version: with another one, another version is published."""
    (name,) = (name for name, each in resources.items() if each["Type"] == "AWS::Lambda::Version")
    assert resources[name]["Properties"]["FunctionName"] == {"Ref": "EvaluateFunction"}
    return name


def test_the_alias_leads_to_the_version_that_is_published_last(packaged, translate):
    resources = translate(packaged)
    alias = resources["EvaluateFunctionAliaslive"]["Properties"]
    assert alias["Name"] == "live"
    assert alias["FunctionVersion"] == {"Fn::GetAtt": [version(resources), "Version"]}


def test_rules_permissions_and_the_handling_of_failed_events_are_at_the_alias(packaged, translate):
    resources = translate(packaged)
    alias = {"Ref": "EvaluateFunctionAliaslive"}
    rules = [each for each in resources.values() if each["Type"] == "AWS::Config::ConfigRule"]
    assert all(each["Properties"]["Source"]["SourceIdentifier"] == alias for each in rules)
    assert resources["ConfigInvokesEvaluate"]["Properties"]["FunctionName"] == alias
    asynchronous = resources["EvaluateFunctionEventInvokeConfig"]["Properties"]
    assert asynchronous["Qualifier"] == "live"


def test_old_versions_do_not_pile_up(packaged, translate):
    resources = translate(packaged)
    assert resources[version(resources)]["DeletionPolicy"] == "Delete"


@pytest.mark.parametrize(
    ("resource", "member", "value"),
    [
        ("CoreLayer", "ContentUri", "s3://bucket/another"),
        ("EvaluateFunction", "CodeUri", "s3://bucket/another"),
        ("EvaluateFunction", "MemorySize", 4096),
        ("EvaluateFunction", "Timeout", 4),
    ],
)
def test_a_change_of_code_or_template_is_another_version(
    packaged, translate, resource, member, value
):
    before = version(translate(packaged))
    assert packaged["Resources"][resource]["Properties"][member] != value
    packaged["Resources"][resource]["Properties"][member] = value
    assert version(translate(packaged)) != before


def test_a_change_of_any_parameter_that_the_function_has_is_another_version(
    template, resources, chosen
):
    """Another description replaces the version, and SAM sees no change of a parameter by itself."""
    function = resources["EvaluateFunction"]["Properties"]
    description = function["VersionDescription"]
    settings = {"Runtime", "Architectures", "Environment", "MemorySize", "Timeout", "Handler"}
    configured = [function.get(name) for name in settings]
    configured += [template["Globals"]["Function"].get(name) for name in settings]
    referred = set(re.findall(r'"Ref": "([A-Za-z]+)"', json.dumps(configured)))
    for name in referred & set(template["Parameters"]):
        one, other = (chosen(**{name: value}).value(description) for value in ("one", "other"))
        assert one != other, name


def test_snapshots_are_another_version_and_provisioned_functions_are_not(resources, chosen):
    """AWS refuses to publish a second version of the same function."""
    described = {
        start: chosen(StartUp=start).value(
            resources["EvaluateFunction"]["Properties"]["VersionDescription"]
        )
        for start in ("standard", "snapstart", "provisioned")
    }
    assert described["standard"] == described["provisioned"] != described["snapstart"]


def test_the_longest_description_of_a_version_is_within_its_limit(template, resources, chosen):
    longest = {
        name: max(each.get("AllowedValues", ["x" * each.get("MaxLength", 0)]), key=len)
        for name, each in template["Parameters"].items()
        if each["Type"] == "String"
    }
    evaluator = chosen(**longest | {"StartUp": "snapstart"})
    description = resources["EvaluateFunction"]["Properties"]["VersionDescription"]
    assert len(evaluator.value(description)) <= 256


@pytest.mark.parametrize(
    ("start", "snapshots", "provisioned"),
    [
        ("standard", "None", None),
        ("snapstart", "PublishedVersions", None),
        ("provisioned", "None", {"ProvisionedConcurrentExecutions": "3"}),
    ],
)
def test_each_way_to_start_up(resources, chosen, start, snapshots, provisioned):
    function = resources["EvaluateFunction"]["Properties"]
    here = chosen(StartUp=start, ProvisionedConcurrency="3")
    assert here.value(function["SnapStart"]) == {"ApplyOn": snapshots}
    assert here.value(function["ProvisionedConcurrencyConfig"]) == provisioned
