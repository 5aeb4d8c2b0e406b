"""Events of AWS Config answered, with EC2 as moto plays it."""

from datetime import UTC, datetime, timedelta
from json import dumps

import pytest
from moto.ec2 import ec2_backends
from vpcproof.errors import EvaluationError, InvocationError, ParameterError
from vpcproof.rules.registry import all_rules

from tests.aws.conftest import build_network, create_endpoint
from tests.aws.events import (
    ACCOUNT,
    ACL,
    ENDPOINT,
    GROUP,
    REGION,
    RULE_EVENTS,
    SUBNET,
    TABLE,
    VPC,
    configuration_of,
    event,
    item_with,
    message_with,
    parameters,
)
from tests.aws.fake_config import failing, refusal, silent

TYPE = "AWS::EC2::VPCEndpoint"
READ_ONCE = ["DescribeVpcEndpoints", "DescribeVpcs"]  # what vpc-endpoint-available reads of EC2
DENIED = refusal("UnauthorizedOperation", "DescribeVpcEndpoints")
THROTTLED = refusal("RequestLimitExceeded", "DescribeVpcEndpoints")


@pytest.fixture
def ids(network):
    """The ids of the event files in the terms of the network that exists."""
    return {
        VPC: network.vpc,
        ENDPOINT: network.endpoint,
        GROUP: network.group,
        TABLE: network.table,
    }


def set_state(endpoint: str, state: str) -> None:
    ec2_backends[ACCOUNT][REGION].vpc_end_points[endpoint].state = state


class TestOneResource:
    def test_a_change_is_judged_by_the_facts_of_now(self, account, network, ids):
        set_state(network.endpoint, "rejected")

        answer = account.handle(event("change-vpc-endpoint", ids))

        assert answer == {"NON_COMPLIANT": 1}
        assert account.config.evaluations == [
            {
                "ComplianceResourceType": TYPE,
                "ComplianceResourceId": network.endpoint,
                "ComplianceType": "NON_COMPLIANT",
                "Annotation": "state is rejected, not available",
                "OrderingTimestamp": datetime(2026, 11, 23, 2, 10, 10, 215_000, UTC),
            }
        ]

    def test_only_the_changed_resource_is_judged(self, account, network, ids):
        create_endpoint(account.ec2, network.vpc, network.subnet, network.group, "ssmmessages")

        account.handle(event("change-vpc-endpoint", ids))

        assert account.config.verdicts == {network.endpoint: "COMPLIANT"}

    def test_only_the_facts_of_the_rule_are_read(self, account, network, ids):
        account.handle(event("change-vpc-endpoint", ids))

        assert sorted(account.described) == READ_ONCE

    def test_re_evaluations_of_many_rules_read_the_facts_of_a_vpc_once(self, account, network, ids):
        of_type = [each for each in all_rules().values() if each.resource_type == TYPE]
        given = event("re-evaluation-vpc-endpoint", ids)
        account.handle(given)
        read = len(account.described)
        assert read > len(READ_ONCE)

        for rule in of_type:
            account.handle(given | {"ruleParameters": parameters(rule.name)})
        assert len(account.described) == read

    def test_a_re_evaluation_is_stored_under_its_own_time(self, account, network, ids):
        account.handle(event("re-evaluation-vpc-endpoint", ids))

        (stored,) = account.config.evaluations
        assert stored["OrderingTimestamp"] == datetime(2026, 11, 23, 4, 0, 0, 417_000, UTC)

    def test_a_change_retires_nothing(self, account, network, ids):
        account.handle(event("change-vpc-endpoint", ids))

        assert account.config.operations == ["PutEvaluations"]

    def test_what_was_judged_is_told(self, account, network, ids):
        account.handle(event("change-vpc-endpoint", ids))

        (outcome,) = account.told.outcomes
        assert (outcome.resource_id, outcome.vpc_id) == (network.endpoint, network.vpc)
        assert account.told.about == {
            "rule": "vpc-endpoint-available",
            "config_rule": "vpcproof-vpc-endpoint-available",
        }

    @pytest.mark.parametrize(
        "name",
        [
            "change-network-acl",
            "change-route-table",
            "change-security-group",
            "change-subnet",
            "change-vpc",
        ],
    )
    def test_each_type_of_resource_is_judged(self, account, network, ids, name):
        of_vpc = [{"Name": "vpc-id", "Values": [network.vpc]}]
        (acl,) = account.ec2.describe_network_acls(Filters=of_vpc)["NetworkAcls"]
        others = {SUBNET: network.subnet, ACL: acl["NetworkAclId"]}

        account.handle(event(name, ids | others))

        (evaluation,) = account.config.evaluations
        assert evaluation.get("Annotation") != "no longer exists"

    def test_row_162_a_replay_puts_the_same_again(self, account, network, ids):
        account.handle(event("change-vpc-endpoint", ids))
        account.handle(event("change-vpc-endpoint", ids))

        first, second = account.config.puts
        assert first == second

    def test_row_161_a_test_is_put_in_test_mode_even_for_an_unknown_account(
        self, account, network, ids
    ):
        foreign = "arn:aws:config:us-east-1:123456789012:config-rule/config-rule-x"

        account.handle(event("test-mode-vpc-endpoint", ids, configRuleArn=foreign))

        assert [put["TestMode"] for put in account.config.puts] == [True]

    def test_other_events_are_put_for_good(self, account, network, ids):
        account.handle(event("change-vpc-endpoint", ids))

        assert [put["TestMode"] for put in account.config.puts] == [False]

    @pytest.mark.parametrize("state", ["available", {"value": "available"}])
    def test_row_164_the_spelling_of_the_state_in_the_item_changes_nothing(
        self, account, network, ids, state
    ):
        given = event("change-vpc-endpoint", ids)
        given = item_with(given, configuration=configuration_of(given) | {"state": state})

        assert account.handle(given) == {"COMPLIANT": 1}

    @pytest.mark.parametrize("doubled", [True, False], ids=["both spellings", "ipRanges alone"])
    def test_row_165_what_the_item_says_of_ranges_changes_nothing(
        self, account, network, ids, doubled
    ):
        given = event("change-security-group", ids)
        permission = {
            "ipProtocol": "tcp",
            "fromPort": 443,
            "toPort": 443,
            "ipRanges": ["0.0.0.0/0"],
        }
        if doubled:
            permission["ipv4Ranges"] = [{"cidrIp": "0.0.0.0/0"}]
        body = configuration_of(given) | {"ipPermissions": [permission]}

        account.handle(item_with(given, configuration=body))

        assert account.config.verdicts == {network.group: "NON_COMPLIANT"}

    def test_row_156_a_group_that_no_endpoint_carries_is_not_applicable(
        self, account, network, ids
    ):
        other = account.ec2.create_security_group(
            VpcId=network.vpc, GroupName="web", Description="80"
        )["GroupId"]

        account.handle(event("change-security-group", ids | {GROUP: other}))

        assert account.config.verdicts == {other: "NOT_APPLICABLE"}


