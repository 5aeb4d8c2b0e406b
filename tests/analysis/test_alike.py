"""Endpoints that stand alike are judged together, and no verdict is another one for it."""

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from vpcproof.analysis.alike import kind_of
from vpcproof.analysis.path import arrives
from vpcproof.analysis.paths import path
from vpcproof.model.parameters import Parameters

from tests.networks import (
    acl,
    allow,
    allow_all,
    entry,
    group,
    instance,
    main_table,
    network,
    open_acl,
    route,
    standing,
    subnet,
)

SERVICES = ("ssm", "logs", "kms", "sts")
# Each tells some addresses of the endpoints' subnet from others.
PARTS = ("10.0.9.0/24", "10.0.9.0/25", "10.0.9.64/26", "10.0.9.5/32")
parts = st.sampled_from((*PARTS, "0.0.0.0/0", "10.0.1.0/24"))
mostly = st.sampled_from([True, True, True, False])


def home():
    return subnet("subnet-a", "10.0.1.0/24"), subnet("subnet-e", "10.0.9.0/24")


@st.composite
def networks(draw):
    """Four endpoints in one subnet, some by an interface that was read, before filters in parts."""
    addresses = st.sampled_from(["10.0.9.5", "10.0.9.70", "10.0.9.200", "10.9.9.9", None])
    everything = (allow_all("0.0.0.0/0"),)
    listed = [
        entry(number, draw(parts), draw(st.sampled_from([443, None])), deny=True, egress=True)
        for number in range(draw(st.integers(0, 2)))
    ]
    openings = [entry(100 + each, "0.0.0.0/0", egress=bool(each)) for each in (0, 1)]
    detours = [route(draw(st.sampled_from(PARTS)), "eni-0", state="blackhole")]
    return network(
        *home(),
        main_table(*([] if draw(mostly) else detours)),
        open_acl(),
        *([] if draw(mostly) else [acl("acl-a", *listed, *openings, subnets=["subnet-a"])]),
        group("sg-app", egress=everything if draw(mostly) else (allow(443, draw(parts)),)),
        group("sg-endpoint", *(everything if draw(mostly) else (allow(443, draw(parts)),))),
        instance("subnet-a", "10.0.1.10"),
        *(
            standing(code, ("subnet-e", *([address] if address else [])))
            for code, address in zip(SERVICES, [draw(addresses) for _ in SERVICES], strict=True)
        ),
    )


def paths_of(snapshot):
    return [path(snapshot, "subnet-a", code, Parameters()) for code in SERVICES]


@settings(max_examples=100)
@given(networks())
def test_the_verdict_is_that_of_the_explanation(snapshot):
    for found in paths_of(snapshot):
        assert found.reachable is arrives(found.blocks), found.blocks


def test_verdicts_of_all_kinds_are_met():
    seen = set()

    @settings(derandomize=True, max_examples=100, phases=[Phase.generate])
    @given(networks())
    def meet(snapshot):
        seen.update(found.reachable for found in paths_of(snapshot))

    meet()
    assert seen == {True, False, None}


def kinds(*others):
    whole = network(*home(), group("sg-other"), *others)
    return [kind_of(whole, each) for each in whole.vpc_endpoints]


def test_endpoints_that_differ_in_their_addresses_alone_are_of_one_kind():
    one, other = kinds(
        standing("ssm", ("subnet-e", "10.0.9.5")), standing("kms", ("subnet-e", "10.0.9.200"))
    )
    assert one is other


def test_endpoints_behind_other_groups_in_other_subnets_or_of_other_ports_are_not():
    five = kinds(
        standing("ssm", ("subnet-e", "10.0.9.5")),
        standing("kms", ("subnet-e", "10.0.9.6"), groups=["sg-other"]),
        standing("sts", ("subnet-a", "10.0.1.6")),
        standing("email-smtp", ("subnet-e", "10.0.9.8")),
        standing("logs", ("subnet-e", "10.0.9.9", "2001:db8::9"), ip_address_type="dualstack"),
    )
    assert len({id(each) for each in five}) == 5


def test_an_endpoint_with_an_address_of_no_subnet_stands_for_itself():
    (kind,) = kinds(standing("ssm", ("subnet-e", "10.9.9.9")))
    assert [landing.exact for landing in kind.landings] == [True]
