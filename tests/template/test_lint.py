from cfnlint.api import ManualArgs, lint

from tests.template.conftest import ROOT

REGIONS = ["us-east-1", "eu-central-1", "ap-northeast-2", "us-gov-west-1", "cn-north-1"]


def test_cfn_lint_has_nothing_to_say_in_any_partition():
    config = ManualArgs(regions=REGIONS, include_checks=["I"])
    assert lint((ROOT / "template.yaml").read_text(), config=config) == []
