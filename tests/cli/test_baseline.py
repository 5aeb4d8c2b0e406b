"""`check --baseline`: only what is new counts, and what is no baseline is told."""

import json

import jsonschema
import pytest

from tests.cli.answers import (
    AVAILABLE_RULE,
    BLACKHOLE_RULE,
    HOME,
    OTHER,
    endpoint,
    route_table,
    vpc,
)
from tests.cli.conftest import printed
from tests.cli.test_output import SCHEMA

KNOWN, ADDED = "rtb-0a1b2c3d4e5f60718", "rtb-0b1c2d3e4f5061728"


@pytest.fixture
def judge(run, folder):
    """`judge("rtb-1", …)`: check a VPC with these route tables broken and all others sound."""

    def check(*broken, options=()):
        tables = [route_table(each, blackhole=each in broken) for each in (KNOWN, ADDED)]
        saved = folder(Vpcs=[vpc()], RouteTables=tables, Account="111122223333")
        return run(
            *("check", "--snapshot", saved, "--region", "eu-west-1", "--rule", BLACKHOLE_RULE),
            *options,
        )

    return check


@pytest.fixture
def before(judge, tmp_path):
    file = tmp_path / "before.json"
    judge(KNOWN, options=("--format", "json", "-o", file))
    return file


def test_a_known_finding_alone_is_0(judge, before):
    result = judge(KNOWN, options=("--baseline", before))
    assert result.exit_code == 0
    assert "Since the baseline: 0 new, 1 unchanged, 0 fixed" in result.stdout
    assert KNOWN not in result.stdout


def test_a_new_finding_is_1_and_is_shown_alone(judge, before):
    result = judge(KNOWN, ADDED, options=("--baseline", before))
    assert result.exit_code == 1
    assert ADDED in result.stdout
    assert KNOWN not in result.stdout


@pytest.mark.parametrize(("fail_on", "status"), [("high", 0), ("medium", 1)])
def test_fail_on_is_asked_of_new_findings(judge, before, fail_on, status):
    options = ("--baseline", before, "--fail-on", fail_on)
    assert judge(KNOWN, ADDED, options=options).exit_code == status


def test_the_json_tells_the_findings_apart_and_fits_the_schema(judge, before):
    document = printed(judge(ADDED, options=("--baseline", before, "--format", "json")))
    jsonschema.validate(document, SCHEMA)
    told = {
        state: [each["resource_id"] for each in listed]
        for state, listed in document["baseline"].items()
    }
    assert told == {"new": [ADDED], "unchanged": [], "fixed": [KNOWN], "undecided": []}


def test_the_file_may_be_replaced_by_the_run_that_reads_it(judge, before):
    options = ("--baseline", before, "--format", "json", "-o", before)
    assert judge(KNOWN, ADDED, options=options).exit_code == 1
    assert judge(KNOWN, ADDED, options=options).exit_code == 0


def test_a_rule_whose_resources_are_not_read_fixes_nothing(run, folder, judge, before):
    saved = folder("other", Vpcs=[vpc()], VpcEndpoints=[endpoint()])
    rules = ("--rule", BLACKHOLE_RULE, "--rule", AVAILABLE_RULE)
    options = (*rules, "--region", "eu-west-1", "--baseline", before, "--format", "json")
    document = printed(run("check", "--snapshot", saved, *options))
    assert [each["resource_id"] for each in document["baseline"]["undecided"]] == [KNOWN]


def test_a_vpc_that_is_not_asked_for_is_left_out(run, folder, before):
    tables = [route_table("rtb-other", OTHER)]
    saved = folder("other", Vpcs=[vpc(), vpc(OTHER)], RouteTables=tables)
    check = ("check", "--snapshot", saved, "--rule", BLACKHOLE_RULE, "--baseline", before)
    one = printed(run(*check, "--vpc", OTHER, "--format", "json"))["baseline"]
    all_of_them = printed(run(*check, "--format", "json"))["baseline"]
    assert [each["vpc_id"] for each in one["undecided"]] == [HOME]
    assert [each["vpc_id"] for each in all_of_them["fixed"]] == [HOME]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"Vpcs": []}', '{"schema_version": "1.0"}'])
def test_what_is_no_document_of_check_is_one_line(judge, tmp_path, text):
    file = tmp_path / "other.json"
    file.write_text(text, encoding="utf-8")
    result = judge(options=("--baseline", file))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"Error: {file} is no document of `vpcproof check --format json`: write one with "
        "`vpcproof check --format json -o FILE`\n"
    )


def test_bytes_that_are_no_text_are_one_line(judge, tmp_path):
    file = tmp_path / "other.json"
    file.write_bytes(b"\xff\xfe{")
    result = judge(options=("--baseline", file))
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{file} is no text" in result.stderr


def test_no_such_file_is_one_line(judge, tmp_path):
    result = judge(options=("--baseline", tmp_path / "nowhere.json"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nowhere.json cannot be read: No such file or directory" in result.stderr


@pytest.mark.parametrize(
    ("member", "value", "words"),
    [
        ("account", "123456789012", "it is of account 123456789012"),
        ("region", "us-east-1", "of Region us-east-1, and what was judged now of Region eu-west-1"),
    ],
)
def test_a_baseline_of_another_place_is_refused(judge, before, member, value, words):
    document = json.loads(before.read_text(encoding="utf-8"))
    document["source"][member] = value
    before.write_text(json.dumps(document), encoding="utf-8")
    result = judge(KNOWN, options=("--baseline", before))
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
