"""VPCs that want repair, and their plans."""

from __future__ import annotations

from typing import Any

from vpcproof.engine import evaluate
from vpcproof.model.parameters import parse_parameters
from vpcproof.model.snapshot import Snapshot
from vpcproof.model.verdict import Compliance
from vpcproof.remediation.plan import Mandate, Plan
from vpcproof.remediation.planner import plan_vpc
from vpcproof.remediation.simulate import simulate
from vpcproof.rules.registry import all_rules

from tests.networks import VPC, allow_all, group, instance, network, open_acl, standing, subnet

FULL_ACCESS = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'
NARROW = "security-group-endpoint-ingress-restricted"

# Two private subnets in two zones with an instance each, past open filters.
HOME = (
    subnet("subnet-a", "10.0.1.0/24", zone="us-east-1a", free_addresses=200),
    subnet("subnet-b", "10.0.2.0/24", zone="us-east-1b", free_addresses=200),
    instance("subnet-a", "10.0.1.10"),
    instance("subnet-b", "10.0.2.10"),
    group("sg-app", egress=(allow_all("0.0.0.0/0"),)),
    open_acl(),
)
ZONES = (("subnet-a", "10.0.1.5"), ("subnet-b", "10.0.2.5"))


def home(*others: Any) -> Snapshot:
    """The two subnets with more in them; parts given replace those of the same id."""
    return network(*HOME, *others)


def endpoint_in(service: str, *homes: tuple[str, ...], **others: Any) -> tuple[Any, ...]:
    """A sound interface endpoint in both zones, or in those named."""
    return standing(service, *(homes or ZONES), **{"policy_document": FULL_ACCESS, **others})


def ssm_pair(**others: Any) -> tuple[Any, ...]:
    """The two endpoints that Systems Manager needs."""
    return (*endpoint_in("ssm", **others), *endpoint_in("ssmmessages", **others))


def planned(
    snapshot: Snapshot,
    vpc_id: str = VPC,
    *,
    rules: tuple[str, ...] = (),
    mandate: Mandate | None = None,
    exemptions: tuple[Any, ...] = (),
    **parameters: str,
) -> Plan:
    return plan_vpc(
        snapshot,
        vpc_id,
        parse_parameters(parameters),
        mandate=mandate or Mandate(),
        rules=rules,
        exemptions=exemptions,
    )


def operations(plan: Plan) -> list[str]:
    return [change.operation for change in plan.changes]


def reasons(plan: Plan, rule: str) -> str:
    """All that is said of the findings of a rule that stay."""
    return "; ".join(
        reason for each in plan.problems if each.finding.rule == rule for reason in each.reasons
    )


def made(snapshot: Snapshot, plan: Plan) -> Snapshot:
    """The network when all changes of a plan have been made."""
    return simulate(snapshot, *(change.call for change in plan.changes))


def unmade(snapshot: Snapshot, plan: Plan) -> Snapshot:
    """The network when all changes have been taken back, the last one first."""
    undo = [call for change in reversed(plan.changes) for call in change.undo]
    return simulate(snapshot, *undo)


def broken(snapshot: Snapshot, **parameters: str) -> set[tuple[str, str]]:
    report = evaluate(snapshot, all_rules().values(), parse_parameters(parameters))
    return {
        (each.rule, each.resource_id)
        for each in report.evaluations
        if each.compliance is Compliance.NON_COMPLIANT
    }
