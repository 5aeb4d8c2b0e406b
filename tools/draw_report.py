"""Draw docs/report.png: the HTML report on the network of docs/example, as a browser shows it.

Fonts differ from machine to machine, so this is run by hand when the report changes, and is no part
of `make docs`: .venv/bin/python tools/draw_report.py
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "report.png"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
SIZE = ViewportSize(width=1280, height=900)
LARGEST = 200_000


def main() -> int:
    """Write the picture; fail where it is too large for a page that people load."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.html"
        check = (
            "-c",
            "from vpcproof.cli import main; main()",
            "check",
            "--snapshot",
            str(ROOT / "docs/example"),
            "--quiet",
        )
        subprocess.run([sys.executable, *check, "--format", "html", "-o", str(report)], check=False)
        _draw(report)
    size = PICTURE.stat().st_size
    print(f"{PICTURE.relative_to(ROOT)}: {size:,} bytes")
    return 0 if size < LARGEST else 1


def _draw(report: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(report.as_uri())
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    raise SystemExit(main())
