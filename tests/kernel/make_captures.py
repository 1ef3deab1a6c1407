#!/usr/bin/env python3
"""Make the scenario captures: TCP between two kernels on this machine, over a wire in user space.

Some are written segment by segment, where the kernel lacks a behaviour. Needs root (network
namespaces, TUN devices) and iproute2; touches nothing outside its own namespaces. A rerun makes the
same packets except for sequence numbers and times.
"""

import argparse
import concurrent.futures
import os
import pathlib
import sys

import lab
import namespaces
import pcapng
import scenarios
import sheet

CAPTURES = pathlib.Path(__file__).resolve().parents[2] / "captures"
AT_ONCE = 4


def arguments():
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="scenario (default: all)")
    parser.add_argument("--list", action="store_true", help="list the scenarios and exit")
    parser.add_argument("--output", type=pathlib.Path, default=CAPTURES, metavar="DIR",
                        help="directory for NAME.pcapng (default: %(default)s)")
    parser.add_argument("--states", action="store_true",
                        help="print each frame with the kernels' states after it")
    return parser.parse_args()


def table(rows):
    """Format captured frames and the kernels' states after them."""
    return "\n".join(f"  {row.number:3} {row.sender:6} {row.flags:12} {row.note:9} "
                     f"{' / '.join(row.states)}" for row in rows)


def play(chosen, tap):
    """Play a scenario with two kernels; return its rows. An error message includes the rows."""
    with lab.Lab(tap, chosen.client_port, **chosen.lab) as laboratory:
        try:
            chosen.function(laboratory)
        except lab.Unexpected as error:
            raise lab.Unexpected(f"{error}\n{table(laboratory.wire.rows)}") from error
        return laboratory.wire.rows


def write(chosen, tap):
    """Write a scenario segment by segment; return its rows."""
    page = sheet.Sheet(tap, chosen.client_port)
    chosen.function(page)
    return page.rows


def make(name, directory):
    """Make one capture; return its table."""
    chosen = scenarios.load()[name]
    unfinished = directory / f".{name}.unfinished"
    tap = pcapng.Writer(unfinished, chosen.description, chosen.link_type, chosen.snap_length)
    try:
        rows = write(chosen, tap) if chosen.written else play(chosen, tap)
        tap.close()
        os.replace(unfinished, directory / f"{name}.pcapng")
    finally:
        unfinished.unlink(missing_ok=True)
    return table(rows)


def make_all(names, directory, show_states):
    """Make captures, several in parallel; return how many failed."""
    failed = 0
    with concurrent.futures.ProcessPoolExecutor(AT_ONCE) as pool:
        work = {name: pool.submit(make, name, directory) for name in names}
        for name, future in work.items():
            try:
                rows = future.result()
                print(name + (f"\n{rows}" if show_states else ""))
            except (lab.Unexpected, namespaces.Unavailable, OSError) as error:
                failed += 1
                print(f"{name}: {error}", file=sys.stderr)
    return failed


def main():
    """Run the command; return the exit status."""
    options = arguments()
    known = scenarios.load()
    unknown = [name for name in options.names if name not in known]
    if unknown:
        return f"no such scenario: {', '.join(unknown)} (see --list)"
    if options.list:
        for scenario in known.values():
            print(f"{scenario.name}\n    {scenario.description}")
        return 0
    try:
        namespaces.require()
    except namespaces.Unavailable as error:
        return f"cannot make captures: {error}"
    options.output.mkdir(parents=True, exist_ok=True)
    return 1 if make_all(options.names or list(known), options.output, options.states) else 0


if __name__ == "__main__":
    sys.exit(main())
