"""VPC endpoints of every type, and the endpoint services they lead to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .tags import Tags, no_tags


@dataclass(frozen=True, slots=True, kw_only=True)
class VpcEndpoint:
    """A VPC endpoint as DescribeVpcEndpoints returns it, the gaps of each type filled.

    `state` and `ip_address_type` are lower case: AWS documents camel case and sends several
    spellings. A missing type is `Gateway`, the default of CreateVpcEndpoint. `service_name` is
    None for Resource and ServiceNetwork endpoints. `dns_names` is None when the answer had none.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html
    """

    id: str
    vpc_id: str
    type: str = "Gateway"
    service_name: str | None = None
    service_region: str | None = None
    state: str = "available"
    route_table_ids: tuple[str, ...] = ()
    subnet_ids: tuple[str, ...] = ()
    group_ids: tuple[str, ...] = ()
    network_interface_ids: tuple[str, ...] = ()
    private_dns_enabled: bool = False
    inbound_resolver_only: bool | None = None
    dns_names: tuple[str, ...] | None = None
    ip_address_type: str = "ipv4"
    policy_document: str | None = None
    requester_managed: bool = False
    created_at: datetime | None = None
    last_error: str | None = None
    owner_id: str | None = None
    tags: Tags = field(default_factory=no_tags)

    @property
    def is_interface(self) -> bool:
        """Type Interface: network interfaces, security groups, private DNS."""
        return self.type == "Interface"

    @property
    def is_gateway(self) -> bool:
        """Type Gateway: routes to a prefix list, no interface and no security group."""
        return self.type == "Gateway"

    @property
    def is_available(self) -> bool:
        """In the one state that counts as coverage."""
        return self.state == "available"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointService:
    """One ServiceDetail: a service and one type it is offered as.

    One service name has several details when it is offered as Gateway and as Interface.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ServiceDetail.html
    """

    service_name: str
    types: tuple[str, ...]
    service_region: str | None = None
    zones: tuple[str, ...] = ()
    zone_ids: tuple[str, ...] = ()
    private_dns_names: tuple[str, ...] = ()
    policy_supported: bool | None = None
    owner: str | None = None
