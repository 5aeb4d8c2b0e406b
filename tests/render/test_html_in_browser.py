"""The HTML report as people use it: by mouse, by keyboard, by screen reader, on paper, in the dark.

All of it in one browser, so in one module: Playwright keeps an event loop while it lives.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright
from vpcproof.render.html.document import render_html, render_paths_html

from tests.networks import VPC
from tests.render.landscape import SOURCE, many_vpcs, report_on, sound, three_zones

pytestmark = pytest.mark.xdist_group("browser")

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
HOSTILE = "</script><script>pwned()</script><img src=x onerror=pwned()>\u2028`<b>`"

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> Callable[[str], str]:
    """The address of a report, written when it is first asked for."""
    folder = tmp_path_factory.mktemp("reports")
    made = {
        "broken": lambda: report_on(three_zones(), services="ssm,s3,logs,ecr"),
        "sound": lambda: report_on(sound()),
        "few": lambda: report_on((held := many_vpcs(2)), held.vpcs),
        "dozens": lambda: report_on((held := many_vpcs(40)), held.vpcs),
        "many": lambda: report_on((held := many_vpcs(500)), held.vpcs),
        "hostile": hostile,
    }

    def written(name: str) -> str:
        file = folder / f"{name}.html"
        if not file.exists():
            file.write_text(render_html(made[name]()), encoding="utf-8")
        return file.as_uri()

    return written


@pytest.fixture
def open_report(browser, reports) -> Iterator[Open]:
    """`open_report("broken", "#…")`: a page on which nothing went wrong and that asked nobody."""
    wrong: list[str] = []
    contexts = []

    def opened(name: str, place: str = "", **settings) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **settings})
        context.set_default_timeout(5000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text))
        page.on("request", lambda request: wrong.append(request.url))
        page.goto(reports(name) + place)
        wrong.remove(reports(name))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def hostile():
    """Every text that a stranger can choose is hostile."""
    shown = report_on(sound())
    written = json.dumps(HOSTILE)[1:-1]
    names = dict.fromkeys((VPC, "subnet-a", "vpce-ssm", "sg-endpoint", "rtb-main"), HOSTILE)
    evaluations = tuple(
        replace(each, annotation=HOSTILE + each.annotation, resource_id=each.resource_id + written)
        for each in shown.report.evaluations
    )
    paths = tuple(replace(each, via=(HOSTILE,)) for each in shown.network.paths)
    return replace(
        shown,
        names=names | {each.resource_id: HOSTILE for each in evaluations},
        report=replace(shown.report, evaluations=evaluations),
        network=replace(shown.network, paths=paths),
        source=replace(SOURCE, account=HOSTILE),
    )


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]


def cell(page: Page, subnet: str, service: str):
    column = page.locator(".matrix thead tr:last-child th").all_inner_texts().index(service)
    return page.locator(".matrix tbody tr", has_text=subnet).locator("td").nth(column - 1)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 400)])
def test_nothing_about_it_keeps_anybody_out(open_report, scheme, width):
    page = open_report(
        "broken",
        "#severity=low&path=subnet-data-us-east-1c ssm",
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
    )
    page.locator("#findings-table summary").first.click()
    assert page.locator(".hop.blocked").count() == 3
    assert violations(page) == []


def test_a_list_of_vpcs_keeps_nobody_out(open_report):
    assert violations(open_report("few")) == []


def test_a_click_on_a_cell_shows_the_proof(open_report):
    page = open_report("broken")
    cell(page, "data-c", "ssm").locator("button").click()
    expect(page.locator("#proof-title")).to_be_focused()
    expect(page.locator("#proof-title")).to_have_text("data-c to ssm")
    stopped = page.locator(".hop.blocked strong").all_inner_texts()
    assert stopped == ["Security groups of the workloads", "Network ACLs", "ssm"]
    packets = page.locator(".packet").all_inner_texts()
    assert ["TCP 443", "10.0.1.5"] not in packets
    assert any("10.0.2.5" in each for each in packets)


def test_the_proof_of_a_path_that_is_reached_names_each_hop(open_report):
    page = open_report("broken")
    cell(page, "app-a", "ssm").locator("button").click()
    assert page.locator(".hop strong").all_inner_texts() == [
        "app-a",
        "Name",
        "Security groups of the workloads",
        "Route table",
        "Network ACLs",
        "Security groups of the endpoint",
        "Endpoint",
        "ssm",
    ]
    assert page.locator(".hop.blocked").count() == 0


def test_keys_alone_lead_from_the_table_to_the_proof_and_back(open_report):
    page = open_report("broken")
    start = page.locator('.matrix button[tabindex="0"]')
    assert start.count() == 1
    cell(page, "app-a", "ecr.api").locator("button").focus()
    for key in ("ArrowRight", "ArrowDown", "End", "Home"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.locator("#proof-title")).to_have_text("data-a to ecr.api")
    expect(page.locator("#proof-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(cell(page, "data-a", "ecr.api").locator("button")).to_be_focused()


def test_the_table_says_outcomes_in_words_and_shapes(open_report):
    page = open_report("broken")
    for service, words, shape in (
        ("ssm", "reached\ninterface", "#i-reached"),
        ("ecr.api", "reached\nNAT", "#i-public"),
    ):
        found = cell(page, "app-a", service)
        assert [line for line in found.inner_text().splitlines() if line] == words.splitlines()
        assert found.locator("use").get_attribute("href") == shape
    assert cell(page, "data-c", "ssm").locator("use").get_attribute("href") == "#i-blocked"


def test_the_map_marks_what_blocks_where_it_stands(open_report):
    page = open_report("broken")
    cell(page, "data-c", "ssm").locator("button").click()
    closed = page.locator(".map .chip.closed").all_text_contents()
    assert any("acl-data" in each for each in closed)
    assert not any("sg-endpoint" in each for each in closed)
    assert page.locator(".map .way.blocked.chosen").count() == 1
    assert "ssm is blocked from 2" in page.locator(".map").get_attribute("aria-label")


def test_the_map_leads_to_the_proof_of_a_subnet(open_report):
    page = open_report("broken", "#path=subnet-app-us-east-1a ssm")
    page.locator(".map .subnet", has_text="data-c").click()
    expect(page.locator("#proof-title")).to_have_text("data-c to ssm")


def test_a_plan_that_is_proven_is_shown_as_the_fix(open_report):
    page = open_report("broken", "#path=subnet-app-us-east-1b ec2messages")
    assert "sg-tight" in page.locator("#proof .changes").inner_text()
    assert "no path is lost" in page.locator("#proof").inner_text()


def test_filters_narrow_the_list_and_are_kept_in_the_address(open_report):
    page = open_report("broken")
    all_of_it = page.locator("#shown").inner_text()
    page.get_by_label("Severity").select_option("critical")
    page.get_by_label("Text").fill("SG-tight")
    expect(page.locator("#findings-table tbody tr")).to_have_count(2)
    assert page.locator("#shown").get_attribute("aria-live") == "polite"
    assert page.locator("#shown").inner_text().startswith("2 of ")
    again = open_report("broken", page.evaluate("location.hash"))
    assert again.locator("#findings-table tbody tr").count() == 2
    expect(again.get_by_label("Severity")).to_have_value("critical")
    again.get_by_role("button", name="Clear").click()
    expect(again.locator("#shown")).to_have_text(all_of_it)
    assert "severity" not in again.evaluate("location.hash")


def test_verdicts_that_need_no_attention_are_there_when_asked_for(open_report):
    page = open_report("sound")
    expect(page.locator("#findings-table tbody tr")).to_have_count(2)
    page.get_by_label("Verdict").select_option("COMPLIANT")
    assert page.locator("#findings-table tbody .badge.compliant").count() == 23


def test_five_hundred_vpcs_open_and_filter(open_report):
    page = open_report("many")
    expect(page.locator("#vpc-list li")).to_have_count(500)
    page.get_by_label("Find a VPC").fill("team-0333")
    expect(page.locator("#vpc-list li")).to_have_count(1)
    expect(page.locator("#vpc-count")).to_have_text("1 of 500 VPCs")
    page.locator("#vpc-list button").click()
    expect(page.locator("#network")).to_contain_text("vpc-0333")
    assert page.locator(".map").count() == 1
    page.locator("[name=in]").select_option("vpc-0333")
    expect(page.locator("#findings-table tbody tr")).to_have_count(3)
    assert "vpc=vpc-0333" in page.evaluate("location.hash")


def test_a_finding_leads_to_its_vpc(open_report):
    page = open_report("dozens", "#q=vpc-0007")
    page.locator("#findings-table a").first.click()
    expect(page.locator("#network")).to_contain_text("team-0007")
    expect(page.locator("#network")).to_be_focused()
    expect(page.get_by_label("Text")).to_have_value("vpc-0007")


def test_long_lists_are_shown_a_page_at_a_time(open_report):
    page = open_report("dozens")
    assert page.locator("#findings-table tbody tr").count() == 100
    page.get_by_role("button", name="Show 20 more").click()
    assert page.locator("#findings-table tbody tr").count() == 120
    expect(page.locator("#findings-table tbody tr").nth(100).locator("th")).to_be_focused()


def test_hostile_text_is_shown_and_never_acts(open_report):
    page = open_report("hostile")
    page.get_by_label("Verdict").select_option("all")
    page.locator("#findings-table summary").first.click()
    shown = HOSTILE.replace("\u2028", " ")
    assert shown in page.locator("#network").inner_text()
    assert shown in page.locator("#findings-table").inner_text()
    assert shown in page.locator(".source").inner_text()
    assert page.locator("img, b").count() == 0
    assert page.locator("script:not([type='application/json'])").count() == 1


def test_script_that_slipped_into_the_page_would_not_run(browser, tmp_path):
    slipped = "<script>pwned = 1</script><img src=data:, onerror='pwned = 1'><main"
    file = tmp_path / "slipped.html"
    file.write_text(render_html(report_on(sound())).replace("<main", slipped, 1), encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    assert page.locator(".map").count() == 1
    assert page.evaluate("typeof pwned") == "undefined"
    page.close()


@pytest.mark.parametrize(
    "slip", ["document.body.innerHTML = '<p>'", "document.body.setAttribute('onclick', 'x()')"]
)
def test_text_that_slipped_into_markup_later_would_be_refused(browser, reports, slip):
    page = browser.new_page()
    page.goto(reports("sound"))
    with pytest.raises(Error, match=r"requires 'Trusted\w+' assignment"):
        page.evaluate(f"() => {{ {slip} }}")
    page.close()


def test_the_essentials_need_no_script(open_report):
    page = open_report("broken", java_script_enabled=False)
    assert page.locator("h1").inner_text() == "16 findings"
    assert page.locator("#findings-table tbody tr").count() == 23
    assert not page.locator("#filters").is_visible()
    assert not page.locator("#network-section").is_visible()


def test_paper_shows_all_findings_with_their_facts_in_light(open_report):
    page = open_report("dozens", "#verdict=NON_COMPLIANT", color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#findings-table tbody tr").count() == 120
    assert page.locator("#findings-table details li").first.is_visible()
    for gone in ("#filters", "#picker", "#theme"):
        assert not page.locator(gone).is_visible()
    ink = page.evaluate("getComputedStyle(document.body).color")
    assert ink == "rgb(27, 34, 44)"


def test_a_sheet_of_paper_is_wide_enough(open_report):
    page = open_report("broken", viewport={"width": 688, "height": 970})
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") == 688


def test_colours_follow_the_system_and_the_button(open_report):
    page = open_report("sound", color_scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(paper)
    page.get_by_role("button", name="Light colours").click()
    assert page.evaluate(paper) != dark
    page.get_by_role("button", name="Dark colours").click()
    assert page.evaluate(paper) == dark


@pytest.mark.parametrize("name", ["broken", "few"])
def test_a_narrow_screen_scrolls_one_way(open_report, name):
    page = open_report(name, viewport={"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 400


def test_paths_alone_make_a_report_without_findings(browser, tmp_path):
    shown = report_on(three_zones())
    file = tmp_path / "paths.html"
    file.write_text(render_paths_html(shown.network, shown.names, SOURCE), encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    assert page.locator(".matrix button").count() == len(shown.network.paths)
    assert page.locator("#findings-section, #paths-section").count() == 0
    page.close()
