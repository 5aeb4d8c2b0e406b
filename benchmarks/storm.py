"""How many EC2 calls a storm of events makes: with VPCs, not with events.

Judges 500 events about 20 VPCs, all told before the first one is answered, on one warm function:
changes of single resources, each for a rule that judges it, and re-evaluations of all rules. Prints
a Markdown table for docs/performance.md. A count, not a time: the same on every machine.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from paged_account import REGION, PagedAccount, estate
from vpcproof.aws.evaluation import Tools, handle
from vpcproof.aws.member_accounts import MemberAccounts, Membership
from vpcproof.aws.place import Place
from vpcproof.aws.readings import Readings
from vpcproof.aws.telemetry import Telemetry
from vpcproof.errors import EvaluationError
from vpcproof.facts.live import read_live
from vpcproof.model.resource_type import ResourceType
from vpcproof.rules.registry import all_rules, every_fact

EVENTS, VPCS = 500, 20
ACCOUNT = "111122223333"
HERE = Place(ACCOUNT, REGION)
TOLD = datetime(2026, 1, 1, tzinfo=UTC)
STORM = estate(VPCS * 10)
LISTED = {
    ResourceType.VPC: ("DescribeVpcs", "VpcId"),
    ResourceType.SUBNET: ("DescribeSubnets", "SubnetId"),
    ResourceType.VPC_ENDPOINT: ("DescribeVpcEndpoints", "VpcEndpointId"),
    ResourceType.SECURITY_GROUP: ("DescribeSecurityGroups", "GroupId"),
    ResourceType.ROUTE_TABLE: ("DescribeRouteTables", "RouteTableId"),
    ResourceType.NETWORK_ACL: ("DescribeNetworkAcls", "NetworkAclId"),
}


def main() -> None:
    """Count the calls of one reading, then of both storms."""
    once = PagedAccount(STORM)
    read_live(once, every_fact(), vpc_ids=["vpc-00000"], now=TOLD, account=ACCOUNT)
    changes, again = _storm({"changeType": "UPDATE"}), _storm(None)
    print(f"| AWS call | one reading of one VPC | {EVENTS} changes | {EVENTS} re-evaluations |")
    print("|---|---:|---:|---:|")
    for operation in sorted(once.calls):
        counts = (calls[operation] for calls in (once.calls, changes, again))
        print(f"| {operation} |" + "".join(f" {count:,} |" for count in counts))
    totals = (calls.total() for calls in (once.calls, changes, again))
    print("| **all** |" + "".join(f" **{count:,}** |" for count in totals))
    if any(again[operation] > VPCS * count for operation, count in once.calls.items()):
        raise SystemExit("a storm of re-evaluations reads facts of a VPC more than once")


def _storm(difference: dict[str, str] | None) -> Counter[str]:
    """The calls that read facts, while the events are answered."""
    account = PagedAccount(STORM)
    logger = Logger(service="storm", level="CRITICAL")
    tools = Tools(
        clients=account,  # type: ignore[arg-type]  # it gives clients, as Clients does
        readings=Readings(account, lambda: TOLD),  # type: ignore[arg-type]
        telemetry=Telemetry(logger, Metrics(namespace="storm", service="storm")),
        members=MemberAccounts(Membership(), account, lambda: TOLD),  # type: ignore[arg-type]
    )
    events = list(_events(difference))
    random.Random(1).shuffle(events)
    for event in events[:EVENTS]:
        # The estate leaves some verdicts open; metrics are printed by the hundred.
        with suppress(EvaluationError), redirect_stdout(StringIO()):
            handle(event, HERE, tools)
    del account.calls["PutEvaluations"]
    return account.calls


def _events(difference: dict[str, str] | None) -> Iterator[dict[str, Any]]:
    """An event for each resource of the estate and each rule that judges it."""
    for rule in all_rules().values():
        operation, member = LISTED.get(rule.resource_type, ("", ""))
        for resource in STORM.get(operation, ()):
            item = {
                "resourceType": rule.resource_type,
                "resourceId": resource[member],
                "configurationItemStatus": "OK",
                "configurationItemCaptureTime": TOLD.isoformat(),
                "configuration": {"vpcId": resource["VpcId"]},
            }
            message = {
                "messageType": "ConfigurationItemChangeNotification",
                "configurationItemDiff": difference,
                "configurationItem": item,
                "notificationCreationTime": TOLD.isoformat(),
            }
            yield {
                "invokingEvent": json.dumps(message),
                "ruleParameters": json.dumps({"rule": rule.name}),
                "resultToken": "token",
                "eventLeftScope": False,
                "configRuleName": rule.name,
                "configRuleArn": f"arn:aws:config:{REGION}:{ACCOUNT}:config-rule/config-rule-1",
            }


if __name__ == "__main__":
    main()
