"""Resource tags: text written by strangers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Tags = Mapping[str, str]
NO_TAGS: Tags = MappingProxyType({})
