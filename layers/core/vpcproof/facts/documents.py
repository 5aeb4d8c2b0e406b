"""The answers of AWS as they were given, before they become a Snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..model.facts import Gap
from ..model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Key:
    """A top-level key of AWS's answers.

    `id` is the member that names each element, empty where elements are bare values. `subject` is
    the member beside the key that says what the whole answer is about, for operations that answer
    about one thing at a time.
    """

    id: str = ""
    subject: str | None = None


KEYS: Mapping[str, Key] = {
    "Vpcs": Key("VpcId"),
    "EnableDnsSupport": Key(subject="VpcId"),
    "EnableDnsHostnames": Key(subject="VpcId"),
    "Subnets": Key("SubnetId"),
    "RouteTables": Key("RouteTableId"),
    "VpcEndpoints": Key("VpcEndpointId"),
    "ServiceDetails": Key("ServiceName"),
    "SecurityGroups": Key("GroupId"),
    "SecurityGroupRules": Key("GroupId"),
    "NetworkInterfaces": Key("NetworkInterfaceId"),
    "NetworkAcls": Key("NetworkAclId"),
    "PrefixLists": Key("PrefixListId"),
    "Entries": Key("Cidr", subject="PrefixListId"),
    "NatGateways": Key("NatGatewayId"),
    "InternetGateways": Key("InternetGatewayId"),
    "DhcpOptions": Key("DhcpOptionsId"),
    "HostedZoneSummaries": Key("HostedZoneId", subject="VpcId"),
    "ResourceRecordSets": Key("Name", subject="HostedZoneId"),
    "ProfileAssociations": Key("Id"),
    "ProfileResourceAssociations": Key("Id", subject="ProfileId"),
    "ResolverRuleAssociations": Key("Id"),
    "ResolverRules": Key("Id"),
    "TransitGatewayAttachments": Key("TransitGatewayAttachmentId"),
    "TransitGatewayVpcAttachments": Key("TransitGatewayAttachmentId"),
    "TransitGatewayRouteTables": Key("TransitGatewayRouteTableId"),
    "Routes": Key("DestinationCidrBlock", subject="TransitGatewayRouteTableId"),
    "TransitGatewayRouteTablePropagations": Key(
        "TransitGatewayAttachmentId", subject="TransitGatewayRouteTableId"
    ),
    "VpcPeeringConnections": Key("VpcPeeringConnectionId"),
    "InstanceConnectEndpoints": Key("InstanceConnectEndpointId"),
    "InstanceInformationList": Key("InstanceId"),
    "Content": Key(subject="Name"),
    "ProbeResults": Key("SubnetId"),
}

# The document in which Session Manager keeps its preferences; it exists once they are changed.
SESSION_DOCUMENT = "SSM-SessionManagerRunShell"


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a source holds and the snapshot does not, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of AWS, or one page of it; `has_more` when it says that another page follows."""

    elements: Sequence[Any]
    source: str
    subject: str | None = None
    has_more: bool = False


@dataclass(slots=True)
class Documents:
    """Answers by their top-level key, who gave them and when, and what could not be had."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    account: str | None = None
    region: str | None = None
    captured_at: datetime | None = None

    def add(self, key: str, answer: Answer) -> None:
        """Keep one more answer; of several elements with one id the last added counts."""
        self.answers.setdefault(key, []).append(answer)

    def elements(self, key: str) -> Iterator[Mapping[str, Any]]:
        """All elements of all answers with this key, other than objects left out."""
        for answer in self.answers.get(key, ()):
            yield from (element for element in answer.elements if isinstance(element, Mapping))

    def finished(self, key: str) -> set[str | None]:
        """The subjects (None for a plain listing) of which the last page is there.

        Without its last page an answer proves nothing absent.
        """
        return {a.subject for a in self.answers.get(key, ()) if not a.has_more}


@dataclass(frozen=True, slots=True)
class Reading:
    """A snapshot, the documents it was built from, and what was left out of it."""

    snapshot: Snapshot
    documents: Documents
    notes: tuple[Note, ...] = ()
