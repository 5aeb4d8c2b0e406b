"""CONTRIBUTING.md tells how to add a rule: these tests do what it says, in a copy."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text()
FILES = dict(re.findall(r"<!-- file: (\S+) -->\n```python\n(.*?)```", GUIDE, re.DOTALL))
STARTED = re.search(r"make new-rule NAME=(\S+) TYPE=(\S+)", GUIDE)
NAME, TYPE = STARTED.groups()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of what adding a rule touches."""
    copy = tmp_path_factory.mktemp("checkout")
    ignore = shutil.ignore_patterns("__pycache__")
    for folder in ("layers/core", "tools", "tests/rules", "docs/rules"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignore)
    for file in (
        "tests/networks.py",
        "tests/conftest.py",
        "template.yaml",
        "pyproject.toml",
        "docs/cost.md",
    ):
        shutil.copy(ROOT / file, copy / file)
    return copy


@pytest.fixture(scope="module")
def run(checkout):
    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command],
            cwd=checkout,
            env={**os.environ, "PYTHONPATH": str(checkout / "layers/core")},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def scaffold(run, checkout):
    answer = run("tools/new_rule.py", NAME, TYPE)
    assert answer.returncode == 0, answer.stderr
    return {path: (checkout / path).read_text() for path in FILES}


@pytest.fixture(scope="module")
def written(scaffold, run, checkout):
    """The rule as the guide has it, and the generated files brought up to date."""
    for path, text in FILES.items():
        assert path in scaffold
        (checkout / path).write_text(text)
    for generator in ("generate_template", "generate_rule_pages"):
        answer = run(f"tools/{generator}.py")
        assert answer.returncode == 0, answer.stderr
    return checkout


@pytest.mark.parametrize("path", FILES)
def test_the_scaffold_is_clean_code(scaffold, run, path):
    assert scaffold[path]
    for command in (["check"], ["format", "--check"]):
        answer = run("-m", "ruff", *command, path)
        assert answer.returncode == 0, answer.stdout


def test_the_scaffold_has_a_line_for_each_that_the_guide_fills_in(scaffold):
    kept = {
        path: [line for line in text.splitlines() if line.startswith(("from ", "@rule", "class "))]
        for path, text in scaffold.items()
    }
    module = next(path for path in FILES if path.startswith("layers"))
    for line in kept[module]:
        assert line.partition(" import")[0] in FILES[module]


def test_the_guides_code_is_clean_code(written, run):
    for command in (["check"], ["format", "--check"]):
        answer = run("-m", "ruff", *command, *FILES)
        assert answer.returncode == 0, answer.stdout


def test_the_guides_table_passes(written, run):
    table = next(path for path in FILES if path.startswith("tests"))
    answer = run("-m", "pytest", "-q", "-p", "no:cacheprovider", table)
    assert answer.returncode == 0, answer.stdout


def test_everything_else_follows(written):
    template = (written / "template.yaml").read_text()
    assert f"${{RuleNamePrefix}}{NAME}\n" in template
    page = (written / f"docs/rules/{NAME}.md").read_text()
    assert "**A subnet has a name.**" in page
    assert f"[{NAME}]({NAME}.md)" in (written / "docs/rules/README.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["vpc-has-name", "AWS::EC2::Subnet"], "reads subnet-…"),
        (["subnet_has_name", "AWS::EC2::Subnet"], "reads subnet-…"),
        (["subnet-" + "x" * 64, "AWS::EC2::Subnet"], "64 characters"),
        (["vpc-endpoint-available", "AWS::EC2::VPCEndpoint"], "there is a rule"),
        (["subnet-has-name", "AWS::EC2::Instance"], "AWS::EC2::Subnet"),
    ],
)
def test_a_name_that_does_not_fit_is_refused_with_the_reason(run, arguments, said):
    answer = run("tools/new_rule.py", *arguments)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    "kind", ["VPC", "SecurityGroup", "RouteTable", "VPCEndpoint", "NetworkAcl"]
)
def test_every_type_can_be_started(run, checkout, kind):
    words = {"VPC": "vpc", "VPCEndpoint": "vpc-endpoint"}
    prefix = words.get(kind, re.sub(r"(?<=.)([A-Z])", r"-\1", kind).lower())
    name = f"{prefix}-is-started"
    answer = run("tools/new_rule.py", name, f"AWS::EC2::{kind}")
    assert answer.returncode == 0, answer.stderr
    started = checkout / f"layers/core/vpcproof/rules/{name.replace('-', '_')}.py"
    probe = f"from vpcproof.rules.registry import find_rule; print(find_rule('{name}').title)"
    assert "Say in one sentence" in run("-c", probe).stdout
    started.unlink()
    (checkout / f"tests/rules/test_{name.replace('-', '_')}.py").unlink()
