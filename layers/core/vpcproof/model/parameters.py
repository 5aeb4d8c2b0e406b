"""The parameters of the rules: one definition for every face that takes them.

AWS Config `InputParameters`, template parameters, the command line's `--set` and `vpcproof.toml`
use these names; all of them are validated here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from functools import cached_property
from types import MappingProxyType
from typing import Any

from ..errors import ParameterError
from .addresses import NO_ADDRESSES, AddressSet
from .intervals import IntervalSet
from .ports import ALL_PORTS, ports
from .service_catalogue import KNOWN_SERVICE_CODES, SERVICE_SETS

# From which Linux and Windows clients open connections.
# https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
EPHEMERAL_PORTS = IntervalSet(((32768, 65535),))
INSTANCE_CONNECT_PORTS = ports(22)
# As a value of `services`: those that the workloads of each VPC tell of.
AUTO = "auto"
INTERNAL_RANGES = AddressSet.of("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """The values in force; the defaults are the suggested policy.

    They are part of most questions that are answered once, so their hash is kept.
    """

    vpc_ids: tuple[str, ...] = ()
    vpc_tag: tuple[str, str | None] | None = None
    services: tuple[str, ...] = SERVICE_SETS["ssm"]
    require_ec2_messages: str = "auto"
    ssm_workloads: str = "instances"
    granularity: str = "subnet"
    accept_nat: bool = False
    include_public_subnets: bool = False
    internal_cidrs: AddressSet = INTERNAL_RANGES
    pending_grace_minutes: int = 60
    ephemeral_ports: IntervalSet = EPHEMERAL_PORTS
    allow_centralised: bool = False
    spoke_cidrs: AddressSet = NO_ADDRESSES
    require_restricted_policies: bool = False
    require_ssm_buckets: bool = False
    instance_connect_ports: IntervalSet = INSTANCE_CONNECT_PORTS
    probe_max_age_minutes: int = 90

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(getattr(self, each.name) for each in fields(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter: its public name, the field it sets, how its text is read, what it means."""

    name: str
    field: str
    parse: Callable[[str], Any]
    allowed: str
    default: str
    meaning: str


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in allowed:
            raise ValueError
        return text.lower()

    return parse


def _boolean(text: str) -> bool:
    return _one_of("true", "false")(text) == "true"


def _words(text: str) -> tuple[str, ...]:
    words = tuple(word for word in text.replace(",", " ").split() if word)
    if not words:
        raise ValueError
    return words


def _words_or_none(text: str) -> tuple[str, ...]:
    return () if text.lower() == "none" else _words(text)


def _tag_or_none(text: str) -> tuple[str, str | None] | None:
    key, equals, value = text.partition("=")
    if not key:
        raise ValueError
    return None if text.lower() == "none" else (key, value if equals else None)


def _services(text: str) -> tuple[str, ...]:
    codes: list[str] = []
    for word in _words(text):
        if word not in {AUTO, *SERVICE_SETS, *KNOWN_SERVICE_CODES}:
            raise ValueError(_nearest(word, (AUTO, *SERVICE_SETS, *KNOWN_SERVICE_CODES)))
        codes.extend(SERVICE_SETS.get(word, (word,)))
    return tuple(dict.fromkeys(codes))


def _minutes(text: str) -> int:
    if not text.isdecimal():
        raise ValueError
    return int(text)


def _cidrs(text: str) -> AddressSet:
    return AddressSet.of(*_words(text))


def _cidrs_or_none(text: str) -> AddressSet:
    return NO_ADDRESSES if text.lower() == "none" else _cidrs(text)


def _ports(text: str) -> IntervalSet:
    spans = [word.split("-") for word in _words(text)]
    bounds = [(int(low), int(high)) for low, high in ((span[0], span[-1]) for span in spans)]
    if any(len(span) > len(("from", "to")) for span in spans):
        raise ValueError
    if not all(0 <= low <= high <= ALL_PORTS.intervals[0][1] for low, high in bounds):
        raise ValueError
    return IntervalSet.of(bounds)


PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {
        each.name: each
        for each in (
            Parameter(
                name="vpcIds",
                field="vpc_ids",
                parse=_words_or_none,
                allowed="none, or VPC ids, comma separated",
                default="none",
                meaning="The only VPCs to judge; `none` stands for all.",
            ),
            Parameter(
                name="vpcTag",
                field="vpc_tag",
                parse=_tag_or_none,
                allowed="none, a tag key, or key=value",
                default="none",
                meaning="The tag of the only VPCs to judge; `none` stands for all.",
            ),
            Parameter(
                name="services",
                field="services",
                parse=_services,
                allowed=f"auto, service codes, the sets {', '.join(SERVICE_SETS)}; comma separated",
                default="ssm",
                meaning="The services that private subnets need; `auto` derives them from what "
                "runs in each VPC.",
            ),
            Parameter(
                name="requireEc2Messages",
                field="require_ec2_messages",
                parse=_one_of("auto", "always", "never"),
                allowed="auto, always, never",
                default="auto",
                meaning="Whether ec2messages belongs to the SSM set. `auto` asks for it where the "
                "Region sells it and a managed node runs SSM Agent older than 3.3.40.0.",
            ),
            Parameter(
                name="ssmWorkloads",
                field="ssm_workloads",
                parse=_one_of("instances", "all"),
                allowed="instances, all",
                default="instances",
                meaning="Which workloads need Systems Manager: EC2 instances, or every workload.",
            ),
            Parameter(
                name="granularity",
                field="granularity",
                parse=_one_of("subnet", "eni"),
                allowed="subnet, eni",
                default="subnet",
                meaning="Whether an endpoint must admit all addresses of a subnet with workloads, "
                "or only those that network interfaces hold today.",
            ),
            Parameter(
                name="acceptNat",
                field="accept_nat",
                parse=_boolean,
                allowed="true, false",
                default="false",
                meaning="Whether a working path through a public NAT gateway is good enough.",
            ),
            Parameter(
                name="allowCentralised",
                field="allow_centralised",
                parse=_boolean,
                allowed="true, false",
                default="false",
                meaning="Whether endpoints of a hub VPC may serve a VPC that has none.",
            ),
            Parameter(
                name="spokeCidrs",
                field="spoke_cidrs",
                parse=_cidrs_or_none,
                allowed="none, or CIDR blocks, comma separated",
                default="none",
                meaning="Addresses of other VPCs that use a hub's endpoints: those without private "
                "DNS must admit them too.",
            ),
            Parameter(
                name="requireRestrictedPolicies",
                field="require_restricted_policies",
                parse=_boolean,
                allowed="true, false",
                default="false",
                meaning="Whether an endpoint policy must allow less than everything.",
            ),
            Parameter(
                name="requireSsmBuckets",
                field="require_ssm_buckets",
                parse=_boolean,
                allowed="true, false",
                default="false",
                meaning="Whether S3 endpoint policies must permit the buckets of SSM Agent.",
            ),
            Parameter(
                name="instanceConnectPorts",
                field="instance_connect_ports",
                parse=_ports,
                allowed="ports and port ranges, comma separated",
                default="22",
                meaning="The ports that an EC2 Instance Connect Endpoint has to reach.",
            ),
            Parameter(
                name="includePublicSubnets",
                field="include_public_subnets",
                parse=_boolean,
                allowed="true, false",
                default="false",
                meaning="Whether subnets that reach services by an internet gateway are in scope.",
            ),
            Parameter(
                name="internalCidrs",
                field="internal_cidrs",
                parse=_cidrs,
                allowed="CIDR blocks, comma separated",
                default="10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10",
                meaning="The address ranges that may be admitted to an endpoint, besides the CIDR "
                "blocks of its own VPC.",
            ),
            Parameter(
                name="ephemeralPorts",
                field="ephemeral_ports",
                parse=_ports,
                allowed="ports and port ranges, comma separated",
                default="32768-65535",
                meaning="The ports from which clients open connections, to which network ACLs must "
                "let replies back in.",
            ),
            Parameter(
                name="pendingGraceMinutes",
                field="pending_grace_minutes",
                parse=_minutes,
                allowed="a whole number of minutes",
                default="60",
                meaning="How long a new endpoint may stay `pending` before that is a finding.",
            ),
            Parameter(
                name="probeMaxAgeMinutes",
                field="probe_max_age_minutes",
                parse=_minutes,
                allowed="a whole number of minutes",
                default="90",
                meaning="How old what a probe saw may be to count beside the settings.",
            ),
        )
    }
)


# Every rule takes them: they decide which VPCs are judged at all.
SCOPE_PARAMETERS = ("vpcIds", "vpcTag")


def parse_parameters(
    given: Mapping[str, str], *, allowed: Iterable[str] = PARAMETERS
) -> Parameters:
    """Read parameter texts into values; raises ParameterError listing what is allowed.

    `allowed` narrows the names: an AWS Config rule takes only those that its rule uses.
    """
    names = sorted(allowed)
    values: dict[str, Any] = {}
    for name, text in given.items():
        if name not in names:
            listing = ", ".join(names) or "none"
            raise ParameterError(f"unknown parameter {name!r}; allowed here: {listing}")
        parameter = PARAMETERS[name]
        try:
            values[parameter.field] = parameter.parse(str(text).strip())
        except ValueError as error:
            hint = f" ({error})" if str(error).startswith("did you mean") else ""
            raise ParameterError(
                f"parameter {name}={text!r} is not allowed{hint}; allowed: {parameter.allowed}"
            ) from None
    return replace(Parameters(), **values)


def _nearest(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, sorted(known), n=3)
    return f"did you mean {', '.join(near)}?" if near else ""
