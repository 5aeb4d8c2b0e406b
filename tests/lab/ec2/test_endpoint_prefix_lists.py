REGION = "ap-northeast-2"


def test_describe_prefix_lists_carries_the_cidrs(ec2):
    lists = {x["PrefixListName"]: x for x in ec2.describe_prefix_lists()["PrefixLists"]}
    s3 = lists[f"com.amazonaws.{REGION}.s3"]
    assert "52.216.0.0/15" in s3["Cidrs"]
    entries = ec2.get_managed_prefix_list_entries(PrefixListId=s3["PrefixListId"])["Entries"]
    assert [entry["Cidr"] for entry in entries] == s3["Cidrs"]


def test_aws_lists_are_owned_by_aws(ec2):
    ours = ec2.describe_managed_prefix_lists(Filters=[{"Name": "owner-id", "Values": ["AWS"]}])
    shown = ec2.describe_prefix_lists()["PrefixLists"]
    assert {x["PrefixListId"] for x in ours["PrefixLists"]} == {x["PrefixListId"] for x in shown}
    assert {x["OwnerId"] for x in ours["PrefixLists"]} == {"AWS"}


def test_a_customer_s_list_is_not_among_them(ec2):
    made = ec2.create_managed_prefix_list(
        PrefixListName="com.amazonaws.mine",
        AddressFamily="IPv4",
        MaxEntries=2,
        Entries=[{"Cidr": "10.0.0.0/8"}],
    )["PrefixList"]
    shown = ec2.describe_prefix_lists()["PrefixLists"]
    assert made["PrefixListId"] not in {x["PrefixListId"] for x in shown}


def test_lists_are_found_by_name_and_id(ec2, refused):
    by_name = [{"Name": "prefix-list-name", "Values": ["*.dynamodb"]}]
    (found,) = ec2.describe_prefix_lists(Filters=by_name)["PrefixLists"]
    asked = [found["PrefixListId"]]
    assert ec2.describe_prefix_lists(PrefixListIds=asked)["PrefixLists"] == [found]
    with refused("InvalidPrefixListID.NotFound"):
        ec2.describe_prefix_lists(PrefixListIds=["pl-0123"])


def test_the_entries_of_an_unknown_list_are_an_error(ec2, refused):
    with refused("InvalidPrefixListID.NotFound"):
        ec2.get_managed_prefix_list_entries(PrefixListId="pl-0123")


def test_ssm_has_no_prefix_list(ec2):
    names = [x["PrefixListName"] for x in ec2.describe_prefix_lists()["PrefixLists"]]
    assert f"com.amazonaws.{REGION}.ec2-instance-connect" in names
    assert not [name for name in names if "ssm" in name]
