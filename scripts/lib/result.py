# SPDX-License-Identifier: GPL-2.0-or-later
"""What was read of one capture: the lines that lib/one_capture writes.

A result counts only if it is complete, down to the last line: a disk may have been full in between.
"""

import dataclasses

NUMBER, ROW, ROWS, MESSAGE, STATUS = b"# ", b": ", b"+ ", b"! ", b"= "


@dataclasses.dataclass
class Ending:
    """How a result ends. `rows`: how many lines of the report there are."""

    status: int
    messages: list
    rows: int


def ending(path):
    """How the result in a file ends; None if it is not complete."""
    messages, found, announced, status = [], 0, None, None
    with path.open("rb") as lines:
        for line in lines:
            kind, text = line[:2], line[2:]
            if not line.endswith(b"\n") or status is not None:
                return None
            if kind == ROW:
                found += 1
            elif kind == ROWS:
                announced = int(text)
            elif kind == MESSAGE:
                messages.append(text.decode(errors="backslashreplace").strip())
            elif kind == STATUS:
                status = int(text)
    if status is None or announced != found:
        return None
    return Ending(status, messages, found)


def rows(path):
    """The lines of the report in a complete result."""
    with path.open("rb") as lines:
        for line in lines:
            if line.startswith(ROW):
                yield line[2:]
