"""Build the Lambda layer: the package without its command line, and the libraries it needs.

`sam build` runs this by way of layers/core/Makefile. The libraries are those of the function's
runtime and architecture, whatever interpreter this runs on. Compiled modules are added when the
machine has the runtime's own interpreter: a function that must compile its imports starts slower.
Models of AWS's services that load faster are added when botocore is at hand.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from interpreter import find

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "layers/core"
LEFT_OUT = shutil.ignore_patterns("cli", "render", "__pycache__", "*.pyc", ".*")
MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}


def install(target: Path, version: str, architecture: str) -> None:
    """Install the pinned libraries as the runtime needs them, wheels only, hashes checked.

    By uv where it is at hand, because the interpreters of its environments have no pip.
    """
    machine = MACHINES[architecture]
    bundled = ROOT / ".tools/uv/bin/uv"
    uv = str(bundled) if bundled.exists() else shutil.which("uv")
    by_uv = [uv or "", "pip", "install", "--no-config", "--python", sys.executable]
    by_uv += ["--python-platform", f"{machine}-manylinux2014", "--link-mode", "copy"]
    by_pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]
    by_pip += ["--platform", f"manylinux2014_{machine}", "--no-compile"]
    subprocess.run(
        [
            *(by_uv if uv else by_pip),
            *("--quiet", "--target", str(target), "--python-version", version),
            *("--only-binary", ":all:", "--require-hashes"),
            *("-r", str(SOURCE / "requirements.txt")),
        ],
        check=True,
    )
    (target / ".lock").unlink(missing_ok=True)
    shutil.rmtree(target / "bin", ignore_errors=True)


def compile_modules(target: Path, version: str) -> bool:
    """Compile for the runtime, never to be checked against the sources: a layer is read-only."""
    python = find(version)
    if python is None:
        return False
    subprocess.run(
        [
            *(python, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"),
            *("-s", str(target.parent), "-p", "/opt", str(target)),
        ],
        check=True,
    )
    return True


def add_models(folder: Path) -> bool:
    """Add the models that load faster than the runtime's own, which serve where these are not."""
    sys.path.insert(0, str(SOURCE))
    try:
        from cut_models import write_models  # noqa: PLC0415 - needs botocore
    except ModuleNotFoundError as error:
        if error.name != "botocore":
            raise
        return False
    write_models(folder)
    return True


def main() -> int:
    """Fill the folder that `sam build` will zip."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("artifacts", type=Path, help="the layer's root folder")
    parser.add_argument("--runtime", default="python3.13", help="as Lambda names it")
    parser.add_argument("--architecture", default="arm64", choices=MACHINES)
    arguments = parser.parse_args()
    version = arguments.runtime.removeprefix("python")
    target = arguments.artifacts / "python"
    shutil.copytree(SOURCE / "vpcproof", target / "vpcproof", ignore=LEFT_OUT, dirs_exist_ok=True)
    install(target, version, arguments.architecture)
    if not compile_modules(target, version):
        print(f"No Python {version} here: the layer goes without compiled modules.")
    if not add_models(arguments.artifacts / "botocore-models"):
        print("No botocore here: the layer goes without models that load fast.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
