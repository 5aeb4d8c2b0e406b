"""Step 3: names, connections and TLS, as a probe in the VPC sees them, or this place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from ..analysis.paths import path
from ..analysis.probed import is_fresh, probe_words
from ..analysis.probing import probe_targets
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.probe_result import ProbeResult
from ..model.snapshot import Snapshot
from .settings import region_words
from .step import Check, Outcome, Step

_TITLE = "DNS from inside"
PROBE_TAG_FILTER = "Key=vpcproof:probe"

# What to do about the first step that failed.
NEXT: Mapping[str, str] = MappingProxyType(
    {
        "nxdomain": "look for a private hosted zone or a Route 53 Profile that covers the name "
        "and has no record for it",
        "no-answer": "look for a private hosted zone that has the name without an address",
        "resolver-failed": "look at the DNS servers of the VPC's DHCP options, and at "
        "enableDnsSupport",
        "public-address": "turn on private DNS of the endpoint, and enableDnsHostnames and "
        "enableDnsSupport of the VPC",
        "foreign-address": "look for a private hosted zone, a Profile or a DNS server of your own "
        "that leads the name elsewhere",
        "refused": "something answers at this address, but not the service: see what stands there",
        "timed-out": "look at the security groups of both ends, at network ACLs and at routes",
        "no-route": "give the subnet a route to the address, of its family",
        "reset": "look for an appliance that ends connections",
        "certificate": "look for an appliance that breaks TLS open",
        "tls": "look for an appliance that speaks another TLS",
    }
)
_DEPLOY = "deploy a probe: the template's ProbeSubnetIds, see docs/operations.md"


def names_step(
    snapshot: Snapshot,
    vpc_id: str,
    services: tuple[str, ...],
    parameters: Parameters,
) -> Step:
    """What the probes of the VPC say; without any the step is not taken."""
    probed = [each.id for each in snapshot.subnets_of(vpc_id) if snapshot.probed(each.id)]
    commands = (*name_commands(snapshot, vpc_id, services), _find_probes(snapshot, vpc_id))
    gap = snapshot.gap(Fact.PROBE_RESULTS)
    if not probed and gap is not None:
        unread = Check(
            subject="probes",
            outcome=Outcome.UNKNOWN,
            detail=f"could not be looked for: {gap.reason}",
            next="allow tag:GetResources and lambda:InvokeFunction",
        )
        return Step(number=3, title=_TITLE, commands=commands, checks=(unread,))
    if not probed:
        note = f"not tried, as no probe has answered; {_DEPLOY}"
        return Step(number=3, title=_TITLE, commands=commands, note=note)
    checks = tuple(
        _of_probe(snapshot, subnet_id, code, parameters)
        for subnet_id in probed
        for code in services
    )
    note = f"as seen by the probes in {', '.join(probed)}; other subnets were not tried"
    return Step(number=3, title=_TITLE, commands=commands, checks=checks, note=note)


def local_step(
    snapshot: Snapshot,
    vpc_id: str,
    results: Sequence[ProbeResult],
    *,
    own_addresses: Iterable[str],
    is_inside: bool,
) -> Step:
    """What was seen from where the command runs, and what that does and does not prove.

    From outside nothing is proven either way: public DNS answers with public addresses even where
    private DNS works.
    """
    services = tuple(each.service for each in results)
    place = ", ".join(own_addresses) or "an address that is not known"
    if is_inside:
        note = (
            f"tried from here, {place}, which is within the CIDR blocks of the VPC: proven for "
            "this host, its subnet and its security groups, not for others"
        )
    else:
        note = (
            f"tried from here, {place}, which is outside of the VPC: this proves nothing about "
            f"the VPC; run it in the VPC, or {_DEPLOY}"
        )
    return Step(
        number=3,
        title=_TITLE,
        commands=name_commands(snapshot, vpc_id, services),
        checks=tuple(_of_this_place(each, is_inside=is_inside) for each in results),
        note=note,
    )


def name_commands(
    snapshot: Snapshot, vpc_id: str, services: tuple[str, ...]
) -> tuple[tuple[str, ...], ...]:
    """What to type on a host in the VPC, for each name."""
    targets = probe_targets(snapshot, vpc_id, services)
    return tuple(("dig", "+short", name) for each in targets for name in each.names)


def _find_probes(snapshot: Snapshot, vpc_id: str) -> tuple[str, ...]:
    return (
        *("aws", "resourcegroupstaggingapi", "get-resources"),
        *region_words(snapshot, vpc_id),
        *("--tag-filters", PROBE_TAG_FILTER),
        *("--query", "ResourceTagMappingList[].ResourceARN"),
    )


def _of_probe(snapshot: Snapshot, subnet_id: str, code: str, parameters: Parameters) -> Check:
    subject = f"{code} from {subnet_id}"
    result = snapshot.probed(subnet_id).get(code)
    if result is None:
        return Check(
            subject=subject,
            outcome=Outcome.UNKNOWN,
            detail="the probe was not asked about it",
            next="the network interfaces of its endpoint have to be read, so that the probe knows "
            "what to expect",
        )
    words = probe_words(result)
    if not result.answered:
        advice = "see the log of the probes, the output ProbeLogGroup of the stack"
        return Check(subject=subject, outcome=Outcome.UNKNOWN, detail=words, next=advice)
    if not is_fresh(result, snapshot, parameters):
        limit = parameters.probe_max_age_minutes
        detail = f"{words}, more than {limit} minutes before the rest was read"
        return Check(subject=subject, outcome=Outcome.UNKNOWN, detail=detail, next="ask it again")
    if not result.reaches:
        return Check(subject=subject, outcome=Outcome.FAILED, detail=words, next=advice_on(result))
    settings = path(snapshot, subnet_id, code, parameters)
    if settings.reachable is False:
        detail = f"{words}; but the settings block it: {settings.blocks[0]}"
        advice = "give the probe the security groups of the workloads, or see `vpcproof paths`"
        return Check(subject=subject, outcome=Outcome.FAILED, detail=detail, next=advice)
    return Check(subject=subject, outcome=Outcome.PASSED, detail=words)


def _of_this_place(result: ProbeResult, *, is_inside: bool) -> Check:
    words = probe_words(result).replace("the probe", "this host")
    if not is_inside:
        return Check(subject=result.service, outcome=Outcome.UNKNOWN, detail=words)
    if result.reaches:
        return Check(subject=result.service, outcome=Outcome.PASSED, detail=words)
    advice = advice_on(result)
    return Check(subject=result.service, outcome=Outcome.FAILED, detail=words, next=advice)


def advice_on(result: ProbeResult) -> str:
    """What to do about the first step that failed."""
    errors = (each.error or "" for each in result.failed)
    return next((NEXT[each] for each in errors if each in NEXT), "see `vpcproof paths`")
