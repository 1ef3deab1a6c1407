#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the page of scripts/report --ladder in a browser: as it is seen, light and dark, and printed.

The browser reports no error; the page fits a narrow screen; every text has enough contrast to what is
behind it; on paper each ladder begins a page and has all of its texts. Needs Chromium and
pdftotext; without them it exits with status 77 (skipped).
"""

import html
import json
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "capture"))

import colours  # noqa: E402
import report_runner  # noqa: E402
import tshark  # noqa: E402
import window  # noqa: E402
from report_runner import same  # noqa: E402

PROGRAMS = {"chromium": "chromium", "pdftotext": "poppler-utils"}
NAMES = ("half-close", "forged-resets", "simultaneous-close", "ecn-several-episodes", "mid-stream",
         "refused")
WIDTH = 1366  # of a small screen, in pixels
CONTRAST = 4.5  # minimum contrast of a text and what is behind it: WCAG 2, level AA
LIGHT, DARK = "preferredColorScheme=1", "preferredColorScheme=0"
MEASURE = pathlib.Path(__file__).with_name("measure_page.js")
MEASURED = re.compile(r'<pre id="measured">(.*?)</pre>', re.DOTALL)
SECTION = re.compile(r"<h2>(.*?)</h2>(.*?)</section>", re.DOTALL)
# A slanted text is that of an arrow; it comes out of a PDF in pieces.
STRAIGHT = re.compile(r"<text(?![^>]*(?:transform|rotate))[^>]*>([^<]+)</text>")


def demand(condition, message):
    """Fail with a message unless the condition holds."""
    if not condition:
        raise tshark.Failure(message)


def browse(page, *options):
    """Open a page; return (standard output, messages of the browser's console)."""
    directory = page.parent / "browser"
    done = subprocess.run(
        ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
         "--disable-dev-shm-usage", "--disable-background-networking",
         f"--user-data-dir={directory}", f"--window-size={WIDTH},768", "--hide-scrollbars",
         "--enable-logging=stderr", *options, page.as_uri()],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=tshark.HANGS, check=False)
    messages = done.stderr.decode(errors="replace")
    demand(done.returncode == 0, f"chromium {options}: status {done.returncode}:\n{messages}")
    return (done.stdout.decode(),
            [line for line in messages.splitlines() if ":CONSOLE" in line])


def measured(page, scheme):
    """Return what measure_page.js finds in the page with a colour scheme."""
    copy = page.with_name("measured.html")
    script = f"<script>{MEASURE.read_text()}</script></body>"
    copy.write_text(page.read_text(encoding="utf-8").replace("</body>", script),
                    encoding="utf-8")
    output, messages = browse(copy, "--dump-dom", f"--blink-settings={scheme}")
    same([re.sub(r'.*"(.*)".*', r"\1", line) for line in messages], ["measured"],
         "messages of the console")
    return json.loads(html.unescape(MEASURED.search(output)[1]))


def check_screen(page):
    """Check width and contrast in both colour schemes."""
    grounds = []
    for scheme in (LIGHT, DARK):
        found = measured(page, scheme)
        grounds.append(sum(found["page"][:3]))
        same(found["inner"], WIDTH, "the window's width")
        demand(found["wide"] <= WIDTH, f"the page is {found['wide']} pixels wide")
        same(len(found["pictures"]), len(NAMES), "the number of ladders")
        demand(min(found["pictures"]) > WIDTH / 2, f"widths of the ladders: {found['pictures']}")
        for text, colour, ground in found["texts"]:
            contrast = colours.contrast(colour, ground)
            demand(contrast >= CONTRAST, f"{scheme}: {text!r} has a contrast of {contrast:.1f}")
    demand(grounds[0] > grounds[1], "the page is the same in the dark")


def check_quiet(page):
    """Check that the browser has nothing to complain of."""
    _, messages = browse(page, "--dump-dom")
    same(messages, [], "messages of the console")


def squeeze(text):
    """Return a text without spaces."""
    return "".join(text.split())


def check_print(page):
    """Check that each ladder begins a page of its own and is printed whole."""
    paper = page.with_suffix(".pdf")
    browse(page, f"--print-to-pdf={paper}", "--no-pdf-header-footer")
    text = subprocess.run(["pdftotext", "-layout", paper, "-"], check=True, capture_output=True,
                          text=True, timeout=tshark.HANGS).stdout
    sheets = [squeeze(sheet) for sheet in text.split("\f")[:-1]]
    sections = SECTION.findall(page.read_text(encoding="utf-8"))
    same(len(sections), len(NAMES), "the number of ladders")
    parts = [section.count('<svg class="cut"') or 1 for _, section in sections]
    demand(max(parts) > 1, "no ladder is longer than a sheet of paper")
    same(len(sheets), 1 + sum(parts), "the number of sheets")
    at = 1
    for (name, section), count in zip(sections, parts):
        demand(sheets[at].startswith(squeeze(html.unescape(name))), f"{name} begins no sheet")
        printed = "".join(sheets[at:at + count])
        for label in STRAIGHT.findall(section):
            demand(squeeze(html.unescape(label)) in printed, f"{name}: {label!r} is not printed")
        at += count


def main():
    """Run all checks."""
    missing = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if missing:
        print(f"SKIPPED: not installed: {' '.join(missing)}")
        return window.SKIPPED
    script = report_runner.Script()
    captures = [script.copy(f"{name}.pcapng", (tshark.CAPTURES / f"{name}.pcapng").read_bytes())
                for name in NAMES]
    script("--ladder", "page.html", *captures)
    page = script.directory / "page.html"
    for check in (check_quiet, check_screen, check_print):
        check(page)
    return 0


if __name__ == "__main__":
    tshark.run_main(main)
