"""VPC endpoints, endpoint services and instance connect endpoints as the AWS CLI prints them."""

from datetime import UTC, datetime

import pytest
from vpcproof.model.vpc_endpoint import EndpointService


def endpoint(**members):
    return {"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", **members}


@pytest.fixture
def one(snapshot):
    return lambda **members: snapshot(VpcEndpoints=[endpoint(**members)]).vpc_endpoints["vpce-1"]


def test_an_interface_endpoint_as_printed(one):
    found = one(
        VpcEndpointType="Interface",
        ServiceName="com.amazonaws.eu-west-1.ssm",
        State="available",
        PolicyDocument='{"Statement": []}',
        RouteTableIds=[],
        SubnetIds=["subnet-b", "subnet-a"],
        Groups=[{"GroupId": "sg-1", "GroupName": "endpoints"}],
        IpAddressType="ipv4",
        DnsOptions={"PrivateDnsOnlyForInboundResolverEndpoint": True},
        PrivateDnsEnabled=True,
        RequesterManaged=False,
        NetworkInterfaceIds=["eni-1"],
        DnsEntries=[
            {"DnsName": "vpce-1-x.ssm.eu-west-1.vpce.amazonaws.com", "HostedZoneId": "Z1"},
            {"DnsName": "vpce-1-x-eu-west-1a.ssm.eu-west-1.vpce.amazonaws.com"},
        ],
        CreationTimestamp="2026-01-15T10:30:00.123000+00:00",
        OwnerId="111122223333",
        Tags=[{"Key": "Name", "Value": "ssm"}],
        AMemberOfANewerApi={"x": 1},
    )
    assert found.is_interface
    assert found.is_available
    assert found.subnet_ids == ("subnet-a", "subnet-b")
    assert found.group_ids == ("sg-1",)
    assert found.private_dns_enabled
    assert found.inbound_resolver_only is True
    assert found.dns_names[0] == "vpce-1-x.ssm.eu-west-1.vpce.amazonaws.com"
    assert found.policy_document == '{"Statement": []}'
    assert found.created_at == datetime(2026, 1, 15, 10, 30, 0, 123000, tzinfo=UTC)


def test_everything_but_the_ids_may_be_missing_or_null(one):
    empty = one()
    nulls = one(
        VpcEndpointType=None,
        State=None,
        Groups=None,
        SubnetIds=None,
        DnsEntries=None,
        DnsOptions=None,
        PolicyDocument=None,
        IpAddressType=None,
        Tags=None,
        LastError=None,
    )
    assert empty == nulls
    assert (empty.type, empty.ip_address_type, empty.dns_names) == ("Gateway", "ipv4", None)
    assert empty.inbound_resolver_only is None


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("available", "available"),
        ("Available", "available"),
        ("pendingAcceptance", "pendingacceptance"),
    ],
)
def test_states_are_kept_in_lower_case(one, printed, kept):
    assert one(State=printed).state == kept


@pytest.mark.parametrize("subnets", ["subnet-1", [1], {"SubnetId": "subnet-1"}])
def test_lists_that_are_none_make_the_endpoint_unreadable(snapshot, subnets):
    assert not snapshot(VpcEndpoints=[endpoint(SubnetIds=subnets)]).vpc_endpoints


def test_letter_case_of_the_type_means_nothing(one):
    assert one(VpcEndpointType="gatewayloadbalancer").type == "GatewayLoadBalancer"
    assert one(VpcEndpointType="Tomorrow").type == "Tomorrow"


def test_no_dns_entries_are_not_the_same_as_unknown_ones(one):
    assert one(DnsEntries=[]).dns_names == ()


@pytest.mark.parametrize(
    ("printed", "moment"),
    [
        ("2026-01-15T10:30:00Z", datetime(2026, 1, 15, 10, 30, tzinfo=UTC)),
        ("2026-01-15T10:30:00", datetime(2026, 1, 15, 10, 30, tzinfo=UTC)),
        ("2026-01-15 12:30:00+02:00", datetime(2026, 1, 15, 10, 30, tzinfo=UTC)),
        (1768473000, datetime(2026, 1, 15, 10, 30, tzinfo=UTC)),
        ("some day", None),
        (True, None),
        (1e300, None),
    ],
)
def test_timestamps(one, printed, moment):
    assert one(CreationTimestamp=printed).created_at == moment


@pytest.mark.parametrize(
    ("members", "said"),
    [
        (
            {"LastError": {"Code": "InsufficientFreeAddresses", "Message": "no room"}},
            "InsufficientFreeAddresses: no room",
        ),
        ({"LastError": {"Code": "Broken"}}, "Broken"),
        ({"FailureReason": "refused"}, "refused"),
        ({}, None),
    ],
)
def test_why_an_endpoint_failed(one, members, said):
    assert one(**members).last_error == said


def service(**members):
    return {
        "ServiceName": "com.amazonaws.eu-west-1.ssm",
        "ServiceType": [{"ServiceType": "Interface"}],
        **members,
    }


def test_a_service_unites_both_spellings_of_its_private_names(snapshot):
    detail = service(
        AvailabilityZones=["eu-west-1b", "eu-west-1a"],
        Owner="amazon",
        PrivateDnsName="ssm.eu-west-1.amazonaws.com",
        PrivateDnsNames=[
            {"PrivateDnsName": "ssm.eu-west-1.amazonaws.com"},
            {"PrivateDnsName": "ssm.eu-west-1.api.aws"},
        ],
        VpcEndpointPolicySupported=True,
    )
    assert snapshot(ServiceDetails=[detail], ServiceNames=["x"]).endpoint_services == (
        EndpointService(
            service_name="com.amazonaws.eu-west-1.ssm",
            types=("Interface",),
            zones=("eu-west-1a", "eu-west-1b"),
            private_dns_names=("ssm.eu-west-1.amazonaws.com", "ssm.eu-west-1.api.aws"),
            policy_supported=True,
            owner="amazon",
        ),
    )


@pytest.mark.parametrize(
    ("state", "names"),
    [("verified", ("a.example",)), ("pendingVerification", ()), (None, ("a.example",))],
)
def test_an_unverified_private_name_is_not_offered(snapshot, state, names):
    detail = service(PrivateDnsName="a.example", PrivateDnsNameVerificationState=state)
    (found,) = snapshot(ServiceDetails=[detail]).endpoint_services
    assert found.private_dns_names == names


def test_one_name_offered_as_two_types_stays_two_services(snapshot):
    details = [service(), service(ServiceType=[{"ServiceType": "Gateway"}]), service()]
    found = snapshot(ServiceDetails=details).endpoint_services
    assert [each.types for each in found] == [("Gateway",), ("Interface",)]


def test_an_instance_connect_endpoint(snapshot):
    printed = {
        "InstanceConnectEndpointId": "eice-1",
        "VpcId": "vpc-1",
        "SubnetId": "subnet-1",
        "State": "update-complete",
        "PreserveClientIp": True,
        "SecurityGroupIds": ["sg-1"],
        "NetworkInterfaceIds": ["eni-1"],
    }
    found = snapshot(InstanceConnectEndpoints=[printed]).instance_connect_endpoints["eice-1"]
    assert found.is_available
    assert found.preserve_client_ip
    assert found.group_ids == ("sg-1",)
