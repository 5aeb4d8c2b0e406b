"""What functions write for CloudWatch as they answer events, in its embedded metric format.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from vpcproof.aws.telemetry import Telemetry

Series = tuple[str, str, tuple[str, str]]
"""A namespace, a metric and its one dimension, as alarms and dashboards name them."""

_numbers = count()


def recorded(
    namespace: str, service: str, answer: Callable[[Telemetry], object]
) -> Mapping[Series, float]:
    """The sum of each metric that one invocation writes."""
    metrics = Metrics(namespace=namespace, service=service)
    metrics.clear_metrics()  # all of a process are one
    # A logger is known by its service: another one's would write to another one's stream.
    logger = Logger(service=f"{service}-{next(_numbers)}", stream=io.StringIO())
    try:
        answer(Telemetry(logger, metrics))
        return dict(_series(metrics.serialize_metric_set()))
    finally:
        metrics.clear_metrics()


def _series(document: Mapping[str, Any]) -> Iterator[tuple[Series, float]]:
    for directive in document["_aws"]["CloudWatchMetrics"]:
        ((dimension,),) = directive["Dimensions"]
        by = (dimension, document[dimension])
        for metric in directive["Metrics"]:
            value = document[metric["Name"]]
            total = sum(value) if isinstance(value, list) else value
            yield (directive["Namespace"], metric["Name"], by), total
