"""VPC endpoints: creating, changing and deleting them, with all that they bring."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...model.snapshot import Snapshot
from ...model.vpc_endpoint import VpcEndpoint
from ..change import Call, Expectation, Risk
from ..questions import expect
from .editing import drop, existing, put, refuse_if_taken, tag_specifications, tags_of
from .endpoint_parts import (
    EDITS,
    GOING,
    inbound_resolver_only,
    refuse_conflicting_names,
    with_groups,
    with_private_dns,
    with_route_tables,
    with_subnets,
    without_route_tables,
    without_subnets,
)
from .operation import RefusedCallError

# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
INTERFACE_ENDPOINTS_PER_VPC = 50
GATEWAY_ENDPOINTS_PER_REGION = 20

# What AWS attaches when no policy is given.
FULL_ACCESS = (
    '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}],'
    '"Version":"2008-10-17"}'
)


class CreateVpcEndpoint:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html."""

    risk = Risk.ADDITIVE

    def simulate(self, snapshot: Snapshot, call: Call) -> Snapshot:
        """An available endpoint with an interface in each subnet, or routes in each table."""
        endpoint = _requested(snapshot, call)
        refuse_if_taken(snapshot.vpc_endpoints, endpoint.id)
        existing(snapshot.vpcs, endpoint.vpc_id)
        _refuse_over_quota(snapshot, endpoint)
        bare = replace(endpoint, subnet_ids=(), group_ids=(), route_table_ids=())
        after = put(snapshot, vpc_endpoints=[bare])
        after = with_groups(after, bare.id, endpoint.group_ids)
        after = with_subnets(after, bare.id, endpoint.subnet_ids)
        after = with_route_tables(after, bare.id, endpoint.route_table_ids)
        if endpoint.private_dns_enabled:
            refuse_conflicting_names(snapshot, endpoint)
        return after

    def inverse(self, _snapshot: Snapshot, call: Call) -> tuple[Call, ...]:
        """Delete it."""
        return (delete_endpoint(call.creates or ""),)

    def expects(self, snapshot: Snapshot, call: Call) -> tuple[Expectation, ...]:
        """The endpoints that the service has today: none, most of the time."""
        wanted = call.arguments
        of_service = (wanted["VpcId"], wanted["ServiceName"], wanted["VpcEndpointType"])
        names = (
            (expect(snapshot, "DNS attributes", wanted["VpcId"]),)
            if wanted.get("PrivateDnsEnabled")
            else ()
        )
        return (expect(snapshot, "endpoints", *of_service), *names)

    def zones(self, _snapshot: Snapshot, call: Call) -> int:
        """One for each subnet; gateway endpoints are free."""
        return len(call.arguments.get("SubnetIds", ()))

    def summary(self, call: Call) -> str:
        """The change in words."""
        wanted = call.arguments
        kind = wanted["VpcEndpointType"].lower()
        where = wanted.get("SubnetIds") or wanted.get("RouteTableIds") or ["no subnet"]
        names = ", private DNS on" if wanted.get("PrivateDnsEnabled") else ""
        service = wanted["ServiceName"]
        return f"create the {kind} endpoint for {service} in {', '.join(where)}{names}"


