"""Servers of all tempers in a namespace: what stands behind the addresses of the network."""

import socket
import ssl
import struct
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Thread

from tests.kernel.namespaces import inside

Temper = Callable[[socket.socket], None]

_RESET = struct.pack("ii", 1, 0)
_PATIENCE = 10


def of_tls(certificate: Path) -> Temper:
    """Shakes hands, and waits for the client to hang up; what it sends is `read`'s to keep."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def serve(client: socket.socket) -> None:
        with suppress(OSError), context.wrap_socket(client, server_side=True) as secured:
            received.append(secured.recv(100))

    return serve


# What clients sent after their handshakes.
received: list[bytes] = []


def hanging_up(_client: socket.socket) -> None:
    """Closes the connection as soon as it stands."""


def resetting(client: socket.socket) -> None:
    """Resets the connection when the client speaks."""
    client.recv(1)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


def greeting(client: socket.socket) -> None:
    """Speaks first, and no TLS."""
    with suppress(OSError):
        client.sendall(b"220 mail.example ready\r\n")
        client.recv(1000)


def mute(client: socket.socket) -> None:
    """Takes the connection and says nothing until the client gives up."""
    with suppress(OSError):
        while client.recv(1000):
            pass


class Servers:
    """Listening sockets in namespaces, each with a thread of its own."""

    def __init__(self) -> None:
        self._open = ExitStack()

    def listen(self, namespace: str, address: str, port: int, temper: Temper) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with inside(namespace):
            server = self._open.enter_context(socket.create_server((address, port), family=family))
        Thread(target=_serve, args=(server, temper), daemon=True).start()
        self._open.callback(server.shutdown, socket.SHUT_RDWR)

    def close(self) -> None:
        self._open.close()


def _serve(server: socket.socket, temper: Temper) -> None:
    with suppress(OSError):
        while True:
            client, _ = server.accept()
            client.settimeout(_PATIENCE)
            with client:
                temper(client)
