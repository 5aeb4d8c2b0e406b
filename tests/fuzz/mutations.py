"""Small changes that keep a document a document, so that nonsense gets deep into its readers."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

NONSENSE: tuple[Any, ...] = (
    None, True, False, 0, -1, 65536, 10**30, -(10**30), 1.5, 1e308, "", " ", "-", "*", "0.0.0.0/0",
    "10.0.0.0/33", "::/0", "2001:db8::1/64", "999.1.1.1", "vpc-1", "sg-", "pl-", "vpce-", "-1",
    "tcp", "6", "associated", "{{resolve:ssm:x}}", "${X}", "a" * 5000, "\x00", "\ud83d", "é\u202e",
    [], {}, [[]], [None], {"": None}, [{}], {"Ref": "X"}, {"Fn::GetAtt": ["X", "Y"]},
    {"Fn::If": ["C", 1, 2]}, {"Fn::Sub": "${A.B}"}, {"Fn::Join": ["", ["a"]]},
)  # fmt: skip


def mutated(content: bytes, random: Random) -> bytes:
    """Between one and four changes: to values and keys of a document, else to bytes."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return _bytes_changed(content, random)
    for _ in range(random.randint(1, 4)):
        document = json.loads(_written(_changed(document, random)))
    return json.dumps(document).encode()


def _changed(document: Any, random: Random) -> Any:
    places = [*_places(document)]
    if not places:
        return random.choice(NONSENSE)
    holder, key = random.choice(places)
    match random.randrange(5):
        case 0 | 1:
            holder[key] = random.choice(NONSENSE)
        case 2:
            other_holder, other_key = random.choice(places)
            holder[key] = other_holder[other_key]
        case 3 if isinstance(holder, dict):
            del holder[key]
        case _ if isinstance(holder, list):
            holder.append(json.loads(json.dumps(holder[key])))
        case _:
            holder[random.choice(["Id", "Name", "State", "Type", str(key) + "s"])] = holder.pop(key)
    return document


def _written(document: Any) -> str:
    """A part put inside itself would have no end; then nothing is changed."""
    try:
        return json.dumps(document)
    except ValueError:
        return "{}"


def _places(document: Any) -> Iterator[tuple[Any, Any]]:
    pending = [document]
    while pending:
        holder = pending.pop()
        if isinstance(holder, dict):
            pending += holder.values()
            yield from ((holder, key) for key in holder)
        elif isinstance(holder, list):
            pending += holder
            yield from ((holder, position) for position in range(len(holder)))


def _bytes_changed(content: bytes, random: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(changed) + 1)
        some = bytes(random.randrange(256) for _ in range(random.randrange(4)))
        line = content[at : content.find(b"\n", at) + 1] if random.random() < 0.5 else b""
        changed[at : at + random.randrange(6)] = some + line
    return bytes(changed)
