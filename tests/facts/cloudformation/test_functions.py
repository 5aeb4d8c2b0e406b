"""Intrinsic functions, with what is known and what is not."""

import json
from datetime import UTC, datetime

import pytest
from vpcproof.errors import TemplateError
from vpcproof.facts.cloudformation.reader import read_template

NOW = datetime(2026, 6, 1, tzinfo=UTC)

HEAD = {
    "Transform": "AWS::LanguageExtensions",
    "Parameters": {
        "Known": {"Type": "String", "Default": "10.1.0.0/16"},
        "Open": {"Type": "String"},
        "Listed": {"Type": "CommaDelimitedList", "Default": "10.2.0.0/16, 10.3.0.0/16"},
        "FromSsm": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/net/cidr"},
        "Flag": {"Type": "String", "Default": "yes"},
    },
    "Mappings": {"Nets": {"eu-west-1": {"Cidr": "10.4.0.0/16", "All": ["10.5.0.0/16"]}}},
    "Conditions": {
        "Yes": {"Fn::Equals": [{"Ref": "Flag"}, "yes"]},
        "No": {"Fn::Not": [{"Condition": "Yes"}]},
        "Perhaps": {"Fn::Equals": [{"Ref": "Open"}, "x"]},
        "NoAnyway": {"Fn::And": [{"Condition": "Perhaps"}, {"Condition": "No"}]},
        "YesAnyway": {"Fn::Or": [{"Condition": "Perhaps"}, {"Condition": "Yes"}]},
        "PerhapsStill": {"Fn::Or": [{"Condition": "Perhaps"}, {"Condition": "No"}]},
        "Same": {"Fn::Equals": [{"Ref": "Open"}, {"Ref": "Open"}]},
    },
}


def blocks_of(tmp_path, expression, region="eu-west-1", **given):
    """The blocks of a VPC whose CidrBlock is this expression, and why they are not known."""
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": expression}}
    file = tmp_path / "template.json"
    file.write_text(json.dumps({**HEAD, "Resources": {"Vpc": vpc}}))
    snapshot = read_template(file, parameters=given, region=region, now=NOW).snapshot
    cidrs = snapshot.vpcs["Vpc"].cidrs
    reasons = [gap.reason for gap in snapshot.gaps if gap.vpc_id == "Vpc"]
    return str(cidrs) if cidrs else None, " ".join(reasons)


@pytest.mark.parametrize(
    ("expression", "block"),
    [
        ({"Ref": "Known"}, "10.1.0.0/16"),
        ({"Fn::Sub": "10.${N}.0.0/16"}, None),
        ({"Fn::Sub": ["10.${N}.0.0/16", {"N": 7}]}, "10.7.0.0/16"),
        ({"Fn::Join": ["/", ["10.8.0.0", 16]]}, "10.8.0.0/16"),
        ({"Fn::Select": ["1", {"Ref": "Listed"}]}, "10.3.0.0/16"),
        ({"Fn::Select": [1, {"Fn::Split": [";", "a;10.9.0.0/16"]}]}, "10.9.0.0/16"),
        ({"Fn::Select": [1, {"Fn::Cidr": [{"Ref": "Known"}, 2, 8]}]}, "10.1.1.0/24"),
        ({"Fn::FindInMap": ["Nets", {"Ref": "AWS::Region"}, "Cidr"]}, "10.4.0.0/16"),
        ({"Fn::Select": [0, {"Fn::FindInMap": ["Nets", "eu-west-1", "All"]}]}, "10.5.0.0/16"),
        (
            {"Fn::FindInMap": ["Nets", "mars", "Cidr", {"DefaultValue": "10.6.0.0/16"}]},
            "10.6.0.0/16",
        ),
        ({"Fn::If": ["Yes", "10.10.0.0/16", {"Ref": "Open"}]}, "10.10.0.0/16"),
        ({"Fn::If": ["NoAnyway", {"Ref": "Open"}, "10.11.0.0/16"]}, "10.11.0.0/16"),
        ({"Fn::If": ["YesAnyway", "10.12.0.0/16", {"Ref": "Open"}]}, "10.12.0.0/16"),
        ({"Fn::If": ["Same", "10.13.0.0/16", {"Ref": "Open"}]}, "10.13.0.0/16"),
        ({"Fn::If": ["Perhaps", "10.14.0.0/16", "10.14.0.0/16"]}, "10.14.0.0/16"),
        (
            {"Fn::Select": [{"Fn::Length": ["x"]}, ["", "10.15.0.0/16"]]},
            "10.15.0.0/16",
        ),
    ],
    ids=str,
)
def test_what_is_known_is_worked_out(tmp_path, expression, block):
    if block is None:
        with pytest.raises(TemplateError, match="N is neither a parameter nor a resource"):
            blocks_of(tmp_path, expression)
    else:
        assert blocks_of(tmp_path, expression)[0] == block


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ({"Ref": "Open"}, "parameter Open has no value"),
        ({"Ref": "FromSsm"}, "parameter FromSsm is read from Systems Manager at deployment"),
        ({"Fn::Sub": "10.${Open}.0.0/16"}, "parameter Open has no value"),
        ({"Fn::Join": ["", ["10.", {"Ref": "Open"}]]}, "parameter Open has no value"),
        ({"Fn::Select": [0, {"Fn::Cidr": [{"Ref": "Open"}, 2, 8]}]}, "parameter Open has no"),
        ({"Fn::Select": [5, {"Ref": "Listed"}]}, "there is no element 5"),
        ({"Fn::If": ["Perhaps", "10.1.0.0/16", "10.2.0.0/16"]}, "parameter Open has no value"),
        ({"Fn::If": ["PerhapsStill", "10.1.0.0/16", "10.2.0.0/16"]}, "parameter Open has no"),
        ({"Fn::ImportValue": "network-Cidr"}, "another stack exports network-Cidr"),
        ("{{resolve:ssm:/net/cidr}}", "{{resolve:ssm:/net/cidr}} is read at deployment"),
        ({"Fn::Transform": {"Name": "Ours"}}, "a macro decides at deployment"),
        ({"Fn::FindInMap": ["Nets", "mars", "Cidr"]}, "no Nets/mars/Cidr in Mappings"),
        ({"Ref": "AWS::NoValue"}, "the block comes from an IPAM pool"),
        ({"Fn::Cidr": ["10.0.0.0/16", 1000, 8]}, "Fn::Cidr is not written as"),
    ],
    ids=str,
)
def test_what_is_open_is_a_gap_that_names_place_and_reason(tmp_path, expression, reason):
    block, why = blocks_of(tmp_path, expression)
    assert block is None
    assert "Resources/Vpc/Properties" in why
    assert reason in why


def test_a_given_value_goes_before_the_default(tmp_path):
    assert blocks_of(tmp_path, {"Ref": "Known"}, Known="10.99.0.0/16")[0] == "10.99.0.0/16"


def test_without_a_region_what_holds_it_is_open(tmp_path):
    expression = {"Fn::FindInMap": ["Nets", {"Ref": "AWS::Region"}, "Cidr"]}
    block, why = blocks_of(tmp_path, expression, region=None)
    assert block is None
    assert "name it by --region" in why


def test_a_parameter_that_the_template_lacks_is_refused(tmp_path):
    with pytest.raises(TemplateError, match="no parameter Typo; it declares Known, Open"):
        blocks_of(tmp_path, "10.0.0.0/16", Typo="x")
