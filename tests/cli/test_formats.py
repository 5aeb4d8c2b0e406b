"""`check --format`: the document alone on stdout, in a file by -o, the status unchanged."""

import csv
import json
from io import StringIO

import pytest
from junitparser import JUnitXml
from vpcproof.render.formats import FORMATS

from tests.cli.answers import BLACKHOLE_RULE, route_table, vpc
from tests.render.embedded import embedded

READ = {
    "json": lambda text: json.loads(text)["evaluations"],
    "sarif": lambda text: json.loads(text)["runs"][0]["results"],
    "junit": lambda text: [case for suite in JUnitXml.fromstring(text.encode()) for case in suite],
    "csv": lambda text: list(csv.DictReader(StringIO(text, newline=""))),
    "markdown": lambda text: [line for line in text.splitlines() if line.startswith("| medium |")],
    "asff": json.loads,
    "ocsf": json.loads,
    "html": lambda text: embedded(text)["findings"],
}


@pytest.fixture
def saved(folder):
    return folder(
        Vpcs=[vpc(name="production")],
        RouteTables=[route_table(blackhole=True)],
        Account="111122223333",
        Weather=[],
    )


@pytest.fixture
def check(saved):
    return ("check", "--snapshot", saved, "--region", "eu-west-1", "--rule", BLACKHOLE_RULE)


def test_every_format_is_read_back_here():
    assert READ.keys() == FORMATS.keys()


@pytest.mark.parametrize("name", FORMATS)
def test_stdout_holds_the_document_alone(run, check, name):
    result = run(*check, "--format", name)
    assert result.exit_code == 1
    (found,) = READ[name](result.stdout)
    assert "rtb-0a1b2c3d4e5f60718" in str(vars(found) if name == "junit" else found) or (
        name == "junit" and found.name == "rtb-0a1b2c3d4e5f60718"
    )
    assert "parts of the source were not used" in result.stderr


@pytest.mark.parametrize("name", FORMATS)
def test_o_writes_the_same_bytes_to_a_file(run, check, tmp_path, name):
    # What was read just now is of another time in each run, and asff and ocsf say when.
    timeless = {"asff", "ocsf"}
    file = tmp_path / "report"
    result = run(*check, "--format", name, "-o", file)
    assert (result.exit_code, result.stdout) == (1, "")
    written = file.read_bytes()
    printed = run(*check, "--format", name).stdout_bytes
    assert len(written) == len(printed) if name in timeless else written == printed


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(("fail_on", "status"), [("high", 0), ("medium", 1)])
def test_fail_on_decides_whatever_the_format(run, check, name, fail_on, status):
    result = run(*check, "--format", name, "--fail-on", fail_on)
    assert result.exit_code == status
    assert len(READ[name](result.stdout)) == 1


@pytest.mark.parametrize("name", FORMATS)
def test_the_help_names_every_format(run, name):
    assert name in run("check", "--help").stdout


def test_asff_without_an_account_is_one_line_and_status_2(run, folder):
    saved = folder(Vpcs=[], RouteTables=[route_table()])
    result = run("check", "--snapshot", saved, "--format", "asff")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "Error: asff needs the account and the Region: add what `aws sts get-caller-identity` "
        "prints to the snapshot, and name the Region by --region\n"
    )


def test_rules_are_described_in_sarif_with_their_advice(run, check):
    log = json.loads(run(*check, "--format", "sarif").stdout)
    (rule,) = log["runs"][0]["tool"]["driver"]["rules"]
    assert rule["id"] == BLACKHOLE_RULE
    assert rule["help"]["text"].startswith("Replace the route with one to a live target")


def test_times_are_those_of_the_snapshot_where_it_says_them(run, folder):
    saved = folder(
        Vpcs=[vpc()],
        RouteTables=[route_table()],
        Account="111122223333",
        CapturedAt="2026-11-02T03:04:05+00:00",
    )
    check = ("check", "--snapshot", saved, "--region", "eu-west-1", "--rule", BLACKHOLE_RULE)
    (finding,) = json.loads(run(*check, "--format", "asff").stdout)
    assert finding["CreatedAt"] == "2026-11-02T03:04:05.000Z"
    twice = {run(*check, "--format", "ocsf").stdout for _ in range(2)}
    assert len(twice) == 1
