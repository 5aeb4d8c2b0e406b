import pytest
from vpcproof.model.addresses import NO_ADDRESSES, AddressSet

from tests.networks import aws_prefix_list, prefix_list


@pytest.mark.parametrize(
    ("state", "usable"),
    [
        (None, True),
        ("active", True),
        ("create-complete", True),
        ("modify-complete", True),
        ("restore-complete", True),
        ("modify-in-progress", True),
        ("create-failed", False),
        ("modify-failed", False),
        ("restore-failed", False),
        ("delete-in-progress", False),
        ("delete-complete", False),
        ("Delete-Failed", False),
    ],
)
def test_a_list_counts_unless_it_failed_or_goes(state, usable):
    assert prefix_list("pl-1", "10.0.0.0/8", state=state).is_usable is usable


def test_entries_that_were_not_read_are_not_empty():
    assert prefix_list("pl-1", cidrs=None).entries is None
    assert prefix_list("pl-1").entries == NO_ADDRESSES
    assert prefix_list("pl-1", "10.0.0.0/9", "10.128.0.0/9").entries == AddressSet.of("10.0.0.0/8")


def test_aws_owns_its_own_lists():
    assert aws_prefix_list("s3").is_aws_managed
    assert not prefix_list("pl-1").is_aws_managed
