"""The clients that functions call AWS with."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from vpcproof import __version__
from vpcproof.aws.clients import Clients


@pytest.fixture(scope="module")
def clients(request):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
        yield Clients()


def test_a_client_is_made_once(clients):
    assert clients("sns") is clients("sns")
    assert clients("sns") is not clients("config")


def test_threads_get_the_same_client(clients):
    with ThreadPoolExecutor(4) as threads:
        made = set(threads.map(lambda _: id(clients("ssm")), range(8)))

    assert len(made) == 1


def test_a_client_retries_a_call_five_times_and_says_who_it_is(clients):
    config = clients("config").meta.config

    assert config.retries == {"mode": "standard", "total_max_attempts": 6}
    assert f"vpcproof/{__version__}" in config.user_agent


def test_all_attempts_at_a_call_end_long_before_the_function_does(clients):
    config = clients("config").meta.config

    longest_attempt = config.connect_timeout + config.read_timeout
    assert config.retries["total_max_attempts"] * longest_attempt <= 120


def test_sts_is_asked_in_the_region_itself(clients):
    assert clients("sts").meta.endpoint_url == "https://sts.ap-northeast-2.amazonaws.com"


def test_a_client_for_calls_whose_refusal_is_an_answer_tries_once(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    config = Clients(attempts=1)("config").meta.config

    assert config.retries == {"mode": "standard", "total_max_attempts": 1}
    assert f"vpcproof/{__version__}" in config.user_agent
