"""Which VPC a changed resource is in, when the event does not say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ..model.resource_type import ResourceType
from .clients import Clients
from .config_event import ChangedResource, vpc_in
from .describe_calls import DESCRIBE_CALLS
from .failures import code_of, failing_as

if TYPE_CHECKING:
    from mypy_boto3_config import ConfigServiceClient
    from mypy_boto3_ec2 import EC2Client

_NOT_IN_HISTORY = {"ResourceNotDiscoveredException", "NoAvailableConfigurationRecorderException"}


def find_vpc(resource: ChangedResource, clients: Clients) -> str | None:
    """The VPC of a resource, from its recorded history or else from EC2; None when it is gone.

    Any recorded item will do, as no resource ever moves to another VPC.
    """
    with failing_as(f"the VPC of {resource.id} could not be found"):
        return _recorded(resource, clients("config")) or _live(resource, clients("ec2"))


def _recorded(resource: ChangedResource, config: ConfigServiceClient) -> str | None:
    """What GetResourceConfigHistory tells, whose `configuration` is JSON as text."""
    try:
        answer = config.get_resource_config_history(
            resourceType=ResourceType(resource.type).value, resourceId=resource.id, limit=1
        )
    except ClientError as error:
        if code_of(error) in _NOT_IN_HISTORY:
            return None
        raise
    for item in answer.get("configurationItems", ()):
        return vpc_in(resource.type, resource.id, _parsed(item.get("configuration")))
    return None


def _live(resource: ChangedResource, ec2: EC2Client) -> str | None:
    call = DESCRIBE_CALLS[ResourceType(resource.type)]
    try:
        answer = getattr(ec2, call.method)(**{call.ids: [resource.id]})
    except ClientError as error:
        if code_of(error).endswith(".NotFound"):  # InvalidVpcEndpointId.NotFound and its kin
            return None
        raise
    for found in answer.get(call.answers, ()):
        return vpc_in(resource.type, resource.id, found)
    return None


def _parsed(configuration: object) -> object:
    try:
        return json.loads(configuration) if isinstance(configuration, str) else configuration
    except ValueError:
        return None
