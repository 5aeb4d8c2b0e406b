"""Verdicts delivered to AWS Config, and old ones taken back.

https://docs.aws.amazon.com/config/latest/APIReference/API_PutEvaluations.html
botocore checks none of the upper limits of this operation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from ..errors import EvaluationError
from ..model.verdict import Compliance
from .config_event import Invocation
from .failures import failing_as
from .outcome import Outcome
from .text import one_line

if TYPE_CHECKING:
    from mypy_boto3_config import ConfigServiceClient
    from mypy_boto3_config.type_defs import EvaluationTypeDef

_BATCH = 100
_ATTEMPTS = 3
_LONGEST_ANNOTATION = 256


def put_evaluations(
    config: ConfigServiceClient, invocation: Invocation, outcomes: Sequence[Outcome]
) -> None:
    """Deliver determined outcomes; those that AWS Config fails to store are put again, then raised.

    Every batch is tried before anything is raised, all with the token of the one invocation.
    """
    evaluations = [_evaluation(outcome, invocation) for outcome in outcomes]
    unstored: list[EvaluationTypeDef] = []
    for start in range(0, len(evaluations), _BATCH):
        unstored += _put_batch(config, invocation, evaluations[start : start + _BATCH])
    if unstored:
        ids = ", ".join(each["ComplianceResourceId"] for each in unstored[:5])
        raise EvaluationError(
            f"AWS Config did not store {len(unstored)} of {len(evaluations)} evaluations of "
            f"{invocation.subject.name} in {_ATTEMPTS} attempts: {ids}"
        )


def stale_outcomes(
    config: ConfigServiceClient, invocation: Invocation, existing: Collection[tuple[str, str]]
) -> Iterator[Outcome]:
    """The end of each stored verdict on a resource that a sweep found no more.

    AWS Config keeps the last verdict of a periodic rule until another one replaces it. A verdict
    newer than the sweep's own timestamp is left alone: its resource came after the sweep began.
    """
    pages = config.get_paginator("get_compliance_details_by_config_rule").paginate(
        ConfigRuleName=invocation.config_rule,
        ComplianceTypes=["COMPLIANT", "NON_COMPLIANT"],
        PaginationConfig={"PageSize": 100},
    )
    with failing_as(f"the stored verdicts of {invocation.config_rule} could not be read"):
        for page in pages:
            for result in page.get("EvaluationResults", ()):
                identifier = result.get("EvaluationResultIdentifier", {})
                qualifier = identifier.get("EvaluationResultQualifier", {})
                key = (qualifier.get("ResourceType", ""), qualifier.get("ResourceId", ""))
                stored = identifier.get("OrderingTimestamp", invocation.ordering_timestamp)
                if all(key) and key not in existing and stored <= invocation.ordering_timestamp:
                    yield Outcome(
                        resource_type=key[0],
                        resource_id=key[1],
                        compliance=Compliance.NOT_APPLICABLE,
                        annotation="no longer exists",
                    )


def _put_batch(
    config: ConfigServiceClient, invocation: Invocation, batch: Sequence[EvaluationTypeDef]
) -> Sequence[EvaluationTypeDef]:
    """Put up to 100 evaluations; answers those that were not stored in the end."""
    for _ in range(_ATTEMPTS):
        with failing_as(f"AWS Config refused evaluations of {invocation.config_rule}"):
            answer = config.put_evaluations(
                Evaluations=batch,
                ResultToken=invocation.result_token,
                TestMode=invocation.is_test,
            )
        failed = {
            (each["ComplianceResourceType"], each["ComplianceResourceId"])
            for each in answer.get("FailedEvaluations", ())
        }
        batch = [
            each
            for each in batch
            if (each["ComplianceResourceType"], each["ComplianceResourceId"]) in failed
        ]
        if not batch:
            break
    return batch


def _evaluation(outcome: Outcome, invocation: Invocation) -> EvaluationTypeDef:
    if not outcome.is_determined:
        raise ValueError(f"an undetermined verdict on {outcome.resource_id} must never be put")
    evaluation: EvaluationTypeDef = {
        "ComplianceResourceType": outcome.resource_type,
        "ComplianceResourceId": outcome.resource_id,
        "ComplianceType": outcome.compliance.value,  # type: ignore[typeddict-item]
        "OrderingTimestamp": invocation.ordering_timestamp,
    }
    if annotation := one_line(outcome.annotation, limit=_LONGEST_ANNOTATION):
        evaluation["Annotation"] = annotation
    return evaluation
