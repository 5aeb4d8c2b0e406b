"""What a probe is asked: an event that anybody may have written, taken apart and bounded.

A probe must not become a port scanner: it takes names of AWS services only, and ports that AWS
services listen on, and goes nowhere but where the VPC's resolver leads those names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, TypeVar

from ..errors import VpcProofError
from ..model.service_catalogue import SERVICE_DOMAINS, SERVICE_PORTS

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
_Read = TypeVar("_Read")

HTTPS = 443
MOST_TARGETS = 64
MOST_NAMES = 8
MOST_ADDRESSES = 256
MOST_SECONDS = 10.0
_SECONDS = 3.0
_SERVICE = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_LONGEST_NAME = 253
# Ports where a client waits for the server's greeting before it may ask for TLS, or never does.
_PLAIN_PORTS = frozenset({21, 22, 25, 587, 2587, *range(8192, 8201)})


class QuestionError(VpcProofError):
    """A probe is asked what it does not do; the text names the member of the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One service: its names, and where they have to lead.

    To one of the `expected` addresses of an interface endpoint; where there is none, to a public
    address: of a gateway endpoint's `cidrs`, or any if those are empty.
    """

    service: str
    names: tuple[str, ...]
    port: int
    expected: frozenset[Address]
    cidrs: tuple[Network, ...]

    @property
    def speaks_tls(self) -> bool:
        """Whether TLS begins with the connection."""
        return self.port not in _PLAIN_PORTS

    def is_led_right(self, address: Address) -> bool:
        """Whether a name of the service may lead to this address."""
        if self.expected:
            return address in self.expected
        if self.cidrs:
            return any(address in each for each in self.cidrs)
        return address.is_global


@dataclass(frozen=True, slots=True)
class Question:
    """All that one event asks, and how long any one step may take."""

    targets: tuple[Target, ...]
    seconds_per_step: float


def question(event: object) -> Question:
    """Take an event apart; raises QuestionError."""
    asked = _mapping(event, "the event")
    elements = _listed(asked, "targets", "the event", MOST_TARGETS)
    return Question(
        targets=tuple(_target(each, f"targets[{n}]") for n, each in enumerate(elements)),
        seconds_per_step=_seconds(asked.get("secondsPerStep", _SECONDS)),
    )


def _target(element: object, place: str) -> Target:
    raw = _mapping(element, place)
    service = raw.get("service")
    if not isinstance(service, str) or not _SERVICE.fullmatch(service):
        raise QuestionError(f"{place}.service: {service!r:.80} is no service code, as in ecr.api")
    kind = raw.get("kind")
    if kind not in ("interface", "gateway"):
        raise QuestionError(f"{place}.kind: {kind!r:.80} is neither interface nor gateway")
    is_interface = kind == "interface"
    expected = frozenset(_read(raw, "expected", place, ip_address)) if is_interface else frozenset()
    if is_interface and not expected:
        raise QuestionError(f"{place}.expected names no address of the interface endpoint")
    return Target(
        service=service,
        names=_names(raw, place),
        port=_port(raw.get("port", HTTPS), service, place),
        expected=expected,
        cidrs=() if is_interface else _read(raw, "addresses", place, ip_network),
    )


def _names(raw: Mapping[str, Any], place: str) -> tuple[str, ...]:
    listed = _listed(raw, "names", place, MOST_NAMES)
    if not listed:
        raise QuestionError(f"{place}.names is empty: name what clients resolve")
    for name in listed:
        if not isinstance(name, str) or not _is_service_name(name):
            raise QuestionError(
                f"{place}.names: {name!r:.120} is no host name under {', '.join(SERVICE_DOMAINS)}"
            )
    return tuple(dict.fromkeys(listed))


def _is_service_name(name: str) -> bool:
    return (
        len(name) <= _LONGEST_NAME
        and all(_LABEL.fullmatch(label) for label in name.split("."))
        and name.endswith(tuple(f".{domain}" for domain in SERVICE_DOMAINS))
    )


def _port(port: object, service: str, place: str) -> int:
    known = (HTTPS, *SERVICE_PORTS.get(service, ()))
    if not isinstance(port, int) or port not in known:
        allowed = ", ".join(map(str, known))
        raise QuestionError(f"{place}.port: {service} does not listen on {port!r:.20}: {allowed}")
    return port


def _read(
    raw: Mapping[str, Any], member: str, place: str, parse: Callable[[str], _Read]
) -> tuple[_Read, ...]:
    found = []
    for text in _listed(raw, member, place, MOST_ADDRESSES):
        try:
            found.append(parse(text if isinstance(text, str) else ""))
        except ValueError:
            raise QuestionError(f"{place}.{member}: {text!r:.80} cannot be read") from None
    return tuple(found)


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise QuestionError(f"secondsPerStep: {value!r:.20} is not a number above 0")
    return float(min(value, MOST_SECONDS))


def _mapping(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise QuestionError(f"{place} is not an object; docs/probe.md shows one")
    return value


def _listed(raw: Mapping[str, Any], member: str, place: str, most: int) -> list[Any]:
    value = raw.get(member) or []
    if not isinstance(value, list):
        raise QuestionError(f"{place}: {member} is not a list; docs/probe.md shows one")
    if len(value) > most:
        raise QuestionError(
            f"{place}: {member} has {len(value)} elements, at most {most} are taken"
        )
    return value
