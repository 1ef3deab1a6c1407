#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that the real Wireshark shows the profile's columns, colours, buttons and graphs.

The expected contents of the window come from tshark and the same capture. Needs Wireshark, Xvfb,
xdotool and tesseract; without them it exits with status 77 (skipped).
"""

import argparse
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "capture"))

import pdml  # noqa: E402
import profile_files  # noqa: E402
import screen  # noqa: E402
import tshark  # noqa: E402
import window  # noqa: E402

FIELDS = ("tcpstate.phase.text", "tcpstate.client.state", "tcpstate.server.state")
# (capture, frame to select, file name of the screenshot for the README).
VIEWS = (("half-close", 9, "half-close.png"),
         ("forged-resets", 9, "forged-resets.png"))
HEADINGS = ("No.", "Time", "Source", "Destination", "Protocol", "Stream", "Phase", "Client",
            "Server", "ECN role", "Anomaly", "Info")
BUTTONS = ("This connection", "State changes", "Open", "Close", "Resets", "ECN", "Anomalies")
# The capture whose I/O graphs are checked, and its events.
GRAPHED = "half-close"
EVENTS = ("Opened", "Established", "Closing", "Closed")
# The plugin's entries in the menus, and what can be read then.
MENUS = ((("Analyze", "Conversation Filter", "TCP connection (tcpstate)"),
          ("tcpstate.conn.first_frame == 1", "Displayed: 15")),
         (("Statistics", "TCP Connections"),
          ("Outcome", "Closed by", "1021ClosedClient")),
         (("Statistics", "TCP Connection States"),
          ("Connections by outcome (tcpstate.conn.outcome)", "Frames by phase (tcpstate.phase)")))
LAYOUT = ("-o", "gui.layout_content_3:NONE", "-o", "gui.geometry_main_upper_pane:330")
SCROLL_DOWN = 5  # mouse button
BAR = 10000  # minimum number of pixels in a bar


def frames(capture):
    """Return tshark's (colour of its rule, phase and states) of each frame."""
    backgrounds = {name: background for name, _, background, _ in profile_files.rules()}
    rules = tshark.read(capture, "-C", profile_files.NAME, "--color", "-T", "fields", "-e",
                        "frame.coloring_rule.name").splitlines()
    return [(backgrounds[rule], "".join(map(frame.segments[0].word, FIELDS)))
            for rule, frame in zip(rules, pdml.dissect(capture), strict=True)]


def details(capture, frame):
    """Return the first lines of the plugin's tree for a frame, without its title and long lines."""
    text = tshark.read(capture, "-O", "tcpstate", "-Y", f"frame.number == {frame}")
    lines = [line.strip() for line in text.splitlines()]
    start = next(at for at, line in enumerate(lines) if "TCP Connection State" in line)
    return [line for line in lines[start + 1:start + 16] if len(line) < 60]


def unread(wanted, *pictures):
    """Return a complaint about the first text that cannot be read in any of the pictures, or "".

    The second picture is read only for what is not in the first one, and so on.
    """
    lines = []
    for picture in pictures:
        lines += picture.text()
        read = "\n".join(map(screen.essence, lines))
        wanted = [text for text in wanted if screen.essence(text) not in read]
        if not wanted:
            return ""
    return f"{wanted[0]!r} cannot be found in:\n" + "\n".join(lines)


def look_at_list(shown, expected, selected):
    """Return a complaint about filter buttons, headings, colours or texts of the packet list."""
    colours = [None if at == selected - 1 else colour for at, (colour, _) in enumerate(expected)]
    place = shown.rows(colours)
    if not place:
        return f"the packet list does not have the colours {colours}"
    top, height = place
    picture = shown.picture
    return (unread(BUTTONS, picture.part(picture.width // 2, top - 4 * height, picture.width,
                                        top - height).doubled()) or
            unread(["".join(HEADINGS), *(text for _, text in expected)],
                   picture.part(0, top - height * 5 // 4, picture.width,
                                top + height * len(expected))))


