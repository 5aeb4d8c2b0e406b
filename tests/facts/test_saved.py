"""What is saved is read again as the same snapshot, and the same facts give the same bytes."""

import json
from datetime import UTC, datetime

import pytest
from vpcproof.errors import SnapshotError
from vpcproof.facts.build import snapshot_of
from vpcproof.facts.documents import Answer, Documents
from vpcproof.facts.live import read_live
from vpcproof.facts.saved import save_folder
from vpcproof.model.facts import Fact, Gap

from tests.facts.fake_aws import FakeAws, refusal

NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)


def documents(**answers):
    found = Documents(account="111122223333", region="eu-west-1", captured_at=NOW)
    for key, elements in answers.items():
        found.add(key, Answer(elements, "test"))
    return found


VPC = {
    "VpcId": "vpc-1",
    "CidrBlock": "10.0.0.0/16",
    "Tags": [{"Key": "Name", "Value": "본사\ud800"}],
}


def everything():
    """Answers of every shape: plain, about one subject, empty, cut short, with a datetime."""
    endpoint = {"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "CreationTimestamp": NOW}
    found = documents(
        Vpcs=[VPC, {"VpcId": "vpc-2"}],
        VpcEndpoints=[endpoint, None, {"VpcId": "vpc-1"}],
        NatGateways=[],
        Subnets=[
            {"SubnetId": "subnet-1", "VpcId": "vpc-1", "AvailableIpAddressCount": n} for n in (1, 2)
        ],
    )
    found.add("RouteTables", Answer([{"RouteTableId": "rtb-1", "VpcId": "vpc-1"}], "x", None, True))
    found.add("EnableDnsSupport", Answer([{"Value": True}], "x", "vpc-1"))
    found.add("EnableDnsHostnames", Answer([{"Value": False}], "x", "vpc-1"))
    found.add("HostedZoneSummaries", Answer([], "x", "vpc-1"))
    found.add("Entries", Answer([{"Cidr": "10.0.0.0/8"}], "x", "pl-1", True))
    found.add("Entries", Answer([{"Cidr": "10.1.0.0/16"}], "x", "pl-1"))
    found.add("Entries", Answer([{"Cidr": "10.1.0.0/16"}], "x", "pl-2", True))
    found.add("Content", Answer([None], "x", "SSM-SessionManagerRunShell"))
    found.gaps.append(Gap(fact=Fact.NETWORK_ACLS, reason="ec2:DescribeNetworkAcls: AccessDenied"))
    found.gaps.append(Gap(fact=Fact.HOSTED_ZONES, reason="not asked", vpc_id="vpc-2"))
    return found


def test_everything_is_read_again_as_it_was(tmp_path, read_path):
    save_folder(everything(), tmp_path / "saved")
    assert read_path(tmp_path / "saved").snapshot == snapshot_of(everything(), now=NOW).snapshot


def test_a_reading_that_was_refused_stays_refused(tmp_path, read_path):
    denied = refusal("UnauthorizedOperation")
    answers = {"DescribeNetworkAcls": denied, "GetCallerIdentity": denied}
    reading = read_live(FakeAws(answers), set(Fact) - {Fact.SUBNETS}, now=NOW)
    save_folder(reading.documents, tmp_path / "saved")
    again = read_path(tmp_path / "saved").snapshot
    assert again == reading.snapshot
    assert [gap.reason for gap in again.gaps if gap.fact is Fact.NETWORK_ACLS] == [
        "ec2:DescribeNetworkAcls: UnauthorizedOperation"
    ]
    assert [gap.reason for gap in again.gaps if gap.fact is Fact.SUBNETS] == ["not asked for"]


def test_an_account_that_refuses_everything_can_be_saved(tmp_path, read_path):
    actions = [action.partition(":")[2] for fact in Fact for action in fact.actions]
    aws = FakeAws(dict.fromkeys([*actions, "GetCallerIdentity"], refusal("AccessDenied")))
    reading = read_live(aws, set(Fact), now=NOW)
    save_folder(reading.documents, tmp_path / "saved")
    assert read_path(tmp_path / "saved").snapshot == reading.snapshot


def test_one_readable_file_for_each_key(tmp_path):
    save_folder(everything(), tmp_path / "saved")
    names = sorted(file.stem for file in (tmp_path / "saved").iterdir())
    assert names == [
        "Capture",
        "Content",
        "EnableDnsHostnames",
        "EnableDnsSupport",
        "Entries",
        "Gaps",
        "HostedZoneSummaries",
        "NatGateways",
        "RouteTables",
        "Subnets",
        "VpcEndpoints",
        "Vpcs",
    ]
    capture = json.loads((tmp_path / "saved" / "Capture.json").read_text())
    assert capture == {
        "Account": "111122223333",
        "CapturedAt": "2026-11-23T12:30:00+00:00",
        "Region": "eu-west-1",
    }
    entries = json.loads((tmp_path / "saved" / "Entries.json").read_text())
    assert [each["PrefixListId"] for each in entries] == ["pl-1", "pl-2"]


def test_the_order_in_which_aws_answered_does_not_show(tmp_path):
    one = documents(Vpcs=[{"VpcId": "vpc-1", "OwnerId": "1"}, {"VpcId": "vpc-2"}])
    other = documents(Vpcs=[{"VpcId": "vpc-2"}, {"OwnerId": "1", "VpcId": "vpc-1"}])
    save_folder(one, tmp_path / "one")
    save_folder(other, tmp_path / "other")
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "other" / file.name).read_bytes()


def test_a_folder_that_holds_anything_is_left_alone(tmp_path):
    (tmp_path / "Vpcs.json").write_text("mine")
    with pytest.raises(SnapshotError, match="is not empty: name a new folder"):
        save_folder(documents(Vpcs=[]), tmp_path)
    assert (tmp_path / "Vpcs.json").read_text() == "mine"


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SnapshotError, match="cannot be written"):
        save_folder(documents(Vpcs=[]), tmp_path / "file" / "folder")
