"""Services tried from where the command runs, in place of a probe."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from ..facts.describe.probe import probe_result
from ..facts.probes import question_of
from ..model.addresses import NO_ADDRESSES, AddressSet
from ..model.probe_result import ProbeResult
from ..model.probe_target import ProbeTarget
from ..model.vpc import Vpc
from ..probe.probing import answer

_SECONDS = 30.0
_PLACE = "here"
# Somewhere in each family to ask the way to where no endpoint is expected; nothing is sent there.
# https://www.rfc-editor.org/rfc/rfc5737, https://www.rfc-editor.org/rfc/rfc3849
_ANYWHERE = ("192.0.2.1", "2001:db8::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFromHere:
    """What was seen, and from which addresses of this host."""

    results: tuple[ProbeResult, ...]
    own_addresses: tuple[str, ...]

    def is_inside(self, vpc: Vpc) -> bool:
        """Whether an address that this host uses towards the services is one of the VPC's."""
        cidrs = vpc.cidrs or NO_ADDRESSES
        return any(AddressSet.of(each) <= cidrs for each in self.own_addresses)


def seen_from_here(targets: tuple[ProbeTarget, ...]) -> SeenFromHere:
    """Resolve the names and open TLS as a probe would."""
    found = answer(question_of(targets), _PLACE, _SECONDS)
    destinations = [each.expected[0] for each in targets if each.expected]
    return SeenFromHere(
        results=tuple(map(probe_result, found["ProbeResults"])),
        own_addresses=tuple(dict.fromkeys(_own_addresses([*destinations, *_ANYWHERE]))),
    )


def _own_addresses(destinations: list[str]) -> Iterator[str]:
    """The addresses that the kernel would send from; a datagram socket sends nothing by itself."""
    for destination in destinations:
        family = socket.AF_INET6 if ":" in destination else socket.AF_INET
        try:
            with closing(socket.socket(family, socket.SOCK_DGRAM)) as channel:
                channel.connect((destination, 443))
                yield str(channel.getsockname()[0])
        except OSError:  # no route of this family
            continue
