"""Exact sets of IPv4 and IPv6 addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_network, summarize_address_range

from .intervals import Interval, IntervalSet

NO_ADDRESSES_OF_FAMILY = IntervalSet()
IPV6 = 6


@dataclass(frozen=True, slots=True)
class AddressSet:
    """Addresses of both families, each family a canonical interval set."""

    v4: IntervalSet = NO_ADDRESSES_OF_FAMILY
    v6: IntervalSet = NO_ADDRESSES_OF_FAMILY

    @classmethod
    def of(cls, *cidrs: str) -> AddressSet:
        """Build the set from CIDRs or single addresses, `10.0.0.0/16` or `2001:db8::1`.

        Host bits below the prefix are ignored, as EC2 ignores them in a route or a rule.
        Raises ValueError on text that is neither.
        """
        v4: list[Interval] = []
        v6: list[Interval] = []
        for cidr in cidrs:
            is_v6, interval = _parse(cidr)
            (v6 if is_v6 else v4).append(interval)
        return cls(IntervalSet.of(v4), IntervalSet.of(v6))

    @classmethod
    def union(cls, sets: Iterable[AddressSet]) -> AddressSet:
        """Unite many sets with one merge."""
        collected = tuple(sets)
        return cls(
            IntervalSet.of(interval for each in collected for interval in each.v4),
            IntervalSet.of(interval for each in collected for interval in each.v6),
        )

    def __bool__(self) -> bool:
        return bool(self.v4) or bool(self.v6)

    def __or__(self, other: AddressSet) -> AddressSet:
        return AddressSet(self.v4 | other.v4, self.v6 | other.v6)

    def __and__(self, other: AddressSet) -> AddressSet:
        return AddressSet(self.v4 & other.v4, self.v6 & other.v6)

    def __sub__(self, other: AddressSet) -> AddressSet:
        return AddressSet(self.v4 - other.v4, self.v6 - other.v6)

    def __le__(self, other: AddressSet) -> bool:
        """True when every address of this set is in the other."""
        return self.v4 <= other.v4 and self.v6 <= other.v6

    def only(self, *, v4: bool = False, v6: bool = False) -> AddressSet:
        """Keep the families asked for."""
        return AddressSet(
            self.v4 if v4 else NO_ADDRESSES_OF_FAMILY, self.v6 if v6 else NO_ADDRESSES_OF_FAMILY
        )

    @property
    def first(self) -> str:
        """The lowest address, IPv4 before IPv6: the counterexample that findings name."""
        return str(IPv4Address(self.v4.first) if self.v4 else IPv6Address(self.v6.first))

    def cidrs(self) -> Iterator[str]:
        """The fewest CIDRs that make up the set, in address order."""
        for low, high in self.v4:
            yield from map(str, summarize_address_range(IPv4Address(low), IPv4Address(high)))
        for low, high in self.v6:
            yield from map(str, summarize_address_range(IPv6Address(low), IPv6Address(high)))

    def __str__(self) -> str:
        return ", ".join(self.cidrs()) or "no address"


def prefix_length(cidr: str) -> int:
    """The prefix length of a CIDR; a single address has the full length of its family."""
    return ip_network(cidr.strip(), strict=False).prefixlen


@lru_cache(maxsize=65536)
def _parse(cidr: str) -> tuple[bool, Interval]:
    network = ip_network(cidr.strip(), strict=False)
    return network.version == IPV6, (int(network.network_address), int(network.broadcast_address))


NO_ADDRESSES = AddressSet()
ALL_IPV4 = AddressSet.of("0.0.0.0/0")
ALL_IPV6 = AddressSet.of("::/0")
ALL_ADDRESSES = ALL_IPV4 | ALL_IPV6
