"""Resource tags: text written by strangers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Tags = Mapping[str, str]


def no_tags() -> Tags:
    """The tags of a resource that has none."""
    return MappingProxyType({})
