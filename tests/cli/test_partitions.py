"""The partition of a Region, told without botocore, is the one that botocore tells."""

import json
from pathlib import Path

import botocore
import pytest
from vpcproof.facts.regions import partition_of

PARTITIONS = json.loads(
    (Path(botocore.__file__).parent / "data" / "partitions.json").read_text(encoding="utf-8")
)["partitions"]
REGIONS = [
    (region, partition["id"])
    for partition in PARTITIONS
    for region in partition["regions"]
    if region[-1].isdecimal()
]


def test_there_are_regions_of_many_partitions():
    assert len({partition for _, partition in REGIONS}) >= 5


@pytest.mark.parametrize(("region", "partition"), REGIONS)
def test_partition(region, partition):
    assert partition_of(region) == partition
