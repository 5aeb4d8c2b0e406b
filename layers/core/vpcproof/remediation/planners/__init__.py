"""The planners: each proposes the repairs of one subject, none knows of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..repair import Proposal
from ..situation import Situation
from .admission import admit_clients
from .dns_attributes import turn_on_attributes
from .duplicates import remove_duplicates
from .gateway_routes import add_routes
from .missing_endpoints import create_missing
from .narrowing import narrow_ingress
from .private_dns import turn_on_private_dns
from .zones import add_zones

Planner = Callable[[Situation], Iterable[Proposal]]

PLANNERS: tuple[Planner, ...] = (
    admit_clients,
    add_zones,
    turn_on_attributes,
    create_missing,
    add_routes,
    turn_on_private_dns,
    narrow_ingress,
    remove_duplicates,
)
