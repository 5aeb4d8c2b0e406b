"""Session Manager's preferences: what sessions do with their output and their keys."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPreferences:
    """The parts of the document SSM-SessionManagerRunShell that take other services.

    A session waits in vain, for minutes, when it logs or encrypts with a service out of reach.
    https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-configure-preferences-cli.html
    """

    logs_to_cloudwatch: bool = False
    logs_to_s3: bool = False
    encrypts_with_kms: bool = False

    @property
    def service_codes(self) -> tuple[str, ...]:
        """The services that every session needs besides Systems Manager."""
        wanted = {
            "logs": self.logs_to_cloudwatch,
            "s3": self.logs_to_s3,
            "kms": self.encrypts_with_kms,
        }
        return tuple(code for code, needed in wanted.items() if needed)
