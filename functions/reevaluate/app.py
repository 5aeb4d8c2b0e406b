"""SQS invokes this function with the changes of a minute; it has their dependents judged again."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.session import Session
from vpcproof.aws import environment, reevaluation
from vpcproof.aws.clients import Clients
from vpcproof.aws.rule_starts import RuleStarts
from vpcproof.aws.telemetry import Telemetry

*_, evaluate_function_arn = environment.require(
    "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "EVALUATE_FUNCTION_ARN"
)
logger = Logger()
metrics = Metrics()
session = Session()
# Refused is refused: botocore would take it for throttling, and wait; the queue waits for nothing.
starting = Clients(session, attempts=1)("config")
tools = reevaluation.Tools(
    config=Clients(session)("config"),
    function_arn=evaluate_function_arn,
    starts=RuleStarts(starting, partial(datetime.now, UTC)),
    telemetry=Telemetry(logger, metrics),
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Answer one batch of changes."""
    return reevaluation.handle(event, tools)
