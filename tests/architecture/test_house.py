"""Pins agree with each other, and every file is named after what it holds."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"^([a-z0-9-]+)==([^\s;\\]+)", re.MULTILINE)
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "misc", "common", "stuff", "base", "core"}


def pins(path: Path) -> dict[str, str]:
    return dict(PIN.findall(path.read_text()))


def tracked() -> list[Path]:
    answer = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in answer.stdout.splitlines()]


def test_the_layer_takes_its_libraries_from_the_projects_lock():
    locked = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    versions = {package["name"]: package["version"] for package in locked}
    taken = pins(ROOT / "layers/core/requirements.txt")
    assert taken == {name: versions[name] for name in taken}
    assert set(taken) == {"aws-lambda-powertools", "jmespath", "typing-extensions"}


@pytest.mark.parametrize("name", ["uv", "sam", "lab", "awscli", "checkov"])
def test_every_environment_is_pinned_as_asked_and_hashed(name):
    asked = (ROOT / f"envs/{name}.in").read_text()
    locked = ROOT / f"envs/{name}.txt"
    for package, version in PIN.findall(re.sub(r"\[.*\]", "", asked)):
        assert pins(locked)[package] == version
    pinned = re.findall(r"^[a-z0-9-]+==.*\\$", locked.read_text(), re.MULTILINE)
    assert len(pinned) >= len(pins(locked))
    assert "--hash=sha256:" in locked.read_text()


def test_the_lab_has_no_powertools():
    """Functions on the local AWS see its libraries: a layer without its own would go unnoticed."""
    assert "aws-lambda-powertools" not in pins(ROOT / "envs/lab.txt")


def test_moto_and_cfn_lint_are_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = "\n".join(project["optional-dependencies"]["dev"])
    exact = dict(PIN.findall(re.sub(r"\[.*?\]", "", wanted)))
    assert exact["moto"] == pins(ROOT / "envs/lab.txt")["moto"]
    assert exact["cfn-lint"] == pins(ROOT / "envs/sam.txt")["cfn-lint"]


def test_every_file_is_named_after_what_it_holds():
    vague = [path for path in tracked() if path.suffix == ".py" and path.stem in EMPTY_NAMES]
    assert vague == []


def test_no_account_id_is_a_real_one():
    """Examples use the documentation's accounts."""
    arn = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12})")
    plain = {"111122223333", "123456789012", "444455556666", "000000000000", "999999999999"}
    found = {
        (account, str(path.relative_to(ROOT)))
        for path in tracked()
        if path.suffix in {".py", ".md", ".yaml", ".toml"} and path.is_file()
        for account in arn.findall(path.read_text())
    }
    assert {each for each in found if each[0] not in plain} == set()
