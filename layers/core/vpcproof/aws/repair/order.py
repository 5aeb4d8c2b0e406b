"""What is to be repaired, and how far that may go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ...exemptions import Exemption
from ...model.parameters import Parameters
from ...remediation.plan import Mandate


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One VPC that is to be repaired: of all findings or of those of some rules.

    With a plan id, by that plan and no other.
    """

    vpc_id: str
    rules: tuple[str, ...] = ()
    parameters: Parameters = field(default_factory=Parameters)
    mandate: Mandate = field(default_factory=Mandate)
    exemptions: Sequence[Exemption] = ()
    plan_id: str | None = None
