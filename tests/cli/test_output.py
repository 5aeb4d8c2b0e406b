"""Data on stdout or in a file, everything else on stderr, nothing broken by where it goes."""

import errno
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from vpcproof.cli import check as check_module
from vpcproof.cli.output import OutputOptions

from tests.cli.answers import AVAILABLE_RULE, BLACKHOLE_RULE, HOME, endpoint, route_table, vpc
from tests.cli.conftest import printed

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "schemas" / "check.schema.json").read_text("utf-8")
)
COMMAND = [sys.executable, "-c", "from vpcproof.cli import main; main()"]
CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


@pytest.fixture
def saved(folder):
    return folder(Vpcs=[vpc(name="production")], RouteTables=[route_table(blackhole=True)])


@pytest.fixture
def check(saved):
    return ["check", "--snapshot", str(saved), "--rule", BLACKHOLE_RULE]


def test_json_is_all_there_is_on_stdout_and_fits_the_schema(run, saved):
    (saved / "Weather.json").write_text('{"Weather": []}', encoding="utf-8")
    result = run("check", "--snapshot", saved, "--format", "json")
    jsonschema.validate(printed(result), SCHEMA)
    assert "1 parts of the source were not used" in result.stderr


def test_text_names_the_vpc_and_how_to_fix_the_finding(run, check):
    result = run(*check)
    assert f"{HOME}  production" in result.stdout
    assert "Fix: Replace the route with one to a live target" in result.stdout


def test_the_same_input_gives_the_same_bytes(run, folder, check):
    tables = [route_table(), route_table("rtb-2", blackhole=True), route_table("rtb-1")]
    one = folder("one", Vpcs=[vpc()], RouteTables=tables, VpcEndpoints=[endpoint()])
    other = folder("other", RouteTables=tables[::-1], VpcEndpoints=[endpoint()], Vpcs=[vpc()])
    documents = {
        run("check", "--snapshot", path, "--format", "json").stdout for path in (one, other)
    }
    assert len(documents) == 1


def test_o_writes_the_document_to_a_file_and_nothing_to_stdout(run, check, tmp_path):
    on_stdout = run(*check).stdout
    result = run(*check, "-o", tmp_path / "report.txt")
    assert (result.exit_code, result.stdout) == (1, "")
    assert (tmp_path / "report.txt").read_text(encoding="utf-8") == on_stdout


def test_o_dash_is_stdout(run, check, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(*check, "-o", "-").stdout == run(*check).stdout
    assert not (tmp_path / "-").exists()


@pytest.mark.parametrize("code", [errno.EACCES, errno.ENOSPC])
def test_a_file_that_cannot_be_written_is_one_line(run, check, tmp_path, monkeypatch, code):
    opened = Path.open

    def refuse(path, mode="r", *others, **named):
        if mode == "w":
            raise OSError(code, os.strerror(code), str(path))
        return opened(path, mode, *others, **named)

    monkeypatch.setattr(Path, "open", refuse)
    result = run(*check, "-o", tmp_path / "report.txt")
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        result.stderr
        == f"Error: {tmp_path / 'report.txt'} cannot be written: {os.strerror(code)}\n"
    )


def test_verbose_shows_what_complies_and_names_what_was_not_used(run, folder):
    saved = folder(Vpcs=[vpc()], RouteTables=[route_table()], Weather=[])
    result = run("check", "--snapshot", saved, "--rule", BLACKHOLE_RULE, "--verbose")
    assert "COMPLIANT  route-table-has-no-blackhole" in result.stdout
    assert result.stderr.startswith("Not used: Weather.json: Weather: ")


def test_quiet_says_nothing_on_stderr(run, folder):
    saved = folder(Vpcs=[vpc()], Weather=[])
    loud = run("check", "--snapshot", saved, "--rule", AVAILABLE_RULE)
    quiet = run("check", "--snapshot", saved, "--rule", AVAILABLE_RULE, "--quiet")
    assert len(loud.stderr.splitlines()) == 2
    assert (quiet.stderr, quiet.stdout) == ("", loud.stdout)
    assert quiet.exit_code == loud.exit_code == 3


