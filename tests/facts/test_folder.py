"""The contract of a snapshot folder: keys matter, names do not, and nothing vanishes quietly."""

import json
import os
import zipfile
from datetime import UTC, datetime
from random import Random

import pytest
from vpcproof.errors import SnapshotError

VPC = {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}


def subnet(name, **members):
    return {"SubnetId": f"subnet-{name}", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24", **members}


def test_file_names_and_depth_do_not_matter(read_path, tmp_path):
    deep = tmp_path / "accounts" / "111122223333" / "eu-west-1"
    deep.mkdir(parents=True)
    (deep / "whatever.JSON").write_text(json.dumps({"Vpcs": [VPC]}))
    assert set(read_path(tmp_path).snapshot.vpcs) == {"vpc-1"}


def test_one_file_may_hold_many_keys_or_a_list_of_answers(read):
    many = read({"Vpcs": [VPC], "Subnets": [subnet("a")]}).snapshot
    listed = read([{"Vpcs": [VPC]}, {"Subnets": [subnet("a")]}]).snapshot
    assert many == listed
    assert set(many.subnets) == {"subnet-a"}


def test_pages_add_up_and_an_empty_one_erases_nothing(read):
    found = read(
        {"Subnets": [subnet("a")], "NextToken": "more"},
        {"Subnets": [subnet("b")], "NextToken": "more"},
        {"Subnets": []},
    ).snapshot
    assert set(found.subnets) == {"subnet-a", "subnet-b"}
    assert "Subnets" not in {gap.fact.key for gap in found.gaps}


def test_without_its_last_page_a_listing_is_a_gap(read):
    found = read({"Subnets": [subnet("a")], "NextToken": "more"}).snapshot
    assert set(found.subnets) == {"subnet-a"}
    assert [g.reason for g in found.gaps if g.fact.key == "Subnets"] == [
        "the last page of Subnets is missing"
    ]


def test_of_a_resource_given_twice_the_last_file_counts(read):
    found = read(
        {"Subnets": [subnet("a", AvailableIpAddressCount=1)]},
        {"Subnets": [subnet("a", AvailableIpAddressCount=2)]},
    ).snapshot
    assert [each.free_addresses for each in found.subnets.values()] == [2]


def test_a_recording_is_unwrapped(read):
    recorded = {"status_code": 200, "data": {"Vpcs": [VPC], "ResponseMetadata": {}}}
    assert set(read(recorded).snapshot.vpcs) == {"vpc-1"}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"VpcEndpoint": {"VpcEndpointId": "vpce-1", "VpcId": "vpc-1"}}, id="created"),
        pytest.param({"VpcEndpoints": {"VpcEndpointId": "vpce-1", "VpcId": "vpc-1"}}, id="alone"),
    ],
)
def test_one_resource_outside_a_list_is_accepted(read, document):
    assert set(read(document).snapshot.vpc_endpoints) == {"vpce-1"}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"ResponseMetadata": {}}, "ResponseMetadata: not a key that a snapshot is made of"),
        ({"NextToken": None}, "NextToken: not a key that a snapshot is made of"),
        ({"Addresses": []}, "Addresses: not a key that a snapshot is made of"),
        ({"Regions": []}, "Regions: nothing is judged by it"),
        ({"Vpcs": "none"}, "Vpcs is not a list"),
        ({"Vpcs": [None]}, "Vpcs: an element is not an object"),
        ({"Vpcs": [{"CidrBlock": "10.0.0.0/16"}]}, "Vpcs: an element has no VpcId"),
        ({"Vpcs": [{"VpcId": ""}]}, "Vpcs: an element has no VpcId"),
        ({"Entries": []}, "Entries: the file does not say which PrefixListId it is about"),
        (
            {"HostedZoneSummaries": []},
            "HostedZoneSummaries: the file does not say which VpcId it is about",
        ),
        (
            {"EnableDnsSupport": {"Value": True}},
            "EnableDnsSupport: the file does not say which VpcId it is about",
        ),
        (
            {"VpcId": "vpc-1", "EnableDnsSupport": {"Value": "perhaps"}},
            "EnableDnsSupport is neither true nor false",
        ),
        ({"CapturedAt": "yesterday"}, "CapturedAt is not a time in ISO 8601"),
        ({"Account": ["111122223333"]}, "Account is not text"),
        ({"Error": {"Code": "AccessDenied"}}, "is an error that AWS answered: AccessDenied"),
        ({"Error": "?"}, "is an error that AWS answered: None"),
        ({"Gaps": [{"Fact": "Weather", "Reason": "x"}]}, "Gaps: Weather is no kind of fact"),
        ("text", "holds something that is not an object"),
    ],
)
def test_what_is_left_out_is_named_with_its_file(read, document, reason):
    reading = read({"Subnets": []}, document)
    assert ("001.json", reason) in [(note.source, note.reason) for note in reading.notes]


