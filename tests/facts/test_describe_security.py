"""Security groups and network ACLs as the AWS CLI prints them."""

import pytest
from vpcproof.model.addresses import AddressSet
from vpcproof.model.ports import ALL_PORTS, ports
from vpcproof.model.security_group import GroupReference, SecurityGroupRule


def group(*permissions, **members):
    return {"GroupId": "sg-1", "VpcId": "vpc-1", "IpPermissions": list(permissions), **members}


def permission(protocol="tcp", **members):
    return {"IpProtocol": protocol, "FromPort": 443, "ToPort": 443, **members}


def flat(number, **members):
    return {
        "SecurityGroupRuleId": f"sgr-{number}",
        "GroupId": "sg-1",
        "GroupOwnerId": "111122223333",
        "IsEgress": False,
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        **members,
    }


@pytest.fixture
def ingress(snapshot):
    return lambda *printed: (
        snapshot(SecurityGroups=[group(*printed)]).security_groups["sg-1"].ingress
    )


def test_each_source_of_a_permission_is_a_rule_of_its_own(ingress):
    printed = permission(
        IpRanges=[{"CidrIp": "10.0.0.0/24", "Description": "a"}, {"CidrIp": "10.0.1.0/24"}],
        Ipv6Ranges=[{"CidrIpv6": "2001:db8::/64"}],
        PrefixListIds=[{"PrefixListId": "pl-1"}],
        UserIdGroupPairs=[{"GroupId": "sg-2", "UserId": "111122223333"}],
    )
    rules = ingress(printed)
    assert {rule.peer for rule in rules} == {
        "10.0.0.0/24",
        "10.0.1.0/24",
        "2001:db8::/64",
        "pl-1",
        "sg-2",
    }
    assert all(rule.tcp_ports == ports(443) for rule in rules)


def test_a_permission_without_source_admits_nobody(ingress):
    assert ingress(permission(IpRanges=[], UserIdGroupPairs=None)) == ()


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param({}, id="left out"),
        pytest.param({"FromPort": None, "ToPort": None}, id="null"),
        pytest.param({"FromPort": -1, "ToPort": -1}, id="minus one"),
        pytest.param({"FromPort": "-1", "ToPort": "-1"}, id="minus one as text"),
    ],
)
def test_three_spellings_of_all_ports_are_one(ingress, spelling):
    printed = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], **spelling}
    (rule,) = ingress(printed)
    assert (rule.protocol, rule.from_port, rule.to_port) == ("-1", None, None)
    assert rule.tcp_ports == ALL_PORTS


@pytest.mark.parametrize("protocol", ["tcp", "TCP", "6", 6])
def test_spellings_of_a_protocol_are_one(ingress, protocol):
    (rule,) = ingress(permission(protocol, IpRanges=[{"CidrIp": "10.0.0.0/8"}]))
    assert rule.protocol == "tcp"


def test_a_reference_keeps_its_owner_and_peering(ingress):
    pair = {
        "GroupId": "sg-9",
        "UserId": "123456789012",
        "VpcId": "vpc-9",
        "VpcPeeringConnectionId": "pcx-1",
        "PeeringStatus": "deleted",
    }
    (rule,) = ingress(permission(UserIdGroupPairs=[pair]))
    assert rule.group == GroupReference(
        group_id="sg-9",
        owner_id="123456789012",
        vpc_id="vpc-9",
        peering_connection_id="pcx-1",
        peering_status="deleted",
    )


SOURCES = [
    ({"CidrIpv4": "10.0.0.0/24"}, {"IpRanges": [{"CidrIp": "10.0.0.0/24"}]}),
    ({"CidrIpv6": "2001:db8::/64"}, {"Ipv6Ranges": [{"CidrIpv6": "2001:db8::/64"}]}),
    ({"PrefixListId": "pl-1"}, {"PrefixListIds": [{"PrefixListId": "pl-1"}]}),
    (
        {"ReferencedGroupInfo": {"GroupId": "sg-2", "UserId": "111122223333"}},
        {"UserIdGroupPairs": [{"GroupId": "sg-2", "UserId": "111122223333"}]},
    ),
]


