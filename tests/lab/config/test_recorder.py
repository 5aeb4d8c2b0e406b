"""What the recorder makes of the resources that exist."""

import pytest

from lab.config import ConfigError
from tests.lab.config.world import ENDPOINT, GROUP, ROLE, SEOUL, VPC, World


def test_a_new_resource_is_discovered(world: World) -> None:
    world.exists(VPC, "vpc-1", VpcId="vpc-1")
    world.record()
    (item,) = world.items()
    assert item["configurationItemStatus"] == "ResourceDiscovered"
    assert item["configuration"] == {"vpcId": "vpc-1"}


def test_a_changed_resource_is_ok(world: World) -> None:
    world.exists(VPC, "vpc-1", CidrBlock="10.0.0.0/16")
    world.record()
    world.exists(VPC, "vpc-1", CidrBlock="10.0.0.0/16", DhcpOptionsId="dopt-1")
    world.record()
    assert world.items()[-1]["configurationItemStatus"] == "OK"


def test_a_resource_whose_tags_alone_change_is_recorded(world: World) -> None:
    world.exists(VPC, "vpc-1")
    world.record()
    world.exists(VPC, "vpc-1", Tags=[{"Key": "Name", "Value": "a"}])
    world.record()
    assert world.items()[-1]["tags"] == {"Name": "a"}


def test_a_resource_that_stays_the_same_is_not_recorded_again(world: World) -> None:
    world.exists(VPC, "vpc-1")
    world.record()
    world.record()
    assert len(world.items()) == 1


def test_a_vanished_resource_is_deleted_and_has_no_body(world: World) -> None:
    world.exists(ENDPOINT, "vpce-1", CreationTimestamp=world.now, Tags=[])
    world.record()
    world.vanishes(ENDPOINT, "vpce-1")
    world.record()
    item = world.items()[-1]
    assert item["configurationItemStatus"] == "ResourceDeleted"
    assert item["configuration"] is None
    assert item["relationships"] == []
    assert item["resourceCreationTime"] == "2026-11-23T09:00:00.123Z"


def test_a_creation_time_may_be_text_as_in_the_inventory_of_ec2(world: World) -> None:
    world.exists("AWS::EC2::NatGateway", "nat-1", CreateTime="2026-11-23T08:00:00.000Z")
    world.record()
    assert world.items()[-1]["resourceCreationTime"] == "2026-11-23T08:00:00.000Z"


def test_a_resource_that_comes_back_is_discovered_again(world: World) -> None:
    world.exists(VPC, "vpc-1")
    world.record()
    world.vanishes(VPC, "vpc-1")
    world.record()
    world.exists(VPC, "vpc-1")
    world.record()
    assert world.items()[-1]["configurationItemStatus"] == "ResourceDiscovered"


def test_an_item_says_whose_it_is_and_where(world: World) -> None:
    world.exists("AWS::EC2::Subnet", "subnet-1", AvailabilityZone="ap-northeast-2a")
    world.record()
    (item,) = world.items()
    del item["configuration"], item["relationships"]
    assert item == {
        "relatedEvents": [],
        "supplementaryConfiguration": {},
        "tags": {},
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": "2026-11-23T09:00:00.123Z",
        "configurationStateId": 1795424400123,
        "awsAccountId": "111122223333",
        "configurationItemStatus": "ResourceDiscovered",
        "resourceType": "AWS::EC2::Subnet",
        "resourceId": "subnet-1",
        "resourceName": None,
        "ARN": "arn:aws:ec2:ap-northeast-2:111122223333:subnet/subnet-1",
        "awsRegion": "ap-northeast-2",
        "availabilityZone": "ap-northeast-2a",
        "configurationStateMd5Hash": "",
        "resourceCreationTime": None,
    }


@pytest.mark.parametrize(
    ("resource_type", "noun"),
    [
        ("AWS::EC2::VPC", "vpc"),
        ("AWS::EC2::VPCEndpoint", "vpc-endpoint"),
        ("AWS::EC2::NatGateway", "natgateway"),
        ("AWS::EC2::NetworkAcl", "network-acl"),
        ("AWS::EC2::DHCPOptions", "dhcp-options"),
        ("AWS::EC2::VPCPeeringConnection", "vpc-peering-connection"),
    ],
)
def test_the_arn_of_an_item_names_the_resource_as_ec2_does(
    world: World, resource_type: str, noun: str
) -> None:
    world.exists(resource_type, "x-1")
    world.record()
    assert world.items()[0]["ARN"].endswith(f":{noun}/x-1")


@pytest.mark.parametrize(
    ("resource_type", "words"),
    [(VPC, "Multiple Availability Zones"), (GROUP, "Not Applicable")],
)
def test_a_resource_of_no_single_zone_says_so(world: World, resource_type: str, words: str) -> None:
    world.exists(resource_type, "x-1")
    world.record()
    assert world.items()[0]["availabilityZone"] == words


