"""Lambda hands this function the verdicts of AWS Config that changed; it tells people."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext
from vpcproof.aws import alerting, environment
from vpcproof.aws.clients import Clients
from vpcproof.aws.publishing import WebHookFormat
from vpcproof.aws.security_hub import SecurityHub
from vpcproof.aws.telemetry import Telemetry

*_, topic_arn, alert_format, findings_of = environment.require(
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_METRICS_NAMESPACE",
    "TOPIC_ARN",
    "ALERT_FORMAT",
    "SECURITY_HUB_ACCOUNT",
)
logger = Logger()
metrics = Metrics()
clients = Clients()
outlet = alerting.Outlet(
    sns=clients("sns"),
    topic_arn=topic_arn,
    telemetry=Telemetry(logger, metrics),
    web_hooks=WebHookFormat.named(alert_format),
    security_hub=(
        SecurityHub(clients("securityhub"), findings_of) if findings_of.isdigit() else None
    ),
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(batch: dict[str, Any], _context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Tell of the changes of compliance that a batch of messages brings."""
    return alerting.handle(batch, outlet)