class TestAllRulesOfAType:
    """One Config rule per resource type: the worst verdict, the facts read once."""

    def test_a_change_gets_one_evaluation_that_names_the_rules_that_fail(
        self, account, network, ids
    ):
        set_state(network.endpoint, "rejected")

        assert account.handle(event("change-vpc-endpoint-by-type", ids)) == {"NON_COMPLIANT": 1}

        (annotation,) = account.config.annotations.values()
        assert annotation.startswith("fails 3 of 4 rules: vpc-endpoint-admits-workloads (")
        assert annotation.endswith("vpc-endpoint-private-dns-effective")
        assert len(annotation) <= 256

    def test_no_fact_is_read_twice(self, account, network, ids):
        account.handle(event("change-vpc-endpoint-by-type", ids))

        by_attribute = {"DescribeVpcAttribute"}  # one answer for each of two attributes
        calls = [each for each in account.described if each not in by_attribute]
        assert sorted(calls) == sorted(set(calls))

    def test_a_resource_is_judged_as_by_its_rules_one_by_one(self, account, network, ids):
        kind = {"rule": TYPE}
        together = account.handle(event("change-vpc-endpoint", ids, ruleParameters=dumps(kind)))
        one_by_one = set()
        for rule in all_rules().values():
            if rule.resource_type == TYPE:
                given = event("change-vpc-endpoint", ids, ruleParameters=parameters(rule.name))
                one_by_one |= set(account.handle(given))

        assert set(together) == {"NON_COMPLIANT"} <= one_by_one

    def test_a_sweep_puts_one_evaluation_for_each_resource(self, account, network):
        other = build_network(account.ec2)
        account.reset()

        account.handle(event("scheduled-by-type"))

        assert len(account.config.evaluations) == 2
        assert set(account.config.verdicts) == {network.endpoint, other.endpoint}
        assert account.told.about["rule"] == TYPE

    @pytest.mark.parametrize("name", ["change-security-group", "scheduled-by-type"])
    def test_a_gap_of_one_rule_lets_no_resource_comply(self, account, network, ids, name):
        """The subnets decide one of the two core rules on security groups; the other one holds."""
        account.ec2.authorize_security_group_ingress(
            GroupId=network.group, CidrIp="10.20.0.0/16", IpProtocol="tcp", FromPort=443, ToPort=443
        )
        kind = {"rule": "AWS::EC2::SecurityGroup", "ruleSet": "core"}
        given = event(name, ids, ruleParameters=dumps(kind))
        assert account.handle(given)["COMPLIANT"] == 1
        account.reset()
        account.now += timedelta(minutes=5)
        denied = refusal("UnauthorizedOperation", "DescribeSubnets")
        failing(account.ec2, "DescribeSubnets", [denied])

        with pytest.raises(EvaluationError) as raised:
            account.handle(given)

        assert network.group not in account.config.verdicts
        assert str(raised.value).startswith("AWS::EC2::SecurityGroup is undetermined: ")
        assert (
            f"{network.group}: undetermined by 1 of 2 rules: "
            "security-group-admits-endpoint-clients "
            "(not read: Subnets (ec2:DescribeSubnets: UnauthorizedOperation))"
        ) in str(raised.value)

    def test_what_is_known_to_be_broken_is_told_though_another_rule_cannot_tell(
        self, account, network, ids
    ):
        set_state(network.endpoint, "rejected")
        denied = refusal("UnauthorizedOperation", "DescribeSecurityGroups")
        failing(account.ec2, "DescribeSecurityGroups", [denied])

        assert account.handle(event("change-vpc-endpoint-by-type", ids)) == {"NON_COMPLIANT": 1}

        (annotation,) = account.config.annotations.values()
        assert annotation.endswith("; undetermined: vpc-endpoint-admits-workloads")

    def test_another_type_is_not_applicable(self, account):
        given = item_with(
            event("change-vpc-endpoint-by-type"), resourceType="AWS::S3::Bucket", resourceId="logs"
        )

        assert account.handle(given) == {"NOT_APPLICABLE": 1}

    def test_a_parameter_that_none_of_the_rules_takes_is_refused(self, account):
        given = {"rule": TYPE, "ruleSet": "core", "instanceConnectPorts": "22"}

        with pytest.raises(ParameterError, match="'instanceConnectPorts'; allowed here: "):
            account.handle(event("change-vpc-endpoint", ruleParameters=dumps(given)))


