"""An account's environment leads to the lab, whatever the machine's own settings are."""

import os

import pytest

from lab.account import Account, neutral_environment

ACCOUNT = Account("http://127.0.0.1:4610")


@pytest.mark.parametrize(
    "name",
    ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_SQS", "AWS_CA_BUNDLE", "https_proxy"],
)
def test_settings_that_lead_elsewhere_are_left_out(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "elsewhere")
    assert name not in neutral_environment()
    assert name not in ACCOUNT.environment


def test_everything_else_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert ACCOUNT.environment["LANG"] == "C.UTF-8"
    assert ACCOUNT.environment["PATH"] == os.environ["PATH"]


def test_the_environment_names_the_account_and_where_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    environment = ACCOUNT.environment
    assert environment["AWS_ENDPOINT_URL"] == ACCOUNT.url
    assert environment["AWS_ACCESS_KEY_ID"] == ACCOUNT.number
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == ACCOUNT.region


def test_a_client_is_one_of_the_account() -> None:
    client = ACCOUNT.client("ec2")
    assert (client.meta.endpoint_url, client.meta.region_name) == (ACCOUNT.url, ACCOUNT.region)
