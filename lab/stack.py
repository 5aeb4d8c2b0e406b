"""The application as its users install it: the real `sam build`, `sam deploy` and `sam delete`."""

import json
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lab.account import Account, neutral_environment
from lab.process import PYTHON, ROOT

SAM = ROOT / ".tools" / "sam" / "bin" / "sam"
STACK_NAME = "vpcproof"

_SETTINGS = ROOT / "samconfig.toml"
_SECONDS_AT_MOST = 300


class CommandFailedError(RuntimeError):
    """A command failed; `log` holds all that it said."""

    def __init__(self, what: str, log: Path) -> None:
        super().__init__(what)
        self.log = log


@dataclass(frozen=True)
class Target:
    """What functions are built for."""

    runtime: str
    architecture: str

    @classmethod
    def of_lab(cls) -> "Target":
        """The interpreter that runs the lab, the newest there is, on this machine's processor."""
        ask = "import sys; print('python%d.%d' % sys.version_info[:2])"
        runtime = subprocess.check_output([PYTHON, "-c", ask], text=True).strip()
        is_arm = platform.machine().lower() in ("arm64", "aarch64")
        return cls(runtime, "arm64" if is_arm else "x86_64")

    @property
    def parameters(self) -> dict[str, str]:
        """The target in the template's terms."""
        return {"Runtime": self.runtime, "Architecture": self.architecture}

    @property
    def deployment(self) -> dict[str, str]:
        """The parameters to deploy by: each alert comes by itself, right after its cause."""
        return self.parameters | {"AlertWindow": "0"}


@dataclass(frozen=True)
class Sam:
    """AWS SAM CLI; all that it writes, its settings and logs included, stays in one folder."""

    folder: Path

    def build(self, target: Target) -> Path:
        """Build the application; answers the built template."""
        environment = {
            "RUNTIME": target.runtime,
            "ARCHITECTURE": target.architecture,
            "PYTHON": sys.executable,
            "AWS_DEFAULT_REGION": Account.region,
        }
        folder = self.folder / "build"
        self._run(
            ["build", "--template-file", str(ROOT / "template.yaml"), "--build-dir", str(folder)],
            target.parameters,
            neutral_environment() | environment,
        )
        return folder / "template.yaml"

    def deploy(
        self, template: Path, account: Account, parameters: Mapping[str, str]
    ) -> dict[str, str]:
        """Create the stack in the account, or update it; answers its outputs."""
        self._run(
            ["deploy", "--template-file", str(template), "--no-confirm-changeset"],
            parameters,
            account.environment,
        )
        return outputs_of(account)

    def delete(self, account: Account) -> None:
        """Delete the stack from the account."""
        self._run(["delete", "--stack-name", STACK_NAME, "--no-prompts"], {}, account.environment)

    def _run(
        self, arguments: list[str], parameters: Mapping[str, str], environment: Mapping[str, str]
    ) -> None:
        settings = self.folder / "settings"
        settings.mkdir(exist_ok=True)
        asked_lately = {"telemetryEnabled": False, "lastVersionCheck": time.time()}
        (settings / "metadata.json").write_text(json.dumps(asked_lately))
        given = [f"{name}={value}" for name, value in parameters.items()]
        overrides = ["--parameter-overrides", *given] if given else []
        run(
            [str(SAM), *arguments, "--config-file", str(_SETTINGS), *overrides],
            {**environment, "__SAM_CLI_APP_DIR": str(settings), "SAM_CLI_TELEMETRY": "0"},
            self.folder / f"sam-{arguments[0]}.log",
        )


def change_parameters(account: Account, **parameters: str) -> dict[str, str]:
    """Update the stack; its template and other parameters stay. Answers its outputs."""
    stacks = account.client("cloudformation")
    (stack,) = stacks.describe_stacks(StackName=STACK_NAME)["Stacks"]
    kept = [
        {"ParameterKey": each["ParameterKey"], "UsePreviousValue": True}
        for each in stack["Parameters"]
        if each["ParameterKey"] not in parameters
    ]
    given = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
    stacks.update_stack(
        StackName=STACK_NAME,
        UsePreviousTemplate=True,
        Parameters=kept + given,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    waiter = stacks.get_waiter("stack_update_complete")
    waiter.wait(StackName=STACK_NAME, WaiterConfig={"Delay": 0.2, "MaxAttempts": 150})
    return outputs_of(account)


def outputs_of(account: Account) -> dict[str, str]:
    """The outputs of the stack in an account."""
    stacks = account.client("cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stacks[0]["Outputs"]}


def run(command: list[str], environment: Mapping[str, str], log: Path) -> None:
    """Run a command of a kind that starts others; whatever ends this process's wait ends them."""
    with (
        log.open("w") as heard,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=heard,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            status = process.wait(_SECONDS_AT_MOST)
        except subprocess.TimeoutExpired:
            raise CommandFailedError(
                f"`{_shown(command)}` did not end within {_SECONDS_AT_MOST} seconds", log
            ) from None
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
    if status:
        raise CommandFailedError(f"`{_shown(command)}` failed with exit status {status}", log)


def _shown(command: list[str]) -> str:
    """A command as a person would type it: its name and its first argument."""
    return f"{Path(command[0]).name} {command[1]}"