class TestNothingToJudge:
    @pytest.mark.parametrize(
        ("name", "status"),
        [
            pytest.param("deleted-vpc-endpoint", "ResourceDeleted", id="row 137"),
            pytest.param(
                "deleted-vpc-endpoint", "ResourceDeletedNotRecorded", id="row 138 deleted"
            ),
            pytest.param("not-recorded-vpc-endpoint", "ResourceNotRecorded", id="row 138 recorded"),
            pytest.param("left-scope-vpc-endpoint", "OK", id="row 139"),
        ],
    )
    def test_a_resource_that_is_gone_is_not_applicable_and_ec2_is_not_asked(
        self, account, name, status
    ):
        account.handle(item_with(event(name), configurationItemStatus=status))

        assert account.config.verdicts == {ENDPOINT: "NOT_APPLICABLE"}
        assert account.described == []
        assert account.made == {"config"}

    def test_row_140_a_type_the_rule_does_not_judge_is_not_applicable(self, account):
        given = item_with(
            event("change-vpc-endpoint"), resourceType="AWS::S3::Bucket", resourceId="logs"
        )

        account.handle(given)

        assert account.config.evaluations[0]["ComplianceResourceType"] == "AWS::S3::Bucket"
        assert account.config.annotations == {
            "logs": "only AWS::EC2::VPCEndpoint is judged by this rule"
        }
        assert account.described == []

    def test_row_141_a_resource_that_vanished_meanwhile_is_not_applicable(
        self, account, network, ids
    ):
        account.ec2.delete_vpc_endpoints(VpcEndpointIds=[network.endpoint])
        ec2_backends[ACCOUNT][REGION].vpc_end_points.pop(network.endpoint, None)

        account.handle(event("change-vpc-endpoint", ids))

        assert account.config.annotations == {network.endpoint: "no longer exists"}

    def test_row_157_an_unknown_message_leads_to_no_evaluation_and_is_logged(self, account):
        assert account.handle(event("snapshot-delivery-completed")) == {}

        assert account.config.calls == []
        assert account.told.reasons == ["ConfigurationSnapshotDeliveryCompleted"]

    def test_row_152_an_invalid_parameter_leads_to_no_evaluation(self, account):
        given = event(
            "change-vpc-endpoint",
            ruleParameters=parameters("vpc-endpoint-available", pendingGraceMinutes="soon"),
        )

        with pytest.raises(ParameterError):
            account.handle(given)

        assert account.config.calls == []

    @pytest.mark.parametrize(
        "place",
        ["ap-northeast-2:444455556666", "us-east-1:111122223333"],
        ids=["account", "Region"],
    )
    def test_row_159_a_rule_of_another_place_is_refused_before_anything_is_read(
        self, account, network, ids, place
    ):
        arn = f"arn:aws:config:{place}:config-rule/config-rule-1a2b3c"

        with pytest.raises(InvocationError, match="which may not judge there"):
            account.handle(event("change-vpc-endpoint", ids, configRuleArn=arn))

        assert account.made == set()


