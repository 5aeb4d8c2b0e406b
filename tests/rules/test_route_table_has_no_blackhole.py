from tests.networks import MAIN, gateway, main_table, network, route, table, to_gateway
from tests.rules.situations import NC, C, RuleTable, Situation


def row(number, words, routes, expected, *mentions):
    return Situation(number, words, network(main_table(*routes)), MAIN, expected, mentions)


class TestRouteTableHasNoBlackhole(RuleTable):
    rule = "route-table-has-no-blackhole"
    situations = (
        row("108", "active routes only", [route("0.0.0.0/0", "nat-1")], C),
        row(
            "111",
            "the endpoint of the prefix-list route is gone",
            [to_gateway("s3", state="blackhole")],
            NC,
            "pl-s3 to vpce-s3",
        ),
        row(
            "23",
            "the NAT gateway is gone",
            [route("0.0.0.0/0", "nat-1", state="blackhole")],
            NC,
            "0.0.0.0/0 to nat-1",
        ),
        row(
            "111",
            "two routes are dead",
            [
                route("10.8.0.0/16", "pcx-1", state="blackhole"),
                route("10.9.0.0/16", "tgw-1", state="blackhole"),
            ],
            NC,
            "10.8.0.0/16 to pcx-1",
            "10.9.0.0/16 to tgw-1",
        ),
        row(
            "111",
            "a filtered route is not dead",
            [route("10.9.0.0/16", "tgw-1", state="filtered")],
            C,
        ),
        Situation(
            "107",
            "a dead route of a table that no subnet uses",
            network(
                main_table(), table("rtb-spare", route("10.9.0.0/16", "tgw-1", state="blackhole"))
            ),
            "rtb-spare",
            NC,
        ),
        Situation(
            "108",
            "a live gateway endpoint",
            network(gateway(), main_table(to_gateway("s3"))),
            MAIN,
            C,
        ),
    )
