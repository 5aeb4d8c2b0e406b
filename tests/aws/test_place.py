"""Accounts and Regions, as ARNs name them."""

import pytest
from vpcproof.aws.place import Place
from vpcproof.errors import InvocationError


@pytest.mark.parametrize(
    ("arn", "place"),
    [
        (
            "arn:aws:config:ap-northeast-2:111122223333:config-rule/config-rule-1a2b3c",
            Place("111122223333", "ap-northeast-2"),
        ),
        (
            "arn:aws-cn:lambda:cn-north-1:111122223333:function:vpcproof-evaluate:live",
            Place("111122223333", "cn-north-1", "aws-cn"),
        ),
        (
            "arn:aws-us-gov:lambda:us-gov-west-1:111122223333:function:f",
            Place("111122223333", "us-gov-west-1", "aws-us-gov"),
        ),
    ],
)
def test_an_arn_names_its_place(arn, place):
    assert Place.of_arn(arn) == place


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "config-rule-1a2b3c",
        "arn:aws:config:ap-northeast-2:11112222333:config-rule/eleven-digits",
        "arn:aws:config:ap-northeast-2:111122223333:",
        "arn:aws:config:ap-northeast-2:111122223333:config-rule/r\nand more",
        "arn:aws:s3:::bucket",
        "arn:aws:config:ap-northeast-2:\uff11\uff11\uff11\uff11\uff12\uff12\uff12\uff12\uff13\uff13\uff13\uff13:config-rule/r",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(InvocationError, match="is not the ARN of a rule or a function"):
        Place.of_arn(text)
