"""The network that a report draws: its paths, and its repairs where there are few VPCs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet

from ..analysis.paths import all_paths
from ..analysis.requirements import required_services
from ..exemptions import Exemption
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.snapshot import Snapshot
from ..remediation.planner import plan_vpc
from ..render.network import Network
from ..rules.registry import find_rule

# Proving a plan takes about as long as judging everything once: more of them are left to `fix`.
_PLANNED = 20
# The rule that joins all facts of a path, and so declares them.
_RULE_OF_PATHS = "subnet-service-traffic-private"


def facts_of_paths() -> frozenset[Fact]:
    """What paths are made of."""
    return find_rule(_RULE_OF_PATHS).collected


def required_of(snapshot: Snapshot, parameters: Parameters) -> dict[str, frozenset[str]]:
    """The services that each VPC must reach."""
    return {
        vpc_id: frozenset(required_services(snapshot, vpc_id, parameters))
        for vpc_id in snapshot.vpcs
    }


def network_of(
    snapshot: Snapshot,
    parameters: Parameters,
    broken: AbstractSet[str],
    *,
    rules: Collection[str],
    vpc_ids: Collection[str],
    exemptions: Sequence[Exemption] = (),
) -> Network:
    """All paths; and the proven repairs of what some rules found, for VPCs that are `broken`."""
    known = sorted(broken & snapshot.vpcs.keys())
    planned = known if len(known) <= _PLANNED else ()
    return Network(
        snapshot=snapshot,
        paths=all_paths(snapshot, parameters, vpc_ids=frozenset(vpc_ids)),
        required=required_of(snapshot, parameters),
        plans={
            vpc_id: plan_vpc(snapshot, vpc_id, parameters, rules=rules, exemptions=exemptions)
            for vpc_id in planned
        },
    )
