"""AWS Config invokes this function to judge one changed resource, or all of them on a schedule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext
from vpcproof.aws import environment, evaluation
from vpcproof.aws.clients import Clients
from vpcproof.aws.member_accounts import MemberAccounts, Membership
from vpcproof.aws.place import Place
from vpcproof.aws.probe_functions import probes_of_environment
from vpcproof.aws.readings import Readings
from vpcproof.aws.telemetry import Telemetry

environment.require("POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE")
now = partial(datetime.now, UTC)
logger = Logger()
metrics = Metrics()
clients = Clients()
clients("config")  # every evaluation needs it, so it is made while the function starts
tools = evaluation.Tools(
    clients=clients,
    readings=Readings(clients, now, probes_of_environment()),
    telemetry=Telemetry(logger, metrics),
    members=MemberAccounts(Membership.of_environment(), clients, now),
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Mapping[str, int]:
    """Answer one event of AWS Config."""
    return evaluation.handle(event, Place.of_arn(context.invoked_function_arn), tools)
