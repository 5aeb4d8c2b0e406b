"""Addresses replaced by others, with every containment among them as it was.

Two addresses that share their first n bits share as many afterwards, no more and no fewer: the
principle of Crypto-PAn (https://doi.org/10.1109/ICNP.2002.1181415). So whatever one block contained
or missed, it contains or misses still. Some blocks have to stay where they are, because verdicts
ask whether an address is in them: those are walked around.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from ipaddress import IPv4Network, IPv6Network, ip_network

Network = IPv4Network | IPv6Network

# Ranges with a meaning of their own; addresses within them are replaced by others within them.
_WELL_KNOWN = (
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/4",
    "2000::/3",
    "fc00::/7",
    "fd00::/8",
    "fe80::/10",
)
# Every address of them belongs to AWS: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html
_AWS_OWN = ("169.254.0.0/16", "fd00:ec2::/32")

# No VPC is larger; a block that says so is not kept for it.
_LARGEST_KEPT = 8
_GROUP = 8


def network_of(text: str) -> Network | None:
    """The block that a text names; a single address is a block of one."""
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


@dataclass(slots=True)
class _Family:
    """The nodes of one address family's binary tree at which nothing may be turned."""

    above_kept: set[tuple[int, int]] = field(default_factory=set)
    kept_within: set[tuple[int, int]] = field(default_factory=set)

    def keep(self, network: Network, *, within: bool) -> None:
        """Keep a block where it is, and all addresses of it where they are."""
        bits = network.max_prefixlen
        first = int(network.network_address)
        self.above_kept.update((n, first >> (bits - n)) for n in range(network.prefixlen))
        if within:
            self.kept_within.add((network.prefixlen, first >> (bits - network.prefixlen)))


class Renumbering:
    """Addresses by others: the same key gives the same, no key gives the way back."""

    def __init__(self, key: bytes, *, unchanged: Iterable[str], bounds: Iterable[str] = ()) -> None:
        self._key = key
        self._families = {4: _Family(), 6: _Family()}
        for text in (*_WELL_KNOWN, *bounds):
            self._keep(text, within=False)
        for text in (*_AWS_OWN, *unchanged):
            self._keep(text, within=True)
        self._turns: dict[tuple[int, int, int], int] = {}

    def replaced(self, text: str) -> str | None:
        """The block or address that stands for another; None for a text that is neither."""
        network = network_of(text)
        if network is None:
            return None
        bits = network.max_prefixlen
        first = self._image(network.version, int(network.network_address), bits, network.prefixlen)
        image = type(network)((first, network.prefixlen))
        return str(image if "/" in text else image.network_address)

    def _keep(self, text: str, *, within: bool) -> None:
        network = network_of(text)
        if network is not None and network.prefixlen >= (_LARGEST_KEPT if within else 1):
            self._families[network.version].keep(network, within=within)

    def _image(self, version: int, address: int, bits: int, length: int) -> int:
        """The address with bits turned, each as the bits before it say."""
        family = self._families[version]
        image, is_first_free = address, True
        for depth in range(length):
            node = (depth, address >> (bits - depth))
            if node in family.kept_within:
                break
            if node in family.above_kept:
                continue
            # Turning the first bit that may be turned leaves no free address where it was.
            if is_first_free or self._turn(version, *node):
                image ^= 1 << (bits - depth - 1)
            is_first_free = False
        return image

    def _turn(self, version: int, depth: int, prefix: int) -> bool:
        """Whether the bit after a prefix is turned: one digest answers for eight bits."""
        within = depth % _GROUP
        group = (version, depth - within, prefix >> within)
        if group not in self._turns:
            digest = blake2b(repr(group).encode(), key=self._key, digest_size=1 << (_GROUP - 3))
            self._turns[group] = int.from_bytes(digest.digest())
        position = (1 << within) | (prefix & ((1 << within) - 1))
        return bool(self._turns[group] >> position & 1)
