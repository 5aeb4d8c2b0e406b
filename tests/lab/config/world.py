"""AWS Config with everything around it in the test's hands."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from lab.config import BusEvent, ConfigService, Outcome, Place, Rule

SEOUL = Place("111122223333", "ap-northeast-2")
FUNCTION = "arn:aws:lambda:ap-northeast-2:111122223333:function:evaluate"
ROLE = "arn:aws:iam::111122223333:role/config-role"

VPC = "AWS::EC2::VPC"
SUBNET = "AWS::EC2::Subnet"
ENDPOINT = "AWS::EC2::VPCEndpoint"
GROUP = "AWS::EC2::SecurityGroup"
TABLE = "AWS::EC2::RouteTable"
INTERFACE = "AWS::EC2::NetworkInterface"


@dataclass
class Sent:
    """An invocation that reached the invoker."""

    function_arn: str
    event: dict[str, Any]
    done: Callable[[Outcome], None]

    @property
    def message(self) -> dict[str, Any]:
        return json.loads(self.event["invokingEvent"])

    @property
    def resource_id(self) -> str | None:
        item = self.message.get("configurationItem") or self.message.get(
            "configurationItemSummary", {}
        )
        return item.get("resourceId")


@dataclass
class World:
    """AWS Config with a clock that stands still, an invoker and a bus that only take notes."""

    now: datetime = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
    inventory: dict[Place, dict[tuple[str, str], dict[str, Any]]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    events: list[BusEvent] = field(default_factory=list)
    permitted: bool = True
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    started: list[tuple[str, Mapping[str, list[str]]]] = field(default_factory=list)
    ended: dict[str, Any] = field(default_factory=dict)
    organizations: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.config = ConfigService(
            clock=lambda: self.now,
            invoker=self,
            publisher=self.events.append,
            inventory=lambda place: self.inventory.get(place, {}),
            automations=self,
            accounts=lambda place: self.organizations.get(place.account, ()),
        )

    def start(self, place: Place, document: str, parameters: Mapping[str, list[str]]) -> str:
        self.started.append((document, parameters))
        return str(len(self.started))

    def described(self, place: Place, execution_id: str) -> Mapping[str, Any]:
        running = {"AutomationExecutionStatus": "InProgress", "StepExecutions": []}
        return self.ended.get(execution_id, running)

    def end(self, status: str, message: str = "") -> None:
        """Let every document that was started end so."""
        steps = [{"StepName": "Repair", "StepStatus": status, "FailureMessage": message}]
        for number in range(1, len(self.started) + 1):
            self.ended[str(number)] = {
                "AutomationExecutionStatus": status,
                "StepExecutions": steps,
                "ExecutionEndTime": self.now,
            }

    def may_invoke(self, function_arn: str, rule_arn: str, account: str) -> bool:
        self.asked.append((function_arn, rule_arn, account))
        return self.permitted

    def invoke(
        self,
        function_arn: str,
        rule: Rule,
        event: dict[str, Any],
        done: Callable[[Outcome], None],
    ) -> None:
        self.sent.append(Sent(function_arn, event, done))

    def call(self, action: str, place: Place = SEOUL, **request: Any) -> dict[str, Any]:
        return self.config.call(place, action, request)

    def pass_time(self, **duration: float) -> None:
        self.now += timedelta(**duration)

    def start_recording(self, place: Place = SEOUL, **recorder: Any) -> None:
        recorder = {"name": "default", "roleARN": ROLE, **recorder}
        self.call("PutConfigurationRecorder", place, ConfigurationRecorder=recorder)
        self.call("PutDeliveryChannel", place, DeliveryChannel={"s3BucketName": "history"})
        self.call("StartConfigurationRecorder", place, ConfigurationRecorderName="default")

    def exists(
        self, resource_type: str, resource_id: str, place: Place = SEOUL, **described: Any
    ) -> None:
        self.inventory.setdefault(place, {})[resource_type, resource_id] = described

    def vanishes(self, resource_type: str, resource_id: str) -> None:
        del self.inventory[SEOUL][resource_type, resource_id]

    def record(self, place: Place = SEOUL) -> list[Sent]:
        """Record what changed; answers the invocations that this led to."""
        return self._during(lambda: self.config.record(place))

    def tick(self) -> list[Sent]:
        """Let periodic rules run; answers the invocations that this led to."""
        return self._during(self.config.tick)

    def items(self) -> list[dict[str, Any]]:
        """Every item recorded so far, as announced on the event bus."""
        return [
            event.detail["configurationItem"]
            for event in self.events
            if event.detail_type == "Config Configuration Item Change"
        ]

    def recorded(self, change: Callable[[], None]) -> set[str]:
        """The ids of the resources that are recorded after a change."""
        change()
        seen = len(self.items())
        self.record()
        return {item["resourceId"] for item in self.items()[seen:]}

    def verdicts(self) -> list[BusEvent]:
        """The compliance changes announced so far."""
        return [e for e in self.events if e.detail_type == "Config Rules Compliance Change"]

    def define(
        self,
        name: str = "judge",
        message_types: tuple[str, ...] = (
            "ConfigurationItemChangeNotification",
            "OversizedConfigurationItemChangeNotification",
        ),
        place: Place = SEOUL,
        frequency: str | None = None,
        **rule: Any,
    ) -> list[Sent]:
        """Define a rule; answers the invocations that this led to."""
        details = [{"EventSource": "aws.config", "MessageType": m} for m in message_types]
        if frequency:
            details[-1]["MaximumExecutionFrequency"] = frequency
        source = {
            "Owner": "CUSTOM_LAMBDA",
            "SourceIdentifier": FUNCTION,
            "SourceDetails": details,
        }
        definition = {"ConfigRuleName": name, "Source": source, **rule}
        return self._during(lambda: self.call("PutConfigRule", place, ConfigRule=definition))

    def token(self, name: str = "judge") -> str:
        """The token of a fresh periodic rule, with which a test may put evaluations."""
        (sent,) = self.define(name, ("ScheduledNotification",))
        return str(sent.event["resultToken"])

    def put(
        self,
        token: str,
        compliance: str,
        resource_id: str = "vpce-1",
        resource_type: str = ENDPOINT,
        **more: Any,
    ) -> dict[str, Any]:
        """Put one evaluation."""
        evaluation = {
            "ComplianceResourceType": resource_type,
            "ComplianceResourceId": resource_id,
            "ComplianceType": compliance,
            "OrderingTimestamp": self.now,
            **more,
        }
        return self.call("PutEvaluations", ResultToken=token, Evaluations=[evaluation])

    def _during(self, act: Callable[[], Any]) -> list[Sent]:
        seen = len(self.sent)
        act()
        return self.sent[seen:]
