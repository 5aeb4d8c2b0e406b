"""The wires that all networks are laid on: made once, then configured anew for each network.

    clients c0…   endpoints e0…   NAT n0        (network interfaces of the VPC)
            \\          |          /
             +------- home -------+            the VPC's implicit router
            /     |        |       \\
       gateway   edge     peer    transit
       endpoint   |         \\     /
                world        hub ---- h0…       (the hub VPC and its endpoints)
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from tests.kernel import namespaces

CLIENTS = ("c0", "c1", "c2", "c3")
ENDPOINTS = ("e0", "e1", "e2")
NAT = "n0"
HUB_ENDPOINTS = ("h0",)
HOSTS = (*CLIENTS, *ENDPOINTS, NAT)
GATEWAY, EDGE, WORLD, TRANSIT, HOME, HUB = "gateway", "edge", "world", "transit", "home", "hub"
ROUTERS = (HOME, HUB, TRANSIT, EDGE, NAT)
ALL = (*HOSTS, *HUB_ENDPOINTS, GATEWAY, EDGE, WORLD, TRANSIT, HOME, HUB)

# Where a router's device is called after what it leads to, and the number of the node behind it.
NUMBERS = {name: number for number, name in enumerate((*ALL, "peer"), start=1)}
HOME_DEVICES = (*HOSTS, GATEWAY, EDGE, TRANSIT, "peer")
HUB_DEVICES = (*HUB_ENDPOINTS, TRANSIT, "peer")


class Topology:
    """The namespaces of one process, called by the short names above."""

    def __init__(self) -> None:
        self._prefix = f"vpcproof-{os.getpid()}-"

    def __getitem__(self, name: str) -> str:
        return self._prefix + name

    def make(self) -> None:
        namespaces.make([self[each] for each in ALL], {self[each] for each in ROUTERS})
        for name in (*HOSTS, GATEWAY, EDGE):
            self._wire(HOME, name, name, "eth0")
        self._wire(HOME, TRANSIT, TRANSIT, "home")
        self._wire(HUB, TRANSIT, TRANSIT, "hub")
        self._wire(HOME, "peer", HUB, "peer")
        for name in HUB_ENDPOINTS:
            self._wire(HUB, name, name, "eth0")
        self._wire(EDGE, WORLD, WORLD, "eth0")
        self._rules()

    def remove(self) -> None:
        namespaces.remove([self[each] for each in ALL])

    def _wire(self, router: str, device: str, node: str, node_device: str) -> None:
        namespaces.wire(
            (self[router], device, router_side(router)),
            (self[node], node_device, node_side(device)),
        )

    def _rules(self) -> None:
        """Each device has a routing table of its own; what it does not decide is delivered."""
        for router, devices in (
            (HOME, HOME_DEVICES),
            (HUB, HUB_DEVICES),
            (TRANSIT, ("home", "hub")),
        ):
            lines = [
                f"rule add iif {device} lookup {table_of(device)} pref {1000 + number}"
                for number, device in enumerate(devices)
            ]
            lines.append(f"rule add lookup {DELIVERY} pref 30000")
            for family in ("-4", "-6"):
                namespaces.configure(self[router], lines, family)


DELIVERY = 99


def router_side(router: str) -> tuple[str, str]:
    """A router's own addresses on all its wires."""
    number = (HOME, HUB, EDGE).index(router) + 1
    return f"169.254.255.{number}", f"fe80::ff{number:02x}"


def node_side(device: str) -> tuple[str, str]:
    """The addresses of the node behind a router's device."""
    return f"169.254.0.{NUMBERS[device]}", f"fe80::{NUMBERS[device]:x}"


def table_of(device: str) -> int:
    """The number of the routing table for what comes in at a device."""
    return 100 + {**NUMBERS, "home": 90, "hub": 91}[device]


@contextmanager
def topology() -> Iterator[Topology]:
    """All namespaces, made and removed."""
    made = Topology()
    try:
        made.make()
        yield made
    finally:
        made.remove()