def look_at_details(shown, wanted):
    """Return a complaint about the packet details or the status bar, which names the selection."""
    picture = shown.picture
    bar = picture.height - window.STATUS_BAR * window.SCALE
    return (unread(wanted, picture.part(0, picture.height // 2, picture.width, bar)) or
            unread(["TCP Connection State (tcpstate)", f"Profile: {profile_files.NAME}"],
                   picture.part(0, bar, picture.width, picture.height).doubled()))


def open_details():
    """Return xdotool actions that expand only the plugin's tree, the last in the packet details.

    A click below the trees moves the keyboard focus to the details.
    """
    width, height = window.WIDTH * window.SCALE, window.HEIGHT * window.SCALE
    return (("mousemove", width // 2, height * 9 // 10), ("click", 1), ("key", "ctrl+Left"),
            ("key", "End"), ("key", "shift+Right"), ("click", SCROLL_DOWN),
            ("mousemove", width // 2, height - 1))


def check_view(name, selected, path):
    """Check the packet list and the details of a frame; save a screenshot in `path` if given."""
    capture = tshark.CAPTURES / f"{name}.pcapng"
    expected, opened = frames(capture), details(capture, selected)
    with window.Window(capture, "-g", str(selected), *LAYOUT) as shown:
        shown.until(lambda: look_at_list(shown, expected, selected))
        shown.until(lambda: look_at_details(shown, opened), *open_details())
        if path:
            shown.picture.write(path)


def check_graphs():
    """Check that the I/O graphs have a bar in the colour of each event of the capture."""
    capture = tshark.CAPTURES / f"{GRAPHED}.pcapng"
    graphs = {name: tuple(bytes.fromhex(colour[1:]))
              for name, _, colour, _ in profile_files.graphs()}

    def complaint():
        colours = shown.picture.colours()
        return "".join(f"no bar for {event}\n" for event in EVENTS
                       if colours.get(graphs.get(event), 0) < BAR)

    with window.Window(capture, "-z", "io,stat") as shown:
        shown.until(complaint)


def aside(shown):
    """Return a place where nothing reacts to the mouse: in the status bar."""
    return shown.screen.size[0] // 2, shown.screen.size[1] - 1


def choose(shown, *titles):
    """Open a menu by its titles, of the menu bar first, and choose the last of them.

    A click on the status bar closes what menu is open. Escape would close a window, too.
    """
    actions = [("mousemove", *aside(shown)), ("click", 1)]
    for title in titles:
        places = []

        def complaint():
            places[:] = shown.picture.places(title)
            return "" if places else f"no {title!r} to click on"

        shown.until(complaint, *actions)
        actions += [("mousemove", *places[0]), ("click", 1), ("sleep", 1)]
    for action in actions[-3:]:
        shown.screen.do(*action)


def upper_quarter(picture):
    """Return what is around the display filter, which is overlooked in the whole picture."""
    return picture.part(0, 0, picture.width, picture.height // 4)


def check_menus():
    """Open each entry of the menus that is the plugin's, and look at what it shows."""
    capture = tshark.CAPTURES / f"{GRAPHED}.pcapng"
    with window.Window(capture, "-g", "9") as shown:
        for titles, wanted in MENUS:
            choose(shown, *titles)
            shown.until(lambda: unread(wanted, shown.picture, upper_quarter(shown.picture)))
            shown.screen.do("key", "Escape")


def main():
    """Run all checks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=pathlib.Path, metavar="DIRECTORY",
                        help="save the screenshots for the README there")
    options = parser.parse_args()
    missing = window.missing_packages()
    if missing:
        print(f"SKIPPED: not installed: {' '.join(missing)}")
        return window.SKIPPED
    profile_files.install()
    for name, selected, picture in VIEWS:
        check_view(name, selected, options.pictures and options.pictures / picture)
    check_graphs()
    check_menus()
    return 0


if __name__ == "__main__":
    tshark.run_main(main)
