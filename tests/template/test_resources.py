"""What every resource of a kind has: encryption, retention, alarms, tags."""

import json
import tomllib

import pytest
import vpcproof
from vpcproof.aws.dependents import TOLD_BY, depends_on
from vpcproof.aws.subject import subject_of
from vpcproof.rules.registry import all_rules

from tests.template.conftest import ROOT

UNTAGGED = {
    "AWS::Config::ConfigRule",
    "AWS::Config::RemediationConfiguration",
    "AWS::IAM::Policy",
    "AWS::KMS::Alias",
    "AWS::Lambda::Permission",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::Serverless::LayerVersion",
    "AWS::Serverless::Function",  # by Globals
}


def test_everything_that_takes_tags_is_tagged(template, resources):
    tag = [{"Key": "Application", "Value": "vpcproof"}]
    assert template["Globals"]["Function"]["Tags"] == {"Application": "vpcproof"}
    for name, resource in resources.items():
        if resource["Type"] not in UNTAGGED:
            assert resource["Properties"].get("Tags") == tag, name


def test_logs_are_encrypted_and_expire(of_type):
    for name, group in of_type("AWS::Logs::LogGroup").items():
        assert group["KmsKeyId"] == {"Fn::GetAtt": ["Key", "Arn"]}, name
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}, name


def test_every_log_group_is_one_the_key_admits(of_type):
    statement = of_type("AWS::KMS::Key")["Key"]["KeyPolicy"]["Statement"][1]
    patterns = statement["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    admitted = tuple(
        each["Fn::Sub"].partition("log-group:")[2].removesuffix("*") for each in patterns
    )
    for group in of_type("AWS::Logs::LogGroup").values():
        assert group["LogGroupName"]["Fn::Sub"].startswith(admitted)


def test_queues_and_topics_are_encrypted(of_type):
    assert all(each["SqsManagedSseEnabled"] for each in of_type("AWS::SQS::Queue").values())
    assert of_type("AWS::SNS::Topic")["AlertTopic"]["KmsMasterKeyId"] == {"Ref": "Key"}
    assert of_type("AWS::KMS::Key")["Key"]["EnableKeyRotation"] is True


@pytest.mark.parametrize("kind", ["AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"])
def test_queues_and_topics_refuse_plain_connections(of_type, kind):
    for name, policy in of_type(kind).items():
        denied = [
            statement
            for statement in policy["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Deny"
        ]
        assert denied[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}, name


def test_every_queue_has_a_policy(of_type):
    covered = {
        queue["Ref"]
        for policy in of_type("AWS::SQS::QueuePolicy").values()
        for queue in policy["Queues"]
    }
    assert covered == set(of_type("AWS::SQS::Queue"))


def test_no_failed_event_is_lost(of_type):
    """Each function is invoked asynchronously or by a queue, and what fails is kept either way.

    But for probes: who asks one waits for its answer.
    """
    queues = of_type("AWS::SQS::Queue")
    mapped = {
        each["FunctionName"]["Ref"]: each
        for each in of_type("AWS::Lambda::EventSourceMapping").values()
    }
    functions = of_type("AWS::Serverless::Function").items()
    for name, function in ((n, f) for n, f in functions if not n.startswith("Probe")):
        dead_letters = {"Fn::GetAtt": [name.replace("Function", "DeadLetters"), "Arn"]}
        if name in mapped:
            assert mapped[name]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
            queue = queues[mapped[name]["EventSourceArn"]["Fn::GetAtt"][0]]
            assert queue["RedrivePolicy"]["deadLetterTargetArn"] == dead_letters
            assert queue["RedrivePolicy"]["maxReceiveCount"] >= 5
        else:
            asynchronous = function["EventInvokeConfig"]
            assert asynchronous["MaximumRetryAttempts"] == (1 if "Remediate" in name else 2)
            on_failure = {"Type": "SQS", "Destination": dead_letters}
            assert asynchronous["DestinationConfig"]["OnFailure"] == on_failure
    for rule in of_type("AWS::Events::Rule").values():
        for target in rule["Targets"]:
            assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0].endswith("DeadLetters")
            assert target["RetryPolicy"]