def test_quiet_does_not_hush_an_error(run):
    assert run("check", "--snapshot", "nowhere", "--quiet").stderr.startswith("Error: nowhere")


@pytest.mark.parametrize(("blackhole", "status"), [(False, 0), (True, 1)])
def test_a_reader_that_goes_away_changes_no_verdict(folder, blackhole, status):
    saved = folder(Vpcs=[vpc()], RouteTables=[route_table(blackhole=blackhole)])
    check = ["check", "--snapshot", str(saved), "--rule", BLACKHOLE_RULE]
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.run([*COMMAND, *check], stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (process.returncode, process.stderr) == (status, b"")


def test_ctrl_c_is_one_line_and_130(run, check, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(check_module, "evaluate", interrupted)
    result = run(*check)
    assert result.exit_code == 130
    assert result.stdout == ""
    assert result.stderr.split() == ["Error:", "interrupted"]


def test_a_bug_is_not_reported_as_findings(run, check, monkeypatch):
    def defective(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(check_module, "evaluate", defective)
    result = run(*check)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "ZeroDivisionError" in result.stderr
    assert result.stderr.splitlines()[-1].startswith("Error: this is a bug in vpcproof")


def test_an_encoding_that_lacks_a_character_gets_it_escaped(folder):
    saved = folder(Vpcs=[vpc(name="운영")], RouteTables=[route_table(blackhole=True)])
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    process = subprocess.run(
        [*COMMAND, "check", "--snapshot", str(saved), "--rule", BLACKHOLE_RULE],
        capture_output=True,
        env=environment,
        check=False,
    )
    assert (process.returncode, process.stderr) == (1, b"")
    assert rb"\uc6b4\uc601" in process.stdout


def in_terminal(command: list[str], columns: int = 80, **environment: str) -> tuple[str, int]:
    """What a terminal of that width is sent, stdout and stderr together."""
    master, terminal = pty.openpty()
    with subprocess.Popen(
        command,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "TERM": "xterm", "COLUMNS": str(columns), **environment},
    ) as process:
        os.close(terminal)
        received = b""
        while chunk := _read(master):
            received += chunk
    os.close(master)
    return received.decode().replace("\r\n", "\n"), process.returncode


def _read(master: int) -> bytes:
    try:
        return os.read(master, 65536)
    except OSError:  # how Linux says that nobody writes there any more
        return b""


def test_a_terminal_gets_colour_and_lines_that_fit(check):
    text, status = in_terminal([*COMMAND, *check], columns=40)
    assert "\x1b[33mMEDIUM\x1b[0m" in text
    assert max(len(CONTROL.sub("", line)) for line in text.splitlines()) <= 40
    assert status == 1


@pytest.mark.parametrize("setting", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_no_colour_where_none_is_wanted(check, setting):
    text, _ = in_terminal([*COMMAND, *check], **setting)
    assert "MEDIUM" in text
    assert not CONTROL.search(text)


@pytest.mark.parametrize(("options", "shown"), [("", True), ("quiet=True", False)])
def test_progress_counts_on_a_terminal_unless_quiet(options, shown):
    code = (
        "from vpcproof.cli.output import OutputOptions\n"
        f"with OutputOptions({options}).progress('Reading ...') as step:\n"
        "    step('one')\n"
        "    step('two')\n"
    )
    text, _ = in_terminal([sys.executable, "-c", code])
    assert ("Reading ... 2" in text) is shown
    assert bool(text) is shown


def test_progress_is_silent_where_nobody_watches(capfd):
    with OutputOptions().progress("Reading ...") as step:
        step("one")
    assert capfd.readouterr() == ("", "")


def test_a_pipe_gets_neither_colour_nor_wrapping(check):
    process = subprocess.run(
        [*COMMAND, *check],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "20", "TERM": "xterm"},
        check=False,
    )
    assert not CONTROL.search(process.stdout)
    assert max(map(len, process.stdout.splitlines())) > 60
