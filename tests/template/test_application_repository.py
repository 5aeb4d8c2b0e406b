"""The application can be published in the AWS Serverless Application Repository as it is.

https://docs.aws.amazon.com/serverlessrepo/latest/devguide/serverlessrepo-how-to-publish.html
"""

import re

import pytest

from tests.template.conftest import ROOT


@pytest.fixture(scope="module")
def application(template):
    return template["Metadata"]["AWS::ServerlessRepo::Application"]


def test_it_says_all_that_a_public_application_has_to_say(application):
    assert set(application) >= {
        "Name",
        "Description",
        "Author",
        "SpdxLicenseId",
        "LicenseUrl",
        "ReadmeUrl",
        "SemanticVersion",
    }


@pytest.mark.parametrize(
    ("member", "pattern"),
    [
        ("Name", r"[A-Za-z0-9-]{1,140}"),
        ("Description", r".{1,256}"),
        ("Author", r"[A-Za-z0-9]([A-Za-z0-9 -]*[A-Za-z0-9])?"),
        ("SpdxLicenseId", r"Apache-2\.0"),
        ("SemanticVersion", r"\d+\.\d+\.\d+"),
    ],
)
def test_its_members_are_texts_within_their_limits(application, member, pattern):
    assert isinstance(application[member], str)
    assert re.fullmatch(pattern, application[member])


def test_its_labels_can_be_searched_for(application):
    labels = application["Labels"]
    assert 1 <= len(labels) <= 10
    assert all(re.fullmatch(r"[A-Za-z0-9+_:/@-]{1,127}", label) for label in labels)


@pytest.mark.parametrize("member", ["LicenseUrl", "ReadmeUrl"])
def test_its_files_exist_and_are_small_enough(application, member):
    assert 0 < (ROOT / application[member]).stat().st_size <= 256 * 1024


def test_its_licence_is_the_one_it_names(application):
    assert "Apache License" in (ROOT / application["LicenseUrl"]).read_text()
