"""A whole network judged while AWS has a bad day: each call in turn fails in each way.

The network is a scenario of this repository. What is judged without a fault is what must come of it
in the end: with a fault nothing better may be told, and whatever is not told must be retried.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import Any

from botocore.exceptions import ReadTimeoutError
from vpcproof.aws import evaluation
from vpcproof.aws.place import Place
from vpcproof.aws.subject import subject_of
from vpcproof.errors import VpcProofError
from vpcproof.facts import plan

from tests.aws.events import ENDPOINT, FUNCTION_ARN, GROUP, TABLE, VPC, event
from tests.facts.fake_aws import REGION, refusal
from tests.security.recording import ANSWERS, RecordingAws

NETWORK = Path(__file__).parents[1] / "scenarios/hub-spoke-tgw"
HUB = "vpc-0a5ac5dbf34858880"
OPERATIONS = {
    listing.key: listing.operation
    for listing in (
        *chain.from_iterable(plan.LISTINGS.values()),
        *(plan.HOSTED_ZONES, plan.RECORDS, plan.PROPAGATIONS, plan.TRANSIT_ROUTES),
    )
} | dict.fromkeys(("EnableDnsSupport", "EnableDnsHostnames"), "DescribeVpcAttribute")
SUBJECTS = ("VpcId", "HostedZoneId", "TransitGatewayRouteTableId")

Answer = Callable[..., Any]
Verdicts = Mapping[tuple[str, str], str]


# The network


@cache
def answers() -> Mapping[str, Answer]:
    """What each operation answers about the network, by its parameters."""
    known: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(NETWORK.glob("*.json")):
        document = json.loads(path.read_text().replace("ap-northeast-2", REGION))
        for key in OPERATIONS.keys() & document.keys():
            known.setdefault(OPERATIONS[key], []).append(document)
    return {operation: partial(_about, documents) for operation, documents in known.items()}


def _about(documents: list[dict[str, Any]], **parameters: Any) -> dict[str, Any]:
    """The document about what is asked for: some operations are asked about one resource each."""
    asked = {
        each[0].upper() + each[1:] for each in parameters.values() if isinstance(each, str)
    } | set(map(str, parameters.values()))
    for document in documents:
        subjects = {document[name] for name in SUBJECTS if name in document}
        is_attribute = "Attribute" not in parameters or asked & document.keys()
        if subjects <= asked and is_attribute:
            return document
    return {}


def network() -> RecordingAws:
    """The account, with one verdict of old on an endpoint that is gone."""
    aws = RecordingAws()
    aws.answers = {
        "GetCallerIdentity": {"Account": "111122223333"},
        "GetComplianceDetailsByConfigRule": ANSWERS["GetComplianceDetailsByConfigRule"],
        **answers(),
    }
    return aws


def _ids() -> dict[str, str]:
    """The ids of the event files in terms of the network."""
    endpoint = json.loads((NETWORK / "vpc-endpoints.json").read_text())["VpcEndpoints"][0]
    tables = json.loads((NETWORK / "route-tables.json").read_text())["RouteTables"]
    return {
        VPC: HUB,
        ENDPOINT: endpoint["VpcEndpointId"],
        GROUP: endpoint["Groups"][0]["GroupId"],
        TABLE: next(each["RouteTableId"] for each in tables if each["VpcId"] == HUB),
    }


# Events


def _event(name: str, kind: str) -> dict[str, Any]:
    """An event of the Config rule that judges a resource type by all of its rules."""
    wanted = {"allowCentralised": "true", "spokeCidrs": "10.1.0.0/16"}
    taken = subject_of(kind, None).parameters
    given = {"rule": kind} | {key: value for key, value in wanted.items() if key in taken}
    return event(name, _ids(), ruleParameters=json.dumps(given))


EVENTS: Mapping[str, dict[str, Any]] = {
    "change of an endpoint": _event("change-vpc-endpoint", "AWS::EC2::VPCEndpoint"),
    "oversized change of a group": _event("oversized-security-group", "AWS::EC2::SecurityGroup"),
    "schedule of the VPCs": _event("scheduled", "AWS::EC2::VPC"),
    "schedule of the subnets": _event("scheduled", "AWS::EC2::Subnet"),
    "schedule of the endpoints": _event("scheduled", "AWS::EC2::VPCEndpoint"),
}


# Faults


def _always(error: Exception, _answer: Any) -> Any:
    return error


def _on_the_second_page(error: Exception, answer: Any) -> Answer:
    """A first page that is no different, a token for the next one, and no second page."""

    def paged(**parameters: Any) -> Any:
        if TOKENS & parameters.keys():
            return error
        page = answer(**parameters) if callable(answer) else answer
        more = {"NextToken": "2", "IsTruncated": True, "NextRecordName": "n"}
        return page | more

    return paged


TOKENS = {"NextToken", "StartRecordName"}
TIMEOUT = ReadTimeoutError(endpoint_url="https://aws.example")
FAULTS: Mapping[str, Callable[[Any], Any]] = {
    "throttled": partial(_always, refusal("RequestLimitExceeded")),
    "access denied": partial(_always, refusal("UnauthorizedOperation")),
    "internal error": partial(_always, refusal("InternalError")),
    "no answer in time": partial(_always, TIMEOUT),
    "no answer in the middle of a page": partial(_on_the_second_page, TIMEOUT),
}


# Trials


@dataclass(frozen=True)
class Result:
    """What came of an event while a call failed, and of its retry when the call worked again.

    A call that has no pages does not meet a fault in the middle of one.
    """

    met: bool
    raised: bool
    told: Verdicts
    told_again: Verdicts

    def is_better_than(self, expected: Verdicts) -> bool:
        """Whether a verdict was told that the facts do not bear out."""
        return not self.told.items() <= expected.items()

    def loses(self, expected: Verdicts) -> bool:
        """Whether a verdict was neither told nor left to a retry, or the retry did not tell it."""
        return self.told_again != expected or not (self.raised or self.told == expected)


class Function:
    """A function that stays warm from one event to the next."""

    def __init__(self, aws: RecordingAws) -> None:
        self.aws = aws
        self._tools = aws.tools()

    def verdicts_on(self, given: dict[str, Any]) -> tuple[Verdicts, bool]:
        """What it tells AWS Config about an event, and whether it raises."""
        self.aws.calls.clear()
        raised = False
        try:
            evaluation.handle(given, Place.of_arn(FUNCTION_ARN), self._tools)
        except VpcProofError:
            raised = True
        return dict(_stored(self.aws)), raised


def _stored(aws: RecordingAws) -> Iterator[tuple[tuple[str, str], str]]:
    if isinstance(aws.answers.get("PutEvaluations"), Exception):
        return
    for request in aws.of("PutEvaluations"):
        for each in request["Evaluations"]:
            key = (each["ComplianceResourceType"], each["ComplianceResourceId"])
            yield key, each["ComplianceType"]


@cache
def without_fault(name: str) -> tuple[Verdicts, tuple[str, ...]]:
    """What an event comes to on a good day, and the calls that it takes."""
    function = Function(network())
    told, raised = function.verdicts_on(EVENTS[name])
    assert not raised
    return told, tuple(sorted(function.aws.count()))


def attempt(name: str, fault: str, operation: str) -> Result:
    """One event while one operation fails, then the same event again."""
    function = Function(network())
    answer = function.aws.answers.get(operation, {})
    function.aws.answers[operation] = FAULTS[fault](answer)
    told, raised = function.verdicts_on(EVENTS[name])
    met = "page" not in fault or any(TOKENS & each.keys() for each in function.aws.of(operation))
    function.aws.answers[operation] = answer
    told_again, _ = function.verdicts_on(EVENTS[name])
    return Result(met, raised, told, told_again)


def main() -> None:
    """Print what came of all events under each fault: `python -m tests.aws.faults`."""
    print("| Fault | Calls that failed | Told better than it is | Lost |")  # noqa: T201
    print("|---|---:|---:|---:|")  # noqa: T201
    for fault in FAULTS:
        met = better = lost = 0
        for name in EVENTS:
            expected, operations = without_fault(name)
            results = [attempt(name, fault, each) for each in operations]
            met += sum(each.met for each in results)
            better += sum(each.is_better_than(expected) for each in results)
            lost += sum(each.loses(expected) for each in results)
        print(f"| {fault} | {met} | {better} | {lost} |")  # noqa: T201


if __name__ == "__main__":
    main()
