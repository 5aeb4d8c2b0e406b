"""CreateVpcEndpoint.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from secrets import token_hex

from lab.ec2 import admission, errors, network_interfaces, policy, private_dns, routes
from lab.ec2 import service_catalogue as catalogue
from lab.ec2.endpoint import Endpoint, document
from lab.ec2.errors import AwsError
from lab.ec2.network import Answer, Network, Params
from lab.ec2.service_catalogue import GATEWAY, INTERFACE, Service

DEFAULT_TYPE = GATEWAY


def create_vpc_endpoint(network: Network, params: Params) -> Answer:
    """Create the endpoint, or answer the one an earlier call with the same token created."""
    endpoint = _made_before(network, params)
    if endpoint is None:
        endpoint = _requested(network, params)
        tags = _tags(params)
        admission.refuse_unless_possible(network, endpoint)
        if params.get("DryRun"):
            raise errors.dry_run()
        endpoint = _establish(network, endpoint, tags)
    answer = {"VpcEndpoint": document(network, endpoint)}
    return answer | ({"ClientToken": endpoint.client_token} if endpoint.client_token else {})


def _establish(network: Network, endpoint: Endpoint, tags: Mapping[str, str]) -> Endpoint:
    interfaces = network_interfaces.establish(network, endpoint)
    created = replace(endpoint, interface_ids=interfaces)
    network.endpoints[created.id] = created
    if created.is_gateway:
        routes.establish(network, created)
    network.create_tags(created.id, tags)
    return created


def _made_before(network: Network, params: Params) -> Endpoint | None:
    token = params.get("ClientToken")
    for endpoint in network.endpoints.values():
        if token and endpoint.client_token == token:
            if endpoint.request != dict(params):
                raise AwsError(
                    "IdempotentParameterMismatch",
                    "The request uses the same client token as a previous, but non-identical "
                    "request.",
                )
            return endpoint
    return None


def _requested(network: Network, params: Params) -> Endpoint:
    service = _service(network, params)
    ip_address_type = params.get("IpAddressType", "ipv4")
    private_dns_enabled = _private_dns_enabled(service, params)
    dns_options = private_dns.options(
        service,
        params.get("DnsOptions") or {},
        ip_address_type=ip_address_type,
        private_dns=private_dns_enabled,
    )
    document_given = params.get("PolicyDocument")
    return Endpoint(
        id=f"vpce-0{token_hex(8)}",
        owner_id=network.account_id,
        vpc_id=network.vpc(params["VpcId"]).id,
        service=service,
        state="pendingAcceptance" if service.acceptance_required else "available",
        policy_document=policy.checked(document_given) if document_given else policy.FULL_ACCESS,
        ip_address_type=ip_address_type,
        creation_timestamp=datetime.now(UTC),
        subnet_ids=_distinct(params.get("SubnetIds")),
        security_group_ids=_security_group_ids(network, service, params),
        route_table_ids=_distinct(params.get("RouteTableIds")),
        private_dns_enabled=private_dns_enabled,
        dns_options=dns_options,
        client_token=params.get("ClientToken"),
        request=dict(params),
    )


def _service(network: Network, params: Params) -> Service:
    endpoint_type = params.get("VpcEndpointType", DEFAULT_TYPE)
    if not params.get("ServiceName"):
        raise AwsError("UnsupportedOperation", f"The lab has no endpoints of type {endpoint_type}.")
    offered = catalogue.find(network, params["ServiceName"], params.get("ServiceRegion"))
    for service in offered:
        if service.type == endpoint_type:
            return service
    types = ", ".join(service.type for service in offered)
    raise errors.invalid_parameter(
        f"Endpoint type ({endpoint_type}) does not match available service types ([{types}])."
    )


def _private_dns_enabled(service: Service, params: Params) -> bool:
    """Private DNS is on unless the request or the service says otherwise."""
    default = service.type == INTERFACE and bool(service.private_names)
    return bool(params.get("PrivateDnsEnabled", default))


def _security_group_ids(network: Network, service: Service, params: Params) -> tuple[str, ...]:
    asked = _distinct(params.get("SecurityGroupIds"))
    if asked or service.type != INTERFACE:
        return asked
    return (network.default_security_group(params["VpcId"]).id,)


def _tags(params: Params) -> dict[str, str]:
    tags: dict[str, str] = {}
    for specification in params.get("TagSpecifications") or []:
        if specification.get("ResourceType") != "vpc-endpoint":
            raise AwsError(
                "InvalidParameterValue",
                f"'{specification.get('ResourceType')}' is not a valid taggable resource type for "
                "this operation.",
            )
        tags |= {tag["Key"]: tag.get("Value", "") for tag in specification.get("Tags", [])}
    return tags


def _distinct(ids: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids or ()))
