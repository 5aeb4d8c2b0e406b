"""Findings of every kind, for the tests of all formats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from vpcproof.engine import Evaluation, Report
from vpcproof.model.facts import Fact, Gap
from vpcproof.model.resource_type import ResourceType
from vpcproof.model.verdict import Compliance, Evidence, Severity
from vpcproof.render.baseline import Comparison
from vpcproof.render.findings import Findings, Source
from vpcproof.render.json_document import render_json
from vpcproof.rules.registry import Rule, all_rules

PROD, TEST, CLEAN = "vpc-0b1c2d3e4f5061728", "vpc-0c1d2e3f405162738", "vpc-0d1e2f30415263748"
SUBNET, GROUP = "subnet-0c1d2e3f405162738", "sg-0d1e2f30415263748"
ADMITS, BLACKHOLE = "vpc-endpoint-admits-workloads", "route-table-has-no-blackhole"
SSM = "vpc-ssm-endpoints-complete"

SNAPSHOT = Source(kind="snapshot", account="111122223333", region="ap-northeast-2", partition="aws")


_BLACKHOLE = Evaluation(
    rule=BLACKHOLE,
    resource_type=ResourceType.ROUTE_TABLE,
    resource_id="rtb-0a1b2c3d4e5f60718",
    vpc_id=PROD,
    compliance=Compliance.NON_COMPLIANT,
    severity=Severity.MEDIUM,
    annotation="blackhole: 0.0.0.0/0 to nat-0123456789abcdef0",
)


def evaluation(
    compliance: Compliance = Compliance.NON_COMPLIANT, *evidence: Evidence, **changes: Any
) -> Evaluation:
    """A medium finding about a route table, other than is said."""
    return replace(_BLACKHOLE, compliance=compliance, evidence=evidence, **changes)


def report(evaluations: Iterable[Evaluation], *gaps: Gap) -> Report:
    in_order = sorted(evaluations, key=lambda e: (e.rule, e.resource_type, e.resource_id))
    return Report(evaluations=tuple(in_order), gaps=gaps)


def findings(*evaluations: Evaluation, **others: Any) -> Findings:
    return Findings(**{"report": report(evaluations), "source": SNAPSHOT, **others})


def json_of(shown: Findings) -> str:
    """The whole JSON document."""
    return "".join(render_json(shown))


def everything() -> Findings:
    """Broken, unknown, sound and exempt resources in three VPCs, and gaps of both widths."""
    return Findings(
        report=report(_judged(), *_GAPS),
        source=SNAPSHOT,
        names={PROD: "production", "vpce-0a1b2c3d4e5f60718": "ssm"},
        advice={
            ADMITS: "Allow the service's port, TCP 443 for most, from the CIDR block of every "
            "subnet with workloads or from a security group that all of them carry.",
            BLACKHOLE: "Replace the route with one to a live target, or delete it.",
        },
        rules={name: documented(name) for name in (ADMITS, BLACKHOLE, SSM)},
        unjudged=("instance-connect-endpoint-reaches-instances",),
        captured_at=datetime(2026, 11, 2, 3, 4, 5, 678900, tzinfo=UTC),
    )


def documented(name: str) -> Rule:
    """A rule with few words, which no edit of its own documentation changes."""
    words = f"The desired state of {name}.\n\n## Why it matters\nIt breaks `ssm`, *silently*.\n"
    return replace(all_rules()[name], documentation=words)


def compared() -> Findings:
    """The same beside an earlier run: the critical finding is new, one was fixed since."""
    shown = everything()
    new, *unchanged = sorted(
        (e for e in shown.report.evaluations if e.compliance is Compliance.NON_COMPLIANT),
        key=lambda each: each.severity.rank,
    )
    then = Comparison(
        new=(new,),
        unchanged=tuple(unchanged),
        fixed=(evaluation(resource_id="rtb-fixed"),),
        undecided=(evaluation(resource_id="rtb-undecided", vpc_id=None),),
    )
    return replace(shown, baseline=then)


def endpoint_missing(*services: str, **changes: Any) -> Evaluation:
    """The finding of a VPC that lacks endpoints."""
    evidence = (Evidence("vpc_endpoint", each, "no endpoint in the VPC") for each in services)
    return evaluation(
        changes.pop("compliance", Compliance.NON_COMPLIANT),
        *evidence,
        **{
            "rule": "vpc-required-endpoints-present",
            "resource_type": ResourceType.VPC,
            "resource_id": PROD,
            "severity": Severity.HIGH,
            "annotation": f"no endpoint for {', '.join(services)}",
            **changes,
        },
    )


_GAPS = (
    Gap(fact=Fact.NETWORK_ACLS, reason="no file"),
    Gap(fact=Fact.PREFIX_LISTS, reason="no file"),
    Gap(fact=Fact.INSTANCE_CONNECT_ENDPOINTS, reason="no file"),
    Gap(fact=Fact.HOSTED_ZONES, reason="no HostedZoneSummaries of this VPC", vpc_id=PROD),
    Gap(fact=Fact.HOSTED_ZONES, reason="no HostedZoneSummaries of this VPC", vpc_id=TEST),
)


def _judged() -> Iterable[Evaluation]:
    return (
        evaluation(
            Compliance.NON_COMPLIANT,
            Evidence(
                "subnet",
                SUBNET,
                "tcp 443 from 10.0.3.0/24 is not admitted, for example from 10.0.3.0; "
                "left out: eni-0123456789abcdef0",
            ),
            Evidence("security_group", GROUP, "attached to vpce-0a1b2c3d4e5f60718"),
            rule=ADMITS,
            resource_type=ResourceType.VPC_ENDPOINT,
            resource_id="vpce-0a1b2c3d4e5f60718",
            severity=Severity.CRITICAL,
            annotation=f"443 not admitted from {SUBNET} (10.0.3.0/24): "
            f"no ingress rule of {GROUP} matches 10.0.3.0",
        ),
        _blackhole("rtb-0a1b2c3d4e5f60718", PROD),
        _blackhole("rtb-0b1c2d3e4f5061728", TEST),
        *(
            evaluation(
                Compliance.UNDETERMINED,
                rule="network-acl-permits-endpoint-traffic",
                resource_type=ResourceType.NETWORK_ACL,
                resource_id=f"acl-0a1b2c3d4e5f6071{last}",
                severity=Severity.HIGH,
                annotation="not read: NetworkAcls (no file)",
            )
            for last in range(8)
        ),
        *(
            evaluation(
                Compliance.COMPLIANT,
                Evidence("vpc_endpoint", resource_id, "state available"),
                rule="vpc-endpoint-available",
                resource_type=ResourceType.VPC_ENDPOINT,
                resource_id=resource_id,
                vpc_id=vpc_id,
                severity=Severity.HIGH,
                annotation="state is available",
            )
            for resource_id, vpc_id in (
                ("vpce-0a1b2c3d4e5f60718", PROD),
                ("vpce-0b1c2d3e4f5061728", CLEAN),
            )
        ),
        evaluation(
            Compliance.NOT_APPLICABLE,
            resource_id="rtb-0c1d2e3f405162738",
            annotation="exempt until 2027-01-31: retired with the old region",
        ),
    )


def _blackhole(table: str, vpc_id: str) -> Evaluation:
    fact = Evidence("route", table, "0.0.0.0/0 to nat-0123456789abcdef0 is a blackhole")
    return evaluation(Compliance.NON_COMPLIANT, fact, resource_id=table, vpc_id=vpc_id)
