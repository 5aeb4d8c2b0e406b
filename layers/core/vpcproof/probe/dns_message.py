"""DNS messages: a question written, and the addresses of an answer read.

Written here since getaddrinfo tells neither a resolver that fails from one that is silent, nor
stops when it is told to. https://www.rfc-editor.org/rfc/rfc1035#section-4
"""

from __future__ import annotations

import struct
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address

from .question import Address

_HEADER = struct.Struct("!6H")
_RECORD = struct.Struct("!HHIH")
_IS_RESPONSE, _IS_TRUNCATED, _WANTS_RECURSION = 0x8000, 0x0200, 0x0100
_INTERNET = 1
_POINTER = 0xC0
NO_ERROR, NAME_ERROR = 0, 3


class Family(IntEnum):
    """The types of records that hold addresses."""

    A = 1
    AAAA = 28


class MessageError(ValueError):
    """What came is not the answer to this question, or not a DNS message."""


def query(identity: int, name: str, family: Family) -> bytes:
    """A question for the addresses of a name."""
    labels = b"".join(bytes([len(each)]) + each.encode("ascii") for each in name.split("."))
    header = _HEADER.pack(identity, _WANTS_RECURSION, 1, 0, 0, 0)
    return header + labels + b"\0" + struct.pack("!HH", family, _INTERNET)


def is_truncated(message: bytes) -> bool:
    """Whether an answer was too long for a datagram."""
    return bool(_header(message)[1] & _IS_TRUNCATED)


def read(asked: bytes, message: bytes) -> tuple[int, tuple[Address, ...]]:
    """The response code, and the addresses of the type that was asked for, aliases followed.

    Raises MessageError. The resolver has followed all aliases; the records are its own answer.
    """
    identity, flags, questions, answers, *_ = _header(message)
    if not flags & _IS_RESPONSE or identity != _header(asked)[0]:
        raise MessageError("not the answer to this question")
    try:
        return flags & 0xF, _addresses(asked, message, questions, answers)
    except (struct.error, IndexError) as error:
        raise MessageError("not a whole message") from error


def _header(message: bytes) -> tuple[int, ...]:
    if len(message) < _HEADER.size:
        raise MessageError("not a whole message")
    return _HEADER.unpack_from(message)


def _addresses(asked: bytes, message: bytes, questions: int, answers: int) -> tuple[Address, ...]:
    place = len(asked)
    if questions != 1 or message[_HEADER.size : place].lower() != asked[_HEADER.size :].lower():
        raise MessageError("the answer to another question")
    (wanted,) = struct.unpack_from("!H", asked, len(asked) - 4)
    found: list[Address] = []
    for _ in range(answers):
        place = _after_name(message, place)
        kind, _class, _age, length = _RECORD.unpack_from(message, place)
        place += _RECORD.size
        data = message[place : place + length]
        if kind == wanted:
            found.append(_address(data, Family(kind)))
        place += length
    return tuple(found)


def _after_name(message: bytes, place: int) -> int:
    """Where a name ends: a pointer to an earlier one, of two bytes, ends it too."""
    while length := message[place]:
        if length >= _POINTER:
            return place + 2
        place += 1 + length
    return place + 1


def _address(data: bytes, family: Family) -> Address:
    packed = {Family.A: 4, Family.AAAA: 16}
    if len(data) != packed[family]:
        raise MessageError("not an address")
    return IPv4Address(data) if family is Family.A else IPv6Address(data)
