"""Sources that cannot be read end in one line that names the file and the remedy."""

import json
import zipfile

import pytest
from vpcproof.errors import SnapshotError
from vpcproof.facts import files


@pytest.fixture
def refused(tmp_path, read_path):
    """The error of a folder with one more file."""

    def error_of(content, name="broken.json"):
        (tmp_path / "vpcs.json").write_text('{"Vpcs": []}')
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SnapshotError) as error:
            read_path(tmp_path)
        assert "\n" not in str(error.value)
        return str(error.value)

    return error_of


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "broken.json is empty: the command that should have", id="nothing"),
        pytest.param(b" \n", "broken.json is empty: the command that should have", id="blanks"),
        pytest.param(b'{"Vpcs": [}', "broken.json is not valid JSON: Expecting value", id="broken"),
        pytest.param(b'{"Vpcs": []}{"Subnets": []}', "Extra data", id="two documents in a row"),
        pytest.param(b'{"Vpcs": [{"CidrBlock": NaN}]}', "NaN is not JSON", id="NaN"),
        pytest.param(b'{"Vpcs": [], "Vpcs": []}', "member 'Vpcs' stands twice", id="a key twice"),
        pytest.param(b"[" * 100_000, "broken.json is nested too deeply", id="a deep hole"),
        pytest.param(b'{"Vpcs": "\xff\xfe\xfd"}', "broken.json is not text in UTF-8", id="bytes"),
        pytest.param(b"1" * 5_000, "broken.json is not valid JSON", id="a number without end"),
    ],
)
def test_broken_files(refused, content, said):
    assert said in refused(content)


def test_a_file_with_a_strange_name_is_named_in_one_line(refused):
    assert refused(b"{", "two\nlines.json").startswith("two\\nlines.json is not valid JSON")


def test_a_file_that_is_too_large(refused, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_FILE", 10 * 1024**2)
    said = refused(b" " * (11 * 1024**2))
    assert said == "broken.json has 11 MiB, more than 10: save the answer in pages"


def test_a_link_to_nothing(tmp_path, read_path):
    (tmp_path / "vpcs.json").symlink_to(tmp_path / "gone")
    with pytest.raises(SnapshotError, match=r"vpcs\.json is not a regular file: remove it"):
        read_path(tmp_path)


def test_a_path_that_leads_nowhere(tmp_path, read_path):
    with pytest.raises(SnapshotError, match=r"nowhere does not exist: give a folder or zip"):
        read_path(tmp_path / "nowhere")


def test_a_file_instead_of_its_folder(tmp_path, read_path):
    (tmp_path / "vpcs.json").write_text('{"Vpcs": []}')
    with pytest.raises(SnapshotError, match=r"neither a folder nor a zip file: give the folder"):
        read_path(tmp_path / "vpcs.json")


def test_a_path_that_no_system_knows(tmp_path, read_path):
    with pytest.raises(SnapshotError):
        read_path(tmp_path / ("x" * 5_000))


@pytest.mark.parametrize(
    ("documents", "found"),
    [
        pytest.param([], "no JSON file", id="an empty folder"),
        pytest.param([{"Addresses": [], "Weather": 1}], "Addresses, Weather", id="other answers"),
        pytest.param([{"Account": "111122223333"}], "no JSON file", id="an account alone"),
        pytest.param([[{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}]], "VpcId", id="a --query"),
    ],
)
def test_a_folder_without_any_answer(read, documents, found):
    with pytest.raises(SnapshotError, match=f"holds no answer.*found: {found}.*without --query"):
        read(*documents)


def test_a_folder_that_may_not_be_listed(tmp_path, read_path, monkeypatch):
    def denied(top, **options):
        options["onerror"](PermissionError(13, "Permission denied", str(top)))

    monkeypatch.setattr(files.os, "walk", denied)
    with pytest.raises(SnapshotError, match="cannot be read: Permission denied"):
        read_path(tmp_path)


def zip_of(tmp_path, **members):
    archive = tmp_path / "snapshot.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(f"{name}.json", content)
    return archive


def test_a_zip_file_that_unpacks_to_too_much(tmp_path, read_path, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_ZIP", 3 * 1024**2)
    archive = zip_of(tmp_path, a=b" " * 2 * 1024**2, b=b" " * 2 * 1024**2)
    with pytest.raises(SnapshotError, match=r"unpacks to 4 MiB, more than 3: split it"):
        read_path(archive)


def test_a_broken_file_in_a_zip_file_is_named(tmp_path, read_path):
    with pytest.raises(SnapshotError, match=r"^a\.json is not valid JSON"):
        read_path(zip_of(tmp_path, a="{"))


def test_a_zip_file_that_is_cut_off(tmp_path, read_path):
    archive = zip_of(tmp_path, a=json.dumps({"Vpcs": [{"VpcId": f"vpc-{n}"} for n in range(99)]}))
    content = bytearray(archive.read_bytes())
    content[60:90] = bytes(30)
    archive.write_bytes(content)
    with pytest.raises(SnapshotError, match="is damaged or encrypted"):
        read_path(archive)


def test_a_zip_member_that_lies_about_its_size_is_cut_there(tmp_path, read_path):
    archive = zip_of(tmp_path, a=json.dumps({"Vpcs": []}) + " " * 10_000)
    content = archive.read_bytes()
    true_size, lie = (10_012).to_bytes(4, "little"), (12).to_bytes(4, "little")
    archive.write_bytes(content.replace(true_size, lie))
    with pytest.raises(SnapshotError, match="is damaged or encrypted"):
        read_path(archive)
