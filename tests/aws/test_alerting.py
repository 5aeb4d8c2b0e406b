"""From a batch of the queue to what is published: single messages, a digest, or nothing."""

import json

from botocore.exceptions import EndpointConnectionError
from vpcproof.aws.alerting import FEW

from tests.aws.changes import SOURCES, Notify, failed, recovered
from tests.aws.events import event
from tests.facts.fake_aws import refusal

MANY = FEW + 1


def kinds(notify):
    return [each["MessageAttributes"]["kind"]["StringValue"] for each in notify.published]


def document(published):
    return json.loads(json.loads(published["Message"])["sqs"])


def test_few_changes_are_told_one_by_one():
    notify = Notify()

    assert notify.handle(*(failed(f"sg-{number}") for number in range(FEW))) == []

    assert kinds(notify) == ["failure"] * FEW
    assert notify.told.counts["AlertsSent"] == FEW


def test_many_changes_are_told_by_one_digest():
    notify = Notify()

    assert notify.handle(*(failed(f"sg-{number}") for number in range(MANY))) == []

    (published,) = notify.published
    assert document(published)["counts"] == {"failure": MANY, "recovery": 0}
    assert notify.told.counts["AlertsSent"] == 1


def test_each_account_and_region_is_told_of_by_itself():
    notify = Notify()
    places = [{}, {"account": "123456789012"}, {"region": "eu-west-1"}]

    notify.handle(*(failed(f"sg-{n}", **place) for place in places for n in range(MANY)))

    assert kinds(notify) == ["digest"] * 3
    told = {(each["account"], each["region"]) for each in map(document, notify.published)}
    assert told == {
        ("111122223333", "ap-northeast-2"),
        ("123456789012", "ap-northeast-2"),
        ("111122223333", "eu-west-1"),
    }


def test_of_many_changes_that_leave_few_differences_those_are_told_one_by_one():
    notify = Notify()
    flapping = [each for n in range(MANY) for each in (failed(f"sg-{n}", 1), recovered(f"sg-{n}"))]

    notify.handle(*flapping, failed("sg-x"))

    notify = Notify()
    back = [each for n in range(MANY) for each in (failed(f"sg-{n}", 1), recovered(f"sg-{n}", 2))]
    notify.handle(*back, failed("sg-x"))
    (published,) = notify.published
    assert document(published)["resource_id"] == "sg-x"


def test_row_166_a_repetition_is_no_alert():
    notify = Notify()
    repeated = event("compliance-change-non-compliant")
    repeated["detail"]["oldEvaluationResult"] = repeated["detail"]["newEvaluationResult"]

    assert notify.handle(repeated) == []

    assert notify.published == []
    assert notify.told.reasons == ["no verdict that is told has changed"]


def test_another_event_is_no_alert():
    notify = Notify()

    assert notify.handle({"detail": {"messageType": "Other"}}) == []

    assert notify.published == []
    assert notify.told.reasons == ["not a compliance change"]


def test_what_sqs_delivers_twice_is_told_once():
    notify = Notify()
    for _ in range(2):
        assert notify.handle(failed("sg-1"), failed("sg-2")) == []

    assert kinds(notify) == ["failure"] * 2


def test_a_second_delivery_does_not_swallow_the_recovery_that_comes_with_it():
    notify = Notify()
    notify.handle(failed("sg-1", 1))

    notify.handle(failed("sg-1", 1), recovered("sg-1", 2))

    assert kinds(notify) == ["failure", "recovery"]


def test_a_failure_whose_recovery_was_told_first_is_no_alert():
    notify = Notify()
    notify.handle(recovered("sg-1", 2))

    notify.handle(failed("sg-1", 1))

    assert kinds(notify) == ["recovery"]


def test_half_of_what_came_to_nothing_is_no_alert_when_it_comes_again():
    notify = Notify()
    notify.handle(failed("sg-1", 1), recovered("sg-1", 2))

    notify.handle(failed("sg-1", 1))

    assert notify.published == []


def test_a_message_that_cannot_be_published_stays_on_the_queue_and_the_others_are_told():
    notify = Notify()

    def publish(Subject, **_):  # noqa: N803 - AWS names it
        if "sg-1 " in Subject:
            raise refusal("KMSAccessDenied")
        return {"MessageId": "m-1"}

    notify.aws.answers["Publish"] = publish

    assert notify.handle(failed("sg-0"), failed("sg-1"), failed("sg-2")) == ["m-1"]

    assert notify.told.counts == {"EventsReceived": 3, "AlertsSent": 2, "AlertsFailed": 1}
    notify.aws.answers["Publish"] = {"MessageId": "m-1"}
    assert notify.handle(failed("sg-1")) == []
    assert notify.told.counts["AlertsSent"] == 3


def test_a_digest_that_cannot_be_published_leaves_all_of_its_messages_on_the_queue():
    notify = Notify()
    notify.aws.answers["Publish"] = EndpointConnectionError(endpoint_url="https://sns.example")
    events = [failed("sg-0", 1), failed("sg-0", 1), *(failed(f"sg-{n}") for n in range(1, MANY))]

    assert notify.handle(*events) == sorted(f"m-{n}" for n in range(MANY + 1))

    notify.aws.answers["Publish"] = {"MessageId": "m-1"}
    assert notify.handle(*events) == []
    assert kinds(notify)[-1] == "digest"


def test_what_can_never_be_read_stays_on_the_queue_until_that_gives_it_up():
    notify = Notify()
    broken = event("compliance-change-recovered")
    del broken["detail"]["resourceId"]

    assert notify.handle(broken, failed("sg-1", rule=SOURCES)) == ["m-0"]

    assert kinds(notify) == ["failure"]
    assert "the event has no resourceId" in notify.told.reasons


def test_an_account_that_tells_of_another_ones_rule_is_not_believed():
    notify = Notify()
    forged = failed("sg-1") | {"account": "444455556666"}

    assert notify.handle(forged) == ["m-0"]

    assert notify.published == []
    (reason,) = notify.told.reasons
    assert reason.startswith("account 444455556666 tells of a rule of account 111122223333")


def test_a_change_of_a_member_account_names_that_account():
    notify = Notify()
    notify.handle(failed("sg-1", account="444455556666"))

    (published,) = notify.published
    assert published["MessageAttributes"]["account"]["StringValue"] == "444455556666"
    assert "Where:   account 444455556666 in" in json.loads(published["Message"])["default"]
    assert "(444455556666 ap-northeast-2)" in published["Subject"]
