"""The application, built by `sam build` and deployed by `sam deploy` to a lab, once for all tests.

The lab's routes for waiting and for skipping time take the place of every sleep.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab import scenario
from lab.account import Account
from lab.process import running_lab
from lab.stack import Sam, Target


@dataclass(frozen=True)
class Installation:
    """The application in an account."""

    account: Account
    outputs: dict[str, str]


def install(account: Account, sam: Sam, template: Path, parameters: dict[str, str]) -> Installation:
    account.start_recording()
    outputs = sam.deploy(template, account, parameters)
    scenario.settle(account)
    return Installation(account, outputs)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("e2e")


@pytest.fixture(scope="session")
def url(folder: Path) -> Iterator[str]:
    with running_lab(folder=folder) as address:
        yield address


@pytest.fixture(scope="session")
def sam(folder: Path) -> Sam:
    return Sam(folder)


@pytest.fixture(scope="session")
def target() -> Target:
    return Target.of_lab()


@pytest.fixture(scope="session")
def template(sam: Sam, target: Target) -> Path:
    return sam.build(target)


@pytest.fixture(scope="session")
def installation(url: str, sam: Sam, template: Path, target: Target) -> Installation:
    """The application in the account that tests share, each with resources of its own."""
    return install(Account(url, "123456789012"), sam, template, target.deployment)


@pytest.fixture(scope="session")
def account(installation: Installation) -> Account:
    return installation.account
