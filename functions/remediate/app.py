"""Plans, asks for, applies and takes back repairs: of findings of AWS Config, or on request."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext
from vpcproof.aws import environment
from vpcproof.aws.clients import Clients
from vpcproof.aws.repair import answering
from vpcproof.aws.repair.settings import Settings
from vpcproof.aws.telemetry import Telemetry

environment.require("POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE")
logger = Logger()
metrics = Metrics()
tools = answering.Tools(
    clients=Clients(),
    settings=Settings.of_environment(),
    telemetry=Telemetry(logger, metrics),
    clock=partial(datetime.now, UTC),
    sleep=time.sleep,
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request, or one finding."""
    invocation = answering.Invocation(
        function_arn=context.invoked_function_arn,
        request_id=context.aws_request_id,
        remaining=timedelta(milliseconds=context.get_remaining_time_in_millis()),
    )
    return answering.handle(event, invocation, tools)
