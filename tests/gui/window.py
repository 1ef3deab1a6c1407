# SPDX-License-Identifier: GPL-2.0-or-later
"""The real Wireshark on a screen that nobody sees, with the profile, on one capture.

Where things stand in its window is learned from the picture: rows by their colours, words by
reading them. Nothing waits for a fixed time: a look is repeated until it is content, or until it
has been at it for so long that something must be wrong.
"""

import os
import pathlib
import shutil
import subprocess
import time

import profile_files
import screen
import tshark

# Pixels of a window as its user counts them, and how many of the screen's pixels each of them
# takes: large letters are easy to read, for people too.
WIDTH, HEIGHT, SCALE = 1280, 800, 2
SECONDS = 600  # until the window must show what it should; usually some seconds
PAUSE = 1  # between two pictures
PICTURES = 10  # after so many it is not waited any longer until nothing changes
AT_LEFT = 25  # within the first column, left of the numbers and right of the line in it
STATUS_BAR = 24  # its height
SETTINGS = f"""\
gui.geometry_main_x: 0
gui.geometry_main_y: 0
gui.geometry_main_width: {WIDTH}
gui.geometry_main_height: {HEIGHT}
privs.warn_if_elevated: FALSE
sys.warn_if_no_capture: FALSE
"""


def missing_packages():
    """The Debian packages without which there is no window."""
    wireshark = [] if shutil.which("wireshark") else ["wireshark"]
    return wireshark + screen.missing_packages()


class Window:
    """Wireshark and its screen; a context manager."""

    def __init__(self, capture, *arguments):
        self.capture, self.arguments = capture, arguments
        self.screen = screen.Screen(WIDTH * SCALE, HEIGHT * SCALE)
        self.program = None
        self.picture = None

    def __enter__(self):
        profile_files.set_up("recent_common", SETTINGS)
        self.screen.__enter__()
        environment = tshark.environment() | {
            "DISPLAY": self.screen.display, "QT_SCALE_FACTOR": str(SCALE),
            "XDG_RUNTIME_DIR": tshark.environment()["HOME"]}
        program = tshark.command()[:-1] + ["wireshark"]
        self.program = subprocess.Popen(
            [*program, "-n", "-C", profile_files.NAME, "-r", tshark.readable(self.capture),
             *self.arguments], env=environment, cwd=tshark.scratch(), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        return self

    def __exit__(self, *_):
        self.program.kill()
        self.program.communicate()
        self.screen.__exit__()

    def until(self, complaint, *actions):
        """Act and look again and again until there is no complaint: the words of `complaint()`.

        Each action is a tuple of words for xdotool.
        """
        end = time.monotonic() + SECONDS
        words, looked_at = "", None
        while True:
            for action in actions:
                self.screen.do(*action)
            self.wait_for_rest()
            if self.program.poll() is not None:
                raise tshark.Failure("Wireshark has ended:\n" +
                                     self.program.communicate()[1].decode(errors="replace"))
            if self.picture.rows != looked_at:
                words, looked_at = complaint(), self.picture.rows
            if not words:
                return
            if time.monotonic() > end:
                raise tshark.Failure(f"{self.capture.stem}: {words}\nThe window: {self.keep()}")

    def wait_for_rest(self):
        """Take pictures until two of them are the same: all that was to be drawn was."""
        self.picture = self.screen.picture()
        for _ in range(PICTURES):
            time.sleep(PAUSE)
            before, self.picture = self.picture, self.screen.picture()
            if self.picture.rows == before.rows:
                break

    def keep(self):
        """Write the picture into the build directory; its path."""
        path = pathlib.Path(os.environ.get("TCPSTATE_BUILD_DIR", tshark.PROJECT / "build"))
        self.picture.write(path / "wrong-window.png")
        return path / "wrong-window.png"

    def rows(self, colours):
        """(top, height) of the first row of the packet list, if its rows are of these colours.

        One colour a frame; None for the selected frame, which has another one. The rows of the
        first frames, until the colour changes, tell how high a row is.
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
