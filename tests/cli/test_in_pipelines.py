"""The GitHub Action and the pre-commit hooks: they parse, and they run what they say."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.cli.answers import route_table, vpc

ROOT = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
HOOKS = {each["id"]: each for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
BIN = str(Path(sys.executable).parent)
ENVIRONMENT = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
CHECK = next(each for each in ACTION["runs"]["steps"] if each.get("id") == "check")
TELL = ACTION["runs"]["steps"][-1]


def acted(tmp_path, **given: str) -> tuple[dict[str, str], subprocess.CompletedProcess[str]]:
    """The outputs of the step that checks."""
    outputs = tmp_path / "outputs"
    outputs.touch()
    environment = {
        **ENVIRONMENT,
        **dict.fromkeys(CHECK["env"], ""),
        **given,
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(outputs),
    }
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", CHECK["run"]],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return dict(line.split("=", 1) for line in outputs.read_text().splitlines()), done


def told(status: str, *, accepted: str = "false") -> int:
    environment = {"STATUS": status, "ACCEPTED": accepted, "PATH": ENVIRONMENT["PATH"]}
    return subprocess.run(["bash", "-c", TELL["run"]], env=environment, check=False).returncode


def test_the_action_writes_findings_and_keeps_the_status(folder, tmp_path):
    source = folder(Vpcs=[vpc()], RouteTables=[route_table(blackhole=True)])
    outputs, done = acted(tmp_path, GIVEN_SNAPSHOT=str(source))
    assert (done.returncode, outputs["status"]) == (0, "1")
    assert json.loads(Path(outputs["sarif"]).read_text())["version"] == "2.1.0"


def test_nothing_that_is_given_to_the_action_becomes_a_command_or_an_option(tmp_path):
    outputs, _ = acted(tmp_path, GIVEN_SNAPSHOT='"; touch pwned; $(touch pwned) --help')
    assert outputs == {"status": "2"}
    assert not (tmp_path / "pwned").exists()


def test_no_script_of_the_action_is_written_by_its_inputs():
    scripts = [each["run"] for each in ACTION["runs"]["steps"] if "run" in each]
    assert len(scripts) == 3
    assert not [each for each in scripts if "${{" in each]


def test_every_input_of_the_action_is_used_and_described():
    used = set(re.findall(r"inputs\.([a-z-]+)", json.dumps(ACTION["runs"])))
    assert used == set(ACTION["inputs"])
    assert all(each["description"] for each in ACTION["inputs"].values())


@pytest.mark.parametrize(
    ("status", "accepted", "ends_with"),
    [("0", "false", 0), ("1", "true", 1), ("3", "false", 3), ("3", "true", 0), ("2", "true", 2)],
)
def test_the_action_ends_as_the_check_did(status, accepted, ends_with):
    assert told(status, accepted=accepted) == ends_with


def test_the_hooks_are_what_pre_commit_takes():
    subprocess.run(
        [f"{BIN}/pre-commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")], check=True
    )


@pytest.mark.parametrize(
    ("hook", "taken", "left"),
    [
        ("vpcproof-template", ["template.yaml", "app/network.template.json"], ["values.yaml"]),
        ("vpcproof-plan", ["plan.json", "infra/tfplan.json"], ["package.json", "explan.json"]),
    ],
)
def test_the_hooks_take_files_that_are_named_so(hook, taken, left):
    pattern = re.compile(HOOKS[hook]["files"])
    assert [each for each in (*taken, *left) if pattern.search(each)] == taken


@pytest.mark.parametrize(
    ("statuses", "ends_with"), [("0 0", 0), ("0 3", 0), ("1 3", 1), ("1 2", 2), ("1 0", 1)]
)
@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_a_hook_ends_with_the_worst_of_its_files(hook, statuses, ends_with, tmp_path):
    """Each file is named after the status that it is answered with."""
    stand_in = tmp_path / "vpcproof"
    stand_in.write_text('#!/bin/bash\nexit "$(basename "$3")"\n')
    stand_in.chmod(0o755)
    command = [*shlex.split(HOOKS[hook]["entry"]), *(f"a b/{each}" for each in statuses.split())]
    environment = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    assert subprocess.run(command, env=environment, check=False).returncode == ends_with


@pytest.mark.parametrize(
    ("words", "completed"),
    [("vpcproof ch", "plain,check\n"), ("vpcproof check --tem", "plain,--template\n")],
)
def test_the_shell_completes_commands_and_options(words, completed):
    environment = {
        **ENVIRONMENT,
        "_VPCPROOF_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    done = subprocess.run(
        [f"{BIN}/vpcproof"], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == completed
