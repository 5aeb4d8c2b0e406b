"""One message about many changes."""

import json

import pytest
from vpcproof.aws.compliance_change import parse_compliance_change
from vpcproof.aws.digest import Digest
from vpcproof.aws.notification import notification_of
from vpcproof.aws.publishing import WebHookFormat

from tests.aws.changes import SOURCES, Notify, changed, failed, recovered

GRAVE = "subnet-reaches-ssm"


def digest(*events):
    changes = map(parse_compliance_change, events)
    return Digest.of(notification_of(change, change.alert) for change in changes)


SOME = [
    recovered("sg-4", 4, rule=SOURCES),
    failed("sg-2", 2),
    failed("sg-1", 1),
    failed("sg-3", 3, rule=SOURCES),
]


def test_it_begins_with_counts_then_tells_the_gravest_first():
    text = digest(*SOME).text

    assert text.startswith(
        "What:    3 NON_COMPLIANT, 1 no longer NON_COMPLIANT\n"
        "Where:   account 111122223333 in ap-northeast-2\n"
        "Since:   2026-11-23T02:10:01.500Z to 2026-11-23T02:10:04.500Z\n"
        "\n"
        "Rules:\n"
        "  high     2 NON_COMPLIANT: security-group-admits-endpoint-clients\n"
    )
    told = [line.split()[2] for line in text.splitlines() if line.startswith("What:    AWS::")]
    assert told == ["sg-1", "sg-2", "sg-3", "sg-4"]


def test_beyond_the_first_ten_resources_are_told_by_id():
    told = digest(*(failed(f"sg-{number:02}") for number in range(25)))

    document = told.document
    assert [each["resource_id"] for each in document["in_full"]] == [
        f"sg-{number:02}" for number in range(10)
    ]
    (others,) = document["others"]
    assert others["resource_ids"] == [f"sg-{number:02}" for number in range(10, 25)]
    assert document["left_out"] == 0
    assert "  NON_COMPLIANT by security-group-admits-endpoint-clients:\n    sg-10\n" in told.text


@pytest.mark.parametrize("web_hooks", WebHookFormat)
def test_however_much_there_is_it_fits(web_hooks):
    notify = Notify(web_hooks)
    hostile = '\N{SNOWMAN}"\\' * 200
    events = [
        failed(f"sg-{number}{hostile}", rule=f"{number}{hostile[:100]}", why=("", hostile))
        for number in range(3000)
    ]

    assert notify.handle(*events) == []

    (published,) = notify.published
    assert len(json.dumps(published, ensure_ascii=False).encode()) < 400_000
    assert len(published["Message"].encode()) <= 256_000
    document = json.loads(json.loads(published["Message"])["sqs"])
    assert document["counts"]["failure"] == 3000
    by_id = sum(len(each["resource_ids"]) for each in document["others"])
    assert len(document["in_full"]) + by_id + document["left_out"] == 3000
    assert f"And {document['left_out']} more" in json.loads(published["Message"])["default"]


def test_a_thousand_ordinary_resources_are_all_named():
    notify = Notify(WebHookFormat.CHAT)
    ids = [f"sg-{number:017}" for number in range(1000)]

    notify.handle(*(failed(each, why=("", "443 not admitted from subnet-1")) for each in ids))

    (published,) = notify.published
    assert all(each in json.loads(published["Message"])["default"] for each in ids)
    assert json.loads(json.loads(published["Message"])["sqs"])["left_out"] == 0


@pytest.mark.parametrize(
    ("events", "attributes"),
    [
        (SOME, {"severity": "high", "rule": "multiple", "compliance": "NON_COMPLIANT"}),
        (
            [failed(f"sg-{number}", rule=SOURCES) for number in range(4)],
            {"rule": SOURCES, "compliance": "NON_COMPLIANT"},
        ),
        (
            [recovered("sg-1", rule=SOURCES), recovered("subnet-1", rule=GRAVE)],
            {"severity": "high", "rule": "multiple", "compliance": "COMPLIANT"},
        ),
        ([failed("x", rule="other")] * 2, {"severity": "unknown", "rule": "vpcproof-other"}),
        ([failed("x", rule="other"), failed("sg-1", rule=SOURCES)], {"rule": "multiple"}),
    ],
)
def test_subscriptions_filter_by_the_highest_severity_and_the_rule_if_it_is_one(events, attributes):
    found = digest(*events).attributes

    assert found.items() >= {"kind": "digest", "account": "111122223333"}.items()
    assert found.items() >= attributes.items()


def test_the_severity_of_a_known_rule_is_above_that_of_an_unknown_one():
    known = digest(failed("sg-1", rule=SOURCES)).severity

    assert digest(failed("x", rule="other"), failed("sg-1", rule=SOURCES)).severity == known


def test_the_subject_says_how_many():
    assert digest(*SOME).subject == (
        "[HIGH] 3 NON_COMPLIANT, 1 no longer NON_COMPLIANT (account 111122223333 in ap-northeast-2)"
    )


def test_what_is_no_longer_applicable_counts_as_ended():
    deleted = [changed(f"sg-{n}", "NON_COMPLIANT", "NOT_APPLICABLE") for n in range(4)]

    assert digest(*deleted).document["counts"] == {"failure": 0, "recovery": 4}


def test_hostile_text_adds_no_line():
    forged = "x\nWhat:    all is well\u2028\r"
    plain, hostile = (
        digest(*(failed(f"{name}{n}", kind=name) for n in range(20))).text for name in ("x", forged)
    )

    assert len(plain.splitlines()) == len(hostile.splitlines())
