"""What the functions really ask of AWS, in terms of IAM: clients that answer and take notes."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from vpcproof.aws import alerting, evaluation, reevaluation
from vpcproof.aws.alerting import Outlet
from vpcproof.aws.evaluation import Tools
from vpcproof.aws.member_accounts import MemberAccounts, Membership
from vpcproof.aws.place import Place
from vpcproof.aws.readings import Readings
from vpcproof.aws.rule_starts import RuleStarts
from vpcproof.aws.security_hub import SecurityHub
from vpcproof.errors import EvaluationError

from tests.aws.conftest import Told
from tests.aws.events import ENDPOINT, FUNCTION_ARN, GROUP, SUBNET, TABLE, VPC
from tests.facts.fake_aws import ACCOUNT, FakeAws

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
CENTRAL = "444455556666"
MEMBERSHIP = Membership(accounts=frozenset({ACCOUNT}), role_name="vpcproof-member")
LISTED = {"VpcId": VPC, "OwnerId": ACCOUNT}

# An account in which every operation finds something that the next one has to ask about.
ANSWERS: dict[str, Any] = {
    "DescribeVpcs": {"Vpcs": [LISTED | {"CidrBlock": "10.20.0.0/16"}]},
    "DescribeVpcAttribute": lambda Attribute, **_: {  # noqa: N803 - AWS names it
        Attribute[0].upper() + Attribute[1:]: {"Value": True}
    },
    "DescribeSubnets": {
        "Subnets": [LISTED | {"SubnetId": SUBNET, "CidrBlock": "10.20.1.0/24"}],
    },
    "DescribeVpcEndpoints": {
        "VpcEndpoints": [
            LISTED
            | {
                "VpcEndpointId": ENDPOINT,
                "VpcEndpointType": "Interface",
                "ServiceName": "com.amazonaws.eu-west-1.ssm",
                "State": "available",
                "PrivateDnsEnabled": False,
                "SubnetIds": [SUBNET],
                "Groups": [{"GroupId": GROUP}],
            }
        ]
    },
    "DescribeSecurityGroups": {"SecurityGroups": [LISTED | {"GroupId": GROUP}]},
    "DescribeRouteTables": {
        "RouteTables": [
            LISTED
            | {
                "RouteTableId": TABLE,
                "Routes": [{"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-gone"}],
            }
        ]
    },
    "DescribeTransitGatewayRouteTables": {
        "TransitGatewayRouteTables": [
            {"TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayId": "tgw-1"}
        ]
    },
    "ListHostedZonesByVPC": {
        "HostedZoneSummaries": [
            {
                "HostedZoneId": "Z1",
                "Name": "amazonaws.com.",
                "Owner": {"OwningAccount": ACCOUNT},
            }
        ]
    },
    "ListProfileAssociations": {
        "ProfileAssociations": [{"Id": "a", "ProfileId": "rp-1", "ResourceId": VPC}]
    },
    "GetComplianceDetailsByConfigRule": {
        "EvaluationResults": [
            {
                "EvaluationResultIdentifier": {
                    "EvaluationResultQualifier": {
                        "ResourceType": "AWS::EC2::VPCEndpoint",
                        "ResourceId": "vpce-gone",
                    },
                    "OrderingTimestamp": datetime(2026, 1, 1, tzinfo=UTC),
                }
            }
        ]
    },
    "DescribeConfigRules": {
        "ConfigRules": [
            {
                "ConfigRuleName": "vpcproof-subnet-reaches-ssm",
                "Source": {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": FUNCTION_ARN},
            }
        ]
    },
    "AssumeRole": {
        "Credentials": {
            "AccessKeyId": "ASIA",
            "SecretAccessKey": "x",
            "SessionToken": "x",
            "Expiration": NOW + timedelta(minutes=15),
        }
    },
    "Publish": {"MessageId": "m-1"},
    "BatchImportFindings": {"SuccessCount": 1, "FailedCount": 0},
}


class RecordingAws(FakeAws):
    """The account, and the IAM action of every call that it got."""

    def __init__(self, **changed: Any) -> None:
        super().__init__(ANSWERS | changed)
        self.actions: set[str] = set()

    def remember(self, params: Any, model: Any, context: Any, **rest: Any) -> None:
        self.actions.add(f"{model.service_model.signing_name}:{model.name}")
        super().remember(params, model, context, **rest)

    def tools(self, member: RecordingAws | None = None) -> Tools:
        """What a function that has just started works with; a member's role leads to its calls."""
        readings = Readings(self, clock=lambda: NOW)
        membership = MEMBERSHIP if member else Membership()
        members = MemberAccounts(membership, self, lambda: NOW, lambda _session: member or self)
        return Tools(clients=self, readings=readings, telemetry=Told(), members=members)

    def evaluate(self, event: dict[str, Any], member: RecordingAws | None = None) -> None:
        """Let the evaluate function answer an event, with nothing kept from events before it.

        With a member, the function is the central account's, and the event that member's.
        """
        function = FUNCTION_ARN.replace(ACCOUNT, CENTRAL) if member else FUNCTION_ARN
        with suppress(EvaluationError):  # the answers leave some facts open
            evaluation.handle(event, Place.of_arn(function), self.tools(member))

    def reevaluate(self, event: dict[str, Any]) -> None:
        """Let the reevaluate function answer a batch."""
        config = self("config")
        starts = RuleStarts(config, lambda: NOW)
        reevaluation.handle(event, reevaluation.Tools(config, FUNCTION_ARN, starts, Told()))

    def notify(self, batch: dict[str, Any], *, to_security_hub: bool = False) -> None:
        """Let the notify function answer a batch of events."""
        topic = "arn:aws:sns:eu-west-1:111122223333:alerts"
        hub = SecurityHub(self("securityhub"), ACCOUNT) if to_security_hub else None
        sns = self("sns")
        outlet = Outlet(sns=sns, topic_arn=topic, telemetry=Told(), security_hub=hub)
        alerting.handle(batch, outlet)