def test_a_queue_hides_what_a_function_works_on_as_long_as_aws_recommends(of_type, template):
    """Six times the timeout, and the window.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
    timeout = of_type("AWS::Serverless::Function")["NotifyFunction"]["Timeout"]
    longest = template["Parameters"]["AlertWindow"]["MaxValue"]
    hidden_for = of_type("AWS::SQS::Queue")["NotifyQueue"]["VisibilityTimeout"]
    assert hidden_for >= 6 * timeout + longest
    assert longest <= 300, "the most that Lambda takes"


@pytest.mark.parametrize(("window", "most"), [("0", 1), ("1", 1000), ("60", 1000), ("300", 1000)])
def test_without_a_window_changes_are_told_one_by_one(of_type, chosen, window, most):
    """Lambda refuses more than 10 at once where there is no window."""
    mapping = of_type("AWS::Lambda::EventSourceMapping")["ChangesInvokeNotify"]
    here = chosen(AlertWindow=window)
    assert here.value(mapping["BatchSize"]) == most
    assert here.value(mapping["MaximumBatchingWindowInSeconds"]) == window


def test_only_the_rules_of_compliance_changes_send_to_their_queues(of_type):
    own, forwarded = (
        {"Fn::GetAtt": [f"{each}ComplianceChanged", "Arn"]} for each in ("", "Member")
    )
    for name in ("NotifyQueue", "NotifyDeadLetters"):
        policy = of_type("AWS::SQS::QueuePolicy")[f"{name}Policy"]["PolicyDocument"]["Statement"]
        (allowed,) = [each for each in policy if each["Effect"] == "Allow"]
        assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
        assert allowed["Condition"]["ArnEquals"]["aws:SourceArn"] == [
            own,
            {"Fn::If": ["HasMembers", forwarded, {"Ref": "AWS::NoValue"}]},
        ]
    for target in of_type("AWS::Events::Rule")["ComplianceChanged"]["Targets"]:
        assert target["Arn"] == {"Fn::GetAtt": ["NotifyQueue", "Arn"]}
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["NotifyDeadLetters", "Arn"]}}


@pytest.mark.parametrize("window", ["60", "120", "300"])
def test_changes_are_collected_for_a_window_and_hidden_long_enough_to_be_answered(
    template, of_type, chosen, window
):
    mapping = of_type("AWS::Lambda::EventSourceMapping")["ChangesInvokeReevaluate"]
    here = chosen(ReevaluationWindow=window)
    timeout = of_type("AWS::Serverless::Function")["ReevaluateFunction"]["Timeout"]

    assert here.value(mapping["MaximumBatchingWindowInSeconds"]) == window
    hidden = template["Mappings"]["Reevaluation"]["VisibilityTimeout"][window]
    assert hidden >= 6 * timeout + int(window)
    assert here.value(of_type("AWS::Events::Rule")["NetworkChanged"]["State"]) == "ENABLED"


def test_without_a_window_no_change_is_collected(template, of_type, chosen):
    windows = map(str, template["Parameters"]["ReevaluationWindow"]["AllowedValues"])
    assert set(windows) == set(template["Mappings"]["Reevaluation"]["VisibilityTimeout"])

    state = of_type("AWS::Events::Rule")["NetworkChanged"]["State"]
    assert chosen(ReevaluationWindow=0).value(state) == "DISABLED"


def test_one_batch_of_changes_is_answered_at_a_time(of_type, chosen):
    reserved = of_type("AWS::Serverless::Function")["ReevaluateFunction"][
        "ReservedConcurrentExecutions"
    ]
    assert chosen().value(reserved) == 1
    assert chosen(ReservedConcurrency=0).value(reserved) is None


def test_changes_of_every_type_that_a_rule_depends_on_are_collected_and_of_no_other(of_type):
    pattern = of_type("AWS::Events::Rule")["NetworkChanged"]["EventPattern"]
    assert pattern["source"] == ["aws.config"]
    assert pattern["detail-type"] == ["Config Configuration Item Change"]
    subjects = [subject_of(name, None) for name in all_rules()]
    depended_on = {
        each
        for types in TOLD_BY.values()
        for each in types
        if any(depends_on(subject, each) for subject in subjects)
    }
    item, summary = pattern["detail"]["$or"]
    assert set(item["configurationItem"]["resourceType"]) == depended_on
    assert summary["configurationItemSummary"] == item["configurationItem"]
    assert len(json.dumps(pattern, separators=(",", ":"))) <= 2048, "EventBridge's limit"


def test_queues_keep_events_as_long_as_sqs_can(of_type):
    periods = {each["MessageRetentionPeriod"] for each in of_type("AWS::SQS::Queue").values()}
    assert periods == {14 * 24 * 3600}


def test_every_function_and_queue_has_an_alarm(of_type):
    alarms = of_type("AWS::CloudWatch::Alarm")
    watched = {
        (alarm["MetricName"], _name(alarm["Dimensions"][0]["Value"])) for alarm in alarms.values()
    }
    assert {("Errors", name) for name in of_type("AWS::Serverless::Function")} <= watched
    held, age = "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"
    for name in of_type("AWS::SQS::Queue"):
        assert (held if name.endswith("DeadLetters") else age, name) in watched
    assert ("Throttles", "EvaluateFunction") in watched
    assert ("DestinationDeliveryFailures", "EvaluateFunction") in watched
    machines = of_type("AWS::StepFunctions::StateMachine")
    assert {("ExecutionsFailed", name) for name in machines} <= watched
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlertTopic"}], name
        assert alarm["AlarmDescription"], name
        assert (alarm["TreatMissingData"] == "breaching") == (name == "EvaluateSilence"), name


def _name(value):
    if isinstance(value, str):
        return value
    return value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0]


@pytest.mark.parametrize(
    ("frequency", "hours"),
    [
        ("One_Hour", 1),
        ("Three_Hours", 3),
        ("Six_Hours", 6),
        ("Twelve_Hours", 12),
        ("TwentyFour_Hours", 24),
    ],
)
def test_silence_is_an_alarm_after_more_than_two_schedules(
    of_type, template, chosen, frequency, hours
):
    alarm = of_type("AWS::CloudWatch::Alarm")["EvaluateSilence"]
    assert frequency in template["Parameters"]["ScheduleFrequency"]["AllowedValues"]
    periods = chosen(ScheduleFrequency=frequency).value(alarm["EvaluationPeriods"])
    assert periods * alarm["Period"] == (2 * hours + 1) * 3600 <= 7 * 24 * 3600
    assert alarm["ComparisonOperator"] == "LessThanThreshold"


@pytest.fixture(params=["Dashboard", "RemediationDashboard"])
def widgets(of_type, request):
    """The widgets of a dashboard; what the template fills in stands as it is."""
    body = of_type("AWS::CloudWatch::Dashboard")[request.param]["DashboardBody"]["Fn::Sub"]
    if isinstance(body, list):
        body, names = body
        for name, value in names.items():
            (_condition, shown, _hidden) = value["Fn::If"]
            body = body.replace(f"${{{name}}}", shown["Fn::Sub"])
    return json.loads(body)["widgets"]


def test_widgets_lie_side_by_side_on_the_dashboards_24_columns(widgets):
    cells = [
        (x, y)
        for widget in widgets
        for x in range(widget["x"], widget["x"] + widget["width"])
        for y in range(widget["y"], widget["y"] + widget["height"])
    ]
    assert len(cells) == len(set(cells))
    assert {x for x, _ in cells} == set(range(24))


def test_a_dashboard_names_metrics_that_aws_emits(widgets):
    shown = [row for each in widgets for row in each["properties"].get("metrics", ())]
    for namespace, metric, dimension, *_ in shown:
        if namespace != "vpcproof":
            assert (metric, dimension) in EMITTED_BY_AWS[namespace]


def test_an_alarm_names_a_metric_that_aws_emits(of_type):
    for alarm in of_type("AWS::CloudWatch::Alarm").values():
        (dimension,) = alarm["Dimensions"]
        if alarm["Namespace"] != "vpcproof":
            assert (alarm["MetricName"], dimension["Name"]) in EMITTED_BY_AWS[alarm["Namespace"]]


# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
EMITTED_BY_AWS = {
    "AWS/Lambda": {
        (metric, "FunctionName")
        for metric in (
            "AsyncEventAge",
            "ConcurrentExecutions",
            "DestinationDeliveryFailures",
            "Duration",
            "Errors",
            "Throttles",
        )
    },
    "AWS/SQS": {
        ("ApproximateAgeOfOldestMessage", "QueueName"),
        ("ApproximateNumberOfMessagesVisible", "QueueName"),
    },
    "AWS/States": {("ExecutionsFailed", "StateMachineArn")},
}


def test_a_dashboard_shows_every_alarm_of_what_is_there_with_it(widgets, resources, request):
    (shown,) = (each["properties"]["alarms"] for each in widgets if each["type"] == "alarm")
    about_repair = "RemediationDashboard" in request.node.name
    alarms = {
        name
        for name, resource in resources.items()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
        and resource.get("Condition", "").startswith("Remediates") == about_repair
        and not resource.get("Condition", "").startswith("HasProbe")  # no dashboard is about them
    }
    assert sorted(shown) == sorted(f"${{{name}.Arn}}" for name in alarms)


def test_alerts_are_about_failures_that_begin_or_end(of_type):
    pattern = of_type("AWS::Events::Rule")["ComplianceChanged"]["EventPattern"]
    assert pattern["source"] == ["aws.config"]
    assert pattern["detail-type"] == ["Config Rules Compliance Change"]
    assert pattern["detail"]["messageType"] == ["ComplianceChangeNotification"]
    assert pattern["detail"]["configRuleName"] == [
        {"prefix": {"Ref": "RuleNamePrefix"}},
        {"prefix": {"Fn::Sub": "OrgConfigRule-${RuleNamePrefix}"}},
    ]
    assert pattern["detail"]["$or"] == [
        {"newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]}},
        {"oldEvaluationResult": {"complianceType": ["NON_COMPLIANT"]}},
    ]


def test_the_version_is_that_of_the_package(template):
    version = template["Metadata"]["AWS::ServerlessRepo::Application"]["SemanticVersion"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert version == project == vpcproof.__version__


def test_the_console_groups_every_parameter(template):
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    assert sorted(grouped) == sorted(template["Parameters"])
    assert len(template["Parameters"]) <= 200
