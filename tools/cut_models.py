"""Cut botocore's models to what the evaluate function calls: EC2's loads 15 times as fast.

botocore looks for models in the folders of AWS_DATA_PATH before its own, so the layer brings these
and the evaluate function names their folder. What is not in it (endpoints, pages, other services)
comes from the botocore of the runtime, and so does a model once AWS gives its service a later API
version than the one that was cut.
https://boto3.amazonaws.com/v1/documentation/api/latest/guide/configuration.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import botocore
from botocore.loaders import Loader
from vpcproof.model.facts import Fact

Model = dict[str, Any]

# What is called to tell AWS Config; what is called to read facts is declared with them.
_CALLED = (
    "config:GetComplianceDetailsByConfigRule",
    "config:GetResourceConfigHistory",
    "config:PutEvaluations",
)
_SERVICES = ("config", "ec2")
NOTICE = f"""\
The models in this folder are parts of botocore {botocore.__version__}, without documentation.
Copyright Amazon.com, Inc. or its affiliates. Licensed under the Apache License, Version 2.0:
https://www.apache.org/licenses/LICENSE-2.0
"""


def write_models(folder: Path) -> None:
    """Write the models where botocore looks for them below a data path."""
    loader = Loader()
    for service in _SERVICES:
        version = loader.determine_latest_version(service, "service-2")
        whole = loader.load_service_model(service, "service-2", version)
        place = folder / service / version
        place.mkdir(parents=True, exist_ok=True)
        text = json.dumps(cut(whole, operations_of(service)), separators=(",", ":"))
        (place / "service-2.json").write_text(text, encoding="utf-8")
    (folder / "NOTICE").write_text(NOTICE, encoding="utf-8")


def operations_of(service: str) -> set[str]:
    """The operations of a service that the evaluate function calls: each has an action's name."""
    actions = {*_CALLED, *(action for fact in Fact for action in fact.actions)}
    return {each.partition(":")[2] for each in actions if each.startswith(f"{service}:")}


def cut(model: Mapping[str, Any], operations: Iterable[str]) -> Model:
    """The model of these operations, with every shape that they lead to."""
    kept = {name: model["operations"][name] for name in sorted(operations)}
    shapes: Model = {}
    pending = _shapes_in(kept)
    while pending:
        name = pending.pop()
        if name not in shapes:
            shapes[name] = model["shapes"][name]
            pending |= _shapes_in(shapes[name])
    kept_whole = {**model, "operations": kept, "shapes": dict(sorted(shapes.items()))}
    return undocumented(kept_whole)  # type: ignore[no-any-return]


def undocumented(part: Any) -> Any:  # noqa: ANN401 - JSON
    """The same without the texts that document it; a member may have the name `documentation`."""
    if isinstance(part, dict):
        return {
            name: undocumented(value)
            for name, value in part.items()
            if not (name == "documentation" and isinstance(value, str))
        }
    return [undocumented(each) for each in part] if isinstance(part, list) else part


def _shapes_in(part: object) -> set[str]:
    """The names of the shapes that a part of a model refers to."""
    if isinstance(part, list):
        return {name for each in part for name in _shapes_in(each)}
    if not isinstance(part, dict):
        return set()
    found = {name for value in part.values() for name in _shapes_in(value)}
    if isinstance(part.get("shape"), str):
        found.add(part["shape"])
    return found
