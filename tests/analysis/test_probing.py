"""What a probe is asked: where the names of a service ought to lead."""

from dataclasses import replace

import pytest
from vpcproof.analysis.probing import probe_targets, probed_services
from vpcproof.model.addresses import AddressSet
from vpcproof.model.facts import Fact

from tests.networks import (
    OWNER,
    REGION,
    VPC,
    aws_prefix_list,
    endpoint,
    gateway,
    network,
    plumbing,
    unread,
    vpc,
    zone,
)


def target(*parts, service="ssm"):
    (found,) = probe_targets(network(*parts), VPC, [service])
    return found


def standing(service="ssm", *addresses, **others):
    """An endpoint with its network interface, of both families where two addresses are given."""
    bare = plumbing("subnet-a", "vpc_endpoint")
    interface = replace(bare, addresses=AddressSet.of(*addresses))
    return endpoint(service, network_interface_ids=[interface.id], **others), interface


def test_an_interface_endpoint_is_expected_at_its_addresses():
    found = target(standing("ssm", "10.0.1.8", "10.0.1.9", "2001:db8::9"))
    assert found.is_interface
    assert found.names == (f"ssm.{REGION}.amazonaws.com",)
    assert found.expected == ("10.0.1.8", "10.0.1.9", "2001:db8::9")
    assert found.port == 443


@pytest.mark.parametrize(
    "hidden", [vpc(dns_hostnames=False), vpc(dns_support=False)], ids=["hostnames", "support"]
)
def test_to_be_led_past_an_endpoint_is_for_the_probe_to_find(hidden):
    assert target(hidden, standing("ssm", "10.0.1.9")).expected == ("10.0.1.9",)


def test_an_endpoint_without_private_dns_is_expected_all_the_same():
    assert target(standing("ssm", "10.0.1.9", private_dns=False)).is_interface


def test_of_an_endpoint_whose_interfaces_were_not_read_nothing_is_asked():
    lacking = network(endpoint("ssm", network_interface_ids=("eni-unread",)))
    assert probe_targets(lacking, VPC, ["ssm"]) == ()


def test_of_an_endpoint_in_a_hub_out_of_view_nothing_is_asked():
    hub = zone(f"ssm.{REGION}.amazonaws.com", records=[f"ssm.{REGION}.amazonaws.com"])
    assert probe_targets(network(hub), VPC, ["ssm"]) == ()


def test_a_gateway_endpoint_is_known_by_the_prefixes_of_its_service():
    found = target(gateway("s3"), aws_prefix_list("s3", "52.216.0.0/15"), service="s3")
    assert (found.is_interface, found.cidrs) == (False, ("52.216.0.0/15",))


def test_prefixes_of_another_service_are_not_taken_for_it():
    found = target(gateway("s3"), aws_prefix_list("dynamodb", "3.218.180.0/22"), service="s3")
    assert found.cidrs == ()


def test_prefix_lists_that_were_not_read_leave_any_public_address():
    found = target(gateway("s3"), unread(Fact.PREFIX_LISTS), service="s3")
    assert found.cidrs == ()


def test_an_interface_endpoint_that_names_lead_to_comes_before_the_gateway():
    found = target(gateway("s3"), standing("s3", "10.0.1.9", id="vpce-i"), service="s3")
    assert found.expected == ("10.0.1.9",)


def test_without_an_endpoint_any_public_address_will_do():
    found = target()
    assert (found.is_interface, found.expected, found.cidrs) == (False, (), ())


def test_a_registry_has_a_name_for_each_account():
    found = target(service="ecr.dkr")
    assert found.names == (f"{OWNER}.dkr.ecr.{REGION}.amazonaws.com",)


def test_services_have_their_own_ports():
    assert target(service="cassandra").port == 9142


def test_the_services_that_have_endpoints_are_asked_about_besides_the_ssm_set():
    private = endpoint("com.amazonaws.vpce.us-east-1.vpce-svc-0a", id="vpce-private")
    snapshot = network(endpoint("logs"), endpoint("ssm"), private)
    assert probed_services(snapshot, VPC) == ("ssm", "ssmmessages", "ec2messages", "logs")
