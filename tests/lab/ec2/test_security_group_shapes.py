import pytest

HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}


@pytest.fixture
def sources(place):
    s3 = place.ec2.describe_prefix_lists()["PrefixLists"][0]["PrefixListId"]
    clients = place.group("clients")
    return [
        HTTPS | {"IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "internal"}]},
        HTTPS | {"Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32", "Description": "internal six"}]},
        HTTPS | {"UserIdGroupPairs": [{"GroupId": clients, "Description": "clients"}]},
        {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": s3, "Description": "s3"}]},
    ]


@pytest.fixture
def group(place):
    return place.group("endpoint")


def rules(place, group, *, egress=False):
    of_group = [{"Name": "group-id", "Values": [group]}]
    shown = place.ec2.describe_security_group_rules(Filters=of_group)["SecurityGroupRules"]
    return [rule for rule in shown if rule["IsEgress"] is egress]


def test_authorising_answers_every_rule_it_made(place, group, sources):
    made = place.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=sources)
    ids = {rule["SecurityGroupRuleId"] for rule in made["SecurityGroupRules"]}
    assert ids == {rule["SecurityGroupRuleId"] for rule in rules(place, group)}
    assert len(ids) == 4


def test_a_rule_has_one_source_and_a_description_whatever_the_source(place, group, sources):
    place.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=sources)
    v4, v6, by_group, by_list = rules(place, group)
    assert (v4["CidrIpv4"], v4["Description"]) == ("10.0.0.0/8", "internal")
    assert (v6["CidrIpv6"], v6["Description"]) == ("2001:db8::/32", "internal six")
    referenced = sources[2]["UserIdGroupPairs"][0]["GroupId"]
    assert by_group["ReferencedGroupInfo"] == {"GroupId": referenced, "UserId": "123456789012"}
    assert by_group["Description"] == "clients"
    assert by_list["PrefixListId"] == sources[3]["PrefixListIds"][0]["PrefixListId"]
    assert by_list["Description"] == "s3"
    assert {rule["GroupOwnerId"] for rule in (v4, v6, by_group, by_list)} == {"123456789012"}


def test_all_traffic_has_ports_of_minus_one_in_a_rule_and_none_in_a_permission(place, group):
    (rule,) = rules(place, group, egress=True)
    assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("-1", -1, -1)
    shown = place.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    (permission,) = shown["IpPermissionsEgress"]
    assert permission["IpProtocol"] == "-1"
    assert "FromPort" not in permission
    assert "ToPort" not in permission


def test_permissions_are_grouped_by_protocol_and_ports_with_their_descriptions(
    place, group, sources
):
    place.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=sources)
    shown = place.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    https, everything = shown["IpPermissions"]
    assert https["IpRanges"] == sources[0]["IpRanges"]
    assert https["Ipv6Ranges"] == sources[1]["Ipv6Ranges"]
    assert https["UserIdGroupPairs"][0]["Description"] == "clients"
    assert https["PrefixListIds"] == []
    assert everything["PrefixListIds"] == sources[3]["PrefixListIds"]


def test_a_rule_is_revoked_without_its_description(place, group, sources):
    place.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=sources)
    referenced = sources[2]["UserIdGroupPairs"][0]["GroupId"]
    place.ec2.revoke_security_group_ingress(
        GroupId=group, IpPermissions=[HTTPS | {"UserIdGroupPairs": [{"GroupId": referenced}]}]
    )
    assert len(rules(place, group)) == 3


def test_the_same_source_twice_is_refused(place, group, sources, refused):
    place.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=sources)
    for permission in sources:
        with refused("InvalidPermission.Duplicate"):
            place.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])


def test_a_vpc_s_default_group_admits_its_own_members_only(place):
    shown = place.ec2.describe_security_groups(GroupIds=[place.default_group])
    (permission,) = shown["SecurityGroups"][0]["IpPermissions"]
    assert permission["IpProtocol"] == "-1"
    assert [pair["GroupId"] for pair in permission["UserIdGroupPairs"]] == [place.default_group]
    assert permission["IpRanges"] == []


def test_a_new_group_admits_nothing(place, group):
    assert rules(place, group) == []
