"""The probe functions: which there are, what they are asked, and what they answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ..analysis.probing import probe_targets, probed_services
from ..model.probe_target import ProbeTarget
from ..model.snapshot import Snapshot
from .raw import shown

# The tag by which probes are found; its value is the subnet.
PROBE_TAG = "vpcproof:probe"
_SECONDS_PER_STEP = 3

Element = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Probes:
    """That the functions tagged as probes are to be asked, about these services.

    Without `services` that is the SSM set, and every service that has an endpoint in the VPC.
    """

    services: tuple[str, ...] = ()


def functions_tagged(mappings: list[Mapping[str, Any]]) -> Mapping[str, str]:
    """Functions by subnet from what GetResources of the tagging API lists."""
    return MappingProxyType(
        {
            tag["Value"]: mapping["ResourceARN"]
            for mapping in mappings
            for tag in mapping.get("Tags") or ()
            if tag.get("Key") == PROBE_TAG and tag.get("Value")
        }
    )


def questions(snapshot: Snapshot, subnet_id: str, probes: Probes) -> tuple[ProbeTarget, ...]:
    """What the probe in a subnet is to be asked."""
    vpc_id = snapshot.subnets[subnet_id].vpc_id
    services = probes.services or probed_services(snapshot, vpc_id)
    return probe_targets(snapshot, vpc_id, services)


def question_of(targets: tuple[ProbeTarget, ...]) -> dict[str, Any]:
    """The event of a probe function."""
    asked = [
        {
            "service": each.service,
            "kind": "interface" if each.is_interface else "gateway",
            "names": list(each.names),
            "port": each.port,
            "expected": list(each.expected),
            "addresses": list(each.cidrs),
        }
        for each in targets
    ]
    return {"targets": asked, "secondsPerStep": _SECONDS_PER_STEP}


def answer_of(
    subnet_id: str, targets: tuple[ProbeTarget, ...], payload: bytes, error: str | None
) -> list[Element]:
    """The results of one invocation; `error` is how Lambda says that the function failed."""
    try:
        document = json.loads(payload)
    except ValueError:
        document = None
    if error is not None:
        message = document.get("errorMessage") if isinstance(document, Mapping) else None
        return failures(subnet_id, targets, f"the function failed: {shown(message or error, 200)}")
    results = document.get("ProbeResults") if isinstance(document, Mapping) else None
    if not isinstance(results, list):
        return failures(subnet_id, targets, "the function answered no ProbeResults")
    told = [each for each in results if isinstance(each, Mapping)]
    strange = {str(each.get("SubnetId")) for each in told} - {subnet_id}
    if strange:
        stands_in = shown(", ".join(sorted(strange)))
        return failures(subnet_id, targets, f"the function stands in {stands_in}")
    known = {each.get("Service") for each in told}
    unsaid = tuple(each for each in targets if each.service not in known)
    silent = failures(subnet_id, unsaid, "the function did not speak of this service")
    return [*map(dict, told), *silent]


def failures(subnet_id: str, targets: tuple[ProbeTarget, ...], reason: str) -> list[Element]:
    """What stands for the answer of a probe that gave none."""
    return [{"SubnetId": subnet_id, "Service": each.service, "Failure": reason} for each in targets]
