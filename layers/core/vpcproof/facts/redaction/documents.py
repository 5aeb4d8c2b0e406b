"""The documents of a snapshot, made fit to be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...analysis.naming import parse_service_name
from ...model.facts import NO_FILE, NOT_DECLARED, Gap
from ..documents import KEYS, Answer, Documents
from ..regions import vpc_regions
from .addresses import Renumbering
from .kept import Kept
from .names import Names
from .policies import Policies
from .shapes import SHAPES, SUBJECTS
from .substitutes import Substitutes
from .values import Values

_NOT_ASKED_FOR = "not asked for"
_REFUSAL = re.compile(r"[a-z0-9-]{1,40}:[A-Za-z0-9]{1,80}: [A-Za-z.]{1,80}")
_SOME_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Redaction:
    """Documents that tell nothing of whose they are, and by what each id was replaced."""

    documents: Documents
    ids: Mapping[str, str]


def redact(documents: Documents, *, key: bytes, kept: Kept | None = None) -> Redaction:
    """Replace whatever names somebody or something, so that every verdict stays as it is.

    The same value has the same substitute wherever it stands. `key` decides which address stands
    for which: with a key that is thrown away nobody can try addresses out.
    """
    kept = kept or Kept()
    substitutes = Substitutes()
    lists = _lists_of_aws(documents)
    names = Names(substitutes, frozenset(lists))
    addresses = Renumbering(
        key,
        unchanged=[*_blocks_of_vpcs(documents), *_blocks_of_lists(documents, lists)],
        bounds=kept.ranges.cidrs(),
    )
    regions = {_SOME_REGION, *vpc_regions(documents).values()} | {documents.region or _SOME_REGION}
    values = Values(names, addresses, Policies(names, sorted(regions)), kept)
    _replaced(documents, values, names)  # every value is met before one is numbered
    substitutes.settle()
    return Redaction(_replaced(documents, values, names), names.ids())


def _replaced(documents: Documents, values: Values, names: Names) -> Documents:
    return Documents(
        answers={
            key: [_answer(key, answer, values) for answer in answers]
            for key, answers in documents.answers.items()
        },
        gaps=[
            replace(
                gap,
                reason=_reason(gap),
                vpc_id=None if gap.vpc_id is None else names.id(gap.vpc_id),
            )
            for gap in documents.gaps
        ],
        account=None if documents.account is None else names.account(documents.account),
        region=None if documents.region is None else names.place(documents.region),
        captured_at=documents.captured_at,
    )


def _answer(key: str, answer: Answer, values: Values) -> Answer:
    subject = answer.subject
    kind = SUBJECTS.get(KEYS[key].subject or "")
    return replace(
        answer,
        elements=[
            values.replaced(SHAPES[key], each)
            for each in answer.elements
            if isinstance(each, Mapping) or not KEYS[key].id
        ],
        source="redacted",
        subject=str(values.replaced(kind, subject)) if kind and subject is not None else subject,
    )


def _reason(gap: Gap) -> str:
    """A reason that AWS or vpcproof gave and that names nothing; any other is not repeated."""
    is_plain = gap.reason in {NO_FILE, NOT_DECLARED, _NOT_ASKED_FOR}
    return gap.reason if is_plain or _REFUSAL.fullmatch(gap.reason) else "not read (redacted)"


def _lists_of_aws(documents: Documents) -> set[str]:
    """The prefix lists that are AWS's by owner and by name: the same ones for everybody."""
    owned, foreign = set(), set()
    for element in documents.elements("PrefixLists"):
        name = parse_service_name(str(element.get("PrefixListName")))
        owner = element.get("OwnerId") or ("AWS" if "Cidrs" in element else None)
        if owner == "AWS" and name is not None and not name.is_private:
            owned.add(str(element.get("PrefixListId")))
        elif owner is not None:
            foreign.add(str(element.get("PrefixListId")))
    return owned - foreign


def _blocks_of_lists(documents: Documents, lists: set[str]) -> Iterator[str]:
    for element in documents.elements("PrefixLists"):
        if str(element.get("PrefixListId")) in lists:
            yield from _texts(element.get("Cidrs"))
            yield from _texts([each.get("Cidr") for each in _objects(element, "Entries")])
    for answer in documents.answers.get("Entries", ()):
        if answer.subject in lists:
            yield from _texts(
                [each.get("Cidr") for each in answer.elements if isinstance(each, Mapping)]
            )


def _blocks_of_vpcs(documents: Documents) -> Iterator[str]:
    """The blocks of VPCs, and of subnets for where VPCs were not read."""
    for key in ("Vpcs", "Subnets"):
        for element in documents.elements(key):
            yield from _texts([element.get("CidrBlock")])
            for member in ("CidrBlock", "Ipv6CidrBlock"):
                associations = _objects(element, f"{member}AssociationSet")
                yield from _texts([each.get(member) for each in associations])


def _objects(element: Mapping[str, Any], member: str) -> list[Mapping[str, Any]]:
    listed = element.get(member)
    return (
        [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
    )


def _texts(values: object) -> list[str]:
    return [each for each in values if isinstance(each, str)] if isinstance(values, list) else []
