"""The operating pages are true: what they name exists, and commands are what they say."""

import re
import subprocess
from functools import cache
from pathlib import Path

import click
import pytest
from botocore import xform_name
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.model import ServiceModel
from cfnlint.decode.cfn_yaml import load
from vpcproof.cli.program import program
from vpcproof.model.parameters import PARAMETERS
from vpcproof.rules.registry import CORE_RULES, PROBE_RULES, all_rules

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / f"docs/{name}.md" for name in ("accounts", "alerts", "cost", "operations", "parameters")
]
TEMPLATES = {
    path: load(str(ROOT / path))
    for path in (
        "template.yaml",
        "organization/rules.yaml",
        "organization/member-role.yaml",
        "organization/member-alerts.yaml",
        "organization/probe.yaml",
    )
}
PACK = load(str(ROOT / "conformance-packs/vpcproof.yaml"))
BLOCK = re.compile(r"^( *)```(?:console|bash)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`((?:aws|sam|vpcproof) [^`]+)`")
# Of the AWS CLI itself: they have no API operation of their own name.
CUSTOM = {
    ("cloudformation", "deploy"): {
        "--stack-name",
        "--template-file",
        "--capabilities",
        "--parameter-overrides",
    },
    ("logs", "tail"): {"--since", "--filter-pattern"},
}
EVERYWHERE = {"--query", "--output", "--region", "--cli-binary-format"}


def blocks(page):
    return [found[2] for found in BLOCK.finditer(page.read_text())]


def commands(page):
    """The commands of a page, each as its words."""
    typed = []
    for block in blocks(page):
        joined = block.replace("\\\n", " ")
        typed += re.findall(
            r"(?:^ *|\$\(|&& )((?:aws|sam|vpcproof) .+?)(?= &&| \|| <|;|$)", joined, re.MULTILINE
        )
    typed += INLINE.findall(page.read_text())
    return [command.split() for command in typed]


COMMANDS = [(page.stem, command) for page in PAGES for command in commands(page)]


def of(program):
    return [
        pytest.param(command, id=f"{page}-{'-'.join(command[1:3])}")
        for page, command in COMMANDS
        if command[0] == program
    ]


def options(command):
    return {word.partition("=")[0] for word in command if word.startswith("--")}


def test_there_are_commands_to_look_at():
    assert len(of("aws")) > 12
    assert len(of("sam")) >= 4
    assert of("vpcproof")


@pytest.mark.parametrize("command", of("aws"))
def test_a_command_of_the_aws_cli_exists_with_its_options(command):
    service, operation = command[1:3]
    if (service, operation) in CUSTOM:
        known = CUSTOM[service, operation]
    else:
        names = {"configservice": "config", "s3api": "s3"}
        known = _options_of(names.get(service, service), operation)
    assert options(command) - EVERYWHERE <= known


def _options_of(service, operation):
    try:
        model = ServiceModel(Loader().load_service_model(service, "service-2"))
    except UnknownServiceError:
        pytest.fail(f"no service {service}")
    names = {xform_name(name, "-"): name for name in model.operation_names}
    shape = model.operation_model(names[operation]).input_shape
    return {f"--{xform_name(member, '-')}" for member in (shape.members if shape else ())}


@pytest.mark.parametrize("command", of("aws"))
def test_a_file_that_a_command_hands_over_is_in_the_repository_or_was_just_written(command):
    for path in re.findall(r"file://(\S+)", " ".join(command)):
        assert (ROOT / path).exists() or path == "event.json"


@pytest.mark.parametrize("command", of("sam"))
def test_an_option_of_sam_exists(command):
    assert all(option in _help_of_sam(command[1]) for option in options(command))


