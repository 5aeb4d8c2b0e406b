"""Reading configuration items back."""

import json
from datetime import timedelta
from typing import Any

import pytest

from lab.config import ConfigError
from tests.lab.config.world import ENDPOINT, SUBNET, VPC, World


@pytest.fixture
def three_versions(world: World) -> World:
    """A VPC recorded at 09:00, 09:01 and 09:02."""
    for number in range(3):
        world.exists(VPC, "vpc-1", CidrBlock=f"10.{number}.0.0/16")
        world.record()
        world.pass_time(minutes=1)
    return world


def cidrs(world: World, **request: Any) -> list[str]:
    answer = world.call("GetResourceConfigHistory", resourceType=VPC, resourceId="vpc-1", **request)
    items = answer["configurationItems"]
    return [json.loads(item["configuration"])["cidrBlock"] for item in items]


def test_history_is_told_newest_first(three_versions: World) -> None:
    assert cidrs(three_versions) == ["10.2.0.0/16", "10.1.0.0/16", "10.0.0.0/16"]


def test_history_can_be_told_oldest_first(three_versions: World) -> None:
    assert cidrs(three_versions, chronologicalOrder="Forward")[0] == "10.0.0.0/16"


def test_the_item_of_a_moment_is_the_latest_until_then(three_versions: World) -> None:
    captured = three_versions.items()[1]["configurationItemCaptureTime"]
    assert cidrs(three_versions, laterTime=captured, limit=1) == ["10.1.0.0/16"]


def test_history_can_start_at_a_moment(three_versions: World) -> None:
    captured = three_versions.items()[1]["configurationItemCaptureTime"]
    assert cidrs(three_versions, earlierTime=captured) == ["10.2.0.0/16", "10.1.0.0/16"]


def test_history_of_a_single_moment_can_be_asked_for(three_versions: World) -> None:
    captured = three_versions.items()[1]["configurationItemCaptureTime"]
    assert cidrs(three_versions, earlierTime=captured, laterTime=captured) == ["10.1.0.0/16"]


def test_a_time_range_that_ends_before_it_starts_is_refused(three_versions: World) -> None:
    now = three_versions.now
    with pytest.raises(ConfigError) as error:
        cidrs(three_versions, earlierTime=now, laterTime=now - timedelta(seconds=1))
    assert error.value.code == "InvalidTimeRangeException"


def test_history_comes_in_pages(three_versions: World) -> None:
    request = {"resourceType": VPC, "resourceId": "vpc-1", "limit": 2}
    first = three_versions.call("GetResourceConfigHistory", **request)
    second = three_versions.call(
        "GetResourceConfigHistory", **request, nextToken=first["nextToken"]
    )
    assert [len(page["configurationItems"]) for page in (first, second)] == [2, 1]
    assert "nextToken" not in second


def test_a_page_of_history_holds_ten_items_by_default(world: World) -> None:
    for number in range(11):
        world.exists(VPC, "vpc-1", CidrBlock=f"10.{number}.0.0/16")
        world.record()
    assert len(cidrs(world)) == 10


def test_a_page_of_more_than_a_hundred_items_is_refused(three_versions: World) -> None:
    with pytest.raises(ConfigError) as error:
        cidrs(three_versions, limit=101)
    assert error.value.code == "InvalidLimitException"


def test_a_resource_that_was_never_seen_is_not_discovered(world: World) -> None:
    with pytest.raises(ConfigError) as error:
        cidrs(world)
    assert error.value.code == "ResourceNotDiscoveredException"


def test_history_needs_a_recorder(bare: World) -> None:
    with pytest.raises(ConfigError) as error:
        cidrs(bare)
    assert error.value.code == "NoAvailableConfigurationRecorderException"