def test_items_of_one_moment_have_an_order(world: World) -> None:
    for cidr in ("10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"):
        world.exists(VPC, "vpc-1", CidrBlock=cidr)
        world.record()
    times = [item["configurationItemCaptureTime"] for item in world.items()]
    assert times == [f"2026-11-23T09:00:00.{ms}Z" for ms in (123, 124, 125)]
    states = [item["configurationStateId"] for item in world.items()]
    assert states == sorted(set(states))


def test_items_are_announced_on_the_event_bus_with_what_changed(world: World) -> None:
    world.exists(GROUP, "sg-1", IpPermissions=[{"FromPort": 443}])
    world.record()
    world.exists(GROUP, "sg-1", IpPermissions=[])
    world.record()
    event = world.events[-1]
    assert event.source == "aws.config"
    assert event.resources == ("arn:aws:ec2:ap-northeast-2:111122223333:security-group/sg-1",)
    assert event.detail["configurationItemDiff"] == {
        "changeType": "UPDATE",
        "changedProperties": {
            "Configuration.IpPermissions.0": {
                "previousValue": {"fromPort": 443, "ipRanges": [], "ipv4Ranges": []},
                "updatedValue": None,
                "changeType": "DELETE",
            }
        },
    }


def test_the_difference_of_a_discovery_lists_nothing(world: World) -> None:
    world.exists(VPC, "vpc-1", CidrBlock="10.0.0.0/16")
    world.record()
    assert world.events[-1].detail["configurationItemDiff"] == {
        "changedProperties": {},
        "changeType": "CREATE",
    }


def test_the_difference_of_a_deletion_holds_the_whole_body(world: World) -> None:
    world.exists(VPC, "vpc-1", VpcId="vpc-1")
    world.record()
    world.vanishes(VPC, "vpc-1")
    world.record()
    assert world.events[-1].detail["configurationItemDiff"] == {
        "changeType": "DELETE",
        "changedProperties": {
            "Configuration": {
                "previousValue": {"vpcId": "vpc-1"},
                "updatedValue": None,
                "changeType": "DELETE",
            }
        },
    }


def test_the_difference_names_changed_values(world: World) -> None:
    world.exists(VPC, "vpc-1", DhcpOptionsId="dopt-1")
    world.record()
    world.exists(VPC, "vpc-1", DhcpOptionsId="dopt-2", OwnerId="111122223333")
    world.record()
    assert world.events[-1].detail["configurationItemDiff"]["changedProperties"] == {
        "Configuration.DhcpOptionsId": {
            "previousValue": "dopt-1",
            "updatedValue": "dopt-2",
            "changeType": "UPDATE",
        },
        "Configuration.OwnerId": {
            "previousValue": None,
            "updatedValue": "111122223333",
            "changeType": "CREATE",
        },
    }


def test_nothing_is_recorded_before_the_recorder_starts(bare: World) -> None:
    bare.exists(VPC, "vpc-1")
    bare.record()
    assert bare.items() == []


def test_nobody_asks_for_an_inventory_that_nobody_records(bare: World) -> None:
    bare.config.inventory = lambda place: pytest.fail(f"asked for the inventory of {place}")
    bare.record()


def test_starting_the_recorder_discovers_what_exists(bare: World) -> None:
    bare.exists(VPC, "vpc-1")
    bare.start_recording()
    assert [item["resourceId"] for item in bare.items()] == ["vpc-1"]


def test_a_stopped_recorder_records_nothing(world: World) -> None:
    world.call("StopConfigurationRecorder", ConfigurationRecorderName="default")
    world.exists(VPC, "vpc-1")
    world.record()
    assert world.items() == []


def test_a_recorder_records_the_types_of_its_group_only(bare: World) -> None:
    bare.start_recording(recordingGroup={"resourceTypes": [GROUP]})
    bare.exists(VPC, "vpc-1")
    bare.exists(GROUP, "sg-1")
    bare.record()
    assert [item["resourceId"] for item in bare.items()] == ["sg-1"]


def test_a_recorder_leaves_out_excluded_types(bare: World) -> None:
    bare.start_recording(
        recordingGroup={
            "allSupported": False,
            "exclusionByResourceTypes": {"resourceTypes": [VPC]},
        }
    )
    bare.exists(VPC, "vpc-1")
    bare.exists(GROUP, "sg-1")
    bare.record()
    assert [item["resourceId"] for item in bare.items()] == ["sg-1"]


def test_a_type_that_is_no_longer_recorded_is_not_taken_for_deleted(world: World) -> None:
    world.exists(VPC, "vpc-1")
    world.exists(GROUP, "sg-1")
    world.record()
    recorder = {"name": "default", "recordingGroup": {"resourceTypes": [GROUP]}}
    world.call("PutConfigurationRecorder", ConfigurationRecorder=recorder)
    world.exists(GROUP, "sg-1", GroupName="changed")
    world.record()
    assert [item["resourceId"] for item in world.items()] == ["sg-1", "vpc-1", "sg-1"]


def test_the_recorder_is_described(world: World) -> None:
    (recorder,) = world.call("DescribeConfigurationRecorders")["ConfigurationRecorders"]
    assert recorder == {"name": "default", "roleARN": ROLE}


