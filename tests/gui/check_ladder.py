#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the window of the TCP state ladder in the real Wireshark: what it shows, and its buttons.

The window has all segments of the connection, though a display filter hides most of them. Each button
is pressed and its effect looked at, also without a program that shows pictures. When another file has
been opened the window says so, and Wireshark ends in order while the window is open. Needs
Wireshark, Xvfb, xdotool and tesseract; without them it exits with status 77 (skipped).
"""

import argparse
import difflib
import json
import pathlib
import re
import shutil
import sys
import time
import urllib.parse

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "capture"))

import check_gui  # noqa: E402
import profile_files  # noqa: E402
import screen  # noqa: E402
import tshark  # noqa: E402
import window  # noqa: E402

TITLE = "TCP State Ladder"
# Two connections with the same ports; the frame that is selected, and where its connection begins.
CAPTURE, SELECTED, FIRST = "reuse-after-reset", 18, 9
CONNECTION = f"tcpstate.conn.first_frame == {FIRST}"
CHANGES = f"{CONNECTION} && tcpstate.changed == true"
HIDING = "tcp.flags.fin == 1"
# Wireshark takes files with such names for a set: its menu opens the next one.
SET = "set_00001_20260101000000.pcapng", "set_00002_20260101000001.pcapng"
OTHER = "half-close"
BUTTONS = ("Filter on this connection", "Only its state changes", "Go to first frame",
           "Open as picture")
PHASES = ("Handshake 1/3", "Handshake 2/3", "Handshake 3/3", "Data transfer", "Teardown 1/4",
          "Teardown 2/4", "Teardown 3/4", "Teardown 4/4")
MISREAD = 4  # how many of these tesseract may misread
LIKE = 0.8  # how much alike a sentence and what tesseract reads have to be, of 1
STATE = 500  # minimum number of pixels in the colour of a state
NO_WINDOW = "there is no window of the ladder"
GONE = "The capture file of this ladder is no longer open"
VIEWER = """#!/bin/sh
printf '%s\\n' "$1" >>"$HOME/viewed"
"""


def drawing(capture, kind):
    """Return what tshark draws of the connection: -z tcpstate,KIND."""
    lines = tshark.read(capture, "-q", "-z", f"tcpstate,{kind}").splitlines()
    return next(row for row in map(json.loads, lines) if row["first_frame"] == FIRST)


def count(capture, text):
    """Return how many frames pass a display filter."""
    return len(tshark.matching(capture, [text])[text])


def ladder(shown):
    """Return the picture of the ladder's window and its place; None, None if it is not there."""
    place = shown.screen.place(TITLE)
    return (shown.picture.part(*place), place) if place else (None, None)


def look_at_ladder(shown, drawn):
    """Return a complaint about the ladder's window: about its texts, or its lifelines' colours."""
    picture, _ = ladder(shown)
    if not picture:
        return NO_WINDOW
    colours = picture.colours()
    for colour in set(re.findall(r'bgcolor="#(\w+)"', drawn["html"])):
        if colours.get(tuple(bytes.fromhex(colour)), 0) < STATE:
            return f"no state has the colour {colour}"
    read = "".join(map(screen.essence, picture.text()))
    missing = [text for text in PHASES if screen.essence(text) not in read]
    if len(missing) > MISREAD:
        return f"{missing} cannot be read"
    return check_gui.unread(
        [f"{drawn['client']}:{drawn['client_port']} (client), "
         f"{drawn['server']}:{drawn['server_port']} (server)",
         f"{drawn['client_packets'] + drawn['server_packets']} segments"], picture)


def find_buttons(shown):
    """Return {label: (x, y)}. A button that was pressed is drawn in another way, hard to read."""
    buttons = {}

    def complaint():
        picture, place = ladder(shown)
        for label in BUTTONS:
            found = picture.places(label)
            if not found:
                return f"no button {label!r}"
            buttons[label] = found[-1][0] + place[0], found[-1][1] + place[1]
        return ""

    shown.until(complaint)
    return buttons


def press(shown, button):
    """Press a button of the ladder's window, and leave it."""
    shown.screen.do("mousemove", *button)
    shown.screen.do("click", 1)
    shown.screen.do("mousemove", *check_gui.aside(shown))


def status_bar(shown):
    """Return the picture of the status bar."""
    picture = shown.picture
    return picture.part(0, picture.height - window.STATUS_BAR * window.SCALE, picture.width,
                        picture.height)


