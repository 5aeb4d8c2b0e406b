import pytest
from cfnlint.api import ManualArgs, lint

from tests.template.conftest import ROOT

REGIONS = ["us-east-1", "eu-central-1", "ap-northeast-2", "us-gov-west-1", "cn-north-1"]
# https://docs.aws.amazon.com/config/latest/developerguide/multi-account-enablement.html
ORGANIZATIONS_IN = ["us-east-1", "eu-central-1", "ap-northeast-2", "us-gov-west-1"]


@pytest.mark.parametrize(
    ("template", "regions"),
    [
        ("template.yaml", REGIONS),
        ("conformance-packs/vpcproof.yaml", REGIONS),
        ("conformance-packs/vpcproof-core.yaml", REGIONS),
        ("organization/rules.yaml", ORGANIZATIONS_IN),
        ("organization/member-role.yaml", REGIONS),
        ("organization/probe.yaml", REGIONS),
    ],
)
def test_cfn_lint_has_nothing_to_say_in_any_partition(template, regions):
    config = ManualArgs(regions=regions, include_checks=["I"])
    assert lint((ROOT / template).read_text(), config=config) == []
