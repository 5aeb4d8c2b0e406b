"""The DNS attributes of a VPC."""

from __future__ import annotations

from dataclasses import replace

from ...model.snapshot import Snapshot
from ..change import Call, Expectation, Risk
from ..questions import expect
from .editing import existing, put
from .operation import RefusedCallError

SUPPORT, HOSTNAMES = "EnableDnsSupport", "EnableDnsHostnames"
_FIELDS = {SUPPORT: "dns_support", HOSTNAMES: "dns_hostnames"}


class ModifyVpcAttribute:
    """One attribute at a time, or EC2 refuses.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html
    """

    risk = Risk.ADDITIVE

    def simulate(self, snapshot: Snapshot, call: Call) -> Snapshot:
        """The attribute has the value; DNS host names need DNS support.

        https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
        """
        vpc = existing(snapshot.vpcs, call.arguments["VpcId"])
        attribute, value = _attribute(call)
        if attribute == HOSTNAMES and value and vpc.dns_support is not True:
            raise RefusedCallError(f"enableDnsHostnames of {vpc.id} needs enableDnsSupport")
        return put(snapshot, vpcs=[replace(vpc, **{_FIELDS[attribute]: value})])

    def inverse(self, snapshot: Snapshot, call: Call) -> tuple[Call, ...]:
        """The value of before; one that was not read cannot be given back."""
        vpc = existing(snapshot.vpcs, call.arguments["VpcId"])
        attribute, _ = _attribute(call)
        before = getattr(vpc, _FIELDS[attribute])
        if before is None:
            raise RefusedCallError(f"{attribute} of {vpc.id} was not read")
        return (set_attribute(vpc.id, attribute, value=before),)

    def expects(self, snapshot: Snapshot, call: Call) -> tuple[Expectation, ...]:
        """Both attributes as they were."""
        return (expect(snapshot, "DNS attributes", call.arguments["VpcId"]),)

    def zones(self, _snapshot: Snapshot, _call: Call) -> int:
        """Attributes are free."""
        return 0

    def summary(self, call: Call) -> str:
        """The change in words."""
        attribute, value = _attribute(call)
        name = attribute[0].lower() + attribute[1:]
        return f"turn {'on' if value else 'off'} {name} of {call.arguments['VpcId']}"


def set_attribute(vpc_id: str, attribute: str, *, value: bool) -> Call:
    """The call that gives an attribute a value."""
    return Call(
        operation="ModifyVpcAttribute", arguments={"VpcId": vpc_id, attribute: {"Value": value}}
    )


def _attribute(call: Call) -> tuple[str, bool]:
    given = [each for each in _FIELDS if each in call.arguments]
    if len(given) != 1:
        raise RefusedCallError("ModifyVpcAttribute takes one attribute at a time")
    return given[0], bool(call.arguments[given[0]]["Value"])
