import pytest
from vpcproof.errors import ParameterError
from vpcproof.model.addresses import AddressSet
from vpcproof.model.intervals import IntervalSet
from vpcproof.model.parameters import PARAMETERS, Parameters, parse_parameters
from vpcproof.model.ports import ports

BAD = [
    ("services", ""),
    ("services", " , "),
    ("services", "smm"),
    ("services", "ssm,no-such-service"),
    ("requireEc2Messages", "maybe"),
    ("requireEc2Messages", ""),
    ("ssmWorkloads", "some"),
    ("granularity", "vpc"),
    ("acceptNat", "yes"),
    ("acceptNat", "1"),
    ("includePublicSubnets", "on"),
    ("internalCidrs", "10.0.0.0/33"),
    ("internalCidrs", ""),
    ("pendingGraceMinutes", "-5"),
    ("pendingGraceMinutes", "an hour"),
    ("pendingGraceMinutes", "1.5"),
    ("allowCentralised", "TRUE please"),
    ("spokeCidrs", "the-spokes"),
    ("requireRestrictedPolicies", "si"),
    ("requireSsmBuckets", "0"),
    ("instanceConnectPorts", "ssh"),
    ("instanceConnectPorts", "22-21"),
    ("instanceConnectPorts", "1-2-3"),
    ("ephemeralPorts", "1024-70000"),
    ("ephemeralPorts", "-1"),
    ("ephemeralPorts", ""),
    ("vpcIds", ""),
    ("vpcTag", "=private"),
    ("probeMaxAgeMinutes", "an hour"),
]


@pytest.mark.parametrize(("name", "text"), BAD)
def test_a_bad_value_is_refused_with_what_is_allowed(name, text):
    with pytest.raises(ParameterError) as refused:
        parse_parameters({name: text})
    assert f"parameter {name}={text!r} is not allowed" in str(refused.value)
    assert PARAMETERS[name].allowed in str(refused.value)


def test_every_parameter_refuses_something():
    assert {name for name, _ in BAD} == set(PARAMETERS)


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_default_is_written_as_it_may_be_given(name):
    parameter = PARAMETERS[name]
    default = getattr(Parameters(), parameter.field)
    if parameter.default == "none":
        assert not default
    else:
        assert parameter.parse(parameter.default) == default


def test_a_misspelt_name_is_refused_with_the_names_that_are():
    with pytest.raises(ParameterError) as refused:
        parse_parameters({"requireEC2Messages": "never"})
    assert "unknown parameter 'requireEC2Messages'" in str(refused.value)
    assert "requireEc2Messages" in str(refused.value).partition("allowed here:")[2]


def test_a_rule_takes_only_its_own_parameters():
    with pytest.raises(ParameterError, match="allowed here: granularity"):
        parse_parameters({"services": "ssm"}, allowed=["granularity"])
    with pytest.raises(ParameterError, match="allowed here: none"):
        parse_parameters({"services": "ssm"}, allowed=[])


def test_a_misspelt_service_is_answered_with_the_nearest():
    with pytest.raises(ParameterError, match="did you mean ssmmessages"):
        parse_parameters({"services": "ssmmesages"})


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("services", "ssm", ("ssm", "ssmmessages", "ec2messages")),
        ("services", "kms, logs kms", ("kms", "logs")),
        ("services", "fargate,s3", ("ecr.api", "ecr.dkr", "s3", "logs")),
        ("requireEc2Messages", "NEVER", "never"),
        ("acceptNat", "True", True),
        ("includePublicSubnets", " false ", False),
        ("pendingGraceMinutes", "5", 5),
        ("internalCidrs", "10.0.0.0/8 2001:db8::/32", AddressSet.of("10.0.0.0/8", "2001:db8::/32")),
        ("instanceConnectPorts", "22, 3389", ports(22, 3389)),
        ("ephemeralPorts", "1024-65535", IntervalSet.of([(1024, 65535)])),
    ],
)
def test_a_good_value_is_read(name, text, value):
    parsed = parse_parameters({name: text})
    assert getattr(parsed, PARAMETERS[name].field) == value


def test_values_that_are_not_text_are_read_as_if_they_were():
    assert parse_parameters({"acceptNat": True, "pendingGraceMinutes": 5}) == Parameters(
        accept_nat=True, pending_grace_minutes=5
    )


def test_no_parameter_at_all_is_the_suggested_policy():
    assert parse_parameters({}) == Parameters()
