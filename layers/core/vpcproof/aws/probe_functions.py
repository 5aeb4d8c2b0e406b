"""The probe functions that a stack deploys beside the evaluate function."""

from __future__ import annotations

import os

from ..facts.probes import Probes, functions_of
from ..model.service_catalogue import SERVICE_SETS
from .environment import DeploymentError

_VARIABLE = "PROBE_FUNCTIONS"


def probes_of_environment() -> Probes:
    """The probes that the environment names, asked about Systems Manager: what rules judge by."""
    try:
        functions = functions_of(os.environ.get(_VARIABLE, ""))
    except ValueError as error:
        raise DeploymentError(f"{_VARIABLE}: {error}") from error
    return Probes(functions=functions, services=SERVICE_SETS["ssm"])
