"""Facts of the live account, with the credentials and the Region that the AWS CLI would use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import boto3
import click
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ProfileNotFound

from .. import __version__
from ..errors import SnapshotError
from ..facts.documents import Reading
from ..facts.live import ClientFactory, read_live
from ..facts.probes import Probes
from ..model.facts import Fact
from .options import SourceOptions
from .status import SourceUnreadableError

# A person waits rather than misses a fact: `adaptive` slows down to the rate that AWS grants.
_CONFIG = Config(
    retries={"mode": "adaptive", "max_attempts": 8},
    connect_timeout=5,
    read_timeout=65,  # a probe may take a minute
    user_agent_extra=f"vpcproof/{__version__}",
)


def read_account(
    options: SourceOptions,
    facts: frozenset[Fact],
    *,
    now: datetime,
    progress: Callable[[Fact], None],
    planning: bool = False,
    probes: Probes | None = None,
) -> Reading:
    """Read these facts; credentials that are missing or refused end it in one line.

    Who is `planning` changes in some VPCs has to know of all: names of others may lead there.
    """
    with _told_in_a_line():
        return read_live(
            clients_of(options),
            facts,
            vpc_ids=() if planning else options.vpc,
            zones_of=(options.vpc or None) if planning else (),
            probes=probes,
            now=now,
            progress=progress,
        )


def clients_of(options: SourceOptions) -> ClientFactory:
    """Clients with the credentials and the Region that the options name."""
    return partial(_session(options).client, config=_CONFIG)


def account_of(clients: ClientFactory) -> str:
    """The account that the credentials are of."""
    with _told_in_a_line():
        try:
            sts: Any = clients("sts")
            return str(sts.get_caller_identity()["Account"])
        except ClientError as error:
            raise SnapshotError(f"AWS refused the credentials: {error}") from error


@contextmanager
def _told_in_a_line() -> Iterator[None]:
    try:
        yield
    except SnapshotError as error:
        raise SourceUnreadableError(
            f"{error} (sign in with `aws sso login` or `aws configure`, or name a --profile)"
        ) from error
    except BotoCoreError as error:
        raise SourceUnreadableError(f"AWS could not be asked: {error}") from error


def _session(options: SourceOptions) -> boto3.Session:
    try:
        session = boto3.Session(profile_name=options.profile, region_name=options.region)
    except ProfileNotFound as error:
        known = ", ".join(boto3.Session().available_profiles) or "none"
        raise click.UsageError(f"{error}; there is {known}: name one of them") from error
    if session.region_name is None:
        raise click.UsageError("no Region is configured: name one by --region or set AWS_REGION")
    return session