class ModifyVpcEndpoint:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html."""

    risk = Risk.ADDITIVE

    def simulate(self, snapshot: Snapshot, call: Call) -> Snapshot:
        """The endpoint with its parts added and removed, available again."""
        wanted = call.arguments
        endpoint = existing(snapshot.vpc_endpoints, wanted["VpcEndpointId"])
        if not endpoint.is_available:
            raise RefusedCallError(f"{endpoint.id} is {endpoint.state} and cannot be changed")
        after = snapshot
        for argument, edit in EDITS.items():
            if wanted.get(argument):
                after = edit(after, endpoint.id, wanted[argument])
        if "PrivateDnsEnabled" in wanted:
            after = with_private_dns(after, endpoint.id, wanted)
        return after

    def inverse(self, snapshot: Snapshot, call: Call) -> tuple[Call, ...]:
        """Remove what was added, add what was removed, and private DNS as it was."""
        endpoint = existing(snapshot.vpc_endpoints, call.arguments["VpcEndpointId"])
        back: dict[str, Any] = {}
        for argument, value in call.arguments.items():
            if argument.startswith("Add"):
                back[f"Remove{argument.removeprefix('Add')}"] = value
            elif argument.startswith("Remove"):
                back[f"Add{argument.removeprefix('Remove')}"] = value
            elif argument == "PrivateDnsEnabled":
                back[argument] = endpoint.private_dns_enabled
        return (modify_endpoint(endpoint.id, **back),)

    def expects(self, snapshot: Snapshot, call: Call) -> tuple[Expectation, ...]:
        """That it is available, and the parts that change as they were."""
        endpoint_id = call.arguments["VpcEndpointId"]
        asked = {
            question
            for argument in call.arguments
            for ending, question in _QUESTIONS.items()
            if argument.endswith(ending)
        }
        return tuple(expect(snapshot, each, endpoint_id) for each in ("state", *sorted(asked)))

    def zones(self, _snapshot: Snapshot, call: Call) -> int:
        """One more for each subnet that is added."""
        wanted = call.arguments
        return len(wanted.get("AddSubnetIds", ())) - len(wanted.get("RemoveSubnetIds", ()))

    def summary(self, call: Call) -> str:
        """The change in words."""
        wanted = call.arguments
        told = [
            f"{words} {', '.join(wanted[argument])}"
            for argument, words in _WORDS.items()
            if wanted.get(argument)
        ]
        if "PrivateDnsEnabled" in wanted:
            told.append(f"turn private DNS {'on' if wanted['PrivateDnsEnabled'] else 'off'}")
        return f"{wanted['VpcEndpointId']}: {', '.join(told)}"


class DeleteVpcEndpoints:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html."""

    risk = Risk.DESTRUCTIVE

    def simulate(self, snapshot: Snapshot, call: Call) -> Snapshot:
        """Gone, with the interfaces and routes that AWS made for it."""
        after = snapshot
        for endpoint_id in call.arguments["VpcEndpointIds"]:
            endpoint = existing(after.vpc_endpoints, endpoint_id)
            after = without_subnets(after, endpoint_id, endpoint.subnet_ids)
            after = without_route_tables(after, endpoint_id, endpoint.route_table_ids)
            after = drop(
                after,
                vpc_endpoints={endpoint_id},
                network_interfaces=set(endpoint.network_interface_ids),
            )
        return after

    def inverse(self, snapshot: Snapshot, call: Call) -> tuple[Call, ...]:
        """Create its like; AWS gives that another id, other interfaces and other names."""
        return tuple(
            _recreation(existing(snapshot.vpc_endpoints, each))
            for each in call.arguments["VpcEndpointIds"]
        )

    def expects(self, snapshot: Snapshot, call: Call) -> tuple[Expectation, ...]:
        """That names do not lead to it."""
        return tuple(
            expect(snapshot, question, each)
            for each in call.arguments["VpcEndpointIds"]
            for question in ("state", "private DNS")
        )

    def zones(self, snapshot: Snapshot, call: Call) -> int:
        """Its interfaces are billed no longer."""
        return -sum(
            len(existing(snapshot.vpc_endpoints, each).subnet_ids)
            for each in call.arguments["VpcEndpointIds"]
        )

    def summary(self, call: Call) -> str:
        """The change in words."""
        return f"delete {', '.join(call.arguments['VpcEndpointIds'])}"


def modify_endpoint(endpoint_id: str, **arguments: Any) -> Call:  # noqa: ANN401 - as the API's
    """The call that changes an endpoint."""
    return Call(
        operation="ModifyVpcEndpoint", arguments={"VpcEndpointId": endpoint_id, **arguments}
    )


def delete_endpoint(endpoint_id: str) -> Call:
    """The call that deletes an endpoint."""
    return Call(operation="DeleteVpcEndpoints", arguments={"VpcEndpointIds": [endpoint_id]})


