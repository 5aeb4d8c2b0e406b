import pytest
from vpcproof.exemptions import Exemption
from vpcproof.model.verdict import Compliance

from tests.networks import endpoint, judge, network

RULE = "vpc-endpoint-available"
LATER, PAST = "until=2026-12-31", "until=2026-05-31"


def failed(**tags):
    return network(endpoint("ssm", id="vpce-1", state="failed", tags=tags))


def tagged(text, rule=RULE):
    return judge(RULE, "vpce-1", failed(**{f"vpcproof:exempt/{rule}": text}))


def configured(*entries):
    exemptions = [
        Exemption(**{"rule": RULE, "resource_id": "vpce-1", "reason": "wanted", **each})
        for each in entries
    ]
    return judge(RULE, "vpce-1", failed(), exemptions=exemptions)


@pytest.mark.parametrize("until", ["2026-12-31", "2026-06-01"])
def test_an_exemption_holds_to_its_last_day_and_gives_its_reason(until):
    evaluation = tagged(f"until={until} reason=replaced by the hub, see NET-42")
    assert evaluation.compliance is Compliance.NOT_APPLICABLE
    assert evaluation.annotation == f"exempt until {until}: replaced by the hub, see NET-42"


def test_an_expired_exemption_is_judged_and_said_so():
    evaluation = tagged(f"{PAST} reason=replaced")
    assert evaluation.compliance is Compliance.NON_COMPLIANT
    assert evaluation.annotation.endswith("[exemption expired on 2026-05-31]")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yes",
        "reason=wanted",
        LATER,
        f"{LATER} reason=",
        f"{LATER} reason=   ",
        f"{LATER}reason=wanted",
        "until=31.12.2026 reason=wanted",
        f"reason=wanted {LATER}",
    ],
)
def test_a_malformed_exemption_is_judged_and_told_its_form(text):
    evaluation = tagged(text)
    assert evaluation.compliance is Compliance.NON_COMPLIANT
    assert "exemption ignored: it must read `until=YYYY-MM-DD reason=" in evaluation.annotation


def test_a_day_that_does_not_exist_is_judged_and_named():
    evaluation = tagged("until=2026-02-30 reason=wanted")
    assert evaluation.compliance is Compliance.NON_COMPLIANT
    assert "2026-02-30 is not a date" in evaluation.annotation


def test_space_around_an_exemption_does_not_matter():
    assert tagged(f"  {LATER}   reason=two\nlines ").compliance is Compliance.NOT_APPLICABLE


def test_an_exemption_from_one_rule_is_none_from_another():
    evaluation = tagged(f"{LATER} reason=wanted", rule="vpc-endpoint-service-name-valid")
    assert evaluation.compliance is Compliance.NON_COMPLIANT
    assert "exempt" not in evaluation.annotation


def test_configuration_exempts_as_a_tag_does():
    evaluation = configured({"until": "2026-12-31"})
    assert evaluation.compliance is Compliance.NOT_APPLICABLE
    assert evaluation.annotation == "exempt until 2026-12-31: wanted"


@pytest.mark.parametrize(
    "elsewhere", [{"rule": "vpc-endpoint-service-name-valid"}, {"resource_id": "vpce-2"}]
)
def test_configuration_exempts_what_it_names_only(elsewhere):
    assert configured({"until": "2026-12-31", **elsewhere}).compliance is Compliance.NON_COMPLIANT


def test_configuration_without_a_reason_is_malformed():
    evaluation = configured({"until": "2026-12-31", "reason": ""})
    assert evaluation.compliance is Compliance.NON_COMPLIANT
    assert "exemption ignored" in evaluation.annotation


def test_of_several_exemptions_one_that_holds_is_enough():
    evaluation = configured({"until": "2026-01-01"}, {"until": "2026-12-31"})
    assert evaluation.compliance is Compliance.NOT_APPLICABLE
