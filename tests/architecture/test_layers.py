"""Dependencies point one way, and the core is a function of what it is given."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "layers/core/vpcproof"
CORE = ("model", "analysis", "rules", "remediation", "engine.py", "exemptions.py", "errors.py")
IMPURE_MODULES = {
    "asyncio",
    "aws_lambda_powertools",
    "boto3",
    "botocore",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "random",
    "secrets",
    "shutil",
    "socket",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "uuid",
}
IMPURE_CALLS = {"open", "print", "input", "eval", "exec", "now", "utcnow", "today", "getenv"}


def modules(*parts: str) -> list[Path]:
    return sorted(
        path
        for part in parts
        for path in ([PACKAGE / part] if part.endswith(".py") else (PACKAGE / part).rglob("*.py"))
    )


def imported(path: Path) -> set[str]:
    """The modules imported from elsewhere than the package, by their first name."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module or "")
    return names


def called(path: Path) -> set[str]:
    """The names of all functions and methods called."""
    functions = [
        node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)
    ]
    return {
        each.attr if isinstance(each, ast.Attribute) else each.id
        for each in functions
        if isinstance(each, (ast.Attribute, ast.Name))
    }


def test_the_contracts_of_the_layers_hold():
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    answer = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize("path", modules(*CORE), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_core_has_no_clock_no_environment_and_no_network(path):
    assert {name.partition(".")[0] for name in imported(path)} & IMPURE_MODULES == set()
    assert called(path) & IMPURE_CALLS == set()


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("functions/*/app.py")), ids=lambda path: path.parent.name
)
def test_a_function_is_a_thin_handler_over_the_shell(path):
    ours = {name for name in imported(path) if name.startswith("vpcproof")}
    assert ours
    assert all(name.startswith(("vpcproof.aws", "vpcproof.probe")) for name in ours), ours
    assert len(path.read_text().splitlines()) <= 45


def test_the_package_is_imported_relatively_inside_itself():
    absolute = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if any(name.partition(".")[0] == "vpcproof" for name in imported(path))
    ]
    assert absolute == []
