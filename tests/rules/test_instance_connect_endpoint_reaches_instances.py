from typing import ClassVar

import pytest
from vpcproof.model.facts import Fact
from vpcproof.model.instance_connect_endpoint import InstanceConnectEndpoint

from tests.networks import (
    VPC,
    allow,
    allow_all,
    group,
    instance,
    judge,
    network,
    prefix_list,
    subnet,
    vpc,
)
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

RULE = "instance-connect-endpoint-reaches-instances"
EICE = "eice-1"

home = subnet("subnet-a", "10.0.1.0/24")
device = instance(
    "subnet-a",
    "10.0.1.5",
    id="eice",
    instance_id=None,
    interface_type="ec2_instance_connect_endpoint",
    groups=["sg-eice"],
)
instances = instance("subnet-a", "10.0.1.10")


def eice(**others):
    known = {
        "subnet_id": "subnet-a",
        "group_ids": ("sg-eice",),
        "network_interface_ids": ("eni-eice",),
    }
    return InstanceConnectEndpoint(id=EICE, vpc_id=VPC, **{**known, **others})


keeping_addresses = eice(preserve_client_ip=True)
outbound = group("sg-eice", egress=(allow(22, "10.0.0.0/16"),))


def target(*rules):
    return group("sg-app", *rules)


def row(number, words, parts, expected, *mentions, without=None, **parameters):
    """An endpoint that lets out to the VPC, an instance, and these."""
    judged = network(home, device, instances, outbound, eice(), *parts)
    return Situation(number, words, judged, EICE, expected, mentions, parameters, without or {})


