"""An account of a running lab, with what tests do in accounts again and again."""

import io
import json
import zipfile
from dataclasses import dataclass
from secrets import token_hex
from textwrap import dedent
from typing import Any

import boto3
from botocore.config import Config

from lab.process import control, wait_until_idle

REGION = "ap-northeast-2"
ROLE = "evaluate-role"
CHANGES = ("ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification")
PERIODIC = ("ScheduledNotification",)

JUDGE = """
    import json
    import boto3

    def handler(event, context):
        message = json.loads(event["invokingEvent"])
        item = message.get("configurationItem") or message.get("configurationItemSummary")
        gone = item["configurationItemStatus"] == "ResourceDeleted"
        evaluation = {
            "ComplianceResourceType": item["resourceType"],
            "ComplianceResourceId": item["resourceId"],
            "ComplianceType": "NOT_APPLICABLE" if gone else "NON_COMPLIANT",
            "OrderingTimestamp": item["configurationItemCaptureTime"],
        }
        boto3.client("config").put_evaluations(
            ResultToken=event["resultToken"], Evaluations=[evaluation]
        )
        return {"rule": json.loads(event.get("ruleParameters", "{}")).get("rule")}
"""

RAISING = """
    class UndeterminedError(Exception):
        pass

    def handler(event, context):
        raise UndeterminedError("no route tables could be read")
"""

ECHO = """
    def handler(event, context):
        return event
"""


REFUSING_ONCE = """
    def handler(event, context):
        first = [
            record["messageId"]
            for record in event["Records"]
            if record["attributes"]["ApproximateReceiveCount"] == "1"
        ]
        return {"batchItemFailures": [{"itemIdentifier": each} for each in first]}
"""


def zipped(code: str, name: str = "app.py") -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr(name, dedent(code))
    return archive.getvalue()


@dataclass(frozen=True)
class Account:
    """One account in one Region of a running lab."""

    url: str
    number: str
    region: str = REGION

    def client(self, service: str, **more: Any) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=self.region,
            aws_access_key_id=self.number,
            aws_secret_access_key="lab",
            config=Config(retries={"total_max_attempts": 1}, **more),
        )

    def start_recording(self) -> None:
        config = self.client("config")
        recorder = {"name": "default", "roleARN": f"arn:aws:iam::{self.number}:role/config"}
        config.put_configuration_recorder(ConfigurationRecorder=recorder)
        config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "h"})
        config.start_configuration_recorder(ConfigurationRecorderName="default")

    def create_function(self, name: str, code: str, **more: Any) -> str:
        created = self.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=f"arn:aws:iam::{self.number}:role/{ROLE}",
            Handler="app.handler",
            Code={"ZipFile": zipped(code)},
            Timeout=30,
            **more,
        )
        return str(created["FunctionArn"])

    def admit(self, function: str, service: str, **condition: str) -> None:
        self.client("lambda").add_permission(
            FunctionName=function,
            StatementId=token_hex(8),
            Action="lambda:InvokeFunction",
            Principal=service,
            **condition,
        )

    def put_rule(
        self,
        function_arn: str,
        message_types: tuple[str, ...] = CHANGES,
        resource_type: str = "AWS::EC2::SecurityGroup",
        **rule: Any,
    ) -> None:
        details = [{"EventSource": "aws.config", "MessageType": kind} for kind in message_types]
        definition = {
            "ConfigRuleName": "judge",
            "Scope": {"ComplianceResourceTypes": [resource_type]},
            "Source": {
                "Owner": "CUSTOM_LAMBDA",
                "SourceIdentifier": function_arn,
                "SourceDetails": details,
            },
            **rule,
        }
        self.client("config").put_config_rule(ConfigRule=definition)

    def deploy_rule(self, code: str, name: str = "evaluate", **rule: Any) -> str:
        """A function that AWS Config may invoke, and a rule on it."""
        arn = self.create_function(name, code)
        self.admit(name, "config.amazonaws.com", SourceAccount=self.number)
        self.put_rule(arn, **rule)
        wait_until_idle(self.url)
        return arn

    def create_queue(self, name: str) -> tuple[str, str]:
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        named = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, named["Attributes"]["QueueArn"]

    def collect_changes(self, function_arn: str, window: int, batch: int = 1000) -> str:
        """Hand the changes of security groups to a function, by way of a queue."""
        url, arn = self.create_queue("changes")
        self.client("sqs").set_queue_attributes(
            QueueUrl=url, Attributes={"VisibilityTimeout": "100"}
        )
        pattern = {
            "source": ["aws.config"],
            "detail-type": ["Config Configuration Item Change"],
            "detail": {"configurationItem": {"resourceType": ["AWS::EC2::SecurityGroup"]}},
        }
        events = self.client("events")
        wait_until_idle(self.url)
        events.put_rule(Name="changes", EventPattern=json.dumps(pattern))
        events.put_targets(Rule="changes", Targets=[{"Id": "queue", "Arn": arn}])
        self.client("lambda").create_event_source_mapping(
            EventSourceArn=arn,
            FunctionName=function_arn,
            BatchSize=batch,
            MaximumBatchingWindowInSeconds=window,
            FunctionResponseTypes=["ReportBatchItemFailures"],
        )
        return url

    def receive(self, queue_url: str) -> list[dict[str, Any]]:
        answer = self.client("sqs").receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        return list(answer.get("Messages", []))

    def verdicts(self) -> dict[str, str]:
        answer = self.client("config").get_compliance_details_by_config_rule(
            ConfigRuleName="judge", Limit=100
        )
        return {
            result["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ResourceId"]: result[
                "ComplianceType"
            ]
            for result in answer["EvaluationResults"]
        }

    def executions(self) -> list[dict[str, Any]]:
        return list(control(self.url, f"invocations?account={self.number}"))

    def calls(self, filters: str) -> list[dict[str, Any]]:
        return list(control(self.url, f"calls?account={self.number}&{filters}"))
