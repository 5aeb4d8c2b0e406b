"""Steps 1 and 2: endpoints and security group rules, judged by the rules themselves."""

from __future__ import annotations

from collections.abc import Iterator

from ..analysis.central import is_cut_off
from ..analysis.endpoints import standing_endpoints
from ..analysis.requirements import required_services
from ..analysis.resolution import Leads, resolve
from ..analysis.scope import vpc_region
from ..analysis.ssm import Need, ec2messages_need
from ..engine import Evaluation, evaluate_resource
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.snapshot import Resource, Snapshot
from ..model.verdict import Compliance
from ..model.vpc_endpoint import VpcEndpoint
from ..rules.registry import find_rule
from .step import Check, Outcome, Step

# What each of these rules says of a resource is one check.
_AVAILABLE = "vpc-endpoint-available"
_NAMED = "vpc-endpoint-private-dns-effective"
_ADMITS = "vpc-endpoint-admits-workloads"
_ROUTES = "vpc-endpoint-gateway-routes-complete"
_EGRESS = "security-group-egress-reaches-endpoints"
RULES = (_AVAILABLE, _NAMED, _ADMITS, _ROUTES, _EGRESS)

_OUTCOMES = {
    Compliance.COMPLIANT: Outcome.PASSED,
    Compliance.NOT_APPLICABLE: Outcome.PASSED,
    Compliance.NON_COMPLIANT: Outcome.FAILED,
    Compliance.UNDETERMINED: Outcome.UNKNOWN,
}


def services_to_verify(
    snapshot: Snapshot, vpc_id: str, parameters: Parameters, named: tuple[str, ...]
) -> tuple[str, ...]:
    """The services named, else those that the VPC needs."""
    return named or required_services(snapshot, vpc_id, parameters)


def endpoints_step(
    snapshot: Snapshot, vpc_id: str, services: tuple[str, ...], parameters: Parameters
) -> Step:
    """Whether there is an endpoint for each service, available, and its names lead to it."""
    command = (
        *_ec2(snapshot, vpc_id, "describe-vpc-endpoints"),
        "--filters",
        f"Name=vpc-id,Values={vpc_id}",
        "--query",
        "VpcEndpoints[].[VpcEndpointId,ServiceName,VpcEndpointType,State,PrivateDnsEnabled]",
        "--output",
        "table",
    )
    checks = [
        check for code in services for check in _endpoint_checks(snapshot, vpc_id, code, parameters)
    ]
    return Step(number=1, title="Endpoints", commands=(command,), checks=tuple(checks))


def security_groups_step(
    snapshot: Snapshot, vpc_id: str, services: tuple[str, ...], parameters: Parameters
) -> Step:
    """Whether workloads are let in to the endpoints, and out to them."""
    endpoints = [each for code in services for each in _endpoints(snapshot, vpc_id, code)]
    checks = []
    for endpoint in endpoints:
        rule = _ADMITS if endpoint.is_interface else _ROUTES
        checks.append(_judged(snapshot, rule, endpoint, parameters))
    for group in snapshot.security_groups.values():
        if group.vpc_id == vpc_id:
            check = _judged(snapshot, _EGRESS, group, parameters)
            if check.outcome is not Outcome.PASSED:
                checks.append(check)
    groups = sorted({each for endpoint in endpoints for each in endpoint.group_ids})
    command = (
        *_ec2(snapshot, vpc_id, "describe-security-group-rules"),
        "--filters",
        f"Name=group-id,Values={','.join(groups)}",
        "--query",
        "SecurityGroupRules[].[GroupId,IsEgress,IpProtocol,FromPort,ToPort,CidrIpv4,PrefixListId]",
        "--output",
        "table",
    )
    note = "" if checks else "there is no endpoint whose rules could be looked at"
    return Step(
        number=2,
        title="Security group rules",
        commands=(command,) if groups else (),
        checks=tuple(checks),
        note=note,
    )


def region_words(snapshot: Snapshot, vpc_id: str) -> tuple[str, ...]:
    """The option of the AWS CLI that names the Region; the partition follows from it."""
    region = vpc_region(snapshot, vpc_id) or snapshot.region
    return ("--region", region) if region else ()


