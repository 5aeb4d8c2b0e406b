"""Alarms and dashboards on the metrics that the functions really write; silence alarms."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest
from vpcproof.aws import alerting, evaluation, reevaluation
from vpcproof.aws.place import Place
from vpcproof.aws.rule_starts import RuleStarts
from vpcproof.errors import EvaluationError

from tests.aws.events import (
    COMPLIANCE_CHANGES,
    FUNCTION_ARN,
    QUEUED_CHANGES,
    RULE_EVENTS,
    batch,
    event,
    parameters,
)
from tests.facts.fake_aws import refusal
from tests.security.recording import NOW, RecordingAws
from tests.template.emf import Series, recorded

TOPIC = "arn:aws:sns:eu-west-1:111122223333:alerts"
SWEPT = "vpc-endpoint-available"
FREQUENCIES = {
    "One_Hour": 1,
    "Three_Hours": 3,
    "Six_Hours": 6,
    "Twelve_Hours": 12,
    "TwentyFour_Hours": 24,
}


# What the functions write


def evaluate(given, telemetry, **answers):
    tools = replace(RecordingAws(**answers).tools(), telemetry=telemetry)
    with suppress(EvaluationError):
        evaluation.handle(given, Place.of_arn(FUNCTION_ARN), tools)


def reevaluate(telemetry, **answers):
    config = RecordingAws(**answers)("config")
    tools = reevaluation.Tools(config, FUNCTION_ARN, RuleStarts(config, lambda: NOW), telemetry)
    reevaluation.handle(event(QUEUED_CHANGES), tools)


def notify(telemetry, **answers):
    outlet = alerting.Outlet(
        sns=RecordingAws(**answers)("sns"), topic_arn=TOPIC, telemetry=telemetry
    )
    alerting.handle(batch(*map(event, COMPLIANCE_CHANGES)), outlet)


def repair(outcome, telemetry):
    telemetry.repaired({"outcome": outcome})


@pytest.fixture(scope="module")
def recording(template, of_type):
    """Records what an invocation of a function of the template writes, with its own settings."""
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    services = {
        each["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
        for each in of_type("AWS::Serverless::Function").values()
    }

    def of(service, answer):
        assert service in services
        return recorded(variables["POWERTOOLS_METRICS_NAMESPACE"], service, answer)

    return of


@pytest.fixture(scope="module")
def emitted(recording) -> set[Series]:
    """Every metric that some event leads to."""
    swept = event("scheduled", ruleParameters=parameters(SWEPT))
    unread = event("scheduled", ruleParameters=parameters("vpc-endpoint-admits-workloads"))
    invocations = [
        *(("evaluate", partial(evaluate, event(name))) for name in RULE_EVENTS),
        ("evaluate", partial(evaluate, swept)),
        ("evaluate", partial(evaluate, unread, DescribeSubnets=refusal("RequestLimitExceeded"))),
        ("reevaluate", reevaluate),
        ("reevaluate", partial(reevaluate, StartConfigRulesEvaluation=refusal(REFUSED))),
        ("notify", notify),
        ("notify", partial(notify, Publish=refusal("Throttled"))),
        *(("remediate", partial(repair, outcome)) for outcome in ANSWERED),
    ]
    return {series for service, answer in invocations for series in recording(service, answer)}


REFUSED = "LimitExceededException"
ANSWERED = ("planned", "applied", "undone", "refused")


# What is looked at


def of_alarms(of_type):
    for alarm in of_type("AWS::CloudWatch::Alarm").values():
        (dimension,) = alarm["Dimensions"]
        value = dimension["Value"]
        by = (dimension["Name"], value if isinstance(value, str) else "")
        yield alarm["Namespace"], alarm["MetricName"], by


def of_dashboards(of_type):
    for dashboard in of_type("AWS::CloudWatch::Dashboard").values():
        body = dashboard["DashboardBody"]["Fn::Sub"]
        text, names = body if isinstance(body, list) else (body, {})
        for name, value in names.items():
            (_condition, shown, _hidden) = value["Fn::If"]
            text = text.replace(f"${{{name}}}", shown["Fn::Sub"])
        for widget in json.loads(text)["widgets"]:
            for namespace, metric, *by in widget["properties"].get("metrics", ()):
                yield namespace, metric, tuple(by[:2])


def test_alarms_and_dashboards_look_at_metrics_that_are_written_with_these_dimensions(
    emitted, of_type
):
    looked_at = {*of_alarms(of_type), *of_dashboards(of_type)}
    ours = {series for series in looked_at if series[0] == "vpcproof"}

    assert ours - emitted == set()
    assert len(ours) > 10


# Whether silence alarms


def rings(alarm, points: Mapping[int, float], now: int, periods: int) -> bool:
    """Whether CloudWatch has the alarm ring, with a metric's sum by period.

    It looks at more periods than are to be evaluated, two more here: what is missing is filled in
    only where they hold too few values.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-missing-data
    """
    assert (alarm["ComparisonOperator"], alarm["Statistic"]) == ("LessThanThreshold", "Sum")
    looked_at = [points[each] for each in range(now - periods - 1, now + 1) if each in points]
    breaching = [value < alarm["Threshold"] for value in looked_at[-periods:]]
    filled = [alarm["TreatMissingData"] == "breaching"] * (periods - len(breaching))
    return all(breaching + filled)


@pytest.fixture(params=FREQUENCIES)
def frequency(request):
    return request.param


@pytest.fixture
def silence(of_type, chosen, frequency):
    """The alarm on silence, as a function of the hours in which something was counted."""
    alarm = of_type("AWS::CloudWatch::Alarm")["EvaluateSilence"]
    periods = chosen(ScheduleFrequency=frequency).value(alarm["EvaluationPeriods"])
    assert alarm["Period"] == 3600
    return partial(rings, alarm, periods=periods)


@pytest.fixture
def counted(recording, of_type):
    """What an answered event adds to the metric that the alarm looks at."""
    alarm = of_type("AWS::CloudWatch::Alarm")["EvaluateSilence"]
    by = tuple(alarm["Dimensions"][0][key] for key in ("Name", "Value"))
    series = (alarm["Namespace"], alarm["MetricName"], by)

    def of(given, **answers):
        return recording("evaluate", partial(evaluate, given, **answers)).get(series, 0.0)

    return of


SCHEDULE = event("scheduled", ruleParameters=parameters(SWEPT))


def test_as_long_as_schedules_are_answered_nothing_rings(silence, counted, frequency):
    hours = FREQUENCIES[frequency]
    points = {hour: counted(SCHEDULE) for hour in range(0, 200, hours)}

    assert not any(silence(points, now) for now in range(200))


def test_one_schedule_that_fails_does_not_ring_and_those_after_it_do(silence, counted, frequency):
    hours = FREQUENCIES[frequency]
    assert counted(SCHEDULE, DescribeVpcEndpoints=refusal("UnauthorizedOperation")) == 0

    points = {0: counted(SCHEDULE)}

    assert not any(silence(points, now) for now in range(2 * hours))
    assert silence(points, 2 * hours + 3)


def test_changes_that_are_judged_do_not_silence_it(counted):
    assert counted(event("change-vpc-endpoint")) == 0
    assert counted(event("snapshot-delivery-completed")) == 0


def test_it_rings_from_the_first_deployment_until_the_first_schedule(silence, counted):
    assert silence({}, 5)
    assert not silence({5: counted(SCHEDULE)}, 5)
