"""ModifyVpcEndpoint.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
"""

from collections.abc import Iterable
from dataclasses import replace

from lab.ec2 import admission, errors, network_interfaces, policy, private_dns, routes
from lab.ec2.endpoint import Endpoint
from lab.ec2.network import Answer, Network, Params


def modify_vpc_endpoint(network: Network, params: Params) -> Answer:
    """Change an endpoint and all that hangs on it, or nothing when AWS would refuse."""
    current = network.endpoints.get(params["VpcEndpointId"])
    if current is None:
        raise errors.endpoint_not_found(params["VpcEndpointId"])
    for table_id in params.get("RemoveRouteTableIds") or []:
        network.route_table(table_id)
    changed = _requested(current, params)
    admission.refuse_unless_possible(network, changed)
    if params.get("DryRun"):
        raise errors.dry_run()
    interfaces = network_interfaces.establish(network, changed)
    if changed.is_gateway:
        routes.establish(network, changed, current.route_table_ids)
    network.endpoints[changed.id] = replace(changed, interface_ids=interfaces)
    return {"Return": True}


def _requested(current: Endpoint, params: Params) -> Endpoint:
    ip_address_type = params.get("IpAddressType", current.ip_address_type)
    private_dns_enabled = params.get("PrivateDnsEnabled", current.private_dns_enabled)
    return replace(
        current,
        policy_document=_policy_document(current, params),
        ip_address_type=ip_address_type,
        subnet_ids=_subnet_ids(current, params),
        security_group_ids=_changed(current.security_group_ids, params, "SecurityGroupIds"),
        route_table_ids=_changed(current.route_table_ids, params, "RouteTableIds"),
        private_dns_enabled=private_dns_enabled,
        dns_options=private_dns.options(
            current.service,
            {**current.dns_options, **(params.get("DnsOptions") or {})},
            ip_address_type=ip_address_type,
            private_dns=private_dns_enabled,
        ),
    )


def _policy_document(current: Endpoint, params: Params) -> str:
    if params.get("ResetPolicy"):
        return policy.FULL_ACCESS
    given = params.get("PolicyDocument")
    return policy.checked(given) if given else current.policy_document


def _subnet_ids(current: Endpoint, params: Params) -> tuple[str, ...]:
    """A subnet added twice stays twice: AWS refuses it as a duplicate in its zone."""
    removed = params.get("RemoveSubnetIds") or []
    kept = (subnet_id for subnet_id in current.subnet_ids if subnet_id not in removed)
    return (*kept, *(params.get("AddSubnetIds") or []))


def _changed(ids: Iterable[str], params: Params, member: str) -> tuple[str, ...]:
    removed = params.get(f"Remove{member}") or []
    added = params.get(f"Add{member}") or []
    return tuple(dict.fromkeys((*(kept for kept in ids if kept not in removed), *added)))
