from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode.cfn_yaml import load

from tests.template.intrinsics import Evaluator

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    """template.yaml as written, intrinsic functions in their long form."""
    return load(str(ROOT / "template.yaml"))


@pytest.fixture(scope="session")
def resources(template) -> dict[str, Any]:
    return template["Resources"]


@pytest.fixture(scope="session")
def of_type(resources):
    """All resources of a type by logical id; of any type that begins so if it ends with `::`."""

    def find(kind: str) -> dict[str, Any]:
        return {
            name: resource.get("Properties", {})
            for name, resource in resources.items()
            if resource["Type"] == kind or (kind.endswith("::") and kind in resource["Type"])
        }

    return find


@pytest.fixture(scope="session")
def built() -> Path:
    """The build output; `make test` brings it up to date."""
    folder = ROOT / ".aws-sam/build"
    assert (folder / "template.yaml").exists(), "nothing is built: run `make build`"
    return folder


@pytest.fixture(scope="session")
def chosen(template):
    """The template's intrinsic functions under these parameters, the others at their defaults."""

    def under(**parameters: str) -> Evaluator:
        return Evaluator(template, parameters)

    return under