def test_an_element_that_makes_no_sense_is_a_gap_of_its_vpc(read):
    reading = read({"Subnets": [subnet("a"), subnet("b", CidrBlock="10.0.0.0/33")]})
    (gap,) = [g for g in reading.snapshot.gaps if g.fact.key == "Subnets"]
    assert gap.vpc_id == "vpc-1"
    assert gap.reason == "subnet-b cannot be read: '10.0.0.0/33' is neither a CIDR nor an address"
    assert [note.source for note in reading.notes] == ["000.json"]
    assert set(reading.snapshot.subnets) == {"subnet-a"}


@pytest.mark.parametrize(
    "members",
    [
        {"CidrBlock": 7.5},
        {"Tags": "none"},
        {"Tags": ["none"]},
        {"AvailableIpAddressCount": "many"},
        {"Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": "::/0", "Ipv6CidrBlockState": "on"}]},
    ],
)
def test_members_of_the_wrong_kind_are_refused_not_guessed(read, members):
    assert not read({"Subnets": [subnet("a", **members)]}).snapshot.subnets


def test_numbers_in_other_clothes_are_read(read):
    printed = subnet("a", AvailableIpAddressCount=251.0, OwnerId=111122223333)
    found = read({"Subnets": [printed]}).snapshot.subnets["subnet-a"]
    assert (found.free_addresses, found.owner_id) == (251, "111122223333")


def test_who_looked_when_and_where(read):
    reading = read(
        {"Vpcs": [VPC]},
        {"UserId": "X", "Account": "111122223333", "Arn": "arn:aws:iam::111122223333:root"},
        {"CapturedAt": "2026-01-01T00:00:00Z", "Region": "eu-west-1"},
        {"CapturedAt": "2025-01-01T00:00:00Z"},
    )
    assert reading.snapshot.account == "111122223333"
    assert reading.snapshot.region == "eu-west-1"
    assert reading.snapshot.captured_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_without_a_word_on_it_the_facts_are_of_now(read, now):
    snapshot = read({"Vpcs": []}).snapshot
    assert (snapshot.captured_at, snapshot.account, snapshot.region) == (now, None, None)


def test_two_accounts_in_one_folder_leave_open_who_looked(read):
    reading = read({"Vpcs": [], "Account": "111122223333"}, {"Account": "123456789012"})
    assert reading.snapshot.account is None
    assert "the files disagree" in reading.notes[-1].reason


def test_saved_gaps_stay_gaps_with_their_reason(read):
    gap = {"Fact": "NetworkAcls", "Reason": "ec2:DescribeNetworkAcls: UnauthorizedOperation"}
    snapshot = read({"Gaps": [gap]}, {"NetworkAcls": []}).snapshot
    assert [g.reason for g in snapshot.gaps if g.fact.key == "NetworkAcls"] == [gap["Reason"]]


