"""Verdicts delivered to AWS Config within its limits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ConnectTimeoutError
from vpcproof.aws.config_evaluations import put_evaluations, stale_outcomes
from vpcproof.aws.config_event import parse_event
from vpcproof.aws.outcome import Outcome
from vpcproof.errors import EvaluationError
from vpcproof.model.verdict import Compliance

from tests.aws.events import event
from tests.aws.fake_config import FakeConfig, refusal

TYPE = "AWS::EC2::VPCEndpoint"


@pytest.fixture
def config():
    return FakeConfig()


@pytest.fixture
def sweep():
    return parse_event(event("scheduled"))


def outcomes(count: int, **members) -> list[Outcome]:
    return [outcome(f"vpce-{number}", **members) for number in range(count)]


def outcome(resource_id="vpce-0", compliance=Compliance.COMPLIANT, annotation="state is available"):
    return Outcome(
        resource_type=TYPE,
        resource_id=resource_id,
        compliance=compliance,
        annotation=annotation,
    )


def annotation_put(config, sweep, text):
    put_evaluations(config.client, sweep, [outcome(annotation=text)])
    return config.evaluations[0].get("Annotation")


def test_row_144_250_evaluations_are_put_by_the_hundred_with_one_token(config, sweep):
    put_evaluations(config.client, sweep, outcomes(250))

    assert [len(put["Evaluations"]) for put in config.puts] == [100, 100, 50]
    assert {put["ResultToken"] for put in config.puts} == {sweep.result_token}
    assert len(config.verdicts) == 250


def test_row_145_an_empty_list_is_not_put(config, sweep):
    put_evaluations(config.client, sweep, [])

    assert config.calls == []


@pytest.mark.parametrize("character", ["a", "가", "é", "🔒", "e\u0301"])
def test_row_147_a_long_annotation_is_cut_to_256_characters_and_begins_with_the_fact(
    config, sweep, character
):
    put = annotation_put(config, sweep, "443 not admitted " + character * 400)

    assert len(put) == 256
    assert put.startswith(f"443 not admitted {character}")
    assert put.endswith("…")


def test_row_147_an_annotation_of_256_characters_is_left_as_it_is(config, sweep):
    assert annotation_put(config, sweep, "가" * 256) == "가" * 256


@pytest.mark.parametrize("text", ["", "  ", "\n\x00"])
def test_row_148_an_annotation_without_text_is_left_out(config, sweep, text):
    assert annotation_put(config, sweep, text) is None


def test_an_annotation_is_one_line(config, sweep):
    assert annotation_put(config, sweep, "failed:\r\n\x1b[31m no\tquota") == "failed: [31m no quota"


def test_row_149_an_undetermined_verdict_is_never_put(config, sweep):
    with pytest.raises(ValueError, match="must never be put"):
        put_evaluations(config.client, sweep, [outcome(compliance=Compliance.UNDETERMINED)])

    assert config.calls == []


def test_row_150_what_was_not_stored_is_put_again_alone(config, sweep):
    config.unstorable = [{"vpce-1"}]

    put_evaluations(config.client, sweep, outcomes(3))

    assert [
        [each["ComplianceResourceId"] for each in put["Evaluations"]] for put in config.puts
    ] == [["vpce-0", "vpce-1", "vpce-2"], ["vpce-1"]]


def test_row_150_what_is_not_stored_in_the_end_is_raised_after_every_batch(config, sweep):
    config.unstorable = [{"vpce-1", "vpce-7"}, {"vpce-7"}, {"vpce-7"}]

    with pytest.raises(EvaluationError, match=r"did not store 1 of 150 .*available.*: vpce-7"):
        put_evaluations(config.client, sweep, outcomes(150))

    assert [len(put["Evaluations"]) for put in config.puts] == [100, 2, 1, 50]


@pytest.mark.parametrize(
    "error",
    [
        refusal("InvalidResultTokenException", "PutEvaluations", "The result token is invalid"),
        refusal("AccessDeniedException", "PutEvaluations", "not authorized: config:PutEvaluations"),
        refusal("NoSuchConfigRuleException", "PutEvaluations"),
    ],
    ids=lambda error: error.response["Error"]["Code"],
)
def test_a_refusal_is_raised_with_the_rule_and_the_words_of_aws(config, sweep, error):
    config.error = error

    with pytest.raises(EvaluationError) as raised:
        put_evaluations(config.client, sweep, outcomes(1))

    assert "vpcproof-vpc-endpoint-available" in str(raised.value)
    assert str(error) in str(raised.value)


def test_a_broken_connection_is_raised_likewise(config, sweep):
    config.error = ConnectTimeoutError(endpoint_url="https://config.example.com")

    with pytest.raises(EvaluationError, match="Connect timeout"):
        put_evaluations(config.client, sweep, outcomes(1))


class TestStaleOutcomes:
    def stale(self, config, sweep, existing=()):
        return [each.key for each in stale_outcomes(config.client, sweep, existing)]

    def test_row_146_type_and_id_decide_together(self, config, sweep):
        before = sweep.ordering_timestamp - timedelta(hours=1)
        config.store(TYPE, "shared-id", compliance="COMPLIANT", ordered=before)
        config.store("AWS::EC2::VPC", "shared-id", compliance="NON_COMPLIANT", ordered=before)

        assert self.stale(config, sweep, {(TYPE, "shared-id")}) == [("AWS::EC2::VPC", "shared-id")]

    def test_row_146_every_page_is_read(self, config, sweep):
        config.page = 2
        before = sweep.ordering_timestamp - timedelta(hours=1)
        config.store(TYPE, *(f"vpce-{n}" for n in range(5)), compliance="COMPLIANT", ordered=before)

        assert len(self.stale(config, sweep)) == 5
        assert config.operations == ["GetComplianceDetailsByConfigRule"] * 3
        assert config.calls[0][1]["ConfigRuleName"] == "vpcproof-vpc-endpoint-available"

    def test_verdicts_that_are_not_applicable_already_are_left(self, config, sweep):
        before = sweep.ordering_timestamp - timedelta(hours=1)
        config.store(TYPE, "vpce-gone", compliance="NOT_APPLICABLE", ordered=before)

        assert self.stale(config, sweep) == []

    def test_a_verdict_newer_than_the_sweep_is_left(self, config, sweep):
        after = sweep.ordering_timestamp + timedelta(seconds=1)
        config.store(TYPE, "vpce-new", compliance="COMPLIANT", ordered=after)
        config.store(TYPE, "vpce-same", compliance="COMPLIANT", ordered=sweep.ordering_timestamp)

        assert self.stale(config, sweep) == [(TYPE, "vpce-same")]

    def test_a_result_that_names_nothing_is_passed_over(self, config, sweep):
        config.stored = [{"ComplianceType": "COMPLIANT"}]

        assert self.stale(config, sweep) == []

    def test_that_cannot_be_read_are_raised(self, config, sweep):
        config.error = refusal("AccessDeniedException", "GetComplianceDetailsByConfigRule")

        with pytest.raises(EvaluationError, match="stored verdicts of vpcproof-vpc-endpoint"):
            self.stale(config, sweep)


def test_timestamps_keep_their_zone(config, sweep):
    seoul = datetime.fromisoformat("2026-11-23T12:00:00+09:00")

    put_evaluations(config.client, replace(sweep, ordering_timestamp=seoul), outcomes(1))

    assert config.evaluations[0]["OrderingTimestamp"] == datetime(2026, 11, 23, 3, tzinfo=UTC)
