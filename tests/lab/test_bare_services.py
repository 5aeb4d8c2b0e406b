"""Services that hold nothing in the lab, met through boto3 so that the answers have AWS's form."""

from collections.abc import Iterator

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from lab.process import running_lab
from tests.lab.accounts import Account


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with running_lab() as address:
        yield Account(address, "111122223333")


@pytest.mark.parametrize(
    ("service", "operation", "member", "arguments"),
    [
        ("route53profiles", "list_profiles", "ProfileSummaries", {}),
        ("route53profiles", "list_profile_associations", "ProfileAssociations", {}),
        (
            "route53profiles",
            "list_profile_resource_associations",
            "ProfileResourceAssociations",
            {"ProfileId": "rp-0123456789abcdef"},
        ),
        ("route53resolver", "list_resolver_rules", "ResolverRules", {}),
        ("route53resolver", "list_resolver_rule_associations", "ResolverRuleAssociations", {}),
        ("route53", "list_hosted_zones_by_vpc", "HostedZoneSummaries", None),
        ("ssm", "describe_instance_information", "InstanceInformationList", {}),
    ],
)
def test_a_listing_is_empty(account: Account, service, operation, member, arguments) -> None:
    if arguments is None:
        arguments = {"VPCId": "vpc-0123456789abcdef0", "VPCRegion": account.region}
    answer = getattr(account.client(service), operation)(**arguments)
    assert answer[member] == []
    *_, call = account.calls(f"service={service}")
    assert xform_name(call["action"]) == operation


def test_the_session_manager_has_no_preferences(account: Account) -> None:
    with pytest.raises(ClientError, match="InvalidDocument"):
        account.client("ssm").get_document(Name="SSM-SessionManagerRunShell")


def test_what_ministack_knows_of_a_bare_service_it_answers(account: Account) -> None:
    ssm = account.client("ssm")
    ssm.put_parameter(Name="a", Value="b", Type="String")
    assert ssm.get_parameter(Name="a")["Parameter"]["Value"] == "b"


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("route53resolver", "list_firewall_rule_groups", {}),
        ("route53profiles", "get_profile", {"ProfileId": "rp-0123456789abcdef"}),
    ],
)
def test_other_calls_are_refused(account: Account, service, operation, arguments) -> None:
    with pytest.raises(ClientError, match="UnknownOperationException"):
        getattr(account.client(service), operation)(**arguments)
