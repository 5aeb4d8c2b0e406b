"""Every value of an answer by what stands for it; what rules cannot read stays unreadable."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from ...exemptions import TAG_PREFIX, without_reason
from ...model.network_interface import described_by_aws
from ...model.tags import OPT_OUT_TAG, OPT_OUT_VALUE
from ...rules.registry import all_rules
from ..describe.dns import zone_id
from ..raw import Raw, UnreadableError, flag, moment, number, text
from .addresses import Renumbering
from .kept import Kept
from .names import Names
from .policies import UNREADABLE, Policies
from .shapes import Kind, Shape

# Neither text nor number, flag or list: whoever expects one of these refuses it.
_NO_TEXT: Mapping[str, str] = {}
_WORD = re.compile(r"-?[A-Za-z0-9._-]{0,40}")
_PREFERENCES = ("cloudWatchLogGroupName", "s3BucketName", "kmsKeyId")
_AMAZON_DNS = "amazonprovideddns"


class Values:
    """Replaces values by their shape."""

    def __init__(
        self, names: Names, addresses: Renumbering, policies: Policies, kept: Kept
    ) -> None:
        self._addresses = addresses
        self._kept = kept
        self._names = names
        self._of_text: Mapping[Kind, Callable[[str], str]] = {
            Kind.ACCOUNT: names.account,
            Kind.ARN: names.arn,
            Kind.BLOCK: lambda given: addresses.replaced(given) or (given and UNREADABLE),
            Kind.DESCRIPTION: described_by_aws,
            Kind.DOMAIN: names.domain,
            Kind.GROUP_NAME: lambda given: given if given == "default" else names.label(given),
            Kind.HOST: lambda given: addresses.replaced(given) or names.domain(given),
            Kind.ID: names.id,
            Kind.MESSAGE: lambda given: given and "redacted",
            Kind.PLACE: names.place,
            Kind.POLICY: policies.replaced,
            Kind.PREFERENCES: _preferences,
            Kind.SERVICE: names.service,
            Kind.WORD: lambda given: given if _WORD.fullmatch(given) else "unknown",
            Kind.ZONE_ID: lambda given: names.hosted_zone_id(zone_id(given)),
        }
        self._of_anything: Mapping[Kind, Callable[[object], object]] = {
            Kind.DHCP: self._dhcp,
            Kind.FLAG: lambda given: _read(flag, given),
            Kind.MOMENT: _moment,
            Kind.NUMBER: lambda given: _read(number, given),
            Kind.TAGS: self._tags,
        }

    def replaced(self, shape: Shape, given: object) -> object:
        """What stands for a value of this shape."""
        if given is None:
            return None
        if isinstance(shape, Mapping):
            return self._members(shape, given) if isinstance(given, Mapping) else UNREADABLE
        if isinstance(shape, list):
            return self._listed(shape[0], given)
        if shape in self._of_anything:
            return self._of_anything[shape](given)
        try:
            return self._of_text[shape](text({"": given}, "") or "")
        except UnreadableError:
            return _NO_TEXT

    def _members(self, shapes: Mapping[str, Shape], given: Raw) -> dict[str, object]:
        is_alias = given.get("Type") == "CNAME"
        return {
            member: self._record_values(given[member], leads_on=is_alias)
            if shape is Kind.RECORD_VALUES
            else self.replaced(shape, given[member])
            for member, shape in shapes.items()
            if member in given
        }

    def _listed(self, shape: Shape, given: object) -> object:
        if not isinstance(given, list | tuple):
            return UNREADABLE
        of_texts = isinstance(shape, Kind)
        return [
            _NO_TEXT if of_texts and not isinstance(each, str) else self.replaced(shape, each)
            for each in given
            if each is not None
        ]

    def _record_values(self, given: object, *, leads_on: bool) -> object:
        """The names that an alias leads to; the values of other records are read by nobody."""
        return self.replaced([{"Value": Kind.DOMAIN}], given) if leads_on else []

    def _tags(self, given: object) -> object:
        """Exemptions without their reasons, and the tag by which VPCs are chosen."""
        if not isinstance(given, list | tuple):
            return UNREADABLE
        return [tag for each in given if each is not None for tag in self._tag(each)]

    def _tag(self, given: object) -> list[object]:
        if not isinstance(given, Mapping):
            return [UNREADABLE]
        try:
            key, value = text(given, "Key"), text(given, "Value") or ""
        except UnreadableError:
            return [UNREADABLE]
        wanted = self._kept.tag
        if wanted and key == wanted[0]:
            kept = value if value == wanted[1] else self._names.label(value)
            return [{"Key": key, "Value": kept}]
        if key == OPT_OUT_TAG:
            is_out = value.strip().lower() == OPT_OUT_VALUE
            return [{"Key": key, "Value": OPT_OUT_VALUE if is_out else "on"}]
        if key and key.startswith(TAG_PREFIX) and key.removeprefix(TAG_PREFIX) in all_rules():
            return [{"Key": key, "Value": without_reason(value)}]
        return []

    def _dhcp(self, given: object) -> object:
        """The name servers alone, the only options that names are resolved by."""
        if not isinstance(given, list | tuple):
            return UNREADABLE
        return [
            self._servers(each) if isinstance(each, Mapping) else UNREADABLE
            for each in given
            if each is not None
            and (not isinstance(each, Mapping) or each.get("Key") == "domain-name-servers")
        ]

    def _servers(self, given: Raw) -> dict[str, object]:
        values = given.get("Values")
        if values is not None and not isinstance(values, list | tuple):
            return {"Key": given["Key"], "Values": UNREADABLE}
        servers = [
            {"Value": self._server(each.get("Value"))} if isinstance(each, Mapping) else UNREADABLE
            for each in values or ()
            if each is not None
        ]
        return {"Key": given["Key"], "Values": servers}

    def _server(self, given: object) -> object:
        if isinstance(given, str) and given.lower() == _AMAZON_DNS:
            return given
        return self.replaced(Kind.BLOCK, given)


def _read(read: Callable[[Raw, str], Any], given: object) -> object:
    """A flag or a number as it was understood, or something that is understood by nobody."""
    try:
        return read({"": given}, "")
    except UnreadableError:
        return UNREADABLE


def _moment(given: object) -> object:
    read = moment(given)
    return read.isoformat() if read else UNREADABLE


def _preferences(content: str) -> str:
    """Which of the three preferences of Session Manager are set, not to what."""
    try:
        document = json.loads(content or "{}")
    except (ValueError, RecursionError):
        return UNREADABLE
    if not isinstance(document, Mapping):
        return UNREADABLE
    inputs = document.get("inputs")
    if not isinstance(inputs, Mapping):
        return json.dumps({} if inputs is None else {"inputs": UNREADABLE})
    said = {each: inputs[each] for each in _PREFERENCES if inputs.get(each) not in (None, "")}
    is_text = {each: isinstance(value, str | int) for each, value in said.items()}
    kept = {each: "redacted" if is_text[each] else {} for each in said}
    return json.dumps({"inputs": kept}, sort_keys=True)
