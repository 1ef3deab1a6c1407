#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What bench.py --update writes into docs/COST.md: new figures for what was measured, and all other
rows as they were.
"""

import sys

import bench


def document(rows):
    """Return a document with tables of these rows: (number of the table, name, figure)."""
    tables = ("\n".join([head, rule, *(f"| {name} | {figure} |" for table, name, figure in rows
                                       if table == number)])
              for number, (head, rule, *_) in enumerate(bench.TABLES))
    return "# Cost\n\n<!-- tables -->\n" + "\n\n".join(tables) + "\n<!-- end -->\n\nThe end.\n"


def every_row():
    """Return all rows that there are, in their order."""
    return [(number, name) for number, table in enumerate(bench.TABLES) for name, *_ in table[2]]


def tables_of(text):
    """Return what --update writes of a document."""
    return bench.IN_DOCUMENT.search(text)[0]


def check(what, before, measured, after):
    """Return whether a document becomes what it should."""
    got = bench.updated(document(before), tables_of(document(measured)))
    if got == document(after):
        return True
    print(f"{what}:\n{got}\ninstead of:\n{document(after)}")
    return False


def main():
    """Check it; return the exit status."""
    old = [(*row, "old") for row in every_row()]
    new = [(*row, "new") for row in every_row()]
    odd = old[1::2]
    passed = [
        check("all is measured", old, new, new),
        check("a part is measured", old, new[::3],
              [new[i] if i % 3 == 0 else row for i, row in enumerate(old)]),
        check("nothing is measured", old, [], old),
        check("rows are new", odd, new[::2], [(new, old)[i % 2][i] for i in range(len(old))]),
        check("a row is gone", [(0, "was once measured", "old"), *old], [], old),
    ]
    text = bench.DOCUMENT.read_text(encoding="utf-8")
    if bench.updated(text, "") != text:
        print("docs/COST.md has rows that nothing measures, or in another order")
        passed.append(False)
    return int(not all(passed))


if __name__ == "__main__":
    sys.exit(main())
