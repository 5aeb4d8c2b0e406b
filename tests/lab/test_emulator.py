"""The lab against the ministack that is installed: every internal name it uses must be there."""

import json
import subprocess
from tempfile import TemporaryDirectory

import pytest

from lab.process import PYTHON, ROOT

QUESTION = """
import json, os
os.environ |= {"BIND_HOST": "127.0.0.1", "IOT_MTLS_ENABLED": "0"}
from importlib import metadata
from lab import emulator, ministack_names
from ministack.services import lambda_svc, sns
BEFORE
print(json.dumps({
    "drift": ministack_names.drift(),
    "installed": metadata.version("ministack"),
    "known": ministack_names.MINISTACK_VERSION,
}))
"""


def ask_emulator(before: str = "") -> dict[str, object]:
    """What the lab's own interpreter answers, after doing something to ministack."""
    with TemporaryDirectory() as folder:
        asked = subprocess.run(
            [PYTHON, "-c", QUESTION.replace("BEFORE", before)],
            env={"PYTHONPATH": str(ROOT), "STATE_DIR": folder, "LOG_LEVEL": "ERROR"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert asked.returncode == 0, asked.stderr
    answer: dict[str, object] = json.loads(asked.stdout)
    return answer


@pytest.fixture(scope="module")
def answer() -> dict[str, object]:
    return ask_emulator()


def test_every_internal_name_of_ministack_is_as_the_lab_knows_it(
    answer: dict[str, object],
) -> None:
    assert answer["drift"] == []


def test_ministack_is_the_version_that_the_lab_was_written_for(
    answer: dict[str, object],
) -> None:
    assert answer["installed"] == answer["known"]


def test_a_name_that_is_gone_is_reported() -> None:
    answer = ask_emulator("del sns._deliver_to_lambda")
    assert answer["drift"] == ["ministack.services.sns._deliver_to_lambda is gone"]


def test_a_name_whose_parameters_have_changed_is_reported() -> None:
    answer = ask_emulator("lambda_svc.invoke_async_with_retry = lambda func: None")
    assert answer["drift"] == [
        "ministack.services.lambda_svc.invoke_async_with_retry takes (func), not (func, event)"
    ]


def test_a_drifted_ministack_is_not_served() -> None:
    refused = ask_emulator(
        "del sns._deliver_to_lambda\n"
        "from lab.clock import LabClock\n"
        "try:\n    emulator.Emulator(LabClock()).install()\n"
        "except RuntimeError as error:\n    assert '_deliver_to_lambda is gone' in str(error)\n"
        "else:\n    raise SystemExit('served')\n"
    )
    assert refused["drift"]
