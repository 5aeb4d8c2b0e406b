"""docs/probe.md is true: its event, its words, its numbers."""

import json
import re
from pathlib import Path

from vpcproof.probe.question import MOST_NAMES, MOST_SECONDS, MOST_TARGETS
from vpcproof.probe.step import Trouble

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/probe.md").read_text()


def test_the_event_of_the_page_is_the_file_beside_the_commands():
    (shown,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert json.loads(shown) == json.loads((ROOT / "events/probe.json").read_text())


def test_every_word_of_trouble_is_explained_and_no_other():
    rows = re.findall(r"^\| `([a-z-]+)` \| (?:resolve|connect|tls)", PAGE, re.MULTILINE)
    assert set(rows) == {str(each) for each in Trouble}


def test_the_bounds_are_those_of_the_code():
    assert f"up to {MOST_TARGETS} services" in PAGE
    assert f"up to {MOST_NAMES} host names" in PAGE
    assert f"at most {MOST_SECONDS:.0f}; default 3" in PAGE