def test_a_zip_file_is_a_folder(read_path, tmp_path):
    archive = tmp_path / "snapshot.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("../../etc/Vpcs.json", json.dumps({"Vpcs": [VPC]}))
        file.writestr("deep/down/Subnets.json", json.dumps({"Subnets": [subnet("a")]}))
        file.writestr("__MACOSX/deep/._Subnets.json", b"\x00\x05\x16\x07")
        file.writestr("notes.txt", "hello")
        file.mkdir("empty")
    reading = read_path(archive)
    assert set(reading.snapshot.vpcs) == {"vpc-1"}
    assert set(reading.snapshot.subnets) == {"subnet-a"}
    assert [(n.source, n.reason) for n in reading.notes] == [("notes.txt", "is not a .json file")]
    assert not (tmp_path.parent.parent / "etc").exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_shells_write(read_path, tmp_path, encoding):
    (tmp_path / "vpcs.json").write_text(json.dumps({"Vpcs": [VPC]}), encoding=encoding)
    assert set(read_path(tmp_path).snapshot.vpcs) == {"vpc-1"}


def test_links_are_followed_but_never_in_circles(read_path, tmp_path):
    outside, folder = tmp_path / "outside", tmp_path / "snapshot"
    outside.mkdir()
    folder.mkdir()
    (outside / "vpcs.json").write_text(json.dumps({"Vpcs": [VPC]}))
    (folder / "account").symlink_to(outside)
    (outside / "back").symlink_to(folder)
    (folder / "itself").symlink_to(folder)
    assert set(read_path(folder).snapshot.vpcs) == {"vpc-1"}


def test_hidden_files_are_passed_over(read_path, tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "broken.json").write_text("{")
    (tmp_path / "._vpcs.json").write_text("{")
    (tmp_path / "vpcs.json").write_text(json.dumps({"Vpcs": [VPC]}))
    assert read_path(tmp_path).notes == ()


def shuffled(value, random):
    """The same JSON with every list of objects in another order."""
    if isinstance(value, dict):
        return {key: shuffled(member, random) for key, member in value.items()}
    if isinstance(value, list):
        return random.sample([shuffled(each, random) for each in value], len(value))
    return value


ESTATE = [
    {"Vpcs": [VPC, {"VpcId": "vpc-2", "CidrBlock": "10.2.0.0/16"}]},
    {"Subnets": [subnet("a"), subnet("b", AvailabilityZone="eu-west-1a")]},
    {
        "RouteTables": [
            {
                "RouteTableId": "rtb-1",
                "VpcId": "vpc-1",
                "Routes": [
                    {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"},
                    {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1"},
                ],
                "Associations": [{"SubnetId": "subnet-a"}, {"SubnetId": "subnet-b"}],
            }
        ]
    },
    {
        "SecurityGroups": [
            {
                "GroupId": f"sg-{number}",
                "VpcId": "vpc-1",
                "IpPermissions": [
                    {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
                    {
                        "IpProtocol": "tcp",
                        "FromPort": 443,
                        "ToPort": 443,
                        "IpRanges": [{"CidrIp": "10.0.0.0/24"}, {"CidrIp": "10.0.1.0/24"}],
                        "UserIdGroupPairs": [{"GroupId": "sg-1"}, {"GroupId": "sg-2"}],
                    },
                ],
            }
            for number in (1, 2)
        ]
    },
    {"PrefixLists": [{"PrefixListId": "pl-1", "State": "modify-complete"}]},
    {"PrefixListId": "pl-1", "Entries": [{"Cidr": "10.9.0.0/16"}, {"Cidr": "10.8.0.0/16"}]},
]


@pytest.mark.parametrize("seed", range(8))
def test_the_order_of_files_and_lists_changes_nothing(read, seed):
    random = Random(seed)  # noqa: S311 - a shuffle to repeat, nothing secret
    assert read(*shuffled(ESTATE, random)).snapshot == read(*ESTATE).snapshot


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_the_folder_does_not_hang(read_path, tmp_path):
    os.mkfifo(tmp_path / "vpcs.json")
    with pytest.raises(SnapshotError, match="not a regular file"):
        read_path(tmp_path)
