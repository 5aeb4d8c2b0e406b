"""Calls that a service of the lab makes to others of the lab, as any client does."""

import json
import os
from collections.abc import Mapping
from typing import Any

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from lab.config.shapes import Json
from lab.role_sessions import role_session
from lab.ssm.callers import CallFailedError, Identity, Invocation

_NO_RETRIES = Config(retries={"total_max_attempts": 1}, read_timeout=310)


class OwnCaller:
    """Makes the calls of Automation, in the name of the role that an execution assumes."""

    def call(
        self, identity: Identity, service: str, api: str, arguments: Mapping[str, Any]
    ) -> dict[str, Json]:
        """Call an API operation by its names in the SDK for Python."""
        client = _client(identity, service)
        try:
            answer = getattr(client, xform_name(api))(**arguments)
        except (AttributeError, BotoCoreError, ClientError) as error:
            raise CallFailedError(str(error)) from error
        answer.pop("ResponseMetadata", None)
        found: dict[str, Json] = json.loads(json.dumps(answer, default=str))
        return found

    def invoke(self, identity: Identity, function: str, payload: str) -> Invocation:
        """Invoke a function and wait for its answer."""
        try:
            answer = _client(identity, "lambda").invoke(FunctionName=function, Payload=payload)
        except (BotoCoreError, ClientError) as error:
            raise CallFailedError(str(error)) from error
        return Invocation(
            status=answer["StatusCode"],
            payload=answer["Payload"].read().decode(),
            function_error=answer.get("FunctionError"),
        )


def _client(identity: Identity, service: str) -> Any:  # noqa: ANN401 - classes made at run time
    place = identity.place
    role = (identity.role_arn or "").rpartition("/")[2]
    session = role_session(place.account, role, identity.session) if role else None
    make: Any = boto3.client
    return make(
        service,
        endpoint_url=f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}",
        region_name=place.region,
        aws_access_key_id=session.access_key if session else place.account,
        aws_secret_access_key=session.secret_key if session else "lab",
        aws_session_token=session.token if session else None,
        config=_NO_RETRIES,
    )
