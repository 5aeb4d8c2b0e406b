"""Snapshots from folders and zip files of answers as the AWS CLI prints them.

File names do not matter, the top-level key of each answer does. Several files may share a key, and
one file may hold a list of answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ..errors import SnapshotError
from ..model.facts import Fact, Gap
from .build import snapshot_of
from .describe.interface import instance_interfaces
from .documents import KEYS, SESSION_DOCUMENT, Answer, Documents, Note, Reading
from .files import json_documents
from .raw import Raw, UnreadableError, moment, required, shown, structures, text

# `aws ec2 create-…` prints one resource under a key of its own.
_SINGULAR = {
    "Vpc": "Vpcs",
    "Subnet": "Subnets",
    "RouteTable": "RouteTables",
    "VpcEndpoint": "VpcEndpoints",
    "NetworkInterface": "NetworkInterfaces",
    "NetworkAcl": "NetworkAcls",
    "PrefixList": "PrefixLists",
    "NatGateway": "NatGateways",
    "InternetGateway": "InternetGateways",
    "InstanceConnectEndpoint": "InstanceConnectEndpoints",
    "VpcPeeringConnection": "VpcPeeringConnections",
}

# Answers that belong to a snapshot although nothing is judged by them.
_UNUSED = {"AvailabilityZones", "Regions", "ServiceNames", "TransitGateways"}

# Answers about one transit gateway route table each, gathered in a list as Batfish keeps them.
_GATHERED = {"TransitGatewayPropagations", "TransitGatewayStaticRoutes"}

# What stands beside a key: the subject of the answer, or what `aws sts get-caller-identity` adds.
_BESIDE = {each.subject for each in KEYS.values()} | {"Arn", "UserId"}

_FACTS = {fact.key: fact for fact in Fact}


def read_folder(path: str | Path, *, now: datetime, region: str | None = None) -> Reading:
    """Read every JSON file of a folder tree or zip file.

    `now` stands in for a missing `CapturedAt`; `region` is where the answers come from, for VPCs
    of which no subnet tells it. Raises SnapshotError, in one line, where a file cannot be read.
    """
    folder = _Folder()
    skipped: list[str] = []
    for source, content in json_documents(Path(path), skipped):
        for document in content if isinstance(content, list) else [content]:
            folder.add(source, document)
    for source in skipped:
        folder.note(source, "is not a .json file")
    return snapshot_of(folder.documents(str(path), region), now=now)


class _Folder:
    """Sorts documents into answers by their keys; what it cannot place it notes."""

    def __init__(self) -> None:
        self._documents = Documents()
        self._reservations: list[Answer] = []
        self._accounts: set[str] = set()
        self._regions: set[str] = set()
        self._is_snapshot = False
        self._strange_keys: list[str] = []

    def note(self, source: str, reason: str) -> None:
        self._documents.notes.append(Note(source, reason))

    def add(self, source: str, document: object) -> None:
        """Take in one answer; a recording of it (`status_code` and `data`) is unwrapped."""
        if isinstance(document, Mapping) and "status_code" in document and "data" in document:
            document = document["data"]
        if not isinstance(document, Mapping):
            self.note(source, "holds something that is not an object")
            return
        for key in document:
            try:
                self._take(source, key, document)
            except UnreadableError as problem:
                self.note(source, str(problem))

    def documents(self, path: str, region: str | None) -> Documents:
        """Everything taken in; raises SnapshotError when none of it was an answer of AWS."""
        if not self._is_snapshot:
            found = ", ".join(map(shown, self._strange_keys[:5])) or "no JSON file"
            raise SnapshotError(
                f"{path} holds no answer that a snapshot is made of, such as VpcEndpoints "
                f"(found: {found}): save answers of `aws ec2 describe-…` without --query"
            )
        documents = self._documents
        documents.account = self._one("Account", self._accounts)
        documents.region = region or self._one("Region", self._regions)
        self._use_reservations()
        return documents

    def _take(self, source: str, key: str, document: Raw) -> None:
        if key in KEYS:
            self._take_answer(source, key, document[key], document)
        elif key in _SINGULAR:
            self._take_answer(source, _SINGULAR[key], document[key], document)
        elif key in _GATHERED:
            for answer in structures(document, key):
                self.add(source, answer)
        elif key == "Reservations":
            self._is_snapshot = True
            self._reservations.append(
                Answer([*structures(document, key)], source, has_more=_has_more(document))
            )
        elif key == "Gaps":
            self._is_snapshot = True
            self._documents.gaps.extend(map(_gap, structures(document, key)))
        elif key in {"Account", "Region"}:
            known = self._accounts if key == "Account" else self._regions
            known.add(required(document, key))
        elif key == "CapturedAt":
            self._take_time(document)
        elif key == "Error":
            code = text(document[key], "Code") if isinstance(document[key], Mapping) else None
            self.note(source, f"is an error that AWS answered: {shown(code)}")
        elif key in _UNUSED:
            self._is_snapshot = True
            self.note(source, f"{key}: nothing is judged by it")
        elif key not in _BESIDE or not KEYS.keys() & document.keys():
            self._strange_keys.append(key)
            self.note(source, f"{shown(key)}: not a key that a snapshot is made of")

    def _take_answer(self, source: str, key: str, value: object, document: Raw) -> None:
        subject_member = KEYS[key].subject
        subject = text(document, subject_member) if subject_member else None
        if subject_member and subject is None:
            raise UnreadableError(
                f"{key}: the file does not say which {subject_member} it is about"
            )
        if key == "Content" and subject != SESSION_DOCUMENT:
            raise UnreadableError(f"Content: {shown(subject)} is not {SESSION_DOCUMENT}")
        if isinstance(value, Mapping) or not KEYS[key].id:
            value = [value]
        if not isinstance(value, list | None):
            raise UnreadableError(f"{key} is not a list")
        self._is_snapshot = True
        self._documents.add(key, Answer(value or [], source, subject, _has_more(document)))

    def _take_time(self, document: Raw) -> None:
        captured_at = moment(document["CapturedAt"])
        if captured_at is None:
            raise UnreadableError("CapturedAt is not a time in ISO 8601")
        latest = self._documents.captured_at
        self._documents.captured_at = max(captured_at, latest or captured_at)

    def _use_reservations(self) -> None:
        """Instances show their interfaces too; those of anything else are only listed apart."""
        if "NetworkInterfaces" in self._documents.answers:
            return
        answers = [
            replace(answer, elements=self._interfaces(answer)) for answer in self._reservations
        ]
        if not any(answer.elements for answer in answers):
            return
        for answer in answers:
            self._documents.add("NetworkInterfaces", answer)
            self.note(answer.source, "Reservations: network interfaces of instances only")

    def _interfaces(self, answer: Answer) -> list[Raw]:
        found: list[Raw] = []
        for reservation in answer.elements:
            try:
                found.extend(instance_interfaces(reservation))
            except UnreadableError as problem:
                self.note(answer.source, f"Reservations: {problem}")
        return found

    def _one(self, key: str, values: set[str]) -> str | None:
        if len(values) > 1:
            self.note(
                key, f"the files disagree, so none is taken: {shown(', '.join(sorted(values)))}"
            )
            return None
        return next(iter(values), None)


def _has_more(document: Raw) -> bool:
    return bool(document.get("NextToken")) or any(
        document.get(member) is True for member in ("IsTruncated", "AdditionalRoutesAvailable")
    )


def _gap(raw: Raw) -> Gap:
    """A gap as `save_folder` writes it."""
    fact = _FACTS.get(required(raw, "Fact"))
    if fact is None:
        raise UnreadableError(f"Gaps: {shown(raw['Fact'])} is no kind of fact")
    return Gap(fact=fact, reason=required(raw, "Reason"), vpc_id=text(raw, "VpcId"))
