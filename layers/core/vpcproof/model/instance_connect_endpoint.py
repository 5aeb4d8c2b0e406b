"""EC2 Instance Connect Endpoints: a way to instances, not to services."""

from __future__ import annotations

from dataclasses import dataclass, field

from .tags import Tags, no_tags


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceConnectEndpoint:
    """An EC2 Instance Connect Endpoint; it opens connections itself, so its egress rules count.

    With `preserve_client_ip` instances see the client's address, without it that of the endpoint.
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/eice-security-groups.html
    """

    id: str
    vpc_id: str
    subnet_id: str
    state: str = "create-complete"
    preserve_client_ip: bool = False
    group_ids: tuple[str, ...] = ()
    network_interface_ids: tuple[str, ...] = ()
    owner_id: str | None = None
    state_message: str | None = None
    tags: Tags = field(default_factory=no_tags)

    @property
    def is_available(self) -> bool:
        """A changed endpoint is `update-complete`, which works as well as `create-complete`."""
        return self.state in {"create-complete", "update-complete"}