class TestAnOversizedItem:
    def test_row_142_gets_the_verdict_that_the_whole_item_gets(self, account, network, ids):
        account.config.history = [
            {"resourceId": network.group, "configuration": f'{{"vpcId": "{network.vpc}"}}'}
        ]

        account.handle(event("oversized-security-group", ids))
        account.handle(event("change-security-group", ids))

        oversized, whole = account.config.evaluations
        assert oversized == whole
        assert account.config.operations[0] == "GetResourceConfigHistory"

    def test_row_142_asks_the_history_for_one_item(self, account, network, ids):
        account.handle(event("oversized-security-group", ids))

        assert account.config.calls[0] == (
            "GetResourceConfigHistory",
            {
                "resourceType": "AWS::EC2::SecurityGroup",
                "resourceId": network.group,
                "limit": 1,
            },
        )

    @pytest.mark.parametrize(
        "history",
        [
            pytest.param([], id="row 143: empty history"),
            pytest.param([{"configuration": ""}], id="an item without configuration"),
            pytest.param([{"configuration": "{"}], id="an item that is no JSON"),
            pytest.param(
                refusal("ResourceNotDiscoveredException", "GetResourceConfigHistory"),
                id="row 143: not discovered",
            ),
            pytest.param(
                refusal("NoAvailableConfigurationRecorderException", "GetResourceConfigHistory"),
                id="no recorder",
            ),
        ],
    )
    def test_that_has_no_history_is_found_in_ec2(self, account, network, ids, history):
        account.config.history = history

        account.handle(event("oversized-security-group", ids))

        assert account.described[0] == "DescribeSecurityGroups"
        assert list(account.config.verdicts) == [network.group]
        assert account.config.annotations[network.group] != "no longer exists"

    def test_row_143_that_ec2_does_not_know_either_is_not_applicable(self, account, network, ids):
        account.handle(event("oversized-security-group", ids | {GROUP: "sg-0123456789abcdef0"}))

        assert account.config.annotations == {"sg-0123456789abcdef0": "no longer exists"}

    def test_that_ec2_answers_about_with_nothing_is_not_applicable(self, account, network, ids):
        silent(account.ec2, "DescribeSecurityGroups")

        account.handle(event("oversized-security-group", ids))

        assert account.config.annotations == {network.group: "no longer exists"}

    def test_whose_history_may_not_be_read_is_retried(self, account, network, ids):
        account.config.history = refusal("AccessDeniedException", "GetResourceConfigHistory")

        with pytest.raises(EvaluationError, match=f"VPC of {network.group} .*AccessDenied"):
            account.handle(event("oversized-security-group", ids))

    def test_that_may_not_be_described_is_retried(self, account, network, ids):
        denied = refusal("UnauthorizedOperation", "DescribeSecurityGroups")
        failing(account.ec2, "DescribeSecurityGroups", [denied])

        with pytest.raises(EvaluationError, match=f"VPC of {network.group} .*Unauthorized"):
            account.handle(event("oversized-security-group", ids))

    def test_without_configuration_in_a_plain_change_is_looked_up_likewise(
        self, account, network, ids
    ):
        given = item_with(event("change-vpc-endpoint", ids), configuration={})

        assert account.handle(given) == {"COMPLIANT": 1}
        assert account.config.operations == ["GetResourceConfigHistory", "PutEvaluations"]


