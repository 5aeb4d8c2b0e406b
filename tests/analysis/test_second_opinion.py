"""The interval analysis against packets tried one by one (`tests/second_opinion.py`)."""

import os
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from vpcproof.analysis.path import PathClass
from vpcproof.analysis.paths import path
from vpcproof.model.parameters import Parameters

from tests.kernel.generator import S3_CIDRS, random_network
from tests.second_opinion import SecondOpinion

# `SECOND_OPINIONS=20000 pytest tests/analysis/test_second_opinion.py` asks about more networks.
MANY = int(os.environ.get("SECOND_OPINIONS", "60"))


def opinion_of(network, found, granularity):
    """What single packets say of a path to endpoints; None of one that leads elsewhere."""
    asked = SecondOpinion(network, whole_subnets=granularity == "subnet")
    if found.path_class is PathClass.GATEWAY_ENDPOINT:
        endpoint = network.vpc_endpoints[found.via[1]]
        return asked.reaches_list(found.subnet_id, endpoint, S3_CIDRS)
    if found.path_class in {PathClass.INTERFACE_ENDPOINT, PathClass.CENTRAL_ENDPOINT}:
        endpoints = [network.vpc_endpoints[each] for each in found.via]
        return all(asked.arrives(found.subnet_id, each) for each in endpoints)
    return None


def compared(seed, granularity):
    """Of every path that both speak of: what vpcproof says, and what the packets say."""
    network = random_network(seed)
    homes = {e.subnet_id for e in network.network_interfaces.values() if e.instance_id}
    for home in sorted(homes):
        for service in ("ssm", "s3"):
            found = path(network, home, service, Parameters(granularity=granularity))
            opinion = opinion_of(network, found, granularity)
            if opinion is not None and found.reachable is not None:
                yield found, opinion


@settings(max_examples=MANY, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(["eni", "subnet"]))
def test_packets_tried_one_by_one_agree(seed, granularity):
    for found, opinion in compared(seed, granularity):
        assert found.reachable is opinion, (seed, found, found.blocks)


def test_both_answers_of_each_class_are_met():
    """The comparison would hold as well if nothing was ever reached, or never blocked."""
    met = Counter(
        (found.path_class, opinion)
        for seed in range(60)
        for found, opinion in compared(seed, "eni")
    )
    for each in ("interface-endpoint", "central-endpoint", "gateway-endpoint"):
        assert met[PathClass(each), True] > 2
        assert met[PathClass(each), False] > 2
