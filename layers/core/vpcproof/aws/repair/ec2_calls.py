"""The calls of a plan made for real: permitted, within AWS's rates, each of them once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from ...remediation.change import Call
from ...remediation.operations.editing import tag_specifications
from ..failures import code_of
from ..text import one_line
from .failures import RepairError

RUN_TAG = "vpcproof:run"
# All that a role needs beside what reading takes; CreateTags is asked for by calls that create.
ACTIONS = frozenset(
    {
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateSecurityGroup",
        "ec2:CreateTags",
        "ec2:CreateVpcEndpoint",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteVpcEndpoints",
        "ec2:DescribeVpcEndpoints",
        "ec2:ModifyVpcAttribute",
        "ec2:ModifyVpcEndpoint",
        "ec2:RevokeSecurityGroupIngress",
    }
)
# The calls that AWS grants four of at once, and then 0.3 a second.
# https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
_SLOW = {"CreateVpcEndpoint", "DeleteVpcEndpoints", "ModifyVpcEndpoint"}
_BURST, _EVERY = 4, timedelta(seconds=3.4)

_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
_LONGEST = 400


class RefusedByAwsError(Exception):
    """AWS has refused a call: it was not made, for certain."""

    def __init__(self, call: Call, code: str, message: str) -> None:
        self.code = code
        self.detail = one_line(message, limit=_LONGEST)
        super().__init__(f"ec2:{call.operation} was refused ({code}: {self.detail})")


class UnansweredError(Exception):
    """Whether AWS made a call is not known."""


class Ec2Calls:
    """Makes calls with a client; `clock` and `sleep` are the world's, or a test's."""

    def __init__(
        self,
        ec2: Any,  # noqa: ANN401 - classes made at run time
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._ec2 = ec2
        self._clock = clock
        self._sleep = sleep
        self._made: dict[str, list[datetime]] = {}

    def permit(
        self, call: Call, created: Mapping[str, str], unmade: frozenset[str] = frozenset()
    ) -> None:
        """Ask AWS whether a call is permitted, without making it, where it can be asked.

        That is not so where a call is about something `unmade`, and of ModifyVpcAttribute, which
        knows no DryRun. Only a missing permission refuses: what else AWS says of a later
        change may be because of an earlier one that has not been made.
        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html
        """
        arguments = _askable(call, created, unmade)
        if arguments is None or not self._knows(call, "DryRun"):
            return
        try:
            self._call(call, {**arguments, "DryRun": True})
        except RefusedByAwsError as refusal:
            if refusal.code in _DENIED:
                raise RepairError(
                    f"ec2:{call.operation} is not permitted, so nothing was touched: allow it to "
                    f"the role ({refusal.detail})"
                ) from refusal
        except UnansweredError as error:
            raise RepairError(f"AWS did not answer, so nothing was touched: {error}") from error

    def make(
        self, call: Call, created: Mapping[str, str], *, token: str, run_id: str
    ) -> str | None:
        """Make a call; answers the id of what it created.

        Raises RefusedByAwsError or UnansweredError. `token` makes a repetition harmless where AWS
        takes one, and what is created bears the run's id, by which it is found again.
        """
        arguments = resolved(call.arguments, created)
        if call.creates:
            arguments = _tagged(arguments, call, run_id)
        if self._knows(call, "ClientToken"):
            arguments["ClientToken"] = token
        answer = self._call(call, arguments)
        for item in answer.get("Unsuccessful") or ():
            error = item.get("Error") or {}
            raise RefusedByAwsError(call, error.get("Code", ""), error.get("Message", ""))
        if call.operation == "CreateVpcEndpoint":
            return str(answer["VpcEndpoint"]["VpcEndpointId"])
        return str(answer["GroupId"]) if call.operation == "CreateSecurityGroup" else None

    def endpoint_states(self, endpoint_ids: list[str]) -> dict[str, tuple[str, str]]:
        """State and last error of endpoints, by id; those that are gone are not in it.

        A filter finds what there is of them; asked for by id, one that is gone would be an error.
        """
        pages = self._ec2.get_paginator("describe_vpc_endpoints").paginate(
            Filters=[{"Name": "vpc-endpoint-id", "Values": endpoint_ids}]
        )
        try:
            with _telling("ec2:DescribeVpcEndpoints"):
                found = [each for page in pages for each in page["VpcEndpoints"]]
        except ClientError as error:
            raise UnansweredError(f"ec2:DescribeVpcEndpoints: {code_of(error)}") from error
        return {each["VpcEndpointId"]: _state_of(each) for each in found}

    def _knows(self, call: Call, argument: str) -> bool:
        shape = self._ec2.meta.service_model.operation_model(call.operation).input_shape
        return argument in shape.members

    def _call(self, call: Call, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        self._keep_pace(call.operation)
        try:
            with _telling(f"ec2:{call.operation}"):
                answer: Mapping[str, Any]
                answer = getattr(self._ec2, xform_name(call.operation))(**arguments)
                return answer
        except ClientError as error:
            message = error.response.get("Error", {}).get("Message", "")
            raise RefusedByAwsError(call, code_of(error), message) from error

    def _keep_pace(self, operation: str) -> None:
        """Wait until AWS would grant the call."""
        if operation not in _SLOW:
            return
        made = self._made.setdefault(operation, [])
        if len(made) >= _BURST:
            free_at = made[-_BURST] + _BURST * _EVERY
            if (left := (free_at - self._clock()).total_seconds()) > 0:
                self._sleep(left)
        made.append(self._clock())


def token_of(*parts: object) -> str:
    """A token for one change of one run: the same whenever it is tried, another in every run.

    Not that of the plan alone: AWS remembers tokens, and would answer the same plan, applied again
    after it was undone, with endpoints that are gone.
    https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
    """
    return sha256(" ".join(map(str, parts)).encode()).hexdigest()


def resolved(value: Any, created: Mapping[str, str]) -> Any:  # noqa: ANN401 - as JSON
    """A value with the ids that AWS gave in place of what the plan calls them."""
    if isinstance(value, str):
        return created.get(value, value)
    if isinstance(value, Mapping):
        return {name: resolved(each, created) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [resolved(each, created) for each in value]
    return value


def _askable(
    call: Call, created: Mapping[str, str], unmade: frozenset[str]
) -> dict[str, Any] | None:
    """The arguments that a call can be tried with before what it names is made; None without any.

    An endpoint can be asked for without the group that it will carry.
    """
    arguments: dict[str, Any] = resolved(call.arguments, created)
    if call.operation == "CreateVpcEndpoint":
        groups = arguments.pop("SecurityGroupIds", [])
        held = [each for each in groups if each not in unmade]
        return {**arguments, **({"SecurityGroupIds": held} if held else {})}
    return None if any(call.names(each) for each in unmade) else arguments


def _state_of(endpoint: Mapping[str, Any]) -> tuple[str, str]:
    problem = (endpoint.get("LastError") or {}).get("Message", "")
    return str(endpoint.get("State", "")).lower(), one_line(problem, limit=_LONGEST)


def _tagged(arguments: dict[str, Any], call: Call, run_id: str) -> dict[str, Any]:
    """With the run's id among the tags of what is created."""
    kind = "vpc-endpoint" if call.operation == "CreateVpcEndpoint" else "security-group"
    (mine,) = tag_specifications(kind, {RUN_TAG: run_id})
    given = arguments.get("TagSpecifications") or [{"ResourceType": kind, "Tags": []}]
    others = [each for each in given[0]["Tags"] if each["Key"] != RUN_TAG]
    return {
        **arguments,
        "TagSpecifications": [{"ResourceType": kind, "Tags": [*others, *mine["Tags"]]}],
    }


@contextmanager
def _telling(action: str) -> Iterator[None]:
    """Leave refusals as they are; whatever else goes wrong leaves open what AWS did."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise UnansweredError(f"{action}: {code_of(error)}") from error
        raise
    except BotoCoreError as error:
        raise UnansweredError(f"{action}: {one_line(error, limit=_LONGEST)}") from error