class TestNoVerdictOnMissingFacts:
    @pytest.mark.parametrize(
        "error",
        [
            pytest.param(DENIED, id="row 153: denied"),
            pytest.param(THROTTLED, id="row 154: throttled"),
        ],
    )
    @pytest.mark.parametrize("name", ["change-vpc-endpoint", "scheduled"])
    def test_nothing_is_put_and_the_event_is_retried(self, account, network, ids, name, error):
        failing(account.ec2, "DescribeVpcEndpoints", [error])
        account.config.store(
            TYPE, network.endpoint, compliance="COMPLIANT", ordered=datetime(2026, 1, 1, tzinfo=UTC)
        )

        with pytest.raises(EvaluationError) as raised:
            account.handle(event(name, ids))

        assert account.config.calls == []
        assert "vpc-endpoint-available is undetermined" in str(raised.value)
        assert f"VpcEndpoints (ec2:DescribeVpcEndpoints: {error.response['Error']['Code']})" in str(
            raised.value
        )

    def test_row_154_the_retry_reads_again_and_succeeds(self, account, network, ids):
        failing(account.ec2, "DescribeVpcEndpoints", [THROTTLED])
        given = event("change-vpc-endpoint", ids)

        with pytest.raises(EvaluationError):
            account.handle(given)

        assert account.handle(given) == {"COMPLIANT": 1}

    def test_the_error_names_the_rule_the_resource_the_fact_and_the_next_command(
        self, account, network, ids
    ):
        denied = refusal("UnauthorizedOperation", "DescribeSubnets")
        failing(account.ec2, "DescribeSubnets", [denied])

        with pytest.raises(EvaluationError) as raised:
            account.handle(event("change-security-group", ids))

        assert str(raised.value) == (
            "security-group-admits-endpoint-clients is undetermined: "
            f"{network.group}: not read: Subnets (ec2:DescribeSubnets: UnauthorizedOperation). "
            "Nothing was reported about what is named here. When the cause is mended: "
            "aws configservice start-config-rules-evaluation "
            "--config-rule-names vpcproof-security-group-admits-endpoint-clients"
        )
        assert account.told.outcomes[0].compliance == "UNDETERMINED"

    def test_determined_verdicts_are_put_before_the_event_is_given_up(self, account, network, ids):
        """A group that no endpoint carries needs no subnets to be told not applicable."""
        failing(
            account.ec2,
            "GetManagedPrefixListEntries",
            [refusal("UnauthorizedOperation", "GetManagedPrefixListEntries")] * 9,
        )
        named = account.ec2.create_managed_prefix_list(
            PrefixListName="offices", AddressFamily="IPv4", MaxEntries=1
        )["PrefixList"]["PrefixListId"]
        account.ec2.authorize_security_group_ingress(
            GroupId=network.group,
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": 443,
                    "ToPort": 443,
                    "PrefixListIds": [{"PrefixListId": named}],
                }
            ],
        )
        rule = "security-group-endpoint-ingress-restricted"

        with pytest.raises(EvaluationError, match=network.group):
            account.handle(event("scheduled", ruleParameters=parameters(rule)))

        verdicts = account.config.verdicts
        assert set(verdicts.values()) == {"NOT_APPLICABLE"}
        assert network.group not in verdicts

    def test_more_than_five_undetermined_resources_are_counted(self, account, network, ids):
        for service in ("logs", "kms", "sts", "ec2", "sqs", "sns"):
            create_endpoint(account.ec2, network.vpc, network.subnet, network.group, service)
        failing(
            account.ec2, "DescribeSubnets", [refusal("RequestLimitExceeded", "DescribeSubnets")]
        )

        with pytest.raises(EvaluationError, match=r"; and 2 more\. Nothing was reported"):
            account.handle(
                event("scheduled", ruleParameters=parameters("vpc-endpoint-admits-workloads"))
            )


