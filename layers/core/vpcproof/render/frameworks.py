"""Controls of public frameworks that a rule is about: data, and no more than its sources say.

Names, related requirements and what each control asks are those of AWS Security Hub:
https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html
A rule that no published control is about has none here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..engine import Evaluation
from ..model.verdict import Compliance

FSBP = "AWS Foundational Security Best Practices v1.0.0"
NIST = "NIST.800-53.r5"
PCI_DSS = "PCI DSS v3.2.1"
CIS = "CIS AWS Foundations Benchmark v1.2.0"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement of a standard, written as Security Hub writes it."""

    standard: str
    id: str

    def __str__(self) -> str:
        return f"{self.standard}{' ' if self.standard == NIST else '/'}{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A Security Hub control, and the requirements that AWS relates it to.

    With `service` it asks for an interface endpoint for that service and nothing else, so that only
    a finding about this service is about the control.
    """

    id: str
    title: str
    requirements: tuple[Requirement, ...]
    service: str = ""

    @property
    def url(self) -> str:
        """Where AWS describes the control."""
        page = "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html"
        return f"{page}#{self.id.lower().replace('.', '-')}"


def controls_about(rule: str) -> tuple[Control, ...]:
    """The controls that findings of a rule may be about."""
    return _CONTROLS.get(rule, ())


def controls_of(evaluation: Evaluation) -> tuple[Control, ...]:
    """The controls that one verdict is about: of those for a service, the ones it finds missing."""
    missing = {
        each.id
        for each in evaluation.evidence
        if each.fact == "vpc_endpoint" and evaluation.compliance is Compliance.NON_COMPLIANT
    }
    return tuple(
        control
        for control in controls_about(evaluation.rule)
        if not control.service or control.service in missing
    )


def requirements_of(controls: Iterable[Control]) -> tuple[Requirement, ...]:
    """The requirements of several controls, each once."""
    return tuple(dict.fromkeys(each for control in controls for each in control.requirements))


def _of(standard: str, ids: str) -> tuple[Requirement, ...]:
    return tuple(Requirement(standard, each) for each in ids.split())


_EC2 = Control(
    id="EC2.10",
    title="Amazon EC2 should be configured to use VPC endpoints that are created for the "
    "Amazon EC2 service",
    service="ec2",
    requirements=_of(FSBP, "EC2.10")
    + _of(
        NIST,
        "AC-21 AC-3 AC-3(7) AC-4 AC-4(21) AC-6 SC-7 SC-7(11) SC-7(16) SC-7(20) SC-7(21) "
        "SC-7(3) SC-7(4)",
    ),
)
_ECR_API = Control(
    id="EC2.55",
    title="VPCs should be configured with an interface endpoint for ECR API",
    service="ecr.api",
    requirements=_of(FSBP, "EC2.55"),
)
_ECR_DOCKER = Control(
    id="EC2.56",
    title="VPCs should be configured with an interface endpoint for Docker Registry",
    service="ecr.dkr",
    requirements=_of(FSBP, "EC2.56"),
)
_SSM = Control(
    id="EC2.57",
    title="VPCs should be configured with an interface endpoint for Systems Manager",
    service="ssm",
    requirements=_of(FSBP, "EC2.57"),
)
_SSM_CONTACTS = Control(
    id="EC2.58",
    title="VPCs should be configured with an interface endpoint for Systems Manager Incident "
    "Manager Contacts",
    service="ssm-contacts",
    requirements=_of(FSBP, "EC2.58"),
)
_SSM_INCIDENTS = Control(
    id="EC2.60",
    title="VPCs should be configured with an interface endpoint for Systems Manager Incident "
    "Manager",
    service="ssm-incidents",
    requirements=_of(FSBP, "EC2.60"),
)
_OPEN_SSH = Control(
    id="EC2.13",
    title="Security groups should not allow ingress from 0.0.0.0/0 or ::/0 to port 22",
    requirements=_of(CIS, "4.1")
    + _of(PCI_DSS, "1.2.1 1.3.1 2.2.2")
    + _of(NIST, "AC-4 AC-4(21) CM-7 SC-7 SC-7(11) SC-7(16) SC-7(21) SC-7(4) SC-7(5)"),
)
_OPEN_RDP = Control(
    id="EC2.14",
    title="Security groups should not allow ingress from 0.0.0.0/0 or ::/0 to port 3389",
    requirements=_of(CIS, "4.2"),
)
_OPEN_PORTS = Control(
    id="EC2.18",
    title="Security groups should only allow unrestricted incoming traffic for authorized ports",
    requirements=_of(FSBP, "EC2.18")
    + _of(NIST, "AC-4 AC-4(21) SC-7 SC-7(11) SC-7(16) SC-7(21) SC-7(4) SC-7(5)"),
)
_RISKY_PORTS = Control(
    id="EC2.19",
    title="Security groups should not allow unrestricted access to ports with high risk",
    requirements=_of(FSBP, "EC2.19")
    + _of(
        NIST,
        "AC-4 AC-4(21) CA-9(1) CM-2 CM-2(2) CM-7 SC-7 SC-7(11) SC-7(16) SC-7(21) SC-7(4) SC-7(5)",
    ),
)

_CONTROLS: Mapping[str, tuple[Control, ...]] = MappingProxyType(
    {
        "security-group-endpoint-ingress-restricted": (
            _OPEN_SSH,
            _OPEN_RDP,
            _OPEN_PORTS,
            _RISKY_PORTS,
        ),
        "vpc-required-endpoints-present": (
            _EC2,
            _ECR_API,
            _ECR_DOCKER,
            _SSM,
            _SSM_CONTACTS,
            _SSM_INCIDENTS,
        ),
        "vpc-ssm-endpoints-complete": (_SSM,),
    }
)
