"""Whatever stands in the files, reading them ends in a reading or in a SnapshotError."""

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st
from vpcproof.errors import SnapshotError
from vpcproof.facts.documents import KEYS
from vpcproof.facts.folder import read_folder
from vpcproof.facts.saved import save_folder

NOW = datetime(2026, 11, 23, tzinfo=UTC)

# Members that readers look at, so that nonsense gets as deep as it can.
MEMBERS = sorted(
    {each.id for each in KEYS.values() if each.id}
    | {each.subject for each in KEYS.values() if each.subject}
    | KEYS.keys()
    | set(
        "Account Associations AssociationState Attachment Attachments AvailabilityZone CapturedAt "
        "CidrBlock CidrBlockAssociationSet CidrBlockState Cidrs CreationTimestamp DnsEntries "
        "Error FromPort Gaps Groups Instances IpPermissions IpProtocol IpRanges NextToken "
        "ReferencedGroupInfo Region Reservations RouteTableIds State Tags ToPort "
        "UserIdGroupPairs VpcEndpoint data status_code".split()
    )
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(["vpc-1", "10.0.0.0/16", "tcp", "-1", "associated", "2026-01-01"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(MEMBERS) | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(st.sampled_from(MEMBERS), VALUES, max_size=5) | VALUES


@given(st.lists(DOCUMENTS, min_size=1, max_size=3))
def test_any_json_is_read_or_refused(documents):
    with TemporaryDirectory() as folder:
        for number, document in enumerate(documents):
            Path(folder, f"{number}.json").write_text(json.dumps(document), encoding="utf-8")
        reading = read_or_refuse(folder)
        if reading is not None and reading.documents.answers:
            again = Path(folder, "again")
            save_folder(reading.documents, again)
            assert read_folder(again, now=NOW).snapshot == reading.snapshot


@given(st.binary(max_size=64))
def test_any_bytes_are_read_or_refused(content):
    with TemporaryDirectory() as folder:
        Path(folder, "vpcs.json").write_bytes(content)
        Path(folder, "subnets.json").write_text('{"Subnets": []}')
        read_or_refuse(folder)


def read_or_refuse(folder):
    """The reading, or None where the folder was refused in one line."""
    try:
        return read_folder(folder, now=NOW)
    except SnapshotError as error:
        lines = str(error).splitlines()
    assert len(lines) == 1
    return None
