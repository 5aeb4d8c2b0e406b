"""Opening a connection to an address, and TLS on it, for a name."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import closing

from .question import Address
from .step import StepError, Trouble

_V6 = 6
_ANY_PORT = 443


async def opened(address: Address, port: int) -> socket.socket:
    """A TCP connection; raises StepError."""
    try:
        channel = socket.socket(_kind(address), socket.SOCK_STREAM)
    except OSError as error:
        raise _said(error, otherwise=Trouble.NO_ROUTE) from error
    try:
        channel.setblocking(False)
        await asyncio.get_running_loop().sock_connect(channel, (str(address), port))
    except OSError as error:
        channel.close()
        raise _said(error, otherwise=Trouble.NO_ROUTE) from error
    except BaseException:
        channel.close()
        raise
    return channel


async def secure(channel: socket.socket, name: str, trusted: ssl.SSLContext) -> None:
    """Make a TLS handshake as a client of this name would, and hang up; raises StepError."""
    try:
        _, writer = await asyncio.open_connection(sock=channel, ssl=trusted, server_hostname=name)
    except ssl.SSLCertVerificationError as error:
        raise StepError(Trouble.CERTIFICATE, detail=error.verify_message) from error
    except ssl.SSLError as error:
        raise StepError(Trouble.TLS, detail=error.reason) from error
    except OSError as error:
        raise _said(error, otherwise=Trouble.TLS) from error
    writer.transport.abort()


def may_reach(address: Address) -> bool:
    """Whether this place has an address to reach another one from; no packet is sent."""
    try:
        with closing(socket.socket(_kind(address), socket.SOCK_DGRAM)) as channel:
            channel.connect((str(address), _ANY_PORT))
    except OSError:
        return False
    return True


def is_v6(address: Address) -> bool:
    """Whether an address is of IPv6."""
    return address.version == _V6


def _kind(address: Address) -> socket.AddressFamily:
    return socket.AF_INET6 if is_v6(address) else socket.AF_INET


def _said(error: OSError, *, otherwise: Trouble) -> StepError:
    """The kernel's error in one of our words; those that have none are told in the details."""
    match error:
        case ConnectionRefusedError():
            return StepError(Trouble.REFUSED)
        case ConnectionResetError():
            return StepError(Trouble.RESET)
        case TimeoutError():
            return StepError(Trouble.TIMED_OUT)
    return StepError(otherwise, detail=error.strerror)