class TestASchedule:
    def test_every_resource_of_the_rule_is_judged_and_ordered_by_the_notification(
        self, account, network
    ):
        other = build_network(account.ec2)

        assert account.handle(event("scheduled")) == {"COMPLIANT": 2}

        assert set(account.config.verdicts) == {network.endpoint, other.endpoint}
        assert {each["OrderingTimestamp"] for each in account.config.evaluations} == {
            datetime(2026, 11, 23, 3, 0, 0, 103_000, UTC)
        }

    def test_row_145_without_resources_nothing_is_put(self, account):
        assert account.handle(event("scheduled")) == {}

        assert account.config.operations == ["GetComplianceDetailsByConfigRule"]

    def test_row_146_a_verdict_on_a_vanished_resource_is_retired(self, account, network):
        before = datetime(2026, 11, 23, 2, tzinfo=UTC)
        account.config.store(
            TYPE, "vpce-gone", network.endpoint, compliance="NON_COMPLIANT", ordered=before
        )

        answer = account.handle(event("scheduled"))

        assert answer == {"COMPLIANT": 1, "NOT_APPLICABLE": 1}
        assert account.config.verdicts == {
            network.endpoint: "COMPLIANT",
            "vpce-gone": "NOT_APPLICABLE",
        }
        assert account.config.annotations["vpce-gone"] == "no longer exists"

    def test_row_146_nothing_is_retired_while_resources_may_be_out_of_sight(self, account, network):
        account.config.store(
            TYPE, "vpce-gone", compliance="COMPLIANT", ordered=datetime(2026, 1, 1, tzinfo=UTC)
        )
        failing(account.ec2, "DescribeVpcEndpoints", [DENIED])

        with pytest.raises(EvaluationError, match="not read: VpcEndpoints"):
            account.handle(event("scheduled"))

        assert account.config.puts == []

    def test_a_finished_sweep_is_counted_once_with_what_it_put(self, account, network):
        account.config.store(
            TYPE, "vpce-gone", compliance="COMPLIANT", ordered=datetime(2026, 1, 1, tzinfo=UTC)
        )

        account.handle(event("scheduled"))

        assert account.told.sweeps == [{"COMPLIANT": 1, "NOT_APPLICABLE": 1}]

    @pytest.mark.parametrize("name", ["change-vpc-endpoint", "oversized-security-group"])
    def test_a_change_is_no_sweep(self, account, network, ids, name):
        account.handle(event(name, ids))

        assert account.told.sweeps == []

    def test_a_sweep_that_could_not_tell_everything_is_not_finished(self, account, network):
        failing(account.ec2, "DescribeVpcEndpoints", [DENIED])

        with pytest.raises(EvaluationError):
            account.handle(event("scheduled"))

        assert account.told.sweeps == []

    def test_a_sweep_that_is_not_stored_is_not_finished(self, account, network):
        account.config.unstorable = [{network.endpoint}] * 3

        with pytest.raises(EvaluationError, match="did not store"):
            account.handle(event("scheduled"))

        assert account.told.sweeps == []

    def test_a_test_is_no_sweep(self, account, network):
        account.handle(event("scheduled", resultToken="TESTMODE"))

        assert account.told.sweeps == []

    def test_a_test_retires_nothing(self, account, network):
        account.handle(event("scheduled", resultToken="TESTMODE"))

        assert account.config.operations == ["PutEvaluations"]

    def test_facts_are_read_anew_each_time(self, account, network):
        account.handle(event("scheduled"))
        account.reset()
        account.handle(event("scheduled"))

        assert sorted(account.described) == READ_ONCE


class TestAStorm:
    def test_events_told_before_the_facts_were_read_share_them(self, account, network, ids):
        other = create_endpoint(account.ec2, network.vpc, network.subnet, network.group, "logs")
        account.reset()

        account.handle(event("change-vpc-endpoint", ids))
        account.handle(event("change-vpc-endpoint", ids | {ENDPOINT: other}))

        assert sorted(account.described) == READ_ONCE
        assert len(account.config.evaluations) == 2

    def test_an_event_told_later_is_judged_by_facts_of_its_own(self, account, network, ids):
        given = event("change-vpc-endpoint", ids)
        account.handle(given)
        set_state(network.endpoint, "failed")
        later = (account.now + timedelta(milliseconds=1)).isoformat()

        account.handle(message_with(given, notificationCreationTime=later))

        assert [each["ComplianceType"] for each in account.config.evaluations] == [
            "COMPLIANT",
            "NON_COMPLIANT",
        ]


@pytest.mark.parametrize("name", RULE_EVENTS)
def test_every_event_file_is_answered_without_an_error(account, network, ids, name):
    account.handle(event(name, ids))

    assert account.told.counts["EventsReceived"] == 1
