"""Ids, accounts and names replaced; what AWS itself named stays."""

from __future__ import annotations

import re

from ...analysis.dns import AWS_DNS_SUFFIXES, HOST_LABELS
from ...analysis.naming import parse_service_name
from ...model.service_catalogue import KNOWN_SERVICE_CODES
from ..describe.dns import domain_name
from .substitutes import Substitutes

# What the ids of resources begin with; rules tell the targets of routes apart by it.
_KINDS = sorted(
    """
    acl cagw dopt eice eigw eni i igw lgw mi nat pcx pl rp rpassoc rpr rslvr-autodefined-rr
    rslvr-rr rslvr-rrassoc rtb rtbassoc sg sgr subnet tgw tgw-attach tgw-rtb vgw vpc vpce vpce-svc
    """.split(),
    key=len,
    reverse=True,
)
_ANY_KIND = "id"
_WORDS_FOR_IDS = {"local", ""}
_AWS_ACCOUNTS = {"", "AWS", "amazon", "amazon-aws", "amazon-elb", "aws", "aws-marketplace"}
_REGION = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-\d+")
_ZONE = re.compile(rf"{_REGION.pattern}(?:-[a-z]{{3,}}-\d+)?[a-z]?")
_ZONE_ID = re.compile(r"[a-z]{2,5}\d+(?:-[a-z]{2,4}\d*)?-az\d+")
_ARN_PART = re.compile(r"[a-z][a-z0-9-]*")
_ENDPOINT_LABEL = re.compile(r"(vpce-(?:svc-)?[^-]+)(?:-.*)?")
_ACCOUNT = re.compile(r"\d{12}")

_SERVICE_LABELS = {"aws", "amazonaws", "api", "cn", "com", "eu", "gov", "sagemaker", "vpce"}
_HOST_VOCABULARY = {
    "*",
    "d",
    "dkr",
    "dualstack",
    "fips",
    "vpce",
    *(label for code in KNOWN_SERVICE_CODES for label in code.split(".")),
    *(label for host in HOST_LABELS.values() for label in host.split(".")),
}
_SUFFIXES = {
    ".".join(labels[start:])
    for labels in (suffix.split(".") for suffix in AWS_DNS_SUFFIXES)
    for start in range(len(labels))
}


class Names:
    """Substitutes for everything that is called something."""

    def __init__(self, substitutes: Substitutes, kept_ids: frozenset[str]) -> None:
        self._substitutes = substitutes
        self._kept_ids = kept_ids
        self._vocabulary = set(_HOST_VOCABULARY)

    def id(self, value: str) -> str:
        """An id with the beginning that says of what kind it is."""
        if value in self._kept_ids or value in _WORDS_FOR_IDS:
            return value
        kind = next((each for each in _KINDS if value.startswith(f"{each}-")), _ANY_KIND)
        return f"{kind}-fade{self._substitutes.number(kind, value):013x}"

    def ids(self) -> dict[str, str]:
        """What every id was replaced by, those of hosted zones left out."""
        met = {value for kind in (*_KINDS, _ANY_KIND) for value in self._substitutes.met(kind)}
        return {value: self.id(value) for value in met}

    def hosted_zone_id(self, value: str) -> str:
        """The id of a hosted zone, which has no such beginning."""
        return f"ZFADE{self._substitutes.number('hosted zone', value):09d}" if value else ""

    def account(self, value: str) -> str:
        """An account's number, or the word by which AWS calls its own."""
        if value in _AWS_ACCOUNTS:
            return value
        return f"{self._substitutes.number('account', value):012d}"

    def place(self, value: str) -> str:
        """A Region or a zone, by name or id; only names that AWS cannot have given are replaced."""
        if not value or _ZONE.fullmatch(value) or _ZONE_ID.fullmatch(value):
            return value
        region = _REGION.match(value)
        return f"{region[0]}-{self.label(value)}" if region else self.label(value)

    def label(self, value: str) -> str:
        """A name of somebody's choice."""
        return f"name-{self._substitutes.number('name', value)}" if value else ""

    def service(self, value: str) -> str:
        """The name of an endpoint service; of another account's service the id is replaced."""
        parsed = parse_service_name(value)
        if parsed is None:
            return ".".join(map(self._strange_label, value.split(".")))
        if parsed.is_private:
            return value.removesuffix(parsed.code) + self.id(parsed.code)
        self._vocabulary.update(parsed.code.split("."))
        return value

    def domain(self, value: str) -> str:
        """A domain name label by label, so that what was below a name is below it still.

        The names of AWS stay, and with them the domains above them.
        """
        labels = domain_name(value).split(".")
        replaced: list[str] = []
        for start in reversed(range(len(labels))):
            suffix = ".".join(labels[start:])
            is_known = suffix in _SUFFIXES or labels[start] in {"*", ""}
            replaced.append(labels[start] if is_known else self._host_label(labels, start))
        return ".".join(reversed(replaced))

    def arn(self, value: str) -> str:
        """An ARN with its partition, service and Region, and the ids in it replaced."""
        parts = value.split(":", 5)
        if len(parts) <= len(("arn", "partition", "service", "region", "account")):
            return self.label(value)
        _, partition, service, region, account, resource = parts
        plain = [each if _ARN_PART.fullmatch(each) else "" for each in (partition, service)]
        kind, slash, name = resource.rpartition("/")
        kind = kind if _ARN_PART.fullmatch(kind) else ""
        place = region if _REGION.fullmatch(region) else ""
        return ":".join(("arn", *plain, place, self.account(account), kind + slash + self.id(name)))

    def _host_label(self, labels: list[str], start: int) -> str:
        """One label that is no part of AWS's own suffixes."""
        label = labels[start]
        if endpoint_id := self._endpoint_in(label):
            rest = label[len(endpoint_id) :]
            return self.id(endpoint_id) + (f"-{self.label(rest)}" if rest else "")
        of_aws = any(".".join(labels[n:]) in AWS_DNS_SUFFIXES for n in range(start, len(labels)))
        if of_aws and (label in self._vocabulary or _REGION.fullmatch(label)):
            return label
        return self.account(label) if _ACCOUNT.fullmatch(label) else self.label(label)

    def _endpoint_in(self, label: str) -> str | None:
        """The endpoint whose own DNS name begins with this label."""
        if not label.startswith("vpce-"):
            return None
        known = [
            each
            for each in self._substitutes.met("vpce")
            if label == each or label.startswith(f"{each}-")
        ]
        shaped = _ENDPOINT_LABEL.fullmatch(label)
        return max(known, key=len) if known else shaped and shaped[1]

    def _strange_label(self, label: str) -> str:
        """A part of a name that has no form of AWS; what stands for it has none either."""
        if label in _SERVICE_LABELS or _REGION.fullmatch(label) or not label:
            return label
        return f"Name_{self._substitutes.number('name', label)}"
