"""Steps 1 and 2: the verdicts of rules as checks, and services without an endpoint."""

import pytest
from vpcproof.model.facts import Fact
from vpcproof.model.parameters import parse_parameters
from vpcproof.verification.settings import (
    endpoints_step,
    security_groups_step,
    services_to_verify,
)
from vpcproof.verification.step import Check, Outcome, Step, outcome_of

from tests.networks import (
    VPC,
    endpoint,
    gateway,
    group,
    reaching,
    unread,
    zone,
)

NAME = "ssm.us-east-1.amazonaws.com"
gone = endpoint("ssm", state="deleted")


def first(*parts, services=("ssm",), **parameters):
    given = parse_parameters(parameters)
    return endpoints_step(reaching(*parts), VPC, services, given).checks


@pytest.mark.parametrize(
    ("parts", "parameters", "outcome", "detail"),
    [
        ([], {}, Outcome.PASSED, "vpce-ssm: state is available; private DNS"),
        ([gone], {}, Outcome.FAILED, "no endpoint in the VPC"),
        ([endpoint("ssm", state="failed")], {}, Outcome.FAILED, "state is failed"),
        ([endpoint("ssm", private_dns=False)], {}, Outcome.FAILED, "private DNS is off"),
        ([gone, zone(NAME)], {}, Outcome.UNKNOWN, "leads to one of another VPC"),
        ([gone, zone(NAME)], {"allowCentralised": "true"}, Outcome.PASSED, "of another VPC"),
        ([unread(Fact.VPC_ENDPOINTS)], {}, Outcome.UNKNOWN, "were not read: no file"),
    ],
)
def test_a_service_has_an_endpoint_that_its_names_lead_to(parts, parameters, outcome, detail):
    (check,) = first(*parts, **parameters)
    assert (check.subject, check.outcome) == ("ssm", outcome)
    assert detail in check.detail
    assert bool(check.next) is (outcome is not Outcome.PASSED)


def test_whether_ec2messages_is_needed_is_not_known_without_the_agents():
    (check,) = first(unread(Fact.MANAGED_NODES), services=("ec2messages",))
    assert check.outcome is Outcome.UNKNOWN
    assert "whether one is needed is not known" in check.detail


def test_the_services_are_those_named_or_those_needed():
    snapshot, parameters = reaching(), parse_parameters({"services": "logs"})
    assert services_to_verify(snapshot, VPC, parameters, ()) == ("logs",)
    assert services_to_verify(snapshot, VPC, parameters, ("kms",)) == ("kms",)


def second(*parts, services=("ssm",)):
    return security_groups_step(reaching(*parts), VPC, services, parse_parameters({}))


def test_who_is_let_in_is_one_check_for_each_endpoint():
    (check,) = second().checks
    assert (check.subject, check.outcome) == ("vpce-ssm", Outcome.PASSED)
    (check,) = second(group("sg-endpoint")).checks
    assert check.outcome is Outcome.FAILED
    assert check.next == "vpcproof explain vpc-endpoint-admits-workloads vpce-ssm"


def test_groups_that_let_nothing_out_are_named():
    step = second(group("sg-app"))
    failed = [each.subject for each in step.checks if each.outcome is Outcome.FAILED]
    assert failed == ["sg-app"]


def test_of_a_gateway_endpoint_the_routes_decide():
    (check,) = second(gateway("s3"), services=("s3",)).checks
    assert check.subject == "vpce-s3"
    assert check.outcome is Outcome.FAILED


def test_without_an_endpoint_there_are_no_rules_to_look_at():
    step = second(gone)
    assert (step.checks, step.commands) == ((), ())
    assert step.note == "there is no endpoint whose rules could be looked at"


@pytest.mark.parametrize(
    ("outcomes", "together"),
    [
        ([Outcome.PASSED, Outcome.UNKNOWN, Outcome.FAILED], Outcome.FAILED),
        ([Outcome.PASSED, Outcome.UNKNOWN], Outcome.UNKNOWN),
        ([Outcome.PASSED], Outcome.PASSED),
        ([], Outcome.UNKNOWN),
    ],
)
def test_what_is_known_to_be_wrong_outranks_what_is_unknown(outcomes, together):
    checks = tuple(Check(subject="x", outcome=each, detail="") for each in outcomes)
    assert outcome_of([Step(number=1, title="x", checks=checks)]) is together
