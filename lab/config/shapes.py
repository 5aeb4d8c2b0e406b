"""The shapes that travel between the API of AWS Config and the code behind it."""

from collections.abc import Mapping
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""Whatever JSON can say; what it says is checked where it is read."""

Request = Mapping[str, Any]
Response = dict[str, Any]
