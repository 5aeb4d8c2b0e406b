"""What the catalogue of endpoint services, where it was read, says of a Region."""

from __future__ import annotations

from ..model.snapshot import Snapshot, per_snapshot
from .naming import parse_service_name

# A Region sells well over a hundred services; a shorter answer was filtered when it was saved.
_WHOLE_CATALOGUE = 50


@per_snapshot
def offered_codes(snapshot: Snapshot, region: str) -> frozenset[str]:
    """The codes of AWS's own services that the catalogue lists for a Region."""
    names = (parse_service_name(each.service_name) for each in snapshot.endpoint_services)
    return frozenset(
        name.code for name in names if name and not name.is_private and name.region == region
    )


def is_whole(snapshot: Snapshot, region: str) -> bool:
    """Whether the answer is long enough that a missing service is not sold in the Region.

    DescribeVpcEndpointServices takes filters, and saved answers are often filtered.
    """
    return len(offered_codes(snapshot, region)) >= _WHOLE_CATALOGUE
