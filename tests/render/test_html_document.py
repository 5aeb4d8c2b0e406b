"""The HTML report as text: what it promises before any script has run."""

import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
import vpcproof
from hypothesis import given
from vpcproof.model.facts import Fact
from vpcproof.model.verdict import Compliance
from vpcproof.render.html.document import render_html, render_paths_html
from vpcproof.render.html.verdicts import SHOWN_WITHOUT_SCRIPT
from vpcproof.render.page import printable

from tests.networks import VPC, without
from tests.render.embedded import embedded
from tests.render.hostile import HOSTILE, hostile_findings
from tests.render.landscape import SOURCE, many_vpcs, report_on, sound, three_zones
from tests.render.samples import evaluation, everything, findings

POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]+)"')


class Elements(HTMLParser):
    """Counts elements, and collects text where it is seen."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.count: Counter[str] = Counter()
        self.links: list[str] = []
        self.text = ""
        self._hidden = 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.count[tag] += 1
        self.links += [value for name, value in attrs if name in {"src", "href", "action"}]
        self._hidden += tag in {"script", "style"}

    def handle_endtag(self, tag):
        self._hidden -= tag in {"script", "style"}

    def handle_data(self, data):
        self.text += "" if self._hidden else data


@pytest.fixture(scope="module")
def broken():
    return report_on(three_zones(), services="ssm,s3,logs,ecr")


def test_the_same_network_gives_the_same_bytes(broken):
    assert render_html(broken) == render_html(report_on(three_zones(), services="ssm,s3,logs,ecr"))


def test_the_policy_lets_its_own_style_and_script_pass_and_nothing_else(broken):
    page = render_html(broken)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (script,) = re.findall(r'<script type="module">(.*?)</script>', page, re.DOTALL)
    digest = {text: b64encode(sha256(text.encode()).digest()).decode() for text in (style, script)}
    found = POLICY.search(page)
    assert found is not None
    directives = dict(each.strip().split(" ", 1) for each in found[1].split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["style-src"] == f"'sha256-{digest[style]}'"
    assert directives["script-src"] == f"'sha256-{digest[script]}'"


def test_nothing_is_loaded_from_anywhere(broken):
    elements = Elements(render_html(broken))
    assert all(link.startswith("#") for link in elements.links)
    assert not {"link", "img", "iframe", "object", "base"} & elements.count.keys()
    assert "http:" not in (assets := render_html(sound_report())).replace(
        "http://www.w3.org/2000/svg", ""
    )
    assert "url(" not in assets


def sound_report():
    return report_on(sound())


@given(HOSTILE)
def test_no_text_adds_an_element_or_ends_the_data(text):
    calm = Elements(render_html(hostile_findings("calm")))
    page = render_html(hostile_findings(text))
    elements = Elements(page)
    assert elements.count - Counter(span=1) <= calm.count
    assert embedded(page)["findings"][0][1] == printable(text)
    assert " ".join(printable(text).split()) in " ".join(elements.text.split())


def test_what_needs_attention_is_in_the_page_without_script(broken):
    text = Elements(render_html(broken)).text
    for each in broken.report.evaluations:
        if each.compliance in {Compliance.NON_COMPLIANT, Compliance.UNDETERMINED}:
            assert each.annotation in text
            assert all(fact.detail in text for fact in each.evidence)


def test_rows_beyond_a_limit_are_counted():
    many = findings(
        *(evaluation(resource_id=f"rtb-{each:05}") for each in range(SHOWN_WITHOUT_SCRIPT + 7))
    )
    elements = Elements(render_html(many))
    assert elements.count["tr"] == SHOWN_WITHOUT_SCRIPT + 1
    assert "7 more are shown by the script" in elements.text


def test_every_verdict_is_in_the_data_the_worst_first(broken):
    data = embedded(render_html(broken))
    assert len(data["findings"]) == len(broken.report.evaluations)
    order = [(verdict, severity) for _, _, _, verdict, severity, *_ in data["findings"]]
    assert order == sorted(order)


def test_what_was_not_read_is_said_with_what_fills_it():
    text = Elements(render_html(report_on(without(sound(), Fact.NETWORK_ACLS)))).text
    assert "Network acls: no file (save what aws ec2 describe-network-acls prints)" in text
    assert "nothing is claimed about what depends on them" in text


def test_a_baseline_is_told_and_marks_what_is_unchanged():
    from tests.render.samples import compared  # noqa: PLC0415 - of this test alone

    page = render_html(compared())
    assert "Since the baseline: 1 new" in page
    marks = [each[-1] for each in embedded(page)["findings"] if each[3] == 0]
    assert marks == [0, 1, 1]


@pytest.mark.parametrize(
    ("shown", "headline"),
    [
        (findings(), "Nothing to judge"),
        (findings(evaluation()), "1 finding"),
        (findings(evaluation(Compliance.COMPLIANT)), "Everything judged is proven"),
        (findings(evaluation(Compliance.UNDETERMINED)), "Not everything could be determined"),
        (
            replace(findings(evaluation(Compliance.COMPLIANT)), unjudged=("a-rule",)),
            "Not everything could be determined",
        ),
    ],
)
def test_the_headline_never_claims_more_than_is_proven(shown, headline):
    assert f'<h1 id="summary">{headline}</h1>' in render_html(shown)


def test_saved_answers_have_no_time_and_a_live_account_has():
    shown = everything()
    assert "2026-11-02" not in render_html(shown)
    live = replace(shown, source=replace(shown.source, kind="live"))
    assert "read 2026-11-02 03:04 UTC" in render_html(live)


def test_each_vpc_is_drawn_from_data_of_its_own():
    held = many_vpcs(3)
    page = render_html(report_on(held, held.vpcs))
    listed = [each["id"] for each in embedded(page)["vpcs"]]
    assert listed == sorted(held.vpcs)
    for position, vpc_id in enumerate(listed):
        (subnet,) = embedded(page, f"vpc-{position}")["subnets"]
        assert subnet["id"] == vpc_id.replace("vpc", "subnet")


def test_the_worst_vpc_is_the_first():
    held = many_vpcs(2)
    shown = report_on(held, held.vpcs)
    kept = tuple(each for each in shown.report.evaluations if each.vpc_id == "vpc-0001")
    data = embedded(render_html(replace(shown, report=replace(shown.report, evaluations=kept))))
    assert [each["id"] for each in data["vpcs"]] == ["vpc-0001", "vpc-0000"]


def test_paths_without_findings_are_a_table_too(broken):
    page = render_paths_html(broken.network, broken.names, SOURCE)
    elements = Elements(page)
    assert elements.count["tr"] == len(broken.network.paths) + 1
    reached = sum(path.reachable is True for path in broken.network.paths)
    assert f"{reached} of {len(broken.network.paths)} paths are proven" in elements.text
    for path in broken.network.paths:
        assert all(str(block) in elements.text for block in path.blocks)


def test_the_assets_lie_in_the_package():
    folder = Path(vpcproof.__file__).parent / "render" / "html" / "assets"
    page = render_html(sound_report())
    for file in folder.glob("*.[cj]s*"):
        assert file.suffix == ".jinja" or file.read_text(encoding="utf-8").strip() in page, file


def test_only_required_services_come_first(broken):
    drawn = embedded(render_html(broken), "vpc-0")
    assert drawn["services"][: drawn["required"]] == sorted(broken.network.required[VPC])
