"""Pages say what is so: generated ones are current, links lead somewhere, commands exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("changelog.d/README.md")],
)
LINK = re.compile(r"\[[^\]]+\]\((?!https?://|mailto:)([^)#\s]+)(?:#[^)]*)?\)")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
KINDS = {"rule", "added", "changed", "fixed", "removed"}


def relative(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize(
    "generator", ["generate_template", "generate_rule_pages", "generate_iam_page"]
)
def test_generated_files_are_current(generator):
    answer = subprocess.run(
        [sys.executable, f"tools/{generator}.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_lead_somewhere(page):
    missing = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_make_targets_exist(page):
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(), re.MULTILINE))
    assert named - TARGETS == set()


def test_every_decision_is_in_the_list_and_has_its_three_parts():
    index = (ROOT / "docs/adr/README.md").read_text()
    for page in ROOT.glob("docs/adr/0*.md"):
        text = page.read_text()
        title = text.partition("\n")[0].partition("· ")[2]
        assert f"[{page.name[:4]}]({page.name}) | {title} |" in index
        parts = re.findall(r"^## (\w+)$", text, re.MULTILINE)
        assert parts == ["Context", "Decision", "Consequences"], page.name


def test_change_fragments_are_of_a_known_kind_and_say_something():
    for fragment in (ROOT / "changelog.d").glob("*.md"):
        if fragment.name != "README.md":
            assert fragment.name.split(".")[1] in KINDS, fragment.name
            assert fragment.read_text().strip().endswith("."), fragment.name


def test_the_licence_is_whole():
    licence = (ROOT / "LICENSE").read_text()
    assert "Apache License" in licence
    assert "APPENDIX: How to apply the Apache License to your work." in licence


def test_words_of_the_glossary_are_in_order():
    words = re.findall(r"^\*\*(.+?)\*\* ·", (ROOT / "docs/glossary.md").read_text(), re.MULTILINE)
    assert words == sorted(words, key=str.lower)
