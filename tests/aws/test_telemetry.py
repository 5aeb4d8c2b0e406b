"""What a function logs and counts."""

import io
import itertools
import json

import pytest
from aws_lambda_powertools import Logger, Metrics
from vpcproof.aws.outcome import Outcome
from vpcproof.aws.telemetry import Telemetry
from vpcproof.model.verdict import Compliance

_numbers = itertools.count()


class Function:
    """The log and the metrics of a function."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.metrics = Metrics(namespace="vpcproof", service="evaluate")
        self.metrics.clear_metrics()
        # A logger is known by its service: another test's would write to another test's stream.
        logger = Logger(service=f"evaluate-{next(_numbers)}", stream=self.stream)
        self.telemetry = Telemetry(logger, self.metrics)

    @property
    def lines(self):
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    @property
    def emitted(self):
        return self.metrics.serialize_metric_set()


@pytest.fixture
def function():
    function = Function()
    yield function
    function.metrics.clear_metrics()


def outcome(compliance, annotation="state is available"):
    return Outcome(
        resource_type="AWS::EC2::VPCEndpoint",
        resource_id="vpce-1",
        vpc_id="vpc-1",
        compliance=compliance,
        annotation=annotation,
    )


def test_a_line_names_rule_resource_vpc_and_verdict(function):
    function.telemetry.begin(rule="vpc-endpoint-available")
    function.telemetry.judged([outcome(Compliance.COMPLIANT)], log_all=True)

    (line,) = function.lines
    assert line["message"] == "state is available"
    assert line["rule"] == "vpc-endpoint-available"
    assert line["resource_id"] == "vpce-1"
    assert line["vpc_id"] == "vpc-1"
    assert line["compliance"] == "COMPLIANT"
    assert line["level"] == "INFO"


def test_of_a_sweep_only_what_may_need_a_look_is_logged(function):
    function.telemetry.judged([outcome(each) for each in Compliance], log_all=False)

    assert [(line["compliance"], line["level"]) for line in function.lines] == [
        ("NON_COMPLIANT", "INFO"),
        ("UNDETERMINED", "WARNING"),
    ]


def test_verdicts_are_counted_by_kind_and_say_of_which_rule(function):
    function.telemetry.begin(rule="vpc-endpoint-available")
    kinds = [Compliance.COMPLIANT, Compliance.COMPLIANT, Compliance.UNDETERMINED]

    function.telemetry.judged([outcome(each) for each in kinds], log_all=False)

    emitted = function.emitted
    assert (emitted["Compliant"], emitted["Undetermined"]) == ([2.0], [1.0])
    assert "NonCompliant" not in emitted
    assert emitted["rule"] == "vpc-endpoint-available"
    assert emitted["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]


def test_an_alert_and_an_ignored_event_are_logged_and_counted(function):
    function.telemetry.alerted({"kind": "failure"}, ["vpce-1"], "m-1")
    function.telemetry.ignored("ConfigurationSnapshotDeliveryCompleted")

    assert [line["message"] for line in function.lines] == ["alert sent", "event ignored"]
    assert function.lines[0]["message_id"] == "m-1"
    assert function.lines[0]["resource_ids"] == ["vpce-1"]
    assert function.lines[1]["reason"] == "ConfigurationSnapshotDeliveryCompleted"
    assert function.emitted["AlertsSent"] == function.emitted["EventsIgnored"] == [1.0]


def test_an_alert_that_was_not_sent_is_an_error_and_each_of_its_messages_counts(function):
    function.telemetry.untold("KMSAccessDenied", ["m-1", "m-2"])

    (line,) = function.lines
    assert (line["level"], line["reason"]) == ("ERROR", "KMSAccessDenied")
    assert line["messages"] == ["m-1", "m-2"]
    assert function.emitted["AlertsFailed"] == [2.0]


def test_a_finished_sweep_is_counted_and_logs_what_it_put(function):
    function.telemetry.begin(config_rule="vpcproof-vpc-endpoints")
    function.telemetry.swept({"COMPLIANT": 3, "NOT_APPLICABLE": 1})

    (line,) = function.lines
    assert line["message"] == "scheduled evaluation finished"
    assert line["evaluations"] == {"COMPLIANT": 3, "NOT_APPLICABLE": 1}
    assert line["config_rule"] == "vpcproof-vpc-endpoints"
    assert function.emitted["ScheduledEvaluations"] == [1.0]
