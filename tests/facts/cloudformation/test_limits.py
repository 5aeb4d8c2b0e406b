"""Templates by people who mean no good, and templates that are none."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vpcproof.engine import evaluate
from vpcproof.errors import TemplateError
from vpcproof.facts.cloudformation.parameters import read_parameters_file
from vpcproof.facts.cloudformation.reader import _HANDLERS, read_template
from vpcproof.model.parameters import parse_parameters
from vpcproof.rules.registry import all_rules

NOW = datetime(2026, 6, 1, tzinfo=UTC)
VPC = "  V: {Type: 'AWS::EC2::VPC'}\n"

ALIASES = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]\n" for n in range(9)
)
MERGES = "m0: &m0 {k0: 1}\n" + "".join(
    f"m{n + 1}: &m{n + 1} {{'<<': [{', '.join([f'*m{n}'] * 10)}], k{n + 1}: 2}}\n" for n in range(9)
)
DOUBLING = "Resources:\n  V0: {Type: AWS::EC2::VPC, Properties: {CidrBlock: aa}}\n" + "".join(
    f"  V{n + 1}: {{Type: AWS::EC2::VPC, Properties: "
    f"{{CidrBlock: !Sub '${{V{n}.CidrBlock}}${{V{n}.CidrBlock}}'}}}}\n"
    for n in range(60)
)


def loops(depth):
    """Loops in loops: ten to the power of `depth` resources."""
    name = "V" + "".join(f"${{X{level}}}" for level in range(depth))
    body = {name: {"Type": "AWS::EC2::VPC"}}
    for level in reversed(range(depth)):
        body = {f"Fn::ForEach::L{level}": [f"X{level}", list("abcdefghij"), body]}
    return json.dumps({"Transform": "AWS::LanguageExtensions", "Resources": body})


NESTED_IN_ITSELF = """
Resources:
  A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: template.yaml}}
"""
CONDITIONS_IN_A_CIRCLE = """
Conditions: {A: !Not [{Condition: B}], B: !Not [{Condition: A}]}
Resources: {V: {Type: X, Condition: A}}
"""
ATTRIBUTES_IN_A_CIRCLE = """
Resources:
  A: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !GetAtt B.CidrBlock}}
  B: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !GetAtt A.CidrBlock}}
