"""Standing in a subnet, this function tries to reach services from there, as any client would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from vpcproof.aws import environment
from vpcproof.probe.probing import answer

_, subnet_id = environment.require("POWERTOOLS_SERVICE_NAME", "SUBNET_ID")
# To write the answer down and hand it over before Lambda ends the function.
SECONDS_TO_ANSWER = 1.0
logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    """Take every step of an event that docs/probe.md describes."""
    seconds = context.get_remaining_time_in_millis() / 1000 - SECONDS_TO_ANSWER
    answered = answer(event, subnet_id, seconds)
    for result in answered["ProbeResults"]:
        logger.info("probed", extra={"service": result["Service"], "steps": result["Steps"]})
    return answered
