"""Clients of AWS, made when first needed and kept as long as the function's container.

They are made by botocore, whose clients `boto3.client` returns. Importing boto3 as well would add
its S3 transfer manager, a tenth of the time that the function takes to start.
"""

from __future__ import annotations

from threading import Lock
from typing import Any

from botocore.config import Config
from botocore.session import Session

from .. import __version__

# A call that hangs is given up and retried well before the function's own timeout.
CLIENT_CONFIG = Config(
    retries={"mode": "standard", "max_attempts": 5},
    user_agent_extra=f"vpcproof/{__version__}",
    connect_timeout=3,
    read_timeout=15,
)
# A probe tries names and addresses that do not answer; asking it twice would not help.
_PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 2}, read_timeout=65)


class Clients:
    """Makes each client once: `clients("ec2")`. Threads may share it, as they may share clients."""

    def __init__(self, session: Session | None = None, attempts: int | None = None) -> None:
        self._session = session or Session()
        self._config = CLIENT_CONFIG
        if attempts:
            retries = Config(retries={"mode": "standard", "total_max_attempts": attempts})
            self._config = CLIENT_CONFIG.merge(retries)
        self._made: dict[str, Any] = {}
        self._lock = Lock()

    def __call__(self, service_name: str, /) -> Any:  # noqa: ANN401 - classes made at run time
        """The client of a service."""
        with self._lock:  # a session, unlike a client, may not be used by two threads at once
            if service_name not in self._made:
                config = self._config.merge(_PATIENT) if service_name == "lambda" else self._config
                make = self._session.create_client
                self._made[service_name] = make(service_name, config=config)
            return self._made[service_name]
