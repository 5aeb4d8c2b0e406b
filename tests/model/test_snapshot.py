import pytest
from vpcproof.model.facts import Fact, Gap
from vpcproof.model.resource_type import ResourceType
from vpcproof.model.snapshot import Snapshot, by_id, per_snapshot
from vpcproof.model.verdict import Severity

from tests.networks import (
    COLLECTIONS,
    VPC,
    endpoint,
    group,
    instance,
    main_table,
    network,
    subnet,
    table,
    unread,
    vpc,
    without,
)


def test_a_gap_is_of_all_vpcs_or_of_one():
    everywhere = Snapshot(gaps=(Gap(fact=Fact.SUBNETS, reason="AccessDenied"),))
    one = Snapshot(gaps=(Gap(fact=Fact.SUBNETS, reason="AccessDenied", vpc_id="vpc-a"),))
    assert not everywhere.has(Fact.SUBNETS, "vpc-a")
    assert not one.has(Fact.SUBNETS, "vpc-a")
    assert one.has(Fact.SUBNETS, "vpc-b")
    assert one.has(Fact.ROUTE_TABLES, "vpc-a")


def test_a_fact_is_read_as_a_whole_only_when_it_was_read_of_every_vpc():
    one = Snapshot(gaps=(Gap(fact=Fact.SUBNETS, reason="AccessDenied", vpc_id="vpc-a"),))
    assert not one.has(Fact.SUBNETS)


@pytest.mark.parametrize(("vpc_id", "found"), [("vpc-a", True), ("vpc-b", False)])
def test_the_reason_of_a_gap_is_found_where_it_holds(vpc_id, found):
    gap = Gap(fact=Fact.SUBNETS, reason="AccessDenied", vpc_id="vpc-a")
    snapshot = Snapshot(gaps=(gap,))
    assert snapshot.gap(Fact.SUBNETS, vpc_id) == (gap if found else None)


def test_resources_are_indexed_in_the_order_of_their_ids():
    whole = network(subnet("subnet-b"), subnet("subnet-a"))
    assert list(whole.subnets) == ["subnet-a", "subnet-b"]


def test_the_last_of_two_with_one_id_counts():
    old, new = subnet("subnet-a", "10.0.1.0/24"), subnet("subnet-a", "10.0.2.0/24")
    assert by_id([old, new])["subnet-a"] is new


def test_members_are_found_by_their_vpc():
    two = network(
        vpc(),
        vpc(id="vpc-other"),
        subnet("subnet-a"),
        subnet("subnet-o", vpc="vpc-other"),
        main_table(),
        table("rtb-o", vpc="vpc-other"),
        endpoint("ssm", groups=["sg-1", "sg-2"]),
        group("sg-1"),
        instance("subnet-a"),
    )
    assert [each.id for each in two.subnets_of(VPC)] == ["subnet-a"]
    assert [each.id for each in two.route_tables_of("vpc-other")] == ["rtb-o"]
    assert [each.id for each in two.endpoints_of(VPC)] == ["vpce-ssm"]
    assert [each.id for each in two.interfaces_of(VPC)] == ["eni-a"]
    assert [each.id for each in two.endpoints_carrying("sg-2")] == ["vpce-ssm"]
    assert two.subnets_of("vpc-nowhere") == two.endpoints_carrying("sg-9") == ()


def test_every_resource_type_is_found():
    whole = network(endpoint("ssm"))
    held = {each: len(whole.resources(each)) for each in ResourceType}
    assert held[ResourceType.VPC] == held[ResourceType.SUBNET] == 1
    assert held[ResourceType.VPC_ENDPOINT] == held[ResourceType.ROUTE_TABLE] == 1


def test_a_question_is_answered_once_per_snapshot_and_arguments():
    asked = []

    @per_snapshot
    def question(snapshot, number, *, named=0):
        """A question."""
        asked.append(number)
        return number + named

    one, two = Snapshot(), Snapshot()
    assert [question(one, 1), question(one, 1), question(one, 1, named=1)] == [1, 1, 2]
    assert question(two, 1) == 1
    assert asked == [1, 1, 1]
    assert question.__doc__ == "A question."


def test_severities_rank_from_the_worst():
    ranked = sorted(Severity, key=lambda each: each.rank)
    assert ranked == [Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW]


@pytest.mark.parametrize("fact", Fact)
def test_each_kind_of_fact_can_be_left_unread(fact):
    lacking = without(network(), fact)
    assert not lacking.has(fact)
    assert not getattr(lacking, COLLECTIONS.get(fact, ""), None)
    assert not network(unread(fact)).has(fact)
