"""A path as hops, and the data that a VPC is drawn from."""

import pytest
from vpcproof.analysis.path import Block, Packet, Path, PathClass, Way, arrives
from vpcproof.model.verdict import Evidence
from vpcproof.render.html.drawing import drawing
from vpcproof.render.html.hops import Stage, hops
from vpcproof.render.html.interned import Interned

from tests.networks import MAIN, VPC, gateway, main_table, network, route, subnet, to_gateway
from tests.render.landscape import report_on, three_zones


def path(*blocks: Block, proof=(), way=PathClass.INTERFACE_ENDPOINT) -> Path:
    explained = Way(path_class=way, blocks=blocks, proof=tuple(proof))
    return Path(
        vpc_id=VPC,
        subnet_id="subnet-a",
        service="ssm",
        path_class=way,
        class_known=True,
        via=(),
        reachable=arrives(blocks),
        explain=lambda _subnet_id, _service: explained,
    )


def told(shown: Path):
    return [(hop.stage, hop.passed) for hop in hops(shown)]


@pytest.mark.parametrize(
    ("block", "stage"),
    [
        (Block("vpc", VPC, "enableDnsSupport is off"), Stage.NAME),
        (Block("network_interface", "eni-1", "has no public address"), Stage.WORKLOADS),
        (
            Block("security_group", "sg-1", "…", packet=Packet(443, destination="10.0.1.5")),
            Stage.EGRESS,
        ),
        (
            Block("security_group", "sg-1", "…", packet=Packet(443, source="10.0.1.5")),
            Stage.INGRESS,
        ),
        (Block("security_group", "sg-1", "…"), Stage.INGRESS),
        (Block("route_table", "rtb-1", "no route"), Stage.ROUTE),
        (Block("network_acl", "acl-1", "denies"), Stage.ACL),
        (Block("nat_gateway", "nat-1", "is gone"), Stage.WAY),
        (Block("vpc_endpoint", "vpce-1", "state is failed"), Stage.ENDPOINT),
    ],
)
def test_each_setting_stops_traffic_at_its_place(block, stage):
    assert told(path(block)) == [(stage, False)]


def test_a_setting_that_could_not_be_told_leaves_the_hop_open():
    unread = Block("route_table", "rtb-1", "was not read", certain=False)
    assert told(path(unread)) == [(Stage.ROUTE, None)]
    closed = Block("route_table", "rtb-1", "no route")
    assert told(path(unread, closed)) == [(Stage.ROUTE, False)]


def test_hops_come_in_the_order_in_which_traffic_meets_them():
    blocks = [Block("vpc_endpoint", "vpce-1", "…"), Block("vpc", VPC, "…")]
    assert [stage for stage, _ in told(path(*blocks))] == [Stage.NAME, Stage.ENDPOINT]


def test_evidence_never_stands_beside_what_contradicts_it():
    closed = Block("security_group", "sg-1", "admits nobody", packet=Packet(443, source="10.0.1.5"))
    admits = Evidence("security_group", "sg-1", "of vpce-1, admits subnet-a")
    (hop,) = hops(path(closed, proof=[admits]))
    assert [note.detail for note in hop.notes] == ["admits nobody"]


def test_that_nothing_stops_it_is_said_of_proven_paths_alone():
    assert told(path()) == [(Stage.EGRESS, True), (Stage.ACL, True)]
    doubt = Block("vpc", VPC, "not read", certain=False)
    assert told(path(doubt)) == [(Stage.NAME, None)]


def test_a_proven_path_to_a_hub_has_passed_all_between():
    stages = [stage for stage, _ in told(path(way=PathClass.CENTRAL_ENDPOINT))]
    assert stages == [Stage.EGRESS, Stage.ACL, Stage.WAY, Stage.INGRESS]


def test_values_that_recur_are_written_once():
    numbers = Interned()
    assert [numbers.number(each, each.upper()) for each in "aba"] == [0, 1, 0]
    assert numbers.written == ["A", "B"]


def test_what_was_not_known_of_a_subnet_is_said():
    held = report_on(network(subnet("subnet-a", "10.0.1.0/24"))).network
    drawn = drawing(held, VPC, held.paths, {})
    assert drawn["zones"] == ["zone not known"]
    assert drawn["subnets"][0]["acl"] == ""


def test_route_targets_name_what_leads_to_them():
    dead = route("0.0.0.0/0", "nat-gone", state="blackhole")
    held = report_on(network(main_table(to_gateway("s3"), dead), gateway("s3"))).network
    assert drawing(held, VPC, held.paths, {})["targets"] == [
        {"id": "nat-gone", "routes": ["0.0.0.0/0"], "dead": True},
        {"id": "vpce-s3", "routes": ["pl-s3"], "dead": False},
    ]


def test_a_gateway_endpoint_that_no_route_leads_to_is_drawn():
    held = report_on(network(main_table(), gateway("s3", tables=()))).network
    (target,) = drawing(held, VPC, held.paths, {})["targets"]
    assert target == {"id": "vpce-s3", "routes": [], "dead": False}


@pytest.fixture(scope="module")
def drawn():
    shown = report_on(three_zones(), services="ssm,s3,logs,ecr")
    return drawing(shown.network, VPC, shown.network.paths, shown.names)


def shown_path(drawn, subnet_id, service):
    subnets = [each["id"] for each in drawn["subnets"]]
    wanted = [subnets.index(subnet_id), drawn["services"].index(service)]
    return next(each for each in drawn["paths"] if each[:2] == wanted)


def repair(drawn, subnet_id, service):
    *_, changes, opens = shown_path(drawn, subnet_id, service)
    return [drawn["plan"]["changes"][number][0] for number in changes], opens


def test_the_changes_of_a_path_are_those_about_what_blocks_it(drawn):
    (change,), opens = repair(drawn, "subnet-app-us-east-1b", "ec2messages")
    assert "into sg-tight" in change
    assert opens
    assert repair(drawn, "subnet-app-us-east-1a", "ssm") == ([], False)


def test_a_plan_that_leaves_a_setting_closed_is_not_said_to_open_the_path(drawn):
    (change,), opens = repair(drawn, "subnet-data-us-east-1c", "ec2messages")
    assert "into sg-tight" in change
    assert not opens


def test_a_missing_endpoint_is_repaired_by_creating_it():
    held = report_on(network(subnet("subnet-a", "10.0.1.0/24", zone="us-east-1a"))).network
    drawn = drawing(held, VPC, held.paths, {})
    changes, opens = repair(drawn, "subnet-a", "ssm")
    assert len(changes) == 1
    assert "ssm" in changes[0]
    assert opens


def test_packets_and_addresses_are_those_of_the_analysis(drawn):
    *_, met, _, _ = shown_path(drawn, "subnet-data-us-east-1c", "ssm")
    packets = [
        note[2]
        for hop in met
        for note in (drawn["notes"][each] for each in drawn["hops"][hop][2])
        if len(note) > 2
    ]
    assert [443, "", "10.0.2.5"] in packets
    (ssm,) = (each for each in drawn["endpoints"] if each["service"] == "ssm")
    assert ["subnet-app-us-east-1a", "10.0.1.5"] in ssm["landings"]


def test_tables_and_groups_are_named(drawn):
    assert drawn["names"] == {"sg-endpoint": "endpoints"}
    assert MAIN in {each["table"] for each in drawn["subnets"]}
