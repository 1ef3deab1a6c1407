# SPDX-License-Identifier: GPL-2.0-or-later
"""The real Wireshark on a virtual screen, showing one capture with the profile.

Positions in its window are found in a screenshot: rows by their colours, words by text recognition.
There are no fixed delays: a check is repeated until it passes, or has been made so often that it will
not. What is counted is looks and not seconds, since a busy machine makes both of them slow.
"""

import os
import pathlib
import shutil
import subprocess
import time

import profile_files
import screen
import tshark

SKIPPED = 77  # exit status of a test that lacks programs
# The window's size in logical pixels, and screen pixels per logical pixel: large letters are easier
# to read, for people too.
WIDTH, HEIGHT, SCALE = 1280, 800, 2
LOOKS = 400  # how often a check is made, a second or more each; a few are usually enough
PAUSE = 1  # seconds between two screenshots
PICTURES = 10  # screenshots to wait for the window to stop changing
AT_LEFT = 25  # x within the first column: left of the numbers, right of the line drawn there
STATUS_BAR = 24  # height
SETTINGS = f"""\
gui.geometry_main_x: 0
gui.geometry_main_y: 0
gui.geometry_main_width: {WIDTH}
gui.geometry_main_height: {HEIGHT}
privs.warn_if_elevated: FALSE
sys.warn_if_no_capture: FALSE
"""


def missing_packages():
    """Return the Debian packages that are needed and not installed."""
    wireshark = [] if shutil.which("wireshark") else ["wireshark"]
    return wireshark + screen.missing_packages()


class Window:
    """Context manager: Wireshark on a screen of its own."""

    stdin = subprocess.DEVNULL

    def __init__(self, capture, *arguments, **variables):
        """`variables`: environment variables of Wireshark."""
        self.capture, self.arguments, self.variables = capture, arguments, variables
        self.screen = screen.Screen(WIDTH * SCALE, HEIGHT * SCALE)
        self.program = None
        self.picture = None

    def __enter__(self):
        profile_files.set_up("recent_common", SETTINGS)
        self.screen.__enter__()
        environment = tshark.environment() | {
            "DISPLAY": self.screen.display, "QT_SCALE_FACTOR": str(SCALE),
            "XDG_RUNTIME_DIR": tshark.environment()["HOME"]} | self.variables
        program = tshark.command()[:-1] + ["wireshark"]
        self.program = subprocess.Popen(
            [*program, "-n", "-C", profile_files.NAME, *self.source(), *self.arguments],
            env=environment, cwd=tshark.scratch(), stdin=self.stdin, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE)
        return self

    def source(self):
        """Return the arguments that say where the packets come from."""
        return "-r", tshark.readable(self.capture)

    def __exit__(self, *_):
        self.program.kill()
        self.program.communicate()
        self.screen.__exit__()

    def until(self, complaint, *actions):
        """Repeat the actions and take screenshots until `complaint()` returns "".

        Each action is a tuple of arguments for xdotool.
        """
        words, looked_at = "", None
        for _ in range(LOOKS):
            for action in actions:
                self.screen.do(*action)
            self.wait_for_rest()
            if self.program.poll() is not None:
                raise tshark.Failure("Wireshark exited:\n" +
                                     self.program.communicate()[1].decode(errors="replace"))
            if self.picture.rows != looked_at:
                words, looked_at = complaint(), self.picture.rows
            if not words:
                return
        raise tshark.Failure(f"{self.capture.stem}: {words}\nScreenshot: {self.keep()}")

    def wait_for_rest(self):
        """Take screenshots until two in a row are the same: drawing has finished."""
        self.picture = self.screen.picture()
        for _ in range(PICTURES):
            time.sleep(PAUSE)
            before, self.picture = self.picture, self.screen.picture()
            if self.picture.rows == before.rows:
                break

    def keep(self):
        """Save the screenshot in the build directory; return its path."""
        path = pathlib.Path(os.environ.get("TCPSTATE_BUILD_DIR", tshark.PROJECT / "build"))
        self.picture.write(path / "wrong-window.png")
        return path / "wrong-window.png"

    def rows(self, colours):
        """Return (top, height) of the packet list's first row, None if the colours do not match.

        There is one colour per frame; None stands for the selected frame, whose colour differs.
        The height of a row is measured on the first frames, up to the first change of colour.
        """
        x = AT_LEFT * SCALE
        column = [self.picture.pixel(x, y) for y in range(self.picture.height)]
        first = next((at for at, colour in enumerate(colours) if colour != colours[0]))
        if colours[0] not in column:
            return None
        top = column.index(colours[0])
        end = next(y for y in range(top, len(column)) if column[y] != colours[0])
        height = (end - top) // first
        middles = [top + at * height + height // 2 for at in range(len(colours))]
        if middles[-1] >= len(column) or any(
                colour and column[y] != colour for y, colour in zip(middles, colours)):
            return None
        return top, height
