"""Endpoint policies by meaning, not by text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vpcproof.model.policy_document import parse_policy

OBJECT = "arn:aws:s3:::amazon-ssm-us-east-1/agent"
GET = "s3:GetObject"

EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
OURS = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}


def policy(*statements, **others):
    return parse_policy(json.dumps({"Version": "2012-10-17", "Statement": [*statements], **others}))


def allow(**others):
    return EVERYTHING | others


def deny(**others):
    return EVERYTHING | {"Effect": "Deny"} | others


@pytest.mark.parametrize(
    ("words", "statements", "full"),
    [
        ("the default", [EVERYTHING], True),
        ("principals as a mapping", [allow(Principal={"AWS": "*"})], True),
        ("everything in lists", [allow(Principal={"AWS": ["*"]}, Action=["*"], Resource=["*"])],
         True),
        ("an empty condition", [allow(Condition={})], True),
        ("a tight statement beside an open one", [allow(Action=GET), EVERYTHING], True),
        ("a deny of some actions first, then all", [deny(Action="s3:DeleteBucket"), EVERYTHING],
         True),
        ("a deny of some resources, then all", [deny(Resource=OBJECT), EVERYTHING], True),
        ("a deny of all that is not ours, then all",
         [deny(Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}), EVERYTHING], False),
        ("a deny of all but one principal, then all",
         [{"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"},
           "Action": "*", "Resource": "*"}, EVERYTHING], False),
        ("our organisation only", [allow(Condition=OURS)], False),
        ("one account only", [allow(Principal={"AWS": "111122223333"})], False),
        ("services of AWS only", [allow(Principal={"Service": "*"})], False),
        ("one action", [allow(Action=GET)], False),
        ("one bucket", [allow(Resource="arn:aws:s3:::ours/*")], False),
        ("all actions but one", [{"Effect": "Allow", "Principal": "*", "Resource": "*",
                                  "NotAction": "s3:PutObject"}], False),
        ("denies only", [deny(Action=GET)], False),
        ("nothing", [], False),
    ],
)  # fmt: skip
def test_full_access_is_everything_to_everyone(words, statements, full):
    assert policy(*statements).is_full_access is full


@pytest.mark.parametrize(
    ("words", "statements", "answer"),
    [
        ("everything", [EVERYTHING], True),
        ("the action without case", [allow(Action="S3:getobject")], True),
        ("a pattern of actions", [allow(Action="s3:Get*")], True),
        ("a pattern of buckets", [allow(Resource="arn:aws:s3:::amazon-ssm-*/*")], True),
        ("a pattern with one character", [allow(Resource=OBJECT[:-1] + "?")], True),
        ("brackets mean themselves", [allow(Resource="arn:aws:s3:::[a]mazon-ssm-us-east-1/*")],
         False),
        ("another bucket", [allow(Resource="arn:aws:s3:::ours/*")], False),
        ("resources compare with case", [allow(Resource=OBJECT.upper())], False),
        ("another action", [allow(Action="s3:PutObject")], False),
        ("all actions but another", [{"Effect": "Allow", "Principal": "*", "Resource": "*",
                                      "NotAction": "s3:PutObject"}], True),
        ("all actions but this", [{"Effect": "Allow", "Principal": "*", "Resource": "*",
                                   "NotAction": "s3:Get*"}], False),
        ("all buckets but another", [{"Effect": "Allow", "Principal": "*", "Action": "*",
                                      "NotResource": "arn:aws:s3:::ours/*"}], True),
        ("all buckets but this", [{"Effect": "Allow", "Principal": "*", "Action": "*",
                                   "NotResource": OBJECT}], False),
        ("denied after it was allowed", [EVERYTHING, deny(Resource=OBJECT)], False),
        ("denied before it is allowed", [deny(Resource=OBJECT), EVERYTHING], False),
        ("another action denied", [EVERYTHING, deny(Action="s3:PutObject")], True),
        ("denied under a condition", [EVERYTHING, deny(Condition=OURS)], None),
        ("denied to one account", [EVERYTHING, deny(Principal={"AWS": "111122223333"})], None),
        ("allowed under a condition", [allow(Condition=OURS)], None),
        ("allowed to one account", [allow(Principal={"AWS": "111122223333"})], None),
        ("denies only", [deny(Action="s3:PutObject")], False),
        ("nothing", [], False),
    ],
)  # fmt: skip
def test_what_anyone_may_do(words, statements, answer):
    assert policy(*statements).permits(GET, OBJECT) is answer


def test_a_single_statement_may_stand_without_a_list():
    single = parse_policy(json.dumps({"Statement": EVERYTHING}))
    assert single.is_full_access
    assert single == policy(EVERYTHING)


@pytest.mark.parametrize(
    "text",
    ["", "{...}", "null", "[]", '"Allow"', "{}", '{"Statement": null}', '{"Statement": ["x"]}',
     '{"Statement": 1}', "[" * 100_000],
)  # fmt: skip
def test_what_is_no_policy_is_none(text):
    assert parse_policy(text) is None


statements = st.lists(
    st.builds(
        lambda effect, principal, action, resource, condition: {
            "Effect": effect,
            "Principal": principal,
            "Action": action,
            "Resource": resource,
            **({"Condition": OURS} if condition else {}),
        },
        st.sampled_from(["Allow", "Deny"]),
        st.sampled_from(["*", {"AWS": "111122223333"}]),
        st.sampled_from(["*", GET, "s3:Put*"]),
        st.sampled_from(["*", OBJECT, "arn:aws:s3:::ours/*"]),
        st.booleans(),
    ),
    max_size=5,
)
certainty = {False: 0, None: 1, True: 2}


@given(statements, st.randoms())
def test_the_order_of_statements_changes_nothing(listed, random):
    shuffled = random.sample(listed, len(listed))
    assert policy(*listed).permits(GET, OBJECT) is policy(*shuffled).permits(GET, OBJECT)
    assert policy(*listed).is_full_access is policy(*shuffled).is_full_access


@given(statements, statements)
def test_a_further_deny_never_permits_more(listed, more):
    denies = [each for each in more if each["Effect"] == "Deny"]
    before, after = policy(*listed), policy(*listed, *denies)
    assert certainty[after.permits(GET, OBJECT)] <= certainty[before.permits(GET, OBJECT)]


@given(statements, statements)
def test_a_further_allow_never_permits_less(listed, more):
    allows = [each for each in more if each["Effect"] == "Allow"]
    before, after = policy(*listed), policy(*listed, *allows)
    assert certainty[after.permits(GET, OBJECT)] >= certainty[before.permits(GET, OBJECT)]


@given(statements)
def test_full_access_permits_whatever_is_not_denied(listed):
    whole = policy(*listed)
    if whole.is_full_access and not any(each["Effect"] == "Deny" for each in listed):
        assert whole.permits(GET, OBJECT) is True
