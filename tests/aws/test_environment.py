"""What a function must be deployed with."""

import pytest
from vpcproof.aws.environment import DeploymentError, require


def test_values_come_in_the_order_asked_for(monkeypatch):
    monkeypatch.setenv("TOPIC_ARN", "arn")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "notify")

    assert require("POWERTOOLS_SERVICE_NAME", "TOPIC_ARN") == ("notify", "arn")


def test_all_that_is_missing_or_empty_is_named_at_once(monkeypatch):
    monkeypatch.setenv("TOPIC_ARN", "")
    monkeypatch.delenv("POWERTOOLS_SERVICE_NAME", raising=False)

    with pytest.raises(DeploymentError, match="lacks POWERTOOLS_SERVICE_NAME, TOPIC_ARN: set it"):
        require("POWERTOOLS_SERVICE_NAME", "TOPIC_ARN")
