"""What interface endpoints cost; everything else that plans create is free."""

from __future__ import annotations

from decimal import Decimal

from .change import FREE, MonthlyCost

ZONE_HOUR = Decimal("0.01")
HOURS_PER_MONTH = 730
SOURCE = "https://aws.amazon.com/privatelink/pricing/"
NOTE = "us-east-1 list price of an interface endpoint, data not included; prices vary by Region"


def of_zones(zones: int) -> MonthlyCost:
    """A month of interface endpoints standing in so many zones more, or fewer when negative.

    Each zone is billed by the hour in whatever state the endpoint is.
    https://aws.amazon.com/privatelink/pricing/
    """
    if not zones:
        return FREE
    return MonthlyCost(amount=zones * ZONE_HOUR * HOURS_PER_MONTH, source=SOURCE, note=NOTE)
