"""Resource tags: text written by strangers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Tags = Mapping[str, str]

# By which people say that nothing is to be repaired here.
OPT_OUT_TAG, OPT_OUT_VALUE = "vpcproof:remediate", "off"


def no_tags() -> Tags:
    """The tags of a resource that has none."""
    return MappingProxyType({})