@pytest.mark.parametrize(("flat_source", "grouped_source"), SOURCES)
def test_flat_rules_say_the_same_as_permissions(snapshot, ingress, flat_source, grouped_source):
    known_by_rules = snapshot(SecurityGroupRules=[flat(1, **flat_source)]).security_groups["sg-1"]
    assert known_by_rules.ingress == ingress(permission(**grouped_source))
    assert known_by_rules.owner_id == "111122223333"
    assert known_by_rules.vpc_id is None


def test_flat_rules_tell_ingress_from_egress(snapshot):
    rules = [
        flat(1, CidrIpv4="10.0.0.0/24"),
        flat(2, CidrIpv4="0.0.0.0/0", IsEgress=True, IpProtocol="-1", FromPort=-1, ToPort=-1),
    ]
    found = snapshot(SecurityGroupRules=rules).security_groups["sg-1"]
    assert [str(rule) for rule in found.ingress] == ["tcp 443 from 10.0.0.0/24"]
    assert [str(rule) for rule in found.egress] == ["all traffic from 0.0.0.0/0"]


def test_rules_printed_both_ways_count_once(snapshot):
    printed = permission(IpRanges=[{"CidrIp": "10.0.0.0/24"}])
    found = snapshot(
        SecurityGroups=[group(printed)],
        SecurityGroupRules=[flat(1, CidrIpv4="10.0.0.0/24"), flat(1, CidrIpv4="10.0.0.0/24")],
    ).security_groups["sg-1"]
    assert len(found.ingress) == 1


def test_a_group_printed_without_rules_takes_the_flat_ones(snapshot):
    found = snapshot(
        SecurityGroups=[{"GroupId": "sg-1", "VpcId": "vpc-1"}],
        SecurityGroupRules=[flat(1, CidrIpv4="10.0.0.0/24")],
    ).security_groups["sg-1"]
    assert found.vpc_id == "vpc-1"
    assert found.ingress == (
        SecurityGroupRule(
            protocol="tcp", from_port=443, to_port=443, cidr=AddressSet.of("10.0.0.0/24")
        ),
    )


def test_a_flat_rule_without_source_leaves_a_gap(read):
    reading = read({"SecurityGroupRules": [flat(1)]})
    assert "sg-1" not in reading.snapshot.security_groups
    assert "names neither CIDR nor prefix list nor group" in reading.notes[0].reason


def test_network_acl_entries_are_sorted_by_number(snapshot):
    def entry(number, **members):
        return {
            "RuleNumber": number,
            "Protocol": "6",
            "RuleAction": "allow",
            "Egress": False,
            "CidrBlock": "10.0.0.0/8",
            "PortRange": {"From": 443, "To": 443},
            **members,
        }

    printed = {
        "NetworkAclId": "acl-1",
        "VpcId": "vpc-1",
        "IsDefault": True,
        "Associations": [{"SubnetId": "subnet-1"}],
        "Entries": [
            entry(32767, Protocol="-1", RuleAction="deny", PortRange=None),
            entry(100),
            entry(90, CidrBlock=None, Ipv6CidrBlock="::/0", RuleAction="DENY"),
        ],
    }
    found = snapshot(NetworkAcls=[printed]).network_acls["acl-1"]
    assert [(each.number, each.allow, each.protocol) for each in found.entries] == [
        (90, False, "tcp"),
        (100, True, "tcp"),
        (32767, False, "-1"),
    ]
    assert found.is_default
    assert found.subnet_ids == ("subnet-1",)


@pytest.mark.parametrize("missing", ["RuleNumber", "RuleAction", "CidrBlock"])
def test_an_acl_with_half_an_entry_is_a_gap(read, missing):
    entry = {
        "RuleNumber": 1,
        "Protocol": "-1",
        "RuleAction": "allow",
        "CidrBlock": "10.0.0.0/8",
    }
    del entry[missing]
    reading = read({"NetworkAcls": [{"NetworkAclId": "acl-1", "VpcId": "v", "Entries": [entry]}]})
    assert not reading.snapshot.network_acls
    assert any("lacks its number" in note.reason for note in reading.notes)
