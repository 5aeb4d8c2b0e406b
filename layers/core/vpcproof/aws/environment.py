"""The environment variables that a function is deployed with."""

from __future__ import annotations

import os

from ..errors import VpcProofError


class DeploymentError(VpcProofError):
    """The function was deployed without a setting that it needs."""


def require(*names: str) -> tuple[str, ...]:
    """The values of environment variables; raises DeploymentError that names all missing ones.

    Called while a function starts: a deployment that cannot work fails its first invocation, not
    the first one that happens to need the value.
    """
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        listing = ", ".join(missing)
        raise DeploymentError(
            f"the function lacks {listing}: set it under Environment in template.yaml"
        )
    return tuple(os.environ[name] for name in names)
