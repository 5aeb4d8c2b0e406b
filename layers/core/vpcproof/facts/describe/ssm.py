"""What Systems Manager knows: managed nodes, and the preferences of Session Manager."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from ...model.managed_node import ManagedNode
from ...model.session_preferences import SessionPreferences
from ..raw import Raw, UnreadableError, required, structure, text

_VERSION = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})*")


def managed_node(raw: Raw) -> ManagedNode:
    """A node of DescribeInstanceInformation."""
    version = text(raw, "AgentVersion") or ""
    parts = version.split(".") if _VERSION.fullmatch(version) else None
    return ManagedNode(
        id=required(raw, "InstanceId"),
        agent_version=tuple(map(int, parts)) if parts else None,
        ping_status=text(raw, "PingStatus"),
    )


def session_preferences(raw: Raw) -> SessionPreferences:
    """The preferences in the `Content` of GetDocument; without a document there are none.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-schema.html
    """
    try:
        content = json.loads(text(raw, "Content") or "{}")
    except (ValueError, RecursionError):
        raise UnreadableError("Content is not JSON: ask for --document-format JSON") from None
    if not isinstance(content, Mapping):
        raise UnreadableError("Content is not an object")
    inputs = structure(content, "inputs")
    return SessionPreferences(
        logs_to_cloudwatch=text(inputs, "cloudWatchLogGroupName") is not None,
        logs_to_s3=text(inputs, "s3BucketName") is not None,
        encrypts_with_kms=text(inputs, "kmsKeyId") is not None,
    )
