"""Every call that the deployed functions made, by who made it, against the deployed policies."""

from collections import defaultdict
from typing import Any

import pytest

from lab import scenario
from lab.account import Account
from lab.process import control
from tests.e2e.test_alert_delivery import blackholes
from tests.security.iam import listed

pytestmark = pytest.mark.xdist_group("shared installation")


@pytest.fixture(scope="module")
def roles(account: Account) -> dict[str, str]:
    """The role of each function."""
    functions = account.client("lambda").list_functions()["Functions"]
    return {each["FunctionName"]: each["Role"].rpartition("/")[2] for each in functions}


@pytest.fixture(scope="module")
def called(account: Account) -> dict[tuple[str, str], set[str]]:
    """The actions that each session of a role called while all that the functions do is done.

    A route loses its target, its dependents are judged again, and every rule judges on schedule.
    """
    asked = f"calls?account={account.number}"
    before = len(control(account.url, asked))
    blackholes(account, 1)
    scenario.judge_dependents(account)
    scenario.judge_on_schedule(account)
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for call in control(account.url, asked)[before:]:
        if ":assumed-role/" in call["principal"]:
            _, role, session = call["principal"].split("/")
            found[role, session].add(f"{call['service']}:{call['action']}")
    return found


@pytest.fixture(scope="module")
def permitted(account: Account, roles: dict[str, str]) -> dict[str, set[str]]:
    """What each role permits, as deployed."""
    iam = account.client("iam")
    found: dict[str, set[str]] = {}
    for role in roles.values():
        names = iam.list_role_policies(RoleName=role)["PolicyNames"]
        policies = [iam.get_role_policy(RoleName=role, PolicyName=name) for name in names]
        statements: list[dict[str, Any]] = [
            statement for each in policies for statement in each["PolicyDocument"]["Statement"]
        ]
        found[role] = {action for each in statements for action in listed(each["Action"])}
    return found


def test_each_function_calls_in_the_name_of_its_own_role_and_of_no_other(
    called: dict[tuple[str, str], set[str]], roles: dict[str, str]
) -> None:
    assert called.keys() == {(role, function) for function, role in roles.items()}
    assert len(set(roles.values())) == len(roles) == 3


def test_nothing_was_called_that_the_role_does_not_permit(
    called: dict[tuple[str, str], set[str]], permitted: dict[str, set[str]]
) -> None:
    beyond = {role: actions - permitted[role] for (role, _), actions in called.items()}
    assert {role: actions for role, actions in beyond.items() if actions} == {}


def test_no_function_calls_what_is_another_ones_work(
    called: dict[tuple[str, str], set[str]],
) -> None:
    by_function = {function.split("-")[1]: actions for (_, function), actions in called.items()}
    assert by_function["NotifyFunction"] == {"sns:Publish"}
    assert by_function["ReevaluateFunction"] == {
        "config:DescribeConfigRules",
        "config:StartConfigRulesEvaluation",
    }
    assert "config:PutEvaluations" in by_function["EvaluateFunction"]
