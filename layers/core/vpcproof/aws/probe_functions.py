"""Whether a stack deploys probes beside the evaluate function."""

from __future__ import annotations

import os

from ..facts.probes import Probes
from ..model.service_catalogue import SERVICE_SETS


def probes_of_environment() -> Probes | None:
    """Probes, asked about Systems Manager, which rules judge; None where none are deployed.

    The environment does not name them. It is part of a published version of the function, and a
    version does not notice that a parameter names another subnet.
    """
    asks = os.environ.get("ASK_PROBES") == "true"
    return Probes(SERVICE_SETS["ssm"]) if asks else None
