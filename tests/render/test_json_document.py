"""The JSON that other tools rely on."""

import json
from pathlib import Path

import jsonschema
import pytest
from vpcproof.model.facts import Fact, Gap
from vpcproof.model.resource_type import ResourceType
from vpcproof.model.verdict import Compliance, Evidence, Severity
from vpcproof.render.findings import Source
from vpcproof.render.json_document import SCHEMA_VERSION

from tests.render.samples import PROD, compared, evaluation, everything, findings, json_of, report

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "schemas" / "check.schema.json").read_text("utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


@pytest.mark.parametrize(
    "shown",
    [
        everything(),
        compared(),
        findings(),
        findings(evaluation(annotation='"\x00\u2028é\U0001f512')),
    ],
)
def test_it_is_laid_out_as_the_standard_library_does(shown):
    assert json_of(shown) == json.dumps(json.loads(json_of(shown)), indent=2) + "\n"


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_document_is_the_one_that_was_agreed():
    one = findings(
        report=report(
            [
                evaluation(
                    Compliance.NON_COMPLIANT,
                    Evidence("route", "rtb-1", "0.0.0.0/0 to nat-1 is a blackhole"),
                    resource_id="rtb-1",
                    vpc_id="vpc-1",
                    annotation="blackhole: 0.0.0.0/0 to nat-1",
                )
            ],
            Gap(fact=Fact.NETWORK_ACLS, reason="no file"),
        )
    )
    assert json.loads(json_of(one)) == {
        "schema_version": "1.0",
        "source": {
            "kind": "snapshot",
            "account": "111122223333",
            "region": "ap-northeast-2",
            "partition": "aws",
        },
        "summary": {"COMPLIANT": 0, "NON_COMPLIANT": 1, "NOT_APPLICABLE": 0, "UNDETERMINED": 0},
        "evaluations": [
            {
                "rule": "route-table-has-no-blackhole",
                "resource_type": "AWS::EC2::RouteTable",
                "resource_id": "rtb-1",
                "vpc_id": "vpc-1",
                "compliance": "NON_COMPLIANT",
                "severity": "medium",
                "annotation": "blackhole: 0.0.0.0/0 to nat-1",
                "evidence": [
                    {
                        "fact": "route",
                        "id": "rtb-1",
                        "detail": "0.0.0.0/0 to nat-1 is a blackhole",
                    }
                ],
                "fixes": [],
            }
        ],
        "gaps": [{"fact": "NetworkAcls", "reason": "no file"}],
    }


@pytest.mark.parametrize(
    "shown",
    [
        everything(),
        findings(),
        findings(evaluation(vpc_id=None), source=Source(kind="live")),
        compared(),
    ],
    ids=["everything", "nothing", "unknown source", "with a baseline"],
)
def test_every_document_fits_the_schema(shown):
    VALIDATOR.validate(json.loads(json_of(shown)))


def test_the_schema_lists_every_value_there_is():
    members = SCHEMA["$defs"]["evaluation"]["properties"]
    assert SCHEMA["$defs"]["resource_type"]["enum"] == sorted(ResourceType)
    assert set(members["compliance"]["enum"]) == set(Compliance)
    assert SCHEMA["$defs"]["severity"]["enum"] == list(Severity)
    assert set(SCHEMA["properties"]["summary"]["properties"]) == set(Compliance)
    assert SCHEMA["properties"]["schema_version"]["const"] == SCHEMA_VERSION


def test_the_schema_refuses_a_member_it_does_not_know():
    document = json.loads(json_of(everything()))
    document["evaluations"][0]["surprise"] = True
    assert not VALIDATOR.is_valid(document)


def test_a_gap_of_one_vpc_names_it():
    gap = Gap(fact=Fact.HOSTED_ZONES, reason="AccessDenied", vpc_id=PROD)
    assert json.loads(json_of(findings(report=report([], gap))))["gaps"] == [
        {"fact": "HostedZoneSummaries", "reason": "AccessDenied", "vpc_id": PROD}
    ]


def test_the_order_in_which_gaps_were_met_changes_nothing():
    gaps = [
        Gap(fact=Fact.VPCS, reason="b"),
        Gap(fact=Fact.HOSTED_ZONES, reason="c", vpc_id="vpc-2"),
        Gap(fact=Fact.HOSTED_ZONES, reason="c", vpc_id="vpc-1"),
        Gap(fact=Fact.VPCS, reason="a"),
    ]
    one = json_of(findings(report=report([], *gaps)))
    other = json_of(findings(report=report([], *reversed(gaps))))
    assert one == other


def test_the_same_findings_give_the_same_bytes():
    assert json_of(everything()) == json_of(everything())


def test_with_a_baseline_the_findings_are_told_apart():
    document = json.loads(json_of(compared()))
    assert {state: len(listed) for state, listed in document["baseline"].items()} == {
        "new": 1,
        "unchanged": 2,
        "fixed": 1,
        "undecided": 1,
    }
    assert document["baseline"]["fixed"] == [
        {
            "rule": "route-table-has-no-blackhole",
            "resource_type": "AWS::EC2::RouteTable",
            "resource_id": "rtb-fixed",
            "vpc_id": PROD,
            "severity": "medium",
            "annotation": "blackhole: 0.0.0.0/0 to nat-0123456789abcdef0",
        }
    ]


def test_without_a_baseline_there_is_no_such_member():
    assert "baseline" not in json.loads(json_of(everything()))