def test_the_api_spells_an_item_in_its_own_way(world: World) -> None:
    created = world.now - timedelta(days=1)
    world.exists(
        ENDPOINT,
        "vpce-1",
        VpcId="vpc-1",
        CreationTimestamp=created,
        Tags=[{"Key": "Name", "Value": "a"}],
    )
    world.record()
    request = {"resourceType": ENDPOINT, "resourceId": "vpce-1"}
    (item,) = world.call("GetResourceConfigHistory", **request)["configurationItems"]
    captured = item.pop("configurationItemCaptureTime")
    assert captured.isoformat() == "2026-11-23T09:00:00.123000+00:00"
    assert json.loads(item.pop("configuration"))["vpcId"] == "vpc-1"
    assert item == {
        "version": "1.3",
        "accountId": "111122223333",
        "configurationItemStatus": "ResourceDiscovered",
        "configurationStateId": "1795424400123",
        "configurationItemMD5Hash": "",
        "arn": "arn:aws:ec2:ap-northeast-2:111122223333:vpc-endpoint/vpce-1",
        "resourceType": ENDPOINT,
        "resourceId": "vpce-1",
        "awsRegion": "ap-northeast-2",
        "availabilityZone": "Not Applicable",
        "resourceCreationTime": created,
        "tags": {"Name": "a"},
        "relatedEvents": [],
        "relationships": [
            {
                "resourceType": VPC,
                "resourceId": "vpc-1",
                "relationshipName": "Is contained in Vpc",
            }
        ],
        "supplementaryConfiguration": {},
    }


def test_a_batch_has_neither_tags_nor_relationships(world: World) -> None:
    world.exists(SUBNET, "subnet-1", VpcId="vpc-1", Tags=[{"Key": "Name", "Value": "a"}])
    world.record()
    keys = [{"resourceType": SUBNET, "resourceId": "subnet-1"}]
    (item,) = world.call("BatchGetResourceConfig", resourceKeys=keys)["baseConfigurationItems"]
    assert item.keys().isdisjoint({"tags", "relationships", "relatedEvents"})
    assert json.loads(item["configuration"])["vpcId"] == "vpc-1"


def test_a_batch_leaves_over_what_is_unknown_or_deleted(world: World) -> None:
    world.exists(VPC, "vpc-1")
    world.exists(VPC, "vpc-2")
    world.record()
    world.vanishes(VPC, "vpc-2")
    world.record()
    keys = [{"resourceType": VPC, "resourceId": f"vpc-{number}"} for number in (1, 2, 3)]
    answer = world.call("BatchGetResourceConfig", resourceKeys=keys)
    assert [item["resourceId"] for item in answer["baseConfigurationItems"]] == ["vpc-1"]
    assert answer["unprocessedResourceKeys"] == keys[1:]


@pytest.mark.parametrize("count", [0, 101])
def test_a_batch_has_one_to_a_hundred_keys(world: World, count: int) -> None:
    keys = [{"resourceType": VPC, "resourceId": "vpc-1"}] * count
    with pytest.raises(ConfigError) as error:
        world.call("BatchGetResourceConfig", resourceKeys=keys)
    assert error.value.code == "ValidationException"


def listed(world: World, **request: Any) -> list[dict[str, Any]]:
    answer = world.call("ListDiscoveredResources", resourceType=VPC, **request)
    return list(answer["resourceIdentifiers"])


@pytest.fixture
def one_gone(world: World) -> World:
    """Two VPCs, the second deleted, and a subnet."""
    world.exists(VPC, "vpc-1")
    world.exists(VPC, "vpc-2")
    world.exists(SUBNET, "subnet-1")
    world.record()
    world.vanishes(VPC, "vpc-2")
    world.record()
    return world


def test_discovered_resources_are_listed_by_type(one_gone: World) -> None:
    assert listed(one_gone) == [{"resourceType": VPC, "resourceId": "vpc-1"}]


def test_deleted_resources_are_listed_when_asked_for(one_gone: World) -> None:
    gone = listed(one_gone, includeDeletedResources=True)[1]
    assert gone["resourceId"] == "vpc-2"
    assert gone["resourceDeletionTime"].isoformat() == "2026-11-23T09:00:00.124000+00:00"


def test_discovered_resources_can_be_picked_by_id(one_gone: World) -> None:
    assert listed(one_gone, resourceIds=["vpc-9"]) == []
    assert len(listed(one_gone, resourceIds=["vpc-1"])) == 1


def test_discovered_resources_are_picked_by_twenty_ids_at_most(one_gone: World) -> None:
    with pytest.raises(ConfigError) as error:
        listed(one_gone, resourceIds=["vpc-1"] * 21)
    assert error.value.code == "ValidationException"


def test_discovered_resources_come_in_pages(one_gone: World) -> None:
    request = {"resourceType": VPC, "includeDeletedResources": True, "limit": 1}
    first = one_gone.call("ListDiscoveredResources", **request)
    second = one_gone.call("ListDiscoveredResources", **request, nextToken=first["nextToken"])
    assert [page["resourceIdentifiers"][0]["resourceId"] for page in (first, second)] == [
        "vpc-1",
        "vpc-2",
    ]
