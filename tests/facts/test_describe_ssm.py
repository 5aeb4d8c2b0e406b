"""Managed nodes and Session Manager's preferences as the AWS CLI prints them."""

import json

import pytest
from vpcproof.model.facts import Fact
from vpcproof.model.session_preferences import SessionPreferences


@pytest.mark.parametrize(
    ("printed", "version"),
    [
        ("3.3.40.0", (3, 3, 40, 0)),
        ("3.10", (3, 10)),
        ("", None),
        (None, None),
        ("latest", None),
        ("3..1", None),
    ],
)
def test_agent_versions(snapshot, printed, version):
    node = {"InstanceId": "i-1", "AgentVersion": printed, "PingStatus": "Online"}
    found = snapshot(InstanceInformationList=[node]).managed_nodes["i-1"]
    assert (found.agent_version, found.ping_status) == (version, "Online")


def document(inputs, **members):
    content = json.dumps({"schemaVersion": "1.0", "inputs": inputs})
    return {"Name": "SSM-SessionManagerRunShell", "Content": content, **members}


@pytest.mark.parametrize(
    ("inputs", "preferences"),
    [
        ({}, SessionPreferences()),
        ({"cloudWatchLogGroupName": "", "s3BucketName": "", "kmsKeyId": ""}, SessionPreferences()),
        ({"cloudWatchLogGroupName": "sessions"}, SessionPreferences(logs_to_cloudwatch=True)),
        ({"s3BucketName": "sessions"}, SessionPreferences(logs_to_s3=True)),
        ({"kmsKeyId": "alias/sessions"}, SessionPreferences(encrypts_with_kms=True)),
    ],
)
def test_session_preferences(read, inputs, preferences):
    snapshot = read(document(inputs, DocumentFormat="JSON")).snapshot
    assert snapshot.session_preferences == preferences
    assert snapshot.has(Fact.SESSION_PREFERENCES)


@pytest.mark.parametrize("content", ["schemaVersion: '1.0'", "[]", '{"inputs": 1}'])
def test_preferences_that_cannot_be_read_are_a_gap(read, content):
    printed = document({}) | {"Content": content}
    snapshot = read(printed).snapshot
    assert snapshot.session_preferences is None
    assert not snapshot.has(Fact.SESSION_PREFERENCES)


def test_another_document_says_nothing_of_preferences(read):
    reading = read({"Vpcs": []}, document({}) | {"Name": "AWS-RunShellScript"})
    assert not reading.snapshot.has(Fact.SESSION_PREFERENCES)
    assert "is not SSM-SessionManagerRunShell" in reading.notes[0].reason
