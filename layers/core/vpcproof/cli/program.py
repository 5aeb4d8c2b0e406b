"""The program: finds the command that was asked for, and ends with the documented status."""

from __future__ import annotations

import io
import sys
import traceback
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, NoReturn

import click

from .. import __version__
from ..errors import VpcProofError
from .status import STATUS_TABLE, ExitStatus

# Modules are loaded when their command is run: what --help needs is here.
_COMMANDS = {
    "check": "Judge the VPCs of an account, or of saved answers.",
    "explain": "Show the facts behind one verdict, and the deciding one.",
    "fix": "Plan repairs, each proven before it is shown.",
    "paths": "Follow the traffic of every subnet to every service.",
    "rules": "List the rules, or print the documentation of one.",
    "snapshot": "Save what `check --snapshot` reads.",
    "verify": "Go through endpoints, security group rules and DNS of a VPC.",
}


class _Program(click.Group):
    """A group whose commands are modules of this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f".{cmd_name}", __package__), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def main(self, *args: Any, **extra: Any) -> NoReturn:  # noqa: ANN401 - click's own signature
        """Run a command line and exit; every error is one line on stderr."""
        extra["standalone_mode"] = False
        sys.exit(_status_of(partial(super().main, *args, **extra)))


@click.group(
    "vpcproof", cls=_Program, epilog=STATUS_TABLE, context_settings={"max_content_width": 100}
)
@click.version_option(__version__, message="vpcproof %(version)s")
def program() -> None:
    """Prove that private subnets reach the AWS services they need through VPC endpoints."""


def _status_of(run: Callable[[], object]) -> int:
    _never_fail_to_encode()
    try:
        status = run()
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return ExitStatus.USAGE
    except click.ClickException as error:
        _complain(_one_line(error.format_message()) + _hint(error))
        return error.exit_code
    except VpcProofError as error:
        _complain(_one_line(str(error)))
        return ExitStatus.USAGE
    except (click.Abort, KeyboardInterrupt):
        _complain("interrupted")
        return ExitStatus.INTERRUPTED
    except Exception:  # noqa: BLE001 - Python's own status for it, 1, would mean findings
        traceback.print_exc()
        _complain("this is a bug in vpcproof; please report it with the lines above")
        return ExitStatus.UNDETERMINED
    return status if isinstance(status, int) else ExitStatus.CLEAN


def _complain(message: str) -> None:
    click.echo(f"Error: {message}", err=True)


def _one_line(message: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in message).split())


def _hint(error: click.ClickException) -> str:
    """Where to look it up, unless the message lists what is allowed."""
    if not isinstance(error, click.UsageError) or isinstance(error, click.BadParameter):
        return ""
    return f" (see `{error.ctx.command_path} --help`)" if error.ctx else ""


def _never_fail_to_encode() -> None:
    """A name that the terminal's encoding lacks is shown escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
