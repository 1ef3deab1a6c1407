# SPDX-License-Identifier: GPL-2.0-or-later
"""A virtual screen: an X server that draws into a file, and screenshots taken from that file.

Xvfb keeps its framebuffer in a file in xwd format, so a screenshot needs no X client. tesseract
reads text; xdotool sends keys and moves the mouse.
"""

import collections
import os
import pathlib
import re
import select
import shutil
import struct
import subprocess
import tempfile
import zlib

import tshark

PROGRAMS = {"Xvfb": "xvfb", "xdotool": "xdotool", "tesseract": "tesseract-ocr"}
PALETTE = 256
# Characters that tesseract confuses, or overlooks.
LOOK_ALIKES = str.maketrans({"o": "0", "@": "0", "l": "1", "i": "1", "|": "1", "—": "-",
                             "–": "-"} | dict.fromkeys("[](){}'`‘’.,:_"))


def missing_packages():
    """Return the Debian packages of the programs that are not installed."""
    return [package for program, package in PROGRAMS.items() if not shutil.which(program)]


def essence(text):
    """Normalize what tesseract may misread: spaces, brackets, colons, 0 and O, 1 and l."""
    return "".join(text.lower().split()).translate(LOOK_ALIKES)


class Picture:
    """A screenshot: a list of rows, each a bytes object with red, green, blue per pixel."""

    def __init__(self, rows):
        self.rows = rows
        self.width, self.height = len(rows[0]) // 3, len(rows)

    @classmethod
    def of_xwd(cls, content):
        """Read the contents of an xwd file with 32 bits per pixel."""
        header = struct.unpack_from(">25I", content)
        size, width, height, order, bits, line, colours = (header[i] for i in
                                                           (0, 4, 5, 7, 11, 12, 19))
        if bits != 32:
            raise tshark.Failure(f"the screen has {bits} bits per pixel, not 32")
        planes = (1, 2, 3) if order else (2, 1, 0)
        rows = []
        for y in range(height):
            start = size + colours * 12 + y * line
            row = bytearray(width * 3)
            for to, plane in enumerate(planes):
                row[to::3] = content[start + plane:start + width * 4:4]
            rows.append(bytes(row))
        return cls(rows)

    def pixel(self, x, y):
        """Return (red, green, blue) of one pixel."""
        return tuple(self.rows[y][x * 3:x * 3 + 3])

    def part(self, left, top, right, bottom):
        """Return a rectangle of the picture."""
        return Picture([row[left * 3:right * 3] for row in self.rows[top:bottom]])

    def doubled(self):
        """Return it twice as large, in which tesseract reads what else it cannot."""
        rows = [b"".join(row[at:at + 3] * 2 for at in range(0, len(row), 3)) for row in self.rows]
        return Picture([row for row in rows for _ in range(2)])

    def colours(self):
        """Return {colour: number of pixels}."""
        count = collections.Counter()
        for row in self.rows:
            count.update(struct.iter_unpack("3s", row))
        return {tuple(colour): number for (colour,), number in count.items()}

    def write(self, path):
        """Write a PNG file with a palette of the most frequent colours."""
        count = self.colours()
        palette = sorted(count, key=lambda colour: (-count[colour], colour))[:PALETTE]
        index = {bytes(colour): at for at, colour in enumerate(palette)}
        for colour in map(bytes, count):
            if colour not in index:
                index[colour] = min(range(len(palette)), key=lambda at: sum(
                    (a - b) ** 2 for a, b in zip(palette[at], colour)))
        lines = b"".join(b"\0" + bytes(index[pixel] for pixel, in struct.iter_unpack("3s", row))
                         for row in self.rows)
        size = struct.pack(">IIBBBBB", self.width, self.height, 8, 3, 0, 0, 0)
        chunks = ((b"IHDR", size), (b"PLTE", b"".join(map(bytes, palette))),
                  (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
        pathlib.Path(path).write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in chunks))

    def text(self):
        """Read the lines of text."""
        return self.read("--psm", "6").splitlines()

    def places(self, text):
        """Return the (x, y) of the middle of each place where the picture has this text."""
        lines = {}
        for row in self.read("--psm", "11", "tsv").splitlines()[1:]:
            *numbers, word = row.split("\t")
            if word.strip():
                place = tuple(map(int, numbers[6:10]))  # left, top, width, height
                lines.setdefault(tuple(numbers[1:5]), []).append((essence(word), place))
        found = []
        for words in lines.values():
            for first in range(len(words)):
                for last in range(first, len(words)):
                    if "".join(word for word, _ in words[first:last + 1]) == essence(text):
                        left, top, _, height = words[first][1]
                        found.append(((left + sum(words[last][1][0:3:2])) // 2, top + height // 2))
        return found

    def read(self, *arguments):
        """Return what tesseract reads; it reads palette images better than RGB."""
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            self.write(file.name)
            done = subprocess.run(["tesseract", file.name, "stdout", *arguments],
                                  timeout=tshark.HANGS, env=os.environ | {"OMP_THREAD_LIMIT": "1"},
                                  check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise tshark.Failure(f"tesseract ended with status {done.returncode}:\n{done.stderr}")
        return done.stdout


class Screen:
    """Context manager: a private X server."""

    def __init__(self, width, height):
        self.size = width, height
        self.directory = pathlib.Path(tempfile.mkdtemp(dir=tshark.scratch()))
        self.server = None
        self.display = None

    def __enter__(self):
        reader, writer = os.pipe()
        width, height = self.size
        self.server = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL",  # the server must not outlive the test
             "Xvfb", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24",
             "-nolisten", "tcp", "-noreset", "-nocursor", "-fbdir", self.directory],
            pass_fds=[writer], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE)
        os.close(writer)
        number = b""
        while not number.endswith(b"\n") and select.select([reader], [], [], tshark.HANGS)[0]:
            more = os.read(reader, 16)
            if not more:
                break
            number += more
        os.close(reader)
        if not number.endswith(b"\n"):
            self.server.kill()
            raise tshark.Failure("Xvfb did not start:\n" +
                                 self.server.communicate()[1].decode(errors="replace"))
        self.display = f":{number.decode().strip()}"
        return self

    def __exit__(self, *_):
        self.server.kill()
        self.server.communicate()

    def picture(self):
        """Take a screenshot."""
        return Picture.of_xwd((self.directory / "Xvfb_screen0").read_bytes())

    def do(self, *words):
        """Run an xdotool command: move the mouse, click or press keys."""
        subprocess.run(["xdotool", *map(str, words)], env=os.environ | {"DISPLAY": self.display},
                       stdin=subprocess.DEVNULL, capture_output=True, timeout=tshark.HANGS,
                       check=False)

    def place(self, title):
        """Return (left, top, right, bottom) of the window with this in its title, or None."""
        done = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", title, "getwindowgeometry", "--shell"],
            env=os.environ | {"DISPLAY": self.display}, stdin=subprocess.DEVNULL,
            capture_output=True, timeout=tshark.HANGS, check=False, text=True)
        found = dict(re.findall(r"^(\w+)=(\d+)$", done.stdout, re.MULTILINE))
        if not found:
            return None
        left, top, width, height = (int(found[key]) for key in ("X", "Y", "WIDTH", "HEIGHT"))
        return left, top, left + width, top + height
