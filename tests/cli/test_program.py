"""The program around the commands: its start, its version, what it needs."""

import importlib.util
import json
import subprocess
import sys

import pytest
import vpcproof.cli
from vpcproof import __version__


def test_version(run):
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"vpcproof {__version__}\n")


@pytest.mark.parametrize(
    ("absent", "named"),
    [(["click"], "click"), (["rich"], "rich"), (["click", "rich"], "click and rich")],
)
def test_what_is_not_installed_is_one_line(absent, named, monkeypatch, capsys):
    def find(name):
        return None if name in absent else importlib.util.find_spec(name)

    monkeypatch.setattr(vpcproof.cli, "find_spec", find)
    with pytest.raises(SystemExit) as ended:
        vpcproof.cli.main()
    assert ended.value.code == 2
    assert capsys.readouterr() == (
        "",
        f"Error: the command line needs {named}: run `pip install 'vpcproof[cli]'`\n",
    )


def test_help_and_version_import_nothing_that_takes_long():
    code = (
        "import sys, json, contextlib, io\n"
        "from vpcproof.cli import main\n"
        "for argument in ('--help', '--version'):\n"
        "    sys.argv = ['vpcproof', argument]\n"
        "    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "        main()\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    loaded = set(json.loads(answer.stdout))
    assert "click" in loaded
    assert not loaded & {"rich", "boto3", "botocore", "vpcproof.engine", "vpcproof.rules.registry"}


def test_a_snapshot_is_judged_without_boto3(folder):
    saved = folder(Vpcs=[], RouteTables=[])
    code = (
        "import sys\n"
        "from vpcproof.cli import main\n"
        f"sys.argv = ['vpcproof', 'check', '--quiet', '--snapshot', {str(saved)!r}]\n"
        "try:\n"
        "    main()\n"
        "except SystemExit:\n"
        "    print('boto3' in sys.modules)\n"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert answer.stdout.splitlines()[-1] == b"False"
