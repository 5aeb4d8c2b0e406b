"""`vpcproof.toml`: what it settles, what goes before it, and what it may not say."""

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest
from vpcproof.model.parameters import PARAMETERS
from vpcproof.model.verdict import Severity
from vpcproof.render.formats import FORMATS
from vpcproof.rules.registry import all_rules

from tests.cli.answers import AVAILABLE_RULE, BLACKHOLE_RULE, endpoint, route_table, vpc
from tests.cli.conftest import printed

TABLE = "rtb-0a1b2c3d4e5f60718"
SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "docs/schemas/vpcproof.schema.json").read_text()
)
EXEMPTION = f"""
[[exemptions]]
rule = "{BLACKHOLE_RULE}"
resource = "{TABLE}"
until = 2999-01-31
reason = "moves to the hub"
"""
WHOLE = f"""#:schema https://example.org/vpcproof.schema.json
region = "eu-west-1"
profile = "audit"
fail-on = "high"
format = "json"
rules = ["{BLACKHOLE_RULE}"]
skip = ["{AVAILABLE_RULE}"]
[parameters]
services = ["ssm", "logs"]
acceptNat = true
pendingGraceMinutes = 30
{EXEMPTION}"""


@pytest.fixture
def source(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return folder(
        Vpcs=[vpc()], RouteTables=[route_table(blackhole=True)], VpcEndpoints=[endpoint()]
    )


def settle(text: str, name: str = "vpcproof.toml") -> Path:
    file = Path(name)
    file.write_text(text, encoding="utf-8")
    return file


def judged_by(result) -> set[str]:
    return {each["rule"] for each in printed(result)["evaluations"]}


def test_the_file_in_the_working_directory_is_found(run, source):
    settle(f'format = "json"\nrules = ["{BLACKHOLE_RULE}"]')
    assert judged_by(run("check", "--snapshot", source)) == {BLACKHOLE_RULE}


def test_a_file_that_is_named_goes_instead(run, source):
    settle(f'rules = ["{BLACKHOLE_RULE}"]')
    other = settle(f'format = "json"\nrules = ["{AVAILABLE_RULE}"]', "other.toml")
    assert judged_by(run("check", "--snapshot", source, "--config", other)) == {AVAILABLE_RULE}


def test_the_command_line_goes_before_the_file(run, source):
    settle(f'format = "csv"\nrules = ["{BLACKHOLE_RULE}"]\nskip = ["{AVAILABLE_RULE}"]')
    result = run("check", "--snapshot", source, "--format", "json", "--rule", AVAILABLE_RULE)
    assert judged_by(result) == {AVAILABLE_RULE}


def test_a_parameter_of_the_command_line_replaces_that_one_only(run, source):
    settle('[parameters]\nservices = "logs"\nvpcTag = "tier=none-has-it"')
    chosen = ("paths", "--snapshot", source, "--format", "json")
    check = ("check", "--snapshot", source, "--format", "json", "--rule", BLACKHOLE_RULE)
    assert run(*chosen, "--set", "services=s3").exit_code in {0, 3}
    assert printed(run(*check, "--set", "services=s3"))["summary"]["NOT_APPLICABLE"] == 1
    assert printed(run(*check, "--set", "vpcTag=none"))["summary"]["NON_COMPLIANT"] == 1


@pytest.mark.parametrize(("least", "status"), [("critical", 0), ("low", 1)])
def test_fail_on_decides_the_exit_status(run, source, least, status):
    settle(f'fail-on = "{least}"\nrules = ["{BLACKHOLE_RULE}"]')
    assert run("check", "--snapshot", source).exit_code == status


def test_an_exemption_is_for_check_explain_and_fix(run, source):
    settle(EXEMPTION)
    check = run("check", "--snapshot", source, "--rule", BLACKHOLE_RULE, "--format", "json")
    (evaluation,) = printed(check)["evaluations"]
    assert evaluation["compliance"] == "NOT_APPLICABLE"
    assert evaluation["annotation"] == "exempt until 2999-01-31: moves to the hub"
    assert run("explain", BLACKHOLE_RULE, TABLE, "--snapshot", source).exit_code == 0
    assert BLACKHOLE_RULE not in run("fix", "--snapshot", source, "-v").stdout


def test_an_exemption_that_expired_is_judged_and_said(run, source):
    settle(EXEMPTION.replace("2999", "2001"))
    result = run("check", "--snapshot", source, "--rule", BLACKHOLE_RULE)
    assert result.exit_code == 1
    assert "exemption expired on 2001-01-31" in result.stdout


def test_region_and_profile_are_for_the_live_account(run, source):
    settle('region = "ap-south-1"\nprofile = "audit"')
    result = run("check", "--snapshot", source, "--rule", BLACKHOLE_RULE, "--format", "json")
    assert result.exit_code == 1
    assert printed(result)["source"]["region"] != "ap-south-1"


def test_the_region_of_the_file_is_the_one_that_is_read(run, account, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settle('region = "ap-south-1"')
    result = run("check", "--rule", BLACKHOLE_RULE, "--format", "json")
    assert printed(result)["source"]["region"] == "ap-south-1"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("colour = true", "unknown key colour; allowed here: exemptions, fail-on, format"),
        ("[parameters]\ncolour = 1", "unknown key parameters.colour; allowed here: acceptNat"),
        ('[parameters]\nacceptNat = "maybe"', "acceptNat='maybe' is not allowed"),
        ("[parameters]\nservices = 1.5", "parameters.services: is neither text"),
        ('parameters = "x"', "parameters: must be a table"),
        ('rules = ["subnet-reaches-sms"]', "rules: "),
        ('skip = "subnet-reaches-ssm"', "skip: must be a list of rules"),
        ('fail-on = "worst"', "fail-on: 'worst' is not one of critical, high"),
        ('format = "pdf"', "format: 'pdf' is not one of text, "),
        ('region = "mars"', "region: 'mars' is no Region"),
        ("profile = 7", "profile: must be text"),
        ("exemptions = 1", "exemptions: must be a list of tables"),
        ("exemptions = [1]", "exemptions, entry 1: must be a table"),
        (EXEMPTION.replace("until", "till"), "unknown key exemptions.till"),
        (EXEMPTION.replace('reason = "moves to the hub"', ""), "entry 1: has no reason"),
        (EXEMPTION.replace("moves to the hub", " "), "entry 1: must be text"),
        (EXEMPTION.replace("2999-01-31", '"soon"'), "until must be a day such as 2027-01-31"),
        (EXEMPTION.replace("2999-01-31", "2999-01-31T00:00:00"), "until must be a day"),
        ("rules = [", "is not TOML in UTF-8"),
    ],
)
def test_what_may_not_be_said_is_one_line_that_names_it(run, source, text, complaint):
    settle(text)
    result = run("check", "--snapshot", source)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: vpcproof.toml")
    assert complaint in line


def test_a_file_that_is_not_there_is_named(run, source):
    result = run("check", "--snapshot", source, "--config", "none.toml")
    assert (result.exit_code, result.stderr) == (
        2,
        "Error: none.toml cannot be read: No such file or directory\n",
    )


def test_the_schema_allows_what_the_reader_allows():
    properties = SCHEMA["properties"]
    assert set(properties["parameters"]["properties"]) == set(PARAMETERS)
    assert properties["rules"]["items"]["enum"] == sorted(all_rules())
    assert properties["format"]["enum"] == ["text", *FORMATS]
    assert properties["fail-on"]["enum"] == [each.value for each in Severity]


def test_a_whole_file_is_read_and_fits_the_schema(run, source):
    settle(WHOLE.replace('profile = "audit"\n', ""))
    document = json.loads(json.dumps(tomllib.loads(WHOLE), default=str))
    jsonschema.validate(document, SCHEMA)
    assert run("check", "--snapshot", source).exit_code == 0


@pytest.mark.parametrize("text", ["colour = true", 'rules = ["none"]', 'fail-on = "worst"'])
def test_the_schema_refuses_what_the_reader_refuses(text):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(text), SCHEMA)
