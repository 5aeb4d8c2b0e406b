"""Asking the resolver of this place, the one that every program here asks."""

from __future__ import annotations

import asyncio
import secrets
import socket
import struct
from collections.abc import Sequence
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path

from .dns_message import (
    NAME_ERROR,
    NO_ERROR,
    Family,
    MessageError,
    is_truncated,
    query,
    read,
)
from .question import Address
from .step import StepError, Trouble

_SETTINGS = Path("/etc/resolv.conf")
_PORT = 53
_MOST_SERVERS = 3  # https://man7.org/linux/man-pages/man5/resolv.conf.5.html
_LARGEST = 4096
_ROUNDS = 2
_SILENT = "no answer in time"


def name_servers(settings: Path = _SETTINGS) -> tuple[str, ...]:
    """The servers that the place is set to ask, in their order."""
    try:
        lines = [line.split() for line in settings.read_text(errors="replace").splitlines()]
    except OSError:
        return ()
    named = [line[1] for line in lines if len(line) > 1 and line[0] == "nameserver"]
    return tuple(each for each in named[:_MOST_SERVERS] if _is_address(each))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


async def resolve(
    servers: Sequence[str], name: str, family: Family, seconds: float
) -> tuple[Address, ...]:
    """The addresses of a name; a server that fails is followed by the next. Raises StepError.

    All are asked again, as a datagram may be lost. The name is taken as it is: no search domain is
    added.
    """
    patience = seconds / (_ROUNDS * max(len(servers), 1))
    failures = {}
    for server in [*servers] * _ROUNDS:
        try:
            async with asyncio.timeout(patience):
                code, addresses = await _ask(server, name, family)
        except TimeoutError:
            failures[server] = _SILENT
        except (OSError, EOFError, MessageError) as error:
            failures[server] = str(error)
        else:
            if code == NAME_ERROR:
                raise StepError(Trouble.NXDOMAIN)
            if code == NO_ERROR:
                return addresses
            failures[server] = f"response code {code}"
    if failures and set(failures.values()) == {_SILENT}:
        raise StepError(Trouble.TIMED_OUT)
    why = "; ".join(f"{server}: {failure}" for server, failure in failures.items())
    raise StepError(Trouble.RESOLVER_FAILED, why or f"{_SETTINGS} names no server")


async def _ask(server: str, name: str, family: Family) -> tuple[int, tuple[Address, ...]]:
    asked = query(secrets.randbits(16), name, family)
    message = await _by_datagram(server, asked)
    if is_truncated(message):
        message = await _by_stream(server, asked)
    return read(asked, message)


async def _by_datagram(server: str, asked: bytes) -> bytes:
    """Datagrams from elsewhere do not come in: the kernel knows whom the socket talks to."""
    loop = asyncio.get_running_loop()
    kind = socket.AF_INET6 if ":" in server else socket.AF_INET
    with closing(socket.socket(kind, socket.SOCK_DGRAM)) as channel:
        channel.setblocking(False)
        await loop.sock_connect(channel, (server, _PORT))
        await loop.sock_sendall(channel, asked)
        while True:
            message = await loop.sock_recv(channel, _LARGEST)
            if message[:2] == asked[:2]:
                return message


async def _by_stream(server: str, asked: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(server, _PORT)
    try:
        writer.write(struct.pack("!H", len(asked)) + asked)
        (length,) = struct.unpack("!H", await reader.readexactly(2))
        return await reader.readexactly(length)
    finally:
        writer.transport.abort()
