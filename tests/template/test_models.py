"""The models that the layer brings answer like botocore's own."""

import json
import re
from pathlib import Path

import pytest
from botocore import xform_name
from botocore.client import BaseClient
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.session import Session
from cut_models import operations_of, undocumented, write_models
from vpcproof.aws.describe_calls import DESCRIBE_CALLS
from vpcproof.facts import plan


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_models(folder)
    return folder


@pytest.fixture(scope="module", params=["config", "ec2"])
def service(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def whole(service) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


@pytest.fixture(scope="module")
def cut(models, service) -> ServiceModel:
    loader = Loader([str(models)])
    return ServiceModel(loader.load_service_model(service, "service-2"), service)


def client(service: str, models: str | None) -> BaseClient:
    session = Session()
    session.set_config_variable("data_path", models)
    return session.create_client(
        service, "eu-south-2", aws_access_key_id="x", aws_secret_access_key="x"
    )


def tree(model: ServiceModel, shape_name: str, above: tuple[str, ...] = ()):
    """All that a shape says and leads to, in full."""
    definition = model._shape_resolver._shape_map[shape_name]  # the only way to all members
    if shape_name in above:
        return shape_name

    def followed(part):
        if isinstance(part, dict):
            inner = {name: followed(value) for name, value in part.items()}
            if isinstance(part.get("shape"), str):
                inner["shape"] = tree(model, part["shape"], (*above, shape_name))
            return inner
        return [followed(each) for each in part] if isinstance(part, list) else part

    return followed(undocumented(definition))


def test_requests_and_responses_have_the_same_shapes(cut, whole):
    assert len(cut.operation_names) >= 3
    for name in cut.operation_names:
        one, other = cut.operation_model(name), whole.operation_model(name)
        assert (one.http, one.deprecated, one.endpoint) == (
            other.http,
            other.deprecated,
            other.endpoint,
        )
        for shape in (other.input_shape, other.output_shape):
            assert tree(cut, shape.name) == tree(whole, shape.name)


def test_the_service_is_the_same(cut, whole):
    assert undocumented(cut.metadata) == undocumented(whole.metadata)
    assert cut.api_version == whole.api_version


def test_every_call_that_reads_facts_of_ec2_is_there():
    listings = [each for kind in plan.LISTINGS.values() for each in kind]
    listings += [
        plan.MANAGED_PREFIX_LISTS,
        plan.PREFIX_LIST_ENTRIES,
        plan.PROPAGATIONS,
        plan.TRANSIT_ROUTES,
    ]
    made = {xform_name(each.operation) for each in listings if each.service == "ec2"}
    made |= {call.method for call in DESCRIBE_CALLS.values()} | {"describe_vpc_attribute"}
    assert made <= {xform_name(name) for name in operations_of("ec2")}


def test_every_call_that_the_role_permits_is_there(of_type, cut, service):
    text = json.dumps(of_type("AWS::IAM::Role")["EvaluateRole"])
    permitted = re.findall(rf'"{service}:(\w+)"', text)
    assert permitted
    assert set(permitted) <= set(cut.operation_names)


def test_pages_waiters_and_endpoints_are_those_of_the_whole_model(models, cut, service):
    one, other = client(service, str(models)), client(service, None)
    assert one.meta.endpoint_url == other.meta.endpoint_url
    assert one.waiter_names == other.waiter_names
    for name in map(xform_name, cut.operation_names):
        assert one.can_paginate(name) == other.can_paginate(name)


def test_without_the_layers_model_the_runtimes_own_is_used(tmp_path):
    assert (
        "RunInstances" in client("ec2", str(tmp_path / "gone")).meta.service_model.operation_names
    )
