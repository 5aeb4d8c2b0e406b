import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vpcproof.analysis.naming import ServiceName, parse_service_name
from vpcproof.model.ports import ports
from vpcproof.model.service_catalogue import KNOWN_SERVICE_CODES

AWS = "com.amazonaws"
CHINA = "cn.com.amazonaws"


@pytest.mark.parametrize(
    ("name", "prefix", "region", "code"),
    [
        ("com.amazonaws.us-east-1.ssm", AWS, "us-east-1", "ssm"),
        ("com.amazonaws.us-east-1.ecr.api", AWS, "us-east-1", "ecr.api"),
        ("com.amazonaws.us-east-1.kms-fips", AWS, "us-east-1", "kms-fips"),
        (
            "com.amazonaws.us-east-1.mail-manager-smtp.auth.fips",
            AWS,
            "us-east-1",
            "mail-manager-smtp.auth.fips",
        ),
        ("aws.api.us-east-1.kendra-ranking", "aws.api", "us-east-1", "kendra-ranking"),
        ("api.aws.us-east-1.cassandra-streams", "api.aws", "us-east-1", "cassandra-streams"),
        ("aws.sagemaker.us-east-1.notebook", "aws.sagemaker", "us-east-1", "notebook"),
        ("com.amazonaws.iam", AWS, None, "iam"),
        ("com.amazonaws.s3-global.accesspoint", AWS, None, "s3-global.accesspoint"),
        ("cn.com.amazonaws.cn-north-1.ec2", CHINA, "cn-north-1", "ec2"),
        ("com.amazonaws.cn-north-1.ssm", AWS, "cn-north-1", "ssm"),
        ("cn.com.amazonaws.cn-north-1.transcribe.cn", CHINA, "cn-north-1", "transcribe"),
        ("com.amazonaws.us-gov-west-1.ssm", AWS, "us-gov-west-1", "ssm"),
        ("com.amazonaws.us-iso-east-1.ssm", AWS, "us-iso-east-1", "ssm"),
        ("gov.ic.c2s.us-iso-east-1.ecr.api", "gov.ic.c2s", "us-iso-east-1", "ecr.api"),
        ("gov.ic.hci.csp.us-isof-south-1.ebs", "gov.ic.hci.csp", "us-isof-south-1", "ebs"),
        ("uk.adc-e.cloud.eu-isoe-west-1.ebs", "uk.adc-e.cloud", "eu-isoe-west-1", "ebs"),
        ("eu.amazonaws.eusc-de-east-1.ecr.dkr", "eu.amazonaws", "eusc-de-east-1", "ecr.dkr"),
    ],
)
def test_a_name_of_aws_is_taken_apart(name, prefix, region, code):
    assert parse_service_name(name) == ServiceName(prefix, region, code)


@pytest.mark.parametrize(
    ("name", "prefix", "region"),
    [
        ("com.amazonaws.vpce.us-east-1.vpce-svc-0e87e8a7b3c4d5e6f", AWS, "us-east-1"),
        ("cn.com.amazonaws.vpce.cn-north-1.vpce-svc-0e87e8a7b3c4d5e6f", CHINA, "cn-north-1"),
    ],
)
def test_a_private_service_says_so(name, prefix, region):
    code = "vpce-svc-0e87e8a7b3c4d5e6f"
    parsed = parse_service_name(name)
    assert parsed == ServiceName(prefix, region, code, is_private=True)
    assert parsed.ports is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ssm",
        "com.amazonaws",
        "com.amazonaws.",
        "com.amazonaws.us-east-1.",
        "com.amazonaws.us-east-1..ssm",
        "com.amazonaws.us-east-1.ssm.",
        "com.amazonaws.us-east-1.SSM",
        "com.amazonaws.us-east-1.s s m",
        "com.amazonawsx.us-east-1.ssm",
        "com.amazon.us-east-1.ssm",
        "xcom.amazonaws.us-east-1.ssm",
        "io.example.vpce.us-east-1.payments",
    ],
)
def test_text_of_no_known_form_is_no_name(name):
    assert parse_service_name(name) is None


@given(st.text())
def test_no_text_whatever_raises(text):
    parse_service_name(text)


@given(st.text(alphabet=string.ascii_lowercase + string.digits + ".-", max_size=40))
def test_no_text_of_the_right_letters_raises_either(text):
    parse_service_name(f"com.amazonaws.{text}")


@given(
    st.sampled_from(sorted(KNOWN_SERVICE_CODES)), st.sampled_from(["us-east-1", "us-gov-west-1"])
)
def test_every_code_survives_whole(code, region):
    assert parse_service_name(f"com.amazonaws.{region}.{code}").code == code


@pytest.mark.parametrize(
    ("code", "listening"),
    [
        ("ssm", ports(443)),
        ("cassandra", ports(9142)),
        ("email-smtp", ports(25, 465, 587, 2465, 2587)),
        ("transfer.server", ports(21, 22, *range(8192, 8201))),
    ],
)
def test_a_service_listens_on_its_own_ports(code, listening):
    assert parse_service_name(f"com.amazonaws.us-east-1.{code}").ports == listening
