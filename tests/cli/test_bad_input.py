"""Bad input: one line on stderr that names it and says what to do, nothing on stdout, status 2."""

import json

import pytest

from tests.cli.answers import BLACKHOLE_RULE, HOME, route_table, vpc


@pytest.fixture
def saved(folder):
    return folder(Vpcs=[vpc()], RouteTables=[route_table()])


def complaint(result) -> str:
    assert result.exit_code == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: ")
    return line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--rule", "vpc-endpoint-availabl"], ["'--rule'", "did you mean vpc-endpoint-available"]),
        (["--rule", "zzz"], ["'zzz'", "`vpcproof rules` lists all"]),
        (["--skip", "zzz"], ["'--skip'", "'zzz'"]),
        (["--rule", BLACKHOLE_RULE, "--skip", BLACKHOLE_RULE], ["--skip leaves no rule"]),
        (["--set", "nonsense=1"], ["unknown parameter 'nonsense'", "granularity"]),
        (["--set", "granularity=zone"], ["granularity='zone'", "subnet, eni"]),
        (["--set", "services=smm"], ["services='smm'", "did you mean"]),
        (["--set", "granularity"], ["'granularity'", "PARAM=VALUE"]),
        (["--set", "=eni"], ["'=eni'", "PARAM=VALUE"]),
        (["--vpc", "vpc-elsewhere"], ["'--vpc'", "vpc-elsewhere", f"there is {HOME}"]),
        (["--region", "mars"], ["'--region'", "'mars'", "eu-west-1"]),
        (["--profile", "prod"], ["--profile is for the live account"]),
        (["--format", "xml"], ["'--format'", "'text'", "'json'"]),
        (["--fail-on", "dire"], ["'--fail-on'", "'critical'"]),
        (["-o", "no/such/folder/report.json"], ["no/such/folder/report.json", "create it first"]),
        (["-o", "."], ["'-o'", "is a directory"]),
        (["--verbos"], ["--verbos", "--verbose", "see `"]),
        (["unexpected"], ["unexpected", "see `"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_an_option_that_is_wrong(run, saved, arguments, words):
    line = complaint(run("check", "--snapshot", saved, *arguments))
    for word in words:
        assert word in line


def test_no_such_folder(run, tmp_path):
    line = complaint(run("check", "--snapshot", tmp_path / "nowhere"))
    assert f"{tmp_path / 'nowhere'} does not exist: give a folder" in line


def test_broken_json_names_the_file(run, saved):
    (saved / "Subnets.json").write_text('{"Subnets": [', encoding="utf-8")
    line = complaint(run("check", "--snapshot", saved))
    assert "Subnets.json is not valid JSON" in line
    assert "save the answer again" in line


def test_a_folder_with_no_known_key(run, folder):
    line = complaint(run("check", "--snapshot", folder(Weather=[])))
    assert "holds no answer that a snapshot is made of" in line
    assert "Weather" in line


def test_an_empty_folder(run, folder):
    assert "no JSON file" in complaint(run("check", "--snapshot", folder()))


def test_a_file_that_is_no_folder_and_no_zip(run, tmp_path):
    file = tmp_path / "vpcs.json"
    file.write_text(json.dumps({"Vpcs": []}), encoding="utf-8")
    assert "is neither a folder nor a zip file" in complaint(run("check", "--snapshot", file))


def test_a_zip_that_is_damaged(run, tmp_path):
    file = tmp_path / "saved.zip"
    file.write_bytes(b"PK\x05\x06" + bytes(17) + b"\x99")
    assert "saved.zip" in complaint(run("check", "--snapshot", file))


def test_many_vpcs_that_there_are_are_cut_short(run, folder):
    saved = folder(Vpcs=[vpc(f"vpc-{n}") for n in range(9)])
    line = complaint(run("check", "--snapshot", saved, "--vpc", "vpc-x"))
    assert line.endswith("there is vpc-0, vpc-1, vpc-2, vpc-3, vpc-4 and 4 more")


def test_a_name_with_control_codes_is_told_without_them(run, tmp_path):
    line = complaint(run("check", "--snapshot", tmp_path / "a\x1b[2J\n\x07\u202eb"))
    assert line.isprintable()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chekc"], "No such command 'chekc'"),
        (["--bogus"], "No such option '--bogus'"),
        (["rules", "zzz"], "no rule is named 'zzz'"),
        (["rules", "--format", "xml"], "'xml' is not one of 'text', 'json'"),
        (["snapshot", "save"], "Missing argument 'DIR'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_command_that_is_wrong(run, arguments, words):
    assert words in complaint(run(*arguments))


def test_no_command_shows_the_help(run):
    result = run()
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("Usage: ")


def test_no_region_is_usage(run):
    line = complaint(run("check"))
    assert line.startswith("Error: no Region is configured: name one by --region or set AWS_REGION")


def test_an_unknown_profile_is_usage(run, tmp_path, monkeypatch):
    (tmp_path / "aws-config").write_text("[profile prod]\nregion = us-east-1\n", encoding="utf-8")
    line = complaint(run("check", "--profile", "prd"))
    assert "(prd) could not be found; there is prod: name one of them" in line


def test_probes_belong_to_the_live_account(run, folder):
    result = run("check", "--snapshot", folder(Vpcs=[]), "--probes")
    assert result.exit_code == 2
    assert "--probes asks functions of the live account" in result.stderr