def _requested(snapshot: Snapshot, call: Call) -> VpcEndpoint:
    wanted = call.arguments
    is_interface = wanted["VpcEndpointType"] == "Interface"
    groups = wanted.get("SecurityGroupIds") or (
        _default_group(snapshot, wanted["VpcId"]) if is_interface else ()
    )
    return VpcEndpoint(
        id=call.creates or "",
        vpc_id=wanted["VpcId"],
        type=wanted["VpcEndpointType"],
        service_name=wanted["ServiceName"],
        service_region=wanted.get("ServiceRegion"),
        route_table_ids=tuple(wanted.get("RouteTableIds", ())),
        subnet_ids=tuple(wanted.get("SubnetIds", ())),
        group_ids=tuple(groups),
        private_dns_enabled=bool(wanted.get("PrivateDnsEnabled")),
        inbound_resolver_only=inbound_resolver_only(wanted),
        ip_address_type=wanted.get("IpAddressType", "ipv4"),
        policy_document=wanted.get("PolicyDocument", FULL_ACCESS),
        created_at=snapshot.captured_at,
        owner_id=snapshot.account,
        tags=tags_of(wanted),
    )


def _default_group(snapshot: Snapshot, vpc_id: str) -> tuple[str, ...]:
    """The group that EC2 attaches to an interface endpoint when none is given.

    It admits its own members only, and hardening empties it: the service is cut off from the VPC.
    https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
    """
    groups = snapshot.security_groups.values()
    found = [each.id for each in groups if each.vpc_id == vpc_id and each.name == "default"]
    if not found:
        raise RefusedCallError(f"the default security group of {vpc_id} was not read")
    return tuple(found)


def _refuse_over_quota(snapshot: Snapshot, endpoint: VpcEndpoint) -> None:
    alive = [each for each in snapshot.vpc_endpoints.values() if each.state not in GOING]
    if endpoint.is_gateway:
        held = sum(each.is_gateway for each in alive)
        if held >= GATEWAY_ENDPOINTS_PER_REGION:
            raise RefusedCallError(f"the Region has {held} gateway endpoints, the quota")
        return
    held = sum(not each.is_gateway and each.vpc_id == endpoint.vpc_id for each in alive)
    if held >= INTERFACE_ENDPOINTS_PER_VPC:
        raise RefusedCallError(f"{endpoint.vpc_id} has {held} interface endpoints, the quota")


def _recreation(endpoint: VpcEndpoint) -> Call:
    if endpoint.service_name is None or not (endpoint.is_interface or endpoint.is_gateway):
        raise RefusedCallError(f"{endpoint.id} cannot be created anew: its type is {endpoint.type}")
    arguments: dict[str, Any] = {
        "VpcId": endpoint.vpc_id,
        "ServiceName": endpoint.service_name,
        "VpcEndpointType": endpoint.type,
    }
    parts = {
        "ServiceRegion": endpoint.service_region,
        "SubnetIds": list(endpoint.subnet_ids),
        "SecurityGroupIds": list(endpoint.group_ids),
        "RouteTableIds": list(endpoint.route_table_ids),
        "PolicyDocument": endpoint.policy_document,
        "TagSpecifications": tag_specifications("vpc-endpoint", endpoint.tags),
    }
    arguments |= {name: value for name, value in parts.items() if value}
    if endpoint.is_interface:
        arguments["PrivateDnsEnabled"] = endpoint.private_dns_enabled
        arguments["IpAddressType"] = endpoint.ip_address_type
    return Call(operation="CreateVpcEndpoint", arguments=arguments, creates=endpoint.id)


_QUESTIONS = {
    "SecurityGroupIds": "security groups",
    "SubnetIds": "subnets",
    "RouteTableIds": "route tables",
    "PrivateDnsEnabled": "private DNS",
}
_WORDS = {
    "AddSecurityGroupIds": "attach",
    "RemoveSecurityGroupIds": "detach",
    "AddSubnetIds": "add an interface in",
    "RemoveSubnetIds": "remove the interface in",
    "AddRouteTableIds": "add the route in",
    "RemoveRouteTableIds": "remove the route in",
}
