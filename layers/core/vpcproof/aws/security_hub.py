"""Compliance changes as findings of Security Hub: one for each Config rule and resource.

A finding has the same id as that of the command line's `--format asff`. It is archived when the
resource complies again or is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from ..finding.asff import Finding, asff
from ..finding.identity import Origin, resource_arn
from ..model.resource_type import ResourceType
from ..model.verdict import Compliance
from .compliance_change import NEVER, Alert, ComplianceChange, VerdictKey
from .notification import notification_of
from .rule_names import rule_named_in
from .telemetry import Telemetry

if TYPE_CHECKING:
    from mypy_boto3_securityhub import SecurityHubClient

# https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html
_MOST_AT_ONCE = 100


class SecurityHub:
    """Imports findings of one account: under the default product nobody may for another one.

    https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-custom-providers.html
    """

    def __init__(
        self, client: SecurityHubClient, account: str, now: Callable[[], datetime] | None = None
    ) -> None:
        self._client = client
        self._account = account
        self._now = now or (lambda: datetime.now(UTC))

    def update(self, changes: Iterable[ComplianceChange], telemetry: Telemetry) -> set[VerdictKey]:
        """Import the latest state of each verdict; answers those that were refused.

        To import a finding twice changes nothing.
        """
        latest = {each.key: each for each in sorted(changes, key=lambda each: each.moment)}
        ours = iter([each for each in latest.values() if self._is_ours(each)])
        refused: set[VerdictKey] = set()
        while some := list(islice(ours, _MOST_AT_ONCE)):
            findings = [asff(self._finding(each), _origin(each)) for each in some]
            keys = {found["Id"]: each.key for found, each in zip(findings, some, strict=True)}
            refused |= {keys[each] for each in self._import(findings, telemetry)}
        return refused

    def _is_ours(self, change: ComplianceChange) -> bool:
        """Whether it is of this account, on a type of resource that findings are about."""
        is_known = change.resource_type in list(ResourceType)
        return is_known and change.place.account == self._account

    def _import(self, findings: list[dict[str, Any]], telemetry: Telemetry) -> list[str]:
        """Import findings, a hundred at most; answers the ids of those that were refused."""
        try:
            answer = self._client.batch_import_findings(Findings=findings)  # type: ignore[arg-type]
        except (BotoCoreError, ClientError) as error:
            ids = [each["Id"] for each in findings]
            telemetry.untold(f"findings were not imported: {error}", ids)
            return ids
        telemetry.count("FindingsImported", answer["SuccessCount"])
        failed = answer.get("FailedFindings", [])
        for each in failed:
            reason = f"{each['ErrorCode']}: {each['ErrorMessage']}"
            telemetry.untold(f"a finding was not imported: {reason}", [each["Id"]])
        return [each["Id"] for each in failed]

    def _finding(self, change: ComplianceChange) -> Finding:
        """The finding, under the name of the Config rule where that judges by many rules."""
        broken = change.after == Compliance.NON_COMPLIANT
        told = notification_of(change, Alert.BROKEN if broken else Alert.RECOVERED)
        known = change.after in list(Compliance)
        compliance = Compliance(change.after) if known else Compliance.NOT_APPLICABLE
        resource_type = ResourceType(change.resource_type)
        return Finding(
            rule=rule_named_in(change.config_rule) or told.config_rule,
            title=told.title or told.name,
            resource_type=resource_type,
            resource_id=told.resource_id,
            arn=resource_arn(resource_type, told.resource_id, _origin(change)),
            compliance=compliance,
            severity=told.severity,
            annotation=told.annotation or f"{told.name}: {compliance}",
            advice=told.fix or "",
            reason=compliance.value,
            fields={"rule": told.name, "verdict": compliance.value},
            captured_at=self._now() if change.moment == NEVER else change.moment,
            archived=not broken,
        )


def _origin(change: ComplianceChange) -> Origin:
    place = change.place
    return Origin(account=place.account, region=place.region, partition=place.partition)