def test_the_recorder_status_tells_whether_it_records_and_since_when(world: World) -> None:
    world.pass_time(hours=1)
    world.call("StopConfigurationRecorder", ConfigurationRecorderName="default")
    answer = world.call("DescribeConfigurationRecorderStatus")
    (status,) = answer["ConfigurationRecordersStatus"]
    assert status["recording"] is False
    assert status["lastStatus"] == "SUCCESS"
    assert (status["lastStopTime"] - status["lastStartTime"]).total_seconds() == 3600
    assert status["lastStatusChangeTime"] == world.now


def test_changing_the_recorder_does_not_stop_it(world: World) -> None:
    recorder = {"name": "default", "roleARN": f"{ROLE}-2"}
    world.call("PutConfigurationRecorder", ConfigurationRecorder=recorder)
    answer = world.call("DescribeConfigurationRecorderStatus")
    assert answer["ConfigurationRecordersStatus"][0]["recording"] is True


def test_a_new_recorder_does_not_record_yet(bare: World) -> None:
    bare.call("PutConfigurationRecorder", ConfigurationRecorder={"roleARN": ROLE})
    answer = bare.call("DescribeConfigurationRecorderStatus")
    assert answer["ConfigurationRecordersStatus"] == [{"name": "default", "recording": False}]


def test_the_name_of_a_recorder_has_256_characters_at_most(bare: World) -> None:
    with pytest.raises(ConfigError) as error:
        bare.call("PutConfigurationRecorder", ConfigurationRecorder={"name": "n" * 257})
    assert error.value.code == "ValidationException"
    bare.call("PutConfigurationRecorder", ConfigurationRecorder={"name": "n" * 256})


def test_a_place_has_one_recorder(world: World) -> None:
    with pytest.raises(ConfigError) as error:
        world.call("PutConfigurationRecorder", ConfigurationRecorder={"name": "second"})
    assert error.value.code == "MaxNumberOfConfigurationRecordersExceededException"


def test_a_recorder_without_a_delivery_channel_does_not_start(bare: World) -> None:
    bare.call("PutConfigurationRecorder", ConfigurationRecorder={"name": "default"})
    with pytest.raises(ConfigError) as error:
        bare.call("StartConfigurationRecorder", ConfigurationRecorderName="default")
    assert error.value.code == "NoAvailableDeliveryChannelException"


def test_a_delivery_channel_needs_a_recorder(bare: World) -> None:
    with pytest.raises(ConfigError) as error:
        bare.call("PutDeliveryChannel", DeliveryChannel={"s3BucketName": "history"})
    assert error.value.code == "NoAvailableConfigurationRecorderException"


def test_the_delivery_channel_is_described(world: World) -> None:
    channels = world.call("DescribeDeliveryChannels")["DeliveryChannels"]
    assert channels == [{"name": "default", "s3BucketName": "history"}]


@pytest.mark.parametrize(
    ("action", "noun", "words"),
    [
        ("DescribeConfigurationRecorders", "ConfigurationRecorder", "configuration recorder"),
        ("DescribeDeliveryChannels", "DeliveryChannel", "delivery channel"),
    ],
)
def test_describing_by_an_unknown_name_fails(
    world: World, action: str, noun: str, words: str
) -> None:
    with pytest.raises(ConfigError) as error:
        world.call(action, **{f"{noun}Names": ["other"]})
    assert error.value.code == f"NoSuch{noun}Exception"
    assert error.value.message == f"Cannot find {words} with the specified name 'other'."


@pytest.mark.parametrize(
    "action",
    ["StartConfigurationRecorder", "StopConfigurationRecorder", "DeleteConfigurationRecorder"],
)
def test_turning_an_unknown_recorder_fails(world: World, action: str) -> None:
    with pytest.raises(ConfigError) as error:
        world.call(action, ConfigurationRecorderName="other")
    assert error.value.code == "NoSuchConfigurationRecorderException"


def test_a_running_recorder_keeps_its_delivery_channel(world: World) -> None:
    with pytest.raises(ConfigError) as error:
        world.call("DeleteDeliveryChannel", DeliveryChannelName="default")
    assert error.value.code == "LastDeliveryChannelDeleteFailedException"


def test_a_recorder_and_its_channel_can_be_deleted(world: World) -> None:
    world.call("DeleteConfigurationRecorder", ConfigurationRecorderName="default")
    world.call("DeleteDeliveryChannel", DeliveryChannelName="default")
    assert world.call("DescribeConfigurationRecorders") == {"ConfigurationRecorders": []}
    assert world.call("DescribeConfigurationRecorderStatus") == {"ConfigurationRecordersStatus": []}
    assert world.call("DescribeDeliveryChannels") == {"DeliveryChannels": []}


def test_an_account_and_a_region_know_nothing_of_each_other(world: World) -> None:
    virginia = type(SEOUL)(SEOUL.account, "us-east-1")
    world.start_recording(virginia)
    world.exists(VPC, "vpc-1", place=virginia)
    world.record(virginia)
    assert [item["awsRegion"] for item in world.items()] == ["us-east-1"]
    assert world.call("ListDiscoveredResources", resourceType=VPC) == {"resourceIdentifiers": []}
