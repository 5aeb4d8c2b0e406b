"""Where references leave a choice, an id is a gap: nothing is guessed."""

import pytest

from tests.terraform.telling import E, Telling
from tests.terraform.test_plans import gaps, snapshot_of


def network(**vpc_id):
    told = Telling()
    for name in ("one", "two"):
        told.add("aws_vpc", name, cidr_block="10.0.0.0/16")
    told.add("aws_subnet", "app", cidr_block="10.0.1.0/24", **vpc_id)
    return told


@pytest.mark.parametrize(
    "expression", ["var.first ? aws_vpc.one.id : aws_vpc.two.id", "local.vpc_id", "var.vpc_id"]
)
def test_a_choice_of_vpcs_is_a_gap(expression, tmp_path):
    snapshot = snapshot_of(network(vpc_id=E(expression)).plan(), tmp_path)
    assert gaps(snapshot)[0] == ["Subnets", "aws_subnet.app: vpc_id is known only after apply"]
    assert not snapshot.subnets


def test_a_reference_without_choice_is_followed(tmp_path):
    snapshot = snapshot_of(network(vpc_id=E("aws_vpc.two.id")).plan(), tmp_path)
    assert snapshot.subnets["aws_subnet.app"].vpc_id == "aws_vpc.two"


def test_a_shift_between_lists_of_unequal_length_is_a_gap(tmp_path):
    told = Telling().add("aws_vpc", "main", cidr_block="10.0.0.0/16")
    vpc = E("aws_vpc.main.id")
    told.add("aws_route_table", "app", keys=[0, 1], vpc_id=vpc)
    blocks = {number: f"10.0.{number}.0/24" for number in range(3)}
    told.add("aws_subnet", "app", keys=[0, 1, 2], vpc_id=vpc, cidr_block=E("local.b", blocks))
    told.add(
        "aws_route_table_association",
        "app",
        keys=[0, 1, 2],
        subnet_id=E("aws_subnet.app[count.index].id"),
        route_table_id=E("element(aws_route_table.app[*].id, count.index)"),
    )
    reason = "aws_route_table_association.app[2]: route_table_id is known only after apply"
    assert gaps(snapshot_of(told.plan(), tmp_path)) == [["RouteTables", reason]]
