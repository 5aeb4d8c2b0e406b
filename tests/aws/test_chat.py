"""What chat channels get, held against the schema of Amazon Q Developer in chat applications."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, strategies
from jsonschema import Draft202012Validator
from vpcproof.aws.chat import code
from vpcproof.aws.publishing import WebHookFormat

from tests.aws.changes import SOURCES, Notify, failed, recovered

SCHEMA = json.loads(Path(__file__).with_name("custom_notification.schema.json").read_text())
HOSTILE = "x` *bold* <!here> <@U012> @channel [a](https://evil.example) &lt; :fire:\n# `" * 9


def shown(*events):
    """The notifications that a channel gets for a batch."""
    notify = Notify(WebHookFormat.CHAT)
    notify.handle(*events)
    found = [json.loads(json.loads(each["Message"])["https"]) for each in notify.published]
    for each in found:
        Draft202012Validator(SCHEMA).validate(each)
    return found


def outside_code(notification):
    """What the channel reads as Markdown."""
    content = notification["content"]
    written = [content["title"], content["description"], *content.get("nextSteps", ())]
    return re.sub(r"`[^`\n]*`", "", "\n".join(written))


def many(name="sg", **other):
    return [failed(f"{name}-{number}", **other) for number in range(40)]


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


def test_a_failure_says_what_where_why_and_what_to_do():
    (told,) = shown(failed("sg-1", why=("", "443 not admitted")))

    assert told["content"]["title"] == "HIGH: `sg-1` NON_COMPLIANT"
    description = told["content"]["description"].splitlines()
    assert description[:2] == [
        "*Why:* `443 not admitted`",
        "*Rule:* `security-group-admits-endpoint-clients` (severity high)",
    ]
    assert "*Where:* 111122223333 ap-northeast-2" in description
    assert told["content"]["nextSteps"][0].startswith("`vpcproof check --rule security-group-")
    assert told["content"]["keywords"] == ["high", "failure"]


def test_a_recovery_joins_the_thread_of_its_failure_and_nothing_else_does():
    events = [
        failed("sg-1"),
        recovered("sg-1", 1),
        failed("sg-2"),
        failed("sg-1", rule=SOURCES),
        failed("sg-1", account="123456789012"),
    ]
    threads = [shown(each)[0]["metadata"]["threadId"] for each in events]

    assert threads[0] == threads[1]
    assert len(set(threads)) == len(threads) - 1


def test_a_digest_lists_rules_and_resources_and_what_to_do_about_each_rule_once():
    (told,) = shown(*many(), *many(rule=SOURCES))

    assert told["content"]["title"] == "HIGH: 80 NON_COMPLIANT"
    assert (
        "• `high 40 NON_COMPLIANT: security-group-admits-endpoint-clients`"
        in (told["content"]["description"])
    )
    for rule in ("security-group-admits-endpoint-clients", SOURCES):
        assert told["content"]["description"].count(f"*Fix, {rule}:* ") == 1


@pytest.mark.parametrize(
    "events",
    [
        [failed(HOSTILE, kind=HOSTILE, why=("", HOSTILE))],
        [recovered(HOSTILE, rule="other", kind=HOSTILE, why=("", HOSTILE))],
        many(HOSTILE, kind=HOSTILE, why=("", HOSTILE)),
    ],
    ids=["failure", "recovery", "digest"],
)
def test_text_from_strangers_is_neither_markdown_nor_a_mention(events):
    (told,) = shown(*events)

    everything = json.dumps(told, ensure_ascii=False)
    assert not re.search(r"[<>@]", everything)
    read = outside_code(told)
    assert not re.search(
        r"bold|!here|channel|\[a\]|&lt;|:fire:|`", re.sub(r"https://\S+", "", read)
    )


@given(strategies.text())
def test_code_is_always_closed_and_on_one_line(text):
    assert re.fullmatch(r"`[^`<>&@\n]+`", code(text))


def test_other_web_hooks_get_the_document_or_the_text():
    notify = Notify(WebHookFormat.JSON)
    notify.handle(failed("sg-1"))
    as_json = json.loads(notify.published[0]["Message"])
    notify = Notify(WebHookFormat.TEXT)
    notify.handle(failed("sg-1"))
    as_text = json.loads(notify.published[0]["Message"])

    assert as_json["https"] == as_json["http"] == as_json["sqs"] == as_text["sqs"]
    assert as_text["https"] == as_text["default"] == as_json["default"]
    assert as_json["sms"].startswith("[HIGH] NON_COMPLIANT: sg-1 ")
