"""What strangers may hand to vpcproof, and the errors that may come of it: no others."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from vpcproof.analysis.naming import parse_service_name
from vpcproof.analysis.paths import all_paths
from vpcproof.aws.compliance_change import parse_compliance_change
from vpcproof.aws.config_event import parse_event
from vpcproof.aws.place import Place
from vpcproof.aws.repair.request import parse_request
from vpcproof.engine import evaluate
from vpcproof.errors import (
    InvocationError,
    ParameterError,
    SnapshotError,
    UnknownRuleError,
    VpcProofError,
)
from vpcproof.exemptions import TAG_PREFIX, exemption_of
from vpcproof.facts.cloudformation.reader import read_template
from vpcproof.facts.folder import read_folder
from vpcproof.facts.terraform.read import read_plan
from vpcproof.model.parameters import Parameters, parse_parameters
from vpcproof.model.policy_document import parse_policy
from vpcproof.model.vpc import Vpc
from vpcproof.rules.registry import CORE_RULES, all_rules

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 6, 1, tzinfo=UTC)
REGION = "us-east-1"
HERE = Place("aws", "111122223333", REGION)


@dataclass(frozen=True)
class Target:
    """Something that reads; `allowed` are the errors that it documents."""

    read: Callable[[bytes], object]
    seeds: Callable[[], Iterator[bytes]]
    allowed: tuple[type[VpcProofError], ...] = ()

    def __call__(self, content: bytes) -> None:
        """Read; what is raised and not documented is a crash."""
        try:
            self.read(content)
        except self.allowed:
            return


def _event(read: Callable[[Mapping[str, Any]], object]) -> Callable[[bytes], object]:
    """Lambda decodes an event itself, and hands over no other than an object."""

    def of_bytes(content: bytes) -> object:
        try:
            event = json.loads(content)
        except (ValueError, RecursionError):
            return None
        return read(event) if isinstance(event, dict) else None

    return of_bytes


def _text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda content: read(content.decode(errors="replace"))


def _in_file(name: str, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    def of_bytes(content: bytes) -> object:
        with TemporaryDirectory() as folder:
            (Path(folder) / name).write_bytes(content)
            return read(Path(folder))

    return of_bytes


def _judged(reading: Any) -> None:
    """Whatever can be read can be judged."""
    evaluate(reading.snapshot, all_rules().values(), Parameters())
    all_paths(reading.snapshot, Parameters())


def _tagged(text: str) -> None:
    rule = CORE_RULES[0]
    tagged = Vpc(id="vpc-1", tags={TAG_PREFIX + rule: text})
    exemption_of(rule, tagged, (), on=date(2026, 6, 1))


def _parameters(given: Mapping[str, Any]) -> None:
    parse_parameters({name: value for name, value in given.items() if isinstance(value, str)})


def _files(*patterns: str) -> Callable[[], Iterator[bytes]]:
    return lambda: (
        file.read_bytes() for pattern in patterns for file in sorted(ROOT.glob(pattern))
    )


def _words(*texts: str) -> Callable[[], Iterator[bytes]]:
    return lambda: (text.encode() for text in texts)


def _whole_folders() -> Iterator[bytes]:
    """A folder as one document: every top-level key that its files hold."""
    for folder in (ROOT / "docs/example", *sorted((ROOT / "tests/scenarios").iterdir())[:12]):
        whole: dict[str, Any] = {}
        for file in sorted(folder.glob("*.json")):
            document = json.loads(file.read_bytes())
            if isinstance(document, dict) and file.name != "expected.json":
                whole.update(document)
        yield json.dumps(whole).encode()


TARGETS = {
    "config-event": Target(
        _event(parse_event),
        _files("events/*.json"),
        (InvocationError, ParameterError, UnknownRuleError),
    ),
    "compliance-change": Target(
        _event(parse_compliance_change),
        _files("events/compliance-change-*.json"),
        (InvocationError,),
    ),
    "repair-request": Target(
        _event(lambda event: parse_request(event, HERE)),
        _files("events/repair-*.json", "events/compliance-change-*.json"),
        (VpcProofError,),
    ),
    "folder": Target(
        _in_file("all.json", lambda folder: _judged(read_folder(folder, now=NOW))),
        _whole_folders,
        (SnapshotError,),
    ),
    "template": Target(
        _in_file(
            "template.yaml",
            lambda folder: _judged(
                read_template(
                    folder / "template.yaml", parameters={}, region=REGION, now=NOW
                )
            ),
        ),
        _files("tests/templates/*/template.*"),
        (SnapshotError,),
    ),
    "plan": Target(
        _in_file("plan.json", lambda folder: _judged(read_plan(folder / "plan.json", now=NOW))),
        _files("tests/plans/*/plan.json"),
        (SnapshotError,),
    ),
    "service-name": Target(
        _text(parse_service_name),
        _words("com.amazonaws.us-east-1.ssm", "cn.com.amazonaws.cn-north-1.ec2",
               "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
               "aws.sagemaker.us-east-1.notebook", "com.amazonaws.s3-global.accesspoint"),
    ),
    "policy": Target(
        _text(parse_policy),
        _words('{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
               '{"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":["1"]},"NotAction":["s3:Get*"],'
               '"Condition":{"StringLike":{"aws:PrincipalOrgID":["o-1"]}}}}'),
    ),
    "exemption": Target(_text(_tagged), _words("until=2027-01-31 reason=why not")),
    "parameters": Target(
        _event(_parameters),
        _words('{"services":"ssm,s3","granularity":"eni","internalCidrs":"10.0.0.0/8",'
               '"ephemeralPorts":"1024-65535","vpcTag":"a=b","requireEc2Messages":"auto"}'),
        (ParameterError,),
    ),
}  # fmt: skip
