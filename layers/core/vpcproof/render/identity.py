"""What a finding and its resource are called outside of vpcproof, in terms of a report."""

from __future__ import annotations

from ..engine import Evaluation
from ..finding import identity
from ..finding.identity import Origin
from .findings import Source


def fingerprint(evaluation: Evaluation) -> str:
    """What makes a finding's identity, whatever the verdict and its words."""
    return identity.fingerprint(evaluation.rule, evaluation.resource_id)


def origin_of(source: Source) -> Origin | None:
    """Where the findings of a source are from; None where account or Region are not known."""
    if not (source.account and source.region):
        return None
    return Origin(account=source.account, region=source.region, partition=source.partition or "aws")


def resource_arn(evaluation: Evaluation, source: Source) -> str | None:
    """The ARN of the resource that was judged; None where account or Region are not known."""
    origin = origin_of(source)
    if origin is None:
        return None
    return identity.resource_arn(evaluation.resource_type, evaluation.resource_id, origin)
