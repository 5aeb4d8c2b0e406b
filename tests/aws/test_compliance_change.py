"""Which changes of compliance somebody hears about."""

import pytest
from vpcproof.aws.compliance_change import Alert, parse_compliance_change
from vpcproof.aws.place import Place
from vpcproof.errors import InvocationError

from tests.aws.events import ACCOUNT, GROUP, REGION, event


def changed(name, before="as it is", after="as it is", **detail):
    given = event(name)
    given["detail"] |= detail
    for member, compliance in (("oldEvaluationResult", before), ("newEvaluationResult", after)):
        if compliance is None:
            given["detail"].pop(member, None)
        elif compliance != "as it is":
            given["detail"][member]["complianceType"] = compliance
    return parse_compliance_change(given)


def test_a_change_says_what_changed_where_when_and_why():
    change = changed("compliance-change-non-compliant")

    assert change.config_rule == "vpcproof-security-group-admits-endpoint-clients"
    assert change.place == Place(ACCOUNT, REGION)
    assert (change.resource_type, change.resource_id) == ("AWS::EC2::SecurityGroup", GROUP)
    assert (change.before, change.after) == ("COMPLIANT", "NON_COMPLIANT")
    assert change.annotation.startswith("vpce-0b2c3d4e5f6071829: 443 not admitted")
    assert change.changed_at == "2026-11-23T02:10:13.677Z"


@pytest.mark.parametrize(
    ("name", "alert"),
    [
        pytest.param("compliance-change-non-compliant", Alert.BROKEN, id="broken"),
        pytest.param(
            "compliance-change-first-evaluation", Alert.BROKEN, id="row 167: broken at first"
        ),
        pytest.param("compliance-change-recovered", Alert.RECOVERED, id="recovered"),
        pytest.param("compliance-change-not-applicable", Alert.CLOSED, id="row 168: closed"),
    ],
)
def test_event_files_give_reason_to(name, alert):
    assert changed(name).alert is alert


@pytest.mark.parametrize(
    ("before", "after", "alert"),
    [
        pytest.param("NON_COMPLIANT", "NON_COMPLIANT", None, id="row 166: the same failure again"),
        pytest.param("NOT_APPLICABLE", "NON_COMPLIANT", Alert.BROKEN, id="broken from the start"),
        pytest.param("INSUFFICIENT_DATA", "NON_COMPLIANT", Alert.BROKEN, id="broken from unknown"),
        pytest.param("COMPLIANT", "NOT_APPLICABLE", None, id="a compliant resource deleted"),
        pytest.param("NOT_APPLICABLE", "COMPLIANT", None, id="applicable and compliant"),
        pytest.param("NON_COMPLIANT", "INSUFFICIENT_DATA", None, id="results deleted"),
        pytest.param("COMPLIANT", "COMPLIANT", None, id="compliant as before"),
    ],
)
def test_other_changes(before, after, alert):
    assert changed("compliance-change-non-compliant", before, after).alert is alert


@pytest.mark.parametrize("after", ["COMPLIANT", "NOT_APPLICABLE", "INSUFFICIENT_DATA"])
def test_a_first_evaluation_that_finds_nothing_wrong_is_no_alert(after):
    assert changed("compliance-change-non-compliant", None, after).alert is None


@pytest.mark.parametrize("annotation", ["left out", None])
def test_a_missing_annotation_is_empty(annotation):
    given = event("compliance-change-non-compliant")
    if annotation is None:
        given["detail"]["newEvaluationResult"]["annotation"] = None
    else:
        del given["detail"]["newEvaluationResult"]["annotation"]

    assert parse_compliance_change(given).annotation == ""


def test_without_a_time_of_its_own_the_event_says_when():
    given = event("compliance-change-non-compliant")
    del given["detail"]["newEvaluationResult"]["resultRecordedTime"]

    assert parse_compliance_change(given).changed_at == given["time"]


def test_a_null_old_result_is_a_first_evaluation():
    assert changed("compliance-change-first-evaluation", oldEvaluationResult=None).before is None


def test_another_message_is_not_a_change():
    assert changed("compliance-change-recovered", messageType="ConfigurationItemChange") is None


@pytest.mark.parametrize(
    "member",
    ["configRuleName", "configRuleARN", "resourceType", "resourceId", "newEvaluationResult"],
)
def test_a_change_without_what_it_needs_is_refused_by_name(member):
    given = event("compliance-change-non-compliant")
    del given["detail"][member]

    with pytest.raises(InvocationError, match=f"no {member}"):
        parse_compliance_change(given)


def test_an_event_without_detail_is_refused():
    with pytest.raises(InvocationError, match="no detail"):
        parse_compliance_change({})