@cache
def _help_of_sam(command):
    return subprocess.run(
        [ROOT / ".tools/sam/bin/sam", command, "--help"],
        env={"SAM_CLI_TELEMETRY": "0", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.parametrize("command", of("vpcproof"))
def test_an_option_of_the_command_line_exists(command):
    found = program.get_command(click.Context(program), command[1])
    assert found is not None
    known = {name for each in found.params for name in each.opts}
    assert options(command) <= known


@pytest.mark.parametrize(("page", "command"), COMMANDS, ids=str)
def test_a_parameter_given_exists(page, command):
    words = " ".join(command)
    if "--parameter-overrides" in command:
        given = re.findall(r" ([A-Za-z0-9]+)=", words.partition("--parameter-overrides")[2])
        template = next((path for path in TEMPLATES if path in words), "template.yaml")
        assert set(given) - {"Name"} <= set(TEMPLATES[template]["Parameters"])
    for name in re.findall(r"ParameterKey=(\w+)", words):
        assert name in TEMPLATES["organization/member-role.yaml"]["Parameters"]
    for name in re.findall(r"ParameterName=(\w+)", words):
        assert name in PACK["Parameters"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_is_named_by_an_equals_sign_is_a_parameter(page):
    named = set(re.findall(r"`([A-Z][A-Za-z]+)=[^`]*`", page.read_text()))
    tags = {"ManagedBy"}
    assert named - tags <= set(TEMPLATES["template.yaml"]["Parameters"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_parameters_resources_and_outputs_are_named_as_they_are(page):
    """Words in CamelCase between backquotes, and the alarms and queues that the text names."""
    template = TEMPLATES["template.yaml"]
    known = {
        name
        for each in TEMPLATES.values()
        for section in ("Parameters", "Resources", "Outputs")
        for name in each.get(section, ())
    }
    metrics = set(re.findall(r'"vpcproof", "(\w+)"', str(template["Resources"]["Dashboard"])))
    named = set(re.findall(r"`([A-Z][a-z]+[A-Z][A-Za-z]+)`", page.read_text()))
    named |= set(re.findall(r"\b((?:Evaluate|Notify)[A-Z][A-Za-z]+)\b", page.read_text()))
    of_aws = {
        "AccessDenied",
        "InputParameters",
        "InvalidResultTokenException",
        "NoAvailableConfigurationRecorderException",
        "PendingConfirmation",
        "PrincipalOrgID",
        "RequestLimitExceeded",
        "SourceAccount",
        "UnauthorizedOperation",
    }
    assert named - known - metrics - of_aws == set()


def test_the_core_set_is_explained_rule_by_rule():
    text = (ROOT / "docs/operations.md").read_text()
    table = text.partition("| Question |")[2].partition("\n\n")[0]
    assert sorted(set(re.findall(r"`([a-z-]+)`", table))) == sorted(CORE_RULES)


def test_every_parameter_of_the_template_is_in_the_table():
    rows = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/parameters.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(TEMPLATES["template.yaml"]["Parameters"])
    assert {name for name in rows if name[0].islower()} <= set(PARAMETERS)


def test_the_cost_page_counts_what_is_there():
    text = " ".join((ROOT / "docs/cost.md").read_text().split())
    resources = TEMPLATES["template.yaml"]["Resources"]
    alarms = [
        each
        for each in resources.values()
        if each["Type"] == "AWS::CloudWatch::Alarm" and "Condition" not in each
    ]
    metrics = re.findall(
        r'\["vpcproof", "\w+", "service"', str(resources["Dashboard"]["Properties"])
    )
    assert f"{len(alarms)} alarms, {len(metrics)} metrics, a dashboard" in text
    assert f"${len(alarms) * 0.1:.2f} + ${len(metrics) * 0.3:.2f} + $0 to $3" in text
    of_repair = resources["RemediationDashboard"]["Properties"]
    metrics = re.findall(r'\["vpcproof", "\w+", "service"', str(of_repair))
    assert f"3 alarms, {len(metrics)} metrics, another dashboard" in text
    rules = all_rules().keys() - set(PROBE_RULES)  # the example has no probes
    seconds = len(rules) * 730 * 2
    said = f"{len(rules)} rules x 730 schedules x 2 s x 1 GB = {seconds:,} GB-seconds"
    assert said in text.replace("\N{MULTIPLICATION SIGN}", "x")
    assert f"{len(rules) * 730:,} requests" in text
    assert f"else ${seconds * 0.0000133334 + len(rules) * 730 * 2e-7:.2f}" in text


def test_prices_have_sources():
    for line in (ROOT / "docs/cost.md").read_text().splitlines():
        if line.startswith("| ") and "| $" in line and "](https://" not in line:
            assert not re.search(r"per (GB|million|10,000)", line), line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_shell_commands_are_shell(page):
    for block in blocks(page):
        checked = subprocess.run(
            ["bash", "-n"], input=block, capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stderr


def test_outputs_that_the_pages_ask_for_exist():
    for page in PAGES:
        asked = re.findall(r"\$\(output (\w+)\)", page.read_text())
        assert set(asked) <= set(TEMPLATES["template.yaml"]["Outputs"])