def _ec2(snapshot: Snapshot, vpc_id: str, operation: str) -> tuple[str, ...]:
    return ("aws", "ec2", operation, *region_words(snapshot, vpc_id))


def _endpoints(snapshot: Snapshot, vpc_id: str, code: str) -> tuple[VpcEndpoint, ...]:
    return (
        *standing_endpoints(snapshot, vpc_id, code, "Interface"),
        *standing_endpoints(snapshot, vpc_id, code, "Gateway"),
    )


def _endpoint_checks(
    snapshot: Snapshot, vpc_id: str, code: str, parameters: Parameters
) -> Iterator[Check]:
    found = _endpoints(snapshot, vpc_id, code)
    if not found:
        yield _without_endpoint(snapshot, vpc_id, code, parameters)
    for endpoint in found:
        state = _judged(snapshot, _AVAILABLE, endpoint, parameters, subject=code)
        if state.outcome is Outcome.PASSED and endpoint.is_interface:
            names = _judged(snapshot, _NAMED, endpoint, parameters, subject=code)
            yield names if names.outcome is not Outcome.PASSED else _both(state, names)
        else:
            yield state


def _both(state: Check, names: Check) -> Check:
    detail = f"{state.detail}; {names.detail.partition(': ')[2]}"
    return Check(subject=state.subject, outcome=Outcome.PASSED, detail=detail)


def _without_endpoint(snapshot: Snapshot, vpc_id: str, code: str, parameters: Parameters) -> Check:
    gap = snapshot.gap(Fact.VPC_ENDPOINTS, vpc_id)
    if gap is not None:
        detail = f"the endpoints were not read: {gap.reason}"
        advice = "allow ec2:DescribeVpcEndpoints, or save its answer"
        return Check(subject=code, outcome=Outcome.UNKNOWN, detail=detail, next=advice)
    resolution = resolve(snapshot, vpc_id, code)
    if resolution.leads is Leads.ELSEWHERE:
        return _central(code, parameters)
    need = ec2messages_need(snapshot, vpc_id, parameters)
    if code == "ec2messages" and need.need is Need.UNKNOWN:
        detail = f"no endpoint in the VPC, and whether one is needed is not known: {need.reason}"
        advice = "allow ssm:DescribeInstanceInformation, or set requireEc2Messages"
        return Check(subject=code, outcome=Outcome.UNKNOWN, detail=detail, next=advice)
    ways = [each for each in snapshot.subnets_of(vpc_id) if not is_cut_off(snapshot, each)]
    other = "; names may still lead to another VPC" if ways and not resolution.is_known else ""
    return Check(
        subject=code,
        outcome=Outcome.FAILED,
        detail=f"no endpoint in the VPC{other}",
        next=f"vpcproof fix --vpc {vpc_id} plans one",
    )


def _central(code: str, parameters: Parameters) -> Check:
    detail = "no endpoint here; the name leads to one of another VPC"
    if parameters.allow_centralised:
        return Check(subject=code, outcome=Outcome.PASSED, detail=detail)
    return Check(
        subject=code,
        outcome=Outcome.UNKNOWN,
        detail=detail,
        next="set allowCentralised=true if that is meant, and see `vpcproof paths`",
    )


def _judged(
    snapshot: Snapshot,
    rule: str,
    resource: Resource,
    parameters: Parameters,
    *,
    subject: str | None = None,
) -> Check:
    """The verdict of a rule as a check."""
    evaluation = evaluate_resource(snapshot, find_rule(rule), resource, parameters)
    outcome = _OUTCOMES[evaluation.compliance]
    about = f"{resource.id}: " if subject else ""
    return Check(
        subject=subject or resource.id,
        outcome=outcome,
        detail=f"{about}{evaluation.annotation}",
        next="" if outcome is Outcome.PASSED else _explained(evaluation),
    )


def _explained(evaluation: Evaluation) -> str:
    return f"vpcproof explain {evaluation.rule} {evaluation.resource_id}"
