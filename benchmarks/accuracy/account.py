"""Saved answers of AWS, served at a loopback address to any client of AWS.

Operations and their answers are told apart by botocore's own models. An answer holds what the saved
documents hold under the members of the operation's output, less what the filters, ids and the
subject of the call leave out; of what no document holds there is nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from botocore.exceptions import UnknownServiceError
from moto.core.model import OperationModel, ServiceModel, Shape
from moto.core.serialize import SERIALIZERS
from moto.core.utils import get_service_model

Document = Mapping[str, Any]
Asked = Mapping[str, Any]

_FILTERS = {
    "association.main": lambda each: [str(a["Main"]).lower() for a in each["Associations"]],
    "association.subnet-id": lambda each: [a.get("SubnetId") for a in each["Associations"]],
    "attachment.instance-owner-id": lambda each: [
        each.get("Attachment", {}).get("InstanceOwnerId")
    ],
}


@contextmanager
def served(documents: Sequence[Document], region: str) -> Iterator[str]:
    """The address at which the documents answer."""

    class Answers(_Answers):
        account = _Account(documents, region)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Account:
    def __init__(self, documents: Sequence[Document], region: str) -> None:
        self._documents = [*documents, {"Regions": [_region(region)]}]

    def answer(self, operation: OperationModel, asked: Asked) -> dict[str, Any] | None:
        """The output of an operation, None where AWS would answer that there is no such thing."""
        output = operation.output_shape
        members = dict(getattr(output, "members", {}))
        if operation.name == "DescribeVpcAttribute":
            members = {each: members[each] for each in members if _same(each, asked["Attribute"])}
        found: dict[str, Any] = {}
        for name, shape in members.items():
            if shape.type_name == "list":
                found[name] = []
            for document in self._documents:
                if name in document and _about(document, name, asked):
                    told = _typed(document[name], shape)
                    if shape.type_name == "list":
                        told = [each for each in told if _wanted(operation.name, each, asked)]
                        found[name].extend(told)
                    else:
                        found.setdefault(name, told)
        if operation.name == "GetDocument" and not found:
            return None
        return found


def _region(name: str) -> Document:
    return {
        "RegionName": name,
        "Endpoint": f"ec2.{name}.amazonaws.com",
        "OptInStatus": "opt-in-not-required",
    }


def _same(one: str, other: str) -> bool:
    return one.lower() == other.lower()


def _about(document: Document, member: str, asked: Asked) -> bool:
    """Whether what stands beside the answer names the subject that was asked for."""
    subjects = {"HostedZoneId": asked.get("Id"), **asked}
    return all(
        _same(document[name], subjects[key])
        for name in document
        for key in subjects
        if name != member
        and _same(name, key)
        and isinstance(subjects[key], str)
        and isinstance(document[name], str)
    )


def _wanted(operation: str, element: Any, asked: Asked) -> bool:  # noqa: ANN401 - an answer of AWS
    if operation == "DescribePrefixLists" and "Cidrs" not in element:
        return False
    if not isinstance(element, Mapping):
        return True
    ids = (
        element[name] in values
        for name, values in asked.items()
        if isinstance(values, list) and isinstance(element.get(name), str)
    )
    filters = asked.get("Filter", {})
    return all(ids) and all(
        bool(set(_values(element, name)) & set(filters[name])) for name in filters
    )


def _values(element: Mapping[str, Any], name: str) -> list[Any]:
    """What a filter looks at: mostly the member of the same name."""
    if name in _FILTERS:
        return list(_FILTERS[name](element))
    member = name.title().replace("-", "")
    if member == "GroupId" and "Groups" in element:
        return [each["GroupId"] for each in element["Groups"]]
    return [str(element[member])] if member in element else []


def _typed(told: Any, shape: Shape) -> Any:  # noqa: ANN401 - an answer of AWS
    """Times are texts in JSON."""
    if shape.type_name == "timestamp":
        return datetime.fromisoformat(told) if isinstance(told, str) else told
    if shape.type_name == "list":
        return [_typed(each, shape.member) for each in told]  # type: ignore[attr-defined]
    if shape.type_name == "structure":
        members = shape.members  # type: ignore[attr-defined]
        return {name: _typed(told[name], members[name]) for name in told if name in members}
    return told


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer is one packet, or it waits for an acknowledgement
    account: _Account

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _answer(self, body: bytes) -> None:
        service = _service(self.headers.get("Authorization", ""))
        operation, asked = _asked(service, self, body) if service else (None, {})
        if operation is None:
            self._send(404, {}, b"{}")
            return
        output = self.account.answer(operation, asked)
        if output is None:
            self._send(400, {}, b'{"__type":"InvalidDocument"}')
            return
        made = SERIALIZERS[operation.service_model.resolved_protocol](operation).serialize(output)
        content = made["body"]
        self._send(
            made["status_code"],
            made["headers"],
            content if isinstance(content, bytes) else content.encode(),
        )

    def _send(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base
        pass


def _service(authorization: str) -> ServiceModel | None:
    signed_for = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", authorization)
    return _model(signed_for[1]) if signed_for else None


@cache
def _model(service: str) -> ServiceModel | None:
    try:
        return get_service_model(service)
    except UnknownServiceError:
        return None


def _asked(
    service: ServiceModel, request: BaseHTTPRequestHandler, body: bytes
) -> tuple[OperationModel | None, Asked]:
    """The operation and its parameters, however the protocol writes them."""
    target = request.headers.get("X-Amz-Target")
    if target:
        return service.operation_model(target.rpartition(".")[2]), json.loads(body or b"{}")
    url = urlsplit(request.path)
    if url.path == "/" and body:
        form = dict(parse_qsl(body.decode()))
        return service.operation_model(form["Action"]), _query(form)
    for name in service.operation_names:
        operation = service.operation_model(name)
        template = operation.http["requestUri"].partition("?")[0].rstrip("/")
        pattern = re.sub(r"\{(\w+)\+?\}", r"(?P<\1>[^/]+)", template)
        found = re.fullmatch(pattern + "/?", url.path)
        if found and operation.http["method"] == request.command:
            labels = {label: unquote(value) for label, value in found.groupdict().items()}
            return operation, {**dict(parse_qsl(url.query)), **labels}
    return None, {}


def _query(form: Mapping[str, str]) -> Asked:
    """`VpcId.1` as a list under VpcId, filters as their values by name."""
    asked: dict[str, Any] = {}
    filters: dict[str, list[str]] = {}
    for key, value in form.items():
        name, _, rest = key.partition(".")
        if name == "Filter":
            number, _, part = rest.partition(".")
            if part.startswith("Value"):
                filters.setdefault(form[f"Filter.{number}.Name"], []).append(value)
        elif rest:
            asked.setdefault(name, []).append(value)
        else:
            asked[name] = value
    return {**asked, "Filter": filters}