class TestInstanceConnectEndpointReachesInstances(RuleTable):
    rule = RULE
    immaterial: ClassVar = {
        Fact.SUBNETS: "the address of the endpoint's own interface is known",
        Fact.PREFIX_LISTS: "no rule in the row names a list",
    }
    situations = (
        row("129", "its group has no inbound rule", [target(allow(22, "sg-eice"))], C,
            "reaches 1 network interfaces"),
        row("130", "its group lets nothing out", [target(allow(22, "sg-eice")), group("sg-eice")],
            NC, "no egress rule of sg-eice allows tcp 22 to eni-a"),
        row("130", "its group lets 443 out only", [target(allow(22, "sg-eice")),
            group("sg-eice", egress=(allow(443, "0.0.0.0/0"),))], NC, "no egress rule"),
        row("130", "its group lets out to the instances' group", [target(allow(22, "sg-eice")),
            group("sg-eice", egress=(allow(22, "sg-app"),))], C),
        row("130", "its group lets out to other addresses", [target(allow(22, "sg-eice")),
            group("sg-eice", egress=(allow(22, "10.0.2.0/24"),))], NC),
        row("130", "its group lets out to a list", [target(allow(22, "sg-eice")),
            group("sg-eice", egress=(allow(22, "pl-own"),)), prefix_list("pl-own", "10.0.0.0/16")],
            C, without={Fact.PREFIX_LISTS: U}),
        row("131", "callers' addresses kept, the instances admit the VPC only",
            [keeping_addresses, target(allow(22, "10.0.0.0/16"))], NC,
            "no ingress rule of sg-app admits tcp 22 from the callers' own addresses"),
        row("131", "callers' addresses kept, the instances admit some public range",
            [keeping_addresses, target(allow(22, "198.51.100.0/24"))], U,
            "callers of some public addresses"),
        row("131", "callers' addresses kept, the instances admit everybody",
            [keeping_addresses, target(allow(22, "0.0.0.0/0"))], C),
        row("132", "callers' addresses kept, the instances admit its group",
            [keeping_addresses, target(allow(22, "sg-eice"))], C),
        row("132", "the instances admit its group", [target(allow(22, "sg-eice"))], C),
        row("133", "the instances admit the VPC", [target(allow(22, "10.0.0.0/16"))], C),
        row("133", "the instances admit its address", [target(allow(22, "10.0.1.5/32"))], C),
        row("133", "the instances admit another address", [target(allow(22, "10.0.1.6/32"))], NC,
            "admits tcp 22 from eice-1"),
        row("133", "the instances admit nobody", [target()], NC),
        row("133", "the instances admit all traffic", [target(allow_all("10.0.0.0/8"))], C),
        row("133", "RDP asked for, SSH admitted", [target(allow(22, "sg-eice"))], NC, "tcp 3389",
            instanceConnectPorts="22,3389"),
        row("133", "RDP asked for and admitted", [target(allow(3389, "sg-eice")),
            group("sg-eice", egress=(allow((22, 3389), "10.0.0.0/16"),))], C,
            instanceConnectPorts="3389"),
        row("133", "its interface was not read, the instances admit its subnet",
            [eice(network_interface_ids=("eni-unseen",)), target(allow(22, "10.0.1.0/24"))], C,
            without={Fact.SUBNETS: U}),
        row("133", "its interface was not read, the instances admit a part of its subnet",
            [eice(network_interface_ids=("eni-unseen",)), target(allow(22, "10.0.1.0/25"))], U,
            "some addresses of its subnet"),
        row("133", "its interface was not read, the instances admit another subnet",
            [eice(network_interface_ids=("eni-unseen",)), target(allow(22, "10.0.2.0/24"))], NC),
        row("133", "an instance without IPv4", [target(allow(22, "sg-eice")),
            instance("subnet-a", "2001:db8::10")], U, "no IPv4 address"),
        row("134", "workloads in several zones, one endpoint",
            [subnet("subnet-b", "10.0.2.0/24", zone="us-east-1b"),
             instance("subnet-b", "10.0.2.10"), target(allow(22, "sg-eice"))], C, "reaches 2"),
        row("133", "one of two instances does not admit it",
            [instance("subnet-a", "10.0.1.11", id="b", groups=["sg-web"]), group("sg-web"),
             target(allow(22, "sg-eice"))], NC, "no ingress rule of sg-web"),
        row("133", "an instance whose group was not read",
            [instance("subnet-a", "10.0.1.11", id="b", groups=["sg-unseen"]),
             target(allow(22, "sg-eice"))], U, "sg-unseen was not read"),
        row("133", "an instance without any group",
            [instance("subnet-a", "10.0.1.11", id="b", groups=[]), target(allow(22, "sg-eice"))],
            NC, "no security group"),
        row("136", "its creation failed", [eice(state="create-failed", state_message="no room"),
            target(allow(22, "sg-eice"))], NC, "create-failed: no room"),
        row("136", "its deletion failed", [eice(state="delete-failed"),
            target(allow(22, "sg-eice"))], NC, "delete-failed"),
        row("136", "it is being deleted", [eice(state="delete-in-progress"), target()], NA),
        row("136", "it is being created", [eice(state="create-in-progress"), target()], NA),
        row("136", "it is gone", [eice(state="delete-complete"), target()], NA),
        row("136", "it was changed, which works as well as new", [eice(state="update-complete"),
            target(allow(22, "sg-eice"))], C),
        row("27", "functions only", [instance("subnet-a", "10.0.1.10", instance_id=None,
            interface_type="lambda"), target()], NA, "no instance"),
        row("28", "the VPC belongs to another account", [vpc(owner_id="444455556666"), target()],
            NA),
    )  # fmt: skip


@pytest.mark.parametrize("order", [1, -1])
def test_a_rule_for_everybody_is_seen_beside_a_reference_to_itself(order):
    """Checkov stops at the first rule that is no open one."""
    rules = (allow(22, "sg-app"), allow(22, "0.0.0.0/0"))[::order]
    open_to_all = network(home, device, instances, outbound, keeping_addresses, target(*rules))
    assert judge(RULE, EICE, open_to_all).compliance is C


def test_a_range_of_ports_holds_each_of_them():
    """The guard registry compares ports with equality."""
    wide = network(home, device, instances, outbound, eice(),
                   target(allow((0, 65535), "10.0.0.0/16")))  # fmt: skip
    assert judge(RULE, EICE, wide).compliance is C
