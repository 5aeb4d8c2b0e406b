"""Changes from the queue: who judges again, how often, and which messages come once more."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from vpcproof.aws.reevaluation import Tools, handle
from vpcproof.aws.rule_starts import RuleStarts
from vpcproof.errors import EvaluationError
from vpcproof.rules.registry import all_rules

from tests.aws.conftest import Told
from tests.aws.events import FUNCTION_ARN, QUEUED_CHANGES, event
from tests.aws.fake_config import FakeConfig, refusal

EVALUATE = f"{FUNCTION_ARN}:live"
GROUP, TABLE, OVERSIZED_GROUP = event(QUEUED_CHANGES)["Records"]
CAPTURED = datetime(2026, 11, 23, 2, 10, 10, 215_000, UTC)


def deployed(name, function=EVALUATE, **members):
    return {
        "ConfigRuleName": f"vpcproof-{name}",
        "ConfigRuleState": "ACTIVE",
        "Source": {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": function},
        "InputParameters": json.dumps({"rule": name}),
        **members,
    }


class Surroundings:
    """AWS Config with some rules, a clock, and a container that stays warm."""

    def __init__(self):
        self.config = FakeConfig()
        self.config.rules = [
            deployed("vpc-endpoint-admits-workloads"),
            deployed("security-group-admits-endpoint-clients"),
            deployed("vpc-endpoint-available"),
        ]
        self.now = CAPTURED + timedelta(minutes=1)
        self.told = Told()
        starts = RuleStarts(self.config.client, lambda: self.now)
        self.tools = Tools(self.config.client, EVALUATE, starts, self.told)

    def handle(self, *records):
        """Answer a batch; gives the ids of the messages that come again."""
        answer = handle({"Records": list(records)}, self.tools)
        assert list(answer) == ["batchItemFailures"]
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


@pytest.fixture
def here():
    return Surroundings()


def changed(record, **item):
    """A message with members of its item replaced."""
    body = json.loads(record["body"])
    body["detail"]["configurationItem"] |= item
    return record | {"body": json.dumps(body)}


def test_the_rules_that_depend_on_a_change_are_started_and_the_message_is_done(here):
    assert here.handle(GROUP) == []
    assert here.config.started == ["vpcproof-vpc-endpoint-admits-workloads"]
    assert here.told.counts["ReevaluationsStarted"] == 1


def test_a_batch_of_many_changes_starts_each_rule_once(here):
    again = here.handle(*[GROUP | {"messageId": f"m-{number}"} for number in range(500)])

    assert again == []
    assert here.config.started == ["vpcproof-vpc-endpoint-admits-workloads"]
    assert here.told.counts["EventsReceived"] == 500


@pytest.mark.parametrize("status", ["ResourceDeleted", "ResourceDeletedNotRecorded"])
def test_a_resource_that_is_gone_is_a_change_too(here, status):
    here.handle(changed(GROUP, configurationItemStatus=status, configuration=None))

    assert here.config.started == ["vpcproof-vpc-endpoint-admits-workloads"]


def test_a_change_too_large_to_send_is_known_by_its_summary(here):
    here.handle(OVERSIZED_GROUP)

    assert here.config.started == ["vpcproof-vpc-endpoint-admits-workloads"]


def test_a_change_that_no_deployed_rule_depends_on_starts_nothing(here):
    here.config.rules = [deployed("vpc-endpoint-available")]

    assert here.handle(GROUP, TABLE) == []
    assert here.config.operations == ["DescribeConfigRules"]


@pytest.mark.parametrize(
    "named",
    [
        deployed("AWS::EC2::VPCEndpoint", ConfigRuleName="vpcproof-vpc-endpoints"),
        deployed(
            "vpc-endpoint-admits-workloads",
            ConfigRuleName="OrgConfigRule-vpcproof-vpc-endpoint-admits-workloads-abcdefgh",
            InputParameters="{}",
        ),
        deployed(
            "vpc-endpoint-admits-workloads",
            ConfigRuleName="vpcproof-vpc-endpoint-admits-workloads-conformance-pack-abc",
        ),
    ],
    ids=["resource type", "organisation", "conformance pack"],
)
def test_a_rule_is_ours_by_its_function_whatever_it_is_called(here, named):
    here.config.rules = [named]
    here.handle(GROUP)

    assert here.config.started == [named["ConfigRuleName"]]


@pytest.mark.parametrize(
    "other",
    [
        deployed("vpc-endpoint-admits-workloads", function="arn:aws:lambda:x:1:function:other"),
        deployed("vpc-endpoint-admits-workloads", Source={"Owner": "CUSTOM_POLICY"}),
        deployed("vpc-endpoint-admits-workloads", ConfigRuleState="DELETING"),
        deployed("vpc-endpoint-admits-workloads", InputParameters='{"rule": "no-such-rule"}'),
        deployed("vpc-endpoint-admits-workloads", InputParameters="not JSON"),
    ],
    ids=["another function", "no function", "being deleted", "unknown rule", "no parameters"],
)
def test_rules_of_others_and_rules_that_make_no_sense_are_left_alone(here, other):
    here.config.rules = [other]

    assert here.handle(GROUP) == []
    assert here.config.started == []


def test_rules_are_started_25_at_a_time_from_all_pages_of_the_list(here):
    here.config.rules = [
        deployed("vpc-endpoint-admits-workloads", ConfigRuleName=f"copy-{number:02}")
        for number in range(60)
    ]
    here.handle(GROUP)

    sizes = [
        len(request["ConfigRuleNames"])
        for operation, request in here.config.calls
        if operation == "StartConfigRulesEvaluation"
    ]
    assert sizes == [25, 25, 10]
    assert len(set(here.config.started)) == 60


def test_what_aws_config_refuses_to_start_comes_again_and_then_is_started(here):
    here.config.busy = {"vpcproof-vpc-endpoint-admits-workloads"}
    assert here.handle(GROUP) == [GROUP["messageId"]]
    assert here.told.counts["ReevaluationsRefused"] == 1

    here.config.busy = set()
    assert here.handle(GROUP) == []
    assert here.config.started == ["vpcproof-vpc-endpoint-admits-workloads"]


def test_one_rule_that_is_busy_keeps_no_other_from_being_started(here):
    here.config.rules = [deployed(name) for name in all_rules()]
    here.config.busy = {"vpcproof-subnet-reaches-ssm"}

    assert here.handle(GROUP) == [GROUP["messageId"]]
    assert "vpcproof-vpc-endpoint-admits-workloads" in here.config.started
    assert len(here.config.started) == len(set(here.config.started)) > 4


def test_a_message_that_comes_again_starts_only_what_was_refused(here):
    here.config.rules.append(deployed("subnet-reaches-ssm"))
    here.config.busy = {"vpcproof-subnet-reaches-ssm"}
    here.handle(GROUP)
    here.config.busy = set()
    here.config.started.clear()

    assert here.handle(GROUP) == []
    assert here.config.started == ["vpcproof-subnet-reaches-ssm"]


def test_only_the_messages_that_wait_for_a_refused_rule_come_again(here):
    here.config.rules = [deployed("vpc-endpoint-gateway-routes-complete"), here.config.rules[0]]
    here.config.busy = {"vpcproof-vpc-endpoint-gateway-routes-complete"}

    assert here.handle(GROUP, TABLE) == [TABLE["messageId"]]


@pytest.mark.parametrize("code", ["ThrottlingException", "TooManyRequestsException"])
def test_throttling_is_answered_by_fewer_calls_not_by_more(here, code):
    here.config.rules = [deployed(name) for name in all_rules()]
    here.config.errors["StartConfigRulesEvaluation"] = refusal(code, "StartConfigRulesEvaluation")

    assert here.handle(GROUP) == [GROUP["messageId"]]
    assert here.config.operations.count("StartConfigRulesEvaluation") == 1


def test_a_change_captured_before_a_rule_was_started_is_not_judged_twice(here):
    """As when Lambda hands over one burst in two batches."""
    here.handle(GROUP)
    here.handle(GROUP | {"messageId": "m-2"})

    assert here.config.started == ["vpcproof-vpc-endpoint-admits-workloads"]


@pytest.mark.parametrize("later", [timedelta(), timedelta(seconds=1)])
def test_a_change_captured_when_or_after_a_rule_was_started_starts_it_again(here, later):
    here.handle(GROUP)
    here.handle(changed(GROUP, configurationItemCaptureTime=(here.now + later).isoformat()))

    assert len(here.config.started) == 2


def test_a_change_that_does_not_say_when_it_was_captured_always_starts(here):
    here.handle(GROUP)
    here.handle(changed(GROUP, configurationItemCaptureTime=None))

    assert len(here.config.started) == 2


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "not a JSON object"),
        ("{}", "no detail"),
        ('{"detail": {"messageType": "ComplianceChangeNotification"}}', "Compliance"),
        ('{"detail": {"messageType": "ScheduledNotification"}}', "Scheduled"),
    ],
)
def test_a_message_that_nobody_can_read_is_kept_for_somebody_to_look_at(here, body, said):
    odd = GROUP | {"messageId": "odd", "body": body}

    assert here.handle(odd, GROUP) == ["odd"]
    assert here.config.started == ["vpcproof-vpc-endpoint-admits-workloads"]
    assert said in here.told.reasons[0]


@pytest.mark.parametrize("operation", ["DescribeConfigRules", "StartConfigRulesEvaluation"])
def test_a_missing_permission_fails_the_batch_which_then_comes_again(here, operation):
    here.config.errors[operation] = refusal("AccessDeniedException", operation)

    with pytest.raises(EvaluationError, match="AccessDenied"):
        here.handle(GROUP)
