"""EventBridge invokes this function when a verdict of AWS Config changes; it tells people."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext
from vpcproof.aws import alerting, environment
from vpcproof.aws.clients import Clients
from vpcproof.aws.telemetry import Telemetry

*_, topic_arn = environment.require(
    "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "TOPIC_ARN"
)
logger = Logger()
metrics = Metrics()
sns = Clients()("sns")
telemetry = Telemetry(logger, metrics)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, str]:
    """Tell about one change of compliance, if it is one to tell about."""
    return alerting.handle(event, sns, topic_arn, telemetry)
