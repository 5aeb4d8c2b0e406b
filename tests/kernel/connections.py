"""Real TCP connections between namespaces, many at once."""

import selectors
import socket
import struct
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from ipaddress import ip_address

from tests.kernel.namespaces import inside

PORT = 443
# Closing sends a reset, so that no address and port is kept busy for the next network.
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One connection: from a node's address and port to an address."""

    node: str
    source: str
    source_port: int
    destination: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who answered, and the address that the connection seemed to come from."""

    node: str
    seen_from: str


def connect(
    listeners: Mapping[str, str], attempts: Iterable[Attempt], namespace_of: Mapping[str, str],
    patience: float,
) -> dict[Attempt, Arrival | None]:  # fmt: skip
    """Try all at once; None for what was not answered within `patience` seconds of silence.

    `listeners` are the names of nodes by namespace.
    """
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        for namespace, node in listeners.items():
            for server in _listen(namespace):
                selector.register(stack.enter_context(server), selectors.EVENT_READ, node)
        waiting: dict[Attempt, Arrival | None] = {}
        for attempt in attempts:
            waiting[attempt] = None
            client = stack.enter_context(_open(attempt, namespace_of[attempt.node]))
            if _start(client, attempt):
                selector.register(client, selectors.EVENT_READ, attempt)
        _wait(selector, waiting, patience, stack)
        return waiting


def _listen(namespace: str) -> list[socket.socket]:
    with inside(namespace):
        server = socket.socket(socket.AF_INET6)
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("::", PORT))
        server.listen(512)
        server.setblocking(False)
        return [server]


def _open(attempt: Attempt, namespace: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in attempt.source else socket.AF_INET
    with inside(namespace):
        client = socket.socket(family)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    client.setblocking(False)
    client.bind((attempt.source, attempt.source_port))
    return client


def _start(client: socket.socket, attempt: Attempt) -> bool:
    """Whether an answer may come: without a route a connection fails at once."""
    try:
        client.connect((attempt.destination, PORT))
    except BlockingIOError:
        return True
    except OSError:
        return False
    return True


def _wait(
    selector: selectors.BaseSelector,
    waiting: dict[Attempt, Arrival | None],
    patience: float,
    stack: ExitStack,
) -> None:
    """Answer and be answered until all are, or nothing has happened for so long."""
    unanswered = sum(1 for key in selector.get_map().values() if isinstance(key.data, Attempt))
    last = time.monotonic()
    while unanswered and time.monotonic() - last < patience:
        for key, _ in selector.select(patience / 4):
            last = time.monotonic()
            peer: socket.socket = key.fileobj  # type: ignore[assignment]
            if isinstance(key.data, str):
                _welcome(peer, key.data, stack)
            else:
                waiting[key.data] = _answer(peer)
                selector.unregister(peer)
                unanswered -= 1


def _welcome(server: socket.socket, node: str, stack: ExitStack) -> None:
    accepted, (address, *_) = server.accept()
    stack.enter_context(accepted)
    accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    accepted.sendall(f"{node} {address}".encode())


def _answer(client: socket.socket) -> Arrival | None:
    try:
        node, address = client.recv(200).decode().split()
    except (OSError, ValueError):
        return None
    seen = ip_address(address)
    return Arrival(node, str(getattr(seen, "ipv4_mapped", None) or seen))