"""


def refused(tmp_path, text):
    """What is said of a template that is refused, in one line."""
    file = tmp_path / "template.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(TemplateError) as refusal:
        read_template(file, parameters={}, region="eu-west-1", now=NOW)
    message = str(refusal.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no section Resources"),
        ("- a\n- b\n", "no section Resources"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        ("Resources:\n  A: \x1b[31m\n", "control characters"),
        ("Resources: {A: {Type: [x]}}", "Resources/A has no Type"),
        ("Resources:\n" + VPC + VPC, "Duplicate found 'V'"),
        ("Resources:\n" + VPC + " " * 1024**2, "more than 1048576 bytes"),
        ("Resources:\n  A: " + "[" * 3000 + "]" * 3000, "nested more deeply than 100"),
        ('{\t"Resources":' + '{"A":' * 3000 + "1" + "}" * 3001, "nested more deeply than 100"),
        (ALIASES + "Resources:\n" + VPC, "more than 100000 parts once aliases"),
        (MERGES + "Resources:\n" + VPC, "more than 100000 parts once aliases"),
        ("Resources: &r\n  V: {Type: 'AWS::EC2::VPC', Properties: *r}\n", "recursive"),
        ("Resources:\n" + "".join(f"  V{n}: {{Type: X}}\n" for n in range(501)), "than 500"),
        (DOUBLING, "grows beyond 65536"),
        (loops(6), "writes out more than 100000"),
        ("Resources: {'Fn::ForEach::X': [A, [a], {'${A}': {Type: X}}]}", "needs `Transform"),
        ("Resources: {A: {Type: AWS::EC2::VPC, Properties: {X: !Ref B}}}", "B is neither"),
        ("Resources: {A: {Type: X, Condition: C}}", "no condition C"),
        (CONDITIONS_IN_A_CIRCLE, "depends on itself"),
        (ATTRIBUTES_IN_A_CIRCLE, "depends on itself"),
        (NESTED_IN_ITSELF, "nests itself"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "",
)
def test_a_template_beyond_the_limits_is_refused_in_one_line(tmp_path, text, words):
    assert words in refused(tmp_path, text)


def test_stacks_are_nested_only_so_deep(tmp_path):
    for level in range(10):
        stack = {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"TemplateURL": f"{level + 1}.json"},
        }
        (tmp_path / f"{level}.json").write_text(json.dumps({"Resources": {"A": stack}}))
    with pytest.raises(TemplateError, match="nested deeper than 8"):
        read_template(tmp_path / "0.json", parameters={}, region=None, now=NOW)


def test_stacks_are_only_so_many(tmp_path):
    def stacks(url):
        stack = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
        return json.dumps({"Resources": {f"A{number}": stack for number in range(8)}})

    (tmp_path / "leaf.json").write_text(json.dumps({"Resources": {"V": {"Type": "X"}}}))
    (tmp_path / "middle.json").write_text(stacks("leaf.json"))
    (tmp_path / "top.json").write_text(stacks("middle.json"))
    with pytest.raises(TemplateError, match="more than 50 nested stacks"):
        read_template(tmp_path / "top.json", parameters={}, region=None, now=NOW)


NAMES = st.sampled_from(
    ["VpcId", "SubnetId", "SubnetIds", "CidrBlock", "RouteTableId", "RouteTableIds", "VPCs",
     "SecurityGroupIngress", "SecurityGroupIds", "GroupId", "Entries", "RecordSets", "PortRange",
     "HostedZoneId", "Name", "ServiceName", "PolicyDocument", "NetworkAclId", "Protocol",
     "VpcEndpointType", "TransitGatewayId", "Tags", "NetworkInterfaces", "AliasTarget"]
)  # fmt: skip
LEAVES = st.sampled_from(
    [None, True, 0, -1, 7.5, "", "A", "B", "10.0.0.0/16", "Interface", "nonsense", {"Ref": "A"},
     {"Ref": "B"}, {"Ref": "Open"}, {"Fn::GetAtt": ["A", "CidrBlock"]}, {"Fn::GetAZs": ""},
     {"Fn::Select": [0, {"Ref": "Open"}]}, {"Fn::Sub": "x${Open}"}, {"Ref": "AWS::NoValue"}]
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
RESOURCES = st.fixed_dictionaries(
    {
        "Type": st.sampled_from([*_HANDLERS, "AWS::EC2::Instance", "AWS::ECS::Service"]),
        "Properties": st.dictionaries(NAMES, VALUES, max_size=6),
    }
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from("ABCDEF"), RESOURCES, min_size=1))
def test_no_template_makes_it_fail(tmp_path_factory, resources):
    file = tmp_path_factory.mktemp("garbage") / "template.json"
    body = {"Parameters": {"Open": {"Type": "String"}}, "Resources": resources}
    file.write_text(json.dumps(body))
    try:
        snapshot = read_template(file, parameters={}, region="eu-west-1", now=NOW).snapshot
    except TemplateError:
        return
    evaluate(snapshot, all_rules().values(), parse_parameters({}))


@pytest.mark.parametrize(
    "content",
    [
        [{"ParameterKey": "A", "ParameterValue": "1"}, {"ParameterKey": "B", "ParameterValue": ""}],
        {"Parameters": {"A": 1, "B": ""}, "Tags": {"x": "y"}},
        {"A": "1", "B": []},
    ],
)
def test_parameters_files_of_every_public_format_are_read(tmp_path, content):
    file = tmp_path / "parameters.json"
    file.write_text(json.dumps(content))
    assert read_parameters_file(file) == {"A": "1", "B": ""}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no json", "is not JSON"),
        ("5", "neither a list nor an object"),
        ("[5]", "no ParameterKey"),
        ('[{"ParameterKey": "A", "UsePreviousValue": true}]', "UsePreviousValue"),
        ('{"A": {"x": 1}}', "the value of A"),
    ],
)
def test_a_parameters_file_that_is_none_is_refused(tmp_path, text, words):
    file = tmp_path / "parameters.json"
    file.write_text(text)
    with pytest.raises(TemplateError, match=words):
        read_parameters_file(file)
