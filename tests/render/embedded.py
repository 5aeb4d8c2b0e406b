"""What an HTML report holds besides what is seen."""

from __future__ import annotations

import json
import re
from typing import Any

_DATA = r'<script type="application/json" id="{}">(.*?)</script>'
_ASSET = re.compile(r"(<style>|<script type=\"module\">).*?(?=</style>|</script>)", re.DOTALL)


def embedded(page: str, element: str = "data") -> Any:
    """The data of the script: the index, or the drawing `vpc-0`."""
    found = re.search(_DATA.format(element), page)
    assert found is not None
    return json.loads(found[1])


def without_assets(page: str) -> str:
    """The page without its style and its script, which other tests are about."""
    return re.sub(r"'sha256-[^']+'", "'sha256-…'", _ASSET.sub(r"\1", page))
