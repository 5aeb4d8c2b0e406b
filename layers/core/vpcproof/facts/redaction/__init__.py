"""Snapshots that may be shown to strangers: nobody's names, the same verdicts."""

from .documents import Redaction, redact
from .kept import Kept

__all__ = ["Kept", "Redaction", "redact"]
