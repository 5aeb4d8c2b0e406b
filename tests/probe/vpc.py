"""A VPC of namespaces: a subnet's machine, a resolver, network interfaces, and the world.

client        endpoints (interfaces of endpoints, by their addresses)
    \\         /
      router ----- world (public addresses, and what is no endpoint's)
     /
resolver (unbound: a public zone, and private ones that hide parts of it)
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import create_connection
from time import monotonic

from tests.kernel import namespaces
from tests.kernel.namespaces import inside

ROUTER = "router"
NODES = ("client", "endpoints", "world", "resolver")
CLIENT_V4, CLIENT_V6 = "10.20.1.10", "2001:db8:20:1::10"
RESOLVER = "10.20.0.2"
_HOPS = ("169.254.255.1", "fe80::ff01")
_PATIENCE = 10

_UNBOUND = """\
server:
  directory: "{folder}"
  chroot: ""
  username: ""
  pidfile: ""
  logfile: "{folder}/unbound.log"
  use-syslog: no
  do-daemonize: no
  num-threads: 1
  interface: {resolver}
  access-control: 0.0.0.0/0 allow
  module-config: "iterator"
{local}
remote-control:
  control-enable: no
"""
_ZONE = """\
auth-zone:
  name: "{name}"
  zonefile: "{folder}/{name}.zone"
  for-downstream: yes
  for-upstream: no
  fallback-enabled: no
"""
_START_OF_AUTHORITY = """\
$TTL 60
@ IN SOA ns.example. hostmaster.example. 1 7200 900 1209600 60
@ IN NS ns.example.
"""


class Vpc:
    """The namespaces of one process, wired; addresses are given as they are needed."""

    def __init__(self) -> None:
        self._prefix = f"vpcproof-probe-{os.getpid()}-"
        self._settings = Path("/etc/netns") / self["client"]

    def __getitem__(self, name: str) -> str:
        return self._prefix + name

    def make(self) -> None:
        namespaces.make([self[each] for each in (ROUTER, *NODES)], {self[ROUTER]})
        for number, node in enumerate(NODES, start=1):
            own = (f"169.254.0.{number}", f"fe80::{number}")
            namespaces.wire((self[ROUTER], node, _HOPS), (self[node], "eth0", own))
        self.give("client", CLIENT_V4, CLIENT_V6)
        self.give("resolver", RESOLVER)
        self._settings.mkdir(parents=True)
        (self._settings / "resolv.conf").write_text(
            f"search corp.example\nnameserver {RESOLVER}\noptions ndots:5\n"
        )

    def remove(self) -> None:
        for node in NODES:
            self._end_processes(node)
        namespaces.remove([self[each] for each in (ROUTER, *NODES)])
        shutil.rmtree(self._settings, ignore_errors=True)

    def _end_processes(self, node: str) -> None:
        """A runtime outlives the emulator that started it."""
        found = subprocess.run(
            ["ip", "netns", "pids", self[node]], capture_output=True, text=True, check=False
        )
        for process in found.stdout.split():
            with suppress(ProcessLookupError):
                os.kill(int(process), signal.SIGKILL)

    def give(self, node: str, *addresses: str) -> None:
        """Give a node addresses, and the router its way to them."""
        lines = [f"addr add {each} dev eth0{' nodad' * (':' in each)}" for each in addresses]
        for each in addresses:
            hop = _HOPS[":" in each]
            everywhere = "::/0" if ":" in each else "default"
            source = "" if ":" in each else f"src {each}"
            lines.append(f"route replace {everywhere} via {hop} dev eth0 onlink {source}")
        namespaces.configure(self[node], lines)
        own = {node: (f"169.254.0.{n}", f"fe80::{n}") for n, node in enumerate(NODES, start=1)}
        ways = [f"route add {each} via {own[node][':' in each]} dev {node} onlink"
                for each in addresses]  # fmt: skip
        namespaces.configure(self[ROUTER], ways)


@contextmanager
def vpc() -> Iterator[Vpc]:
    """All namespaces, made and removed."""
    made = Vpc()
    try:
        made.make()
        yield made
    finally:
        made.remove()


@contextmanager
def resolver(vpc: Vpc, zones: dict[str, str], local: str, folder: Path) -> Iterator[None]:
    """Unbound in the VPC; of zones that hold a name the most specific answers alone."""
    settings = _UNBOUND.format(folder=folder, resolver=RESOLVER, local=local)
    for name, records in zones.items():
        (folder / f"{name}.zone").write_text(_START_OF_AUTHORITY + records)
        settings += _ZONE.format(name=name, folder=folder)
    (folder / "unbound.conf").write_text(settings)
    with inside(vpc["resolver"]):
        command = ["unbound", "-d", "-c", str(folder / "unbound.conf")]
        process = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        await_listener(vpc["client"], RESOLVER, 53, process)
        yield
    finally:
        process.kill()
        process.communicate()


def await_listener(
    namespace: str, address: str, port: int, process: subprocess.Popen[bytes]
) -> None:
    """Wait until a process listens, which is told by connecting."""
    end = monotonic() + _PATIENCE
    while True:
        try:
            with inside(namespace), create_connection((address, port), timeout=_PATIENCE):
                return
        except ConnectionRefusedError:
            assert process.poll() is None, (process.communicate(), address)
            assert monotonic() < end, f"nothing listens on {address}:{port}"
