"""Calls to AWS that fail, told as what they were for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from ..errors import EvaluationError


@contextmanager
def failing_as(what: str) -> Iterator[None]:
    """Raise an EvaluationError saying `what` happened for any error of a call inside.

    By then botocore has retried; raising makes Lambda retry the event and then keep it in the
    dead-letter queue.
    """
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise EvaluationError(f"{what}: {error}") from error


def code_of(error: ClientError) -> str:
    """The error code of an answer of AWS."""
    return str(error.response.get("Error", {}).get("Code", ""))
