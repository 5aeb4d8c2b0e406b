"""Changes of compliance, made by the dozen."""

from __future__ import annotations

from typing import Any

from vpcproof.aws.alerting import Outlet, handle
from vpcproof.aws.publishing import WebHookFormat

from tests.aws.conftest import Told
from tests.aws.events import ACCOUNT, REGION, batch
from tests.facts.fake_aws import FakeAws

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:vpcproof-alerts"
GROUPS = "AWS::EC2::SecurityGroup"
ADMITS = "security-group-admits-endpoint-clients"
SOURCES = "security-group-sources-live"


def changed(  # noqa: PLR0913 - all that an event can tell
    resource: str,
    before: str | None = "COMPLIANT",
    after: str = "NON_COMPLIANT",
    *,
    rule: str = ADMITS,
    second: int = 0,
    account: str = ACCOUNT,
    region: str = REGION,
    kind: str = GROUPS,
    why: tuple[str, str] = ("", ""),
) -> dict[str, Any]:
    """An event of EventBridge; `why` are the annotations before and after."""
    old, new = why
    detail: dict[str, Any] = {
        "messageType": "ComplianceChangeNotification",
        "configRuleName": f"vpcproof-{rule}",
        "configRuleARN": f"arn:aws:config:{region}:{account}:config-rule/config-rule-{rule}",
        "resourceType": kind,
        "resourceId": resource,
        "newEvaluationResult": {
            "complianceType": after,
            "resultRecordedTime": f"2026-11-23T02:10:{second:02}.500Z",
            "annotation": new,
        },
    }
    if before:
        detail["oldEvaluationResult"] = {"complianceType": before, "annotation": old}
    return {"account": account, "region": region, "detail": detail}


def failed(resource: str, second: int = 0, **other: Any) -> dict[str, Any]:
    return changed(resource, second=second, **other)


def recovered(resource: str, second: int = 0, **other: Any) -> dict[str, Any]:
    return changed(resource, "NON_COMPLIANT", "COMPLIANT", second=second, **other)


class Notify:
    """The notify function in one container, and what it published."""

    def __init__(self, web_hooks: WebHookFormat = WebHookFormat.JSON) -> None:
        self.aws = FakeAws({"Publish": {"MessageId": "m-1"}})
        self.told = Told()
        self.outlet = Outlet(
            sns=self.aws("sns"), topic_arn=TOPIC, telemetry=self.told, web_hooks=web_hooks
        )

    def handle(self, *events: dict[str, Any]) -> list[str]:
        """Hand over a batch; answers the messages that have to come again."""
        answer = handle(batch(*events), self.outlet)
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]

    @property
    def published(self) -> list[dict[str, Any]]:
        """What was published since this was last asked."""
        return self.aws.of("Publish")