def look_at_filter(shown, text, displayed):
    """Return a complaint about the filter that is applied, or the number of frames it shows."""
    above = shown.picture.part(0, 0, shown.picture.width * 2 // 3, ladder(shown)[1][1])
    return (check_gui.unread([f"Displayed: {displayed} ("], status_bar(shown)) or
            check_gui.unread([text], above))


def look_at_selection(shown, frame):
    """Return a complaint unless this frame's details are shown: beneath the list, at the left."""
    left = ladder(shown)[1][0]
    picture = shown.picture.part(0, shown.picture.height // 2, left, shown.picture.height)
    return check_gui.unread([f"Frame {frame}: "], picture)


def look_for_notice(shown, text):
    """Return a complaint unless the ladder's window tells this."""
    picture, _ = ladder(shown)
    if not picture:
        return NO_WINDOW
    wanted, lines = screen.essence(text), picture.text()
    # Bold letters are misread often.
    likeness = max((difflib.SequenceMatcher(None, wanted, screen.essence(line)[:len(wanted)]).ratio()
                    for line in lines), default=0)
    return "" if likeness > LIKE else f"{text!r} cannot be found in:\n" + "\n".join(lines)


def check_filters(shown, capture, buttons):
    """Press the buttons that filter and that select."""
    shown.until(lambda: look_at_selection(shown, SELECTED))
    for label, text in (("Filter on this connection", CONNECTION),
                        ("Only its state changes", CHANGES)):
        press(shown, buttons[label])
        displayed = count(capture, text)
        shown.until(lambda: look_at_filter(shown, text, displayed))
    press(shown, buttons["Go to first frame"])
    shown.until(lambda: look_at_selection(shown, FIRST))


def wait(shown, condition, complaint):
    """Wait until the condition holds."""
    for _ in range(window.LOOKS):
        if condition():
            return
        time.sleep(window.PAUSE)
    raise tshark.Failure(f"{complaint}\nScreenshot: {shown.keep()}")


def check_picture(shown, button, programs, pictures, drawn):
    """Have the picture opened, first where no program can do that."""
    press(shown, button)
    shown.until(lambda: look_for_notice(shown, "No program was found that shows the picture"))
    written = list(pictures.glob("*.svg"))
    same([path.read_text() for path in written], [drawn["svg"]], "pictures")

    viewed = pathlib.Path(tshark.environment()["HOME"]) / "viewed"
    viewer = programs / "xdg-open"
    viewer.write_text(VIEWER)
    viewer.chmod(0o755)
    press(shown, button)
    wait(shown, lambda: viewed.exists() and viewed.read_text().endswith("\n"),
         "the picture is not opened")
    url = urllib.parse.urlsplit(viewed.read_text().strip())
    same(url.scheme, "file", "the picture's scheme")
    path = pathlib.Path(urllib.parse.unquote(url.path))
    same((path.parent, path.suffix), (pictures, ".svg"), "the picture's place")
    same(path in written, False, "the picture is the first one")
    same(path.read_text(), drawn["svg"], "the picture")
    same(path.stat().st_mode & 0o777, 0o600, "the picture's mode")


def same(found, wanted, what):
    """Fail unless two values are equal."""
    if found != wanted:
        raise tshark.Failure(f"{what}: {found!r}, not {wanted!r}")


def check_other_file(shown, button):
    """Open another file: the window keeps its ladder, and its buttons do nothing to that file."""
    check_gui.choose(shown, "File", "File Set", "Next File")
    shown.until(lambda: check_gui.unread([SET[1]], status_bar(shown)))
    press(shown, button)
    shown.until(lambda: look_for_notice(shown, GONE))
    shown.until(lambda: look_at_filter(shown, CHANGES, 0))


def check_end(shown):
    """Quit Wireshark while the ladder is open."""
    check_gui.choose(shown, "File", "Quit")
    wait(shown, lambda: shown.program.poll() is not None, "Wireshark does not quit")
    same(shown.program.returncode, 0, "Wireshark's exit status")


def make_set():
    """Return the first of two captures that Wireshark takes for a set."""
    directory = tshark.scratch() / "set"
    directory.mkdir()
    for name, capture in zip(SET, (CAPTURE, OTHER)):
        shutil.copyfile(tshark.CAPTURES / f"{capture}.pcapng", directory / name)
        (directory / name).chmod(0o644)
    return directory / SET[0]


def make_directory(name):
    """Return a new directory of the user that runs Wireshark."""
    directory = tshark.scratch() / name
    directory.mkdir()
    profile_files.hand_over(directory)
    return directory


def main():
    """Run all checks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--picture", type=pathlib.Path, metavar="FILE",
                        help="save a screenshot of the window there")
    options = parser.parse_args()
    missing = window.missing_packages()
    if missing:
        print(f"SKIPPED: not installed: {' '.join(missing)}")
        return window.SKIPPED
    profile_files.install()
    capture = make_set()
    programs, pictures = make_directory("programs"), make_directory("pictures")
    for program in {tshark.command()[0], "wireshark"} - {"tshark"}:
        (programs / program).symlink_to(shutil.which(program))
    with window.Window(capture, "-g", str(SELECTED), "-Y", HIDING, PATH=str(programs),
                       TMPDIR=str(pictures)) as shown:
        check_gui.choose(shown, "Statistics", TITLE)
        html, svg = drawing(capture, "window"), drawing(capture, "picture")
        shown.until(lambda: look_at_ladder(shown, html))
        if options.picture:
            shown.picture.write(options.picture)
        buttons = find_buttons(shown)
        check_filters(shown, capture, buttons)
        check_picture(shown, buttons["Open as picture"], programs, pictures, svg)
        check_other_file(shown, buttons["Filter on this connection"])
        check_end(shown)
    return 0


if __name__ == "__main__":
    tshark.run_main(main)
