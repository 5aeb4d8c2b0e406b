"""Network namespaces: made, wired, entered and removed. Needs to be root, and Linux."""

import ctypes
import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


_FORWARDING = """\
net.ipv4.ip_forward=1
net.ipv6.conf.all.forwarding=1
net.ipv4.conf.all.send_redirects=0
"""
_EVERYWHERE = """\
net.ipv4.conf.all.rp_filter=0
net.ipv4.conf.default.rp_filter=0
net.ipv4.ip_local_port_range=1024 65535
net.ipv6.conf.default.accept_dad=0
"""


def command(*words: str, given: str | None = None) -> None:
    """Run a program of the system; what it printed is the error when it fails."""
    done = subprocess.run(words, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}\n{given or ''}")


@contextmanager
def inside(namespace: str) -> Iterator[None]:
    """The calling thread, and the processes and sockets it makes, stand in a namespace."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        _enter(there)
        yield
    finally:
        _enter(home)
        os.close(there)
        os.close(home)


def _enter(namespace: int) -> None:
    if _libc.setns(namespace, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "cannot enter a network namespace")


def configure(namespace: str, lines: list[str], *options: str) -> None:
    """Give `ip` these commands inside a namespace."""
    with inside(namespace):
        command("ip", *options, "-batch", "-", given="\n".join(lines) + "\n")


def empty_tables(namespace: str, tables: Iterable[int]) -> None:
    """Forget all routes of these tables; those that are empty do not exist."""
    lines = "".join(f"route flush table {table}\n" for table in tables)
    with inside(namespace):
        for family in ("-4", "-6"):
            words = ["ip", family, "-force", "-batch", "-"]
            subprocess.run(words, input=lines, capture_output=True, text=True, check=False)


def filter_by(namespace: str, ruleset: str) -> None:
    """Replace all of a namespace's nftables rules."""
    with inside(namespace):
        command("nft", "-f", "-", given=f"flush ruleset\n{ruleset}")


def make(names: list[str], forwarding: set[str]) -> None:
    """Make namespaces; those named in `forwarding` pass packets on."""
    command("ip", "-batch", "-", given="".join(f"netns add {each}\n" for each in names))
    for name in names:
        with inside(name):
            settings = _EVERYWHERE + (_FORWARDING if name in forwarding else "")
            command("sysctl", "-q", "-p", "-", given=settings)
            command("ip", "link", "set", "lo", "up")


def remove(names: list[str]) -> None:
    """Remove namespaces with all that is in them."""
    command("ip", "-force", "-batch", "-", given="".join(f"netns del {each}\n" for each in names))


End = tuple[str, str, tuple[str, str]]


def wire(router: End, node: End) -> None:
    """Join two namespaces; of each end the namespace, the device and both addresses are given."""
    command("ip", "-n", router[0], "link", "add", router[1], "type", "veth",
            "peer", "name", node[1], "netns", node[0])  # fmt: skip
    for namespace, name, (v4, v6) in (router, node):
        configure(
            namespace,
            [
                f"link set {name} addrgenmode none up",
                f"addr add {v4}/32 dev {name}",
                f"addr add {v6}/64 dev {name} nodad",
            ],
        )
