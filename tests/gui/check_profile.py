#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the profile without a screen: its filters, colours, columns, README's table and the zip.

Needs no Wireshark but tshark: the files are the same to both.
"""

import itertools
import os
import pathlib
import re
import subprocess
import sys
import zipfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "capture"))

import colours  # noqa: E402
import merged  # noqa: E402
import profile_files  # noqa: E402
import tshark  # noqa: E402

CONTRAST = 7  # text on background, by WCAG 2's level AAA
DISTANCE = 15  # between two backgrounds, CIE 1976; 2.3 is a just noticeable difference
GRAPH_FIELDS = 9
COLUMN = re.compile(r"%[a-zA-Z]{1,2}|%Cus:(?P<field>[a-z_.0-9]+):0:R")

# For each button a capture in which it finds something and one in which it does not.
CLAIMS = {
    "Open // Failed handshakes": ("refused", "close-by-client"),
    "Open // Refused": ("refused", "close-by-client"),
    "Open // Half-open": ("half-open-discovery", "half-close"),
    "Open // Sent again": ("lost-syn", "close-by-client"),
    "Close // Never closed": ("keep-alive", "half-close"),
    "Close // Who closed first": ("close-by-server", "reset-by-server"),
    "Close // CLOSE-WAIT": ("two-segments-in-a-frame", "half-close"),
    "Close // After the end": ("time-wait-runs-out", "close-by-client"),
    "Resets": ("reset-by-client", "close-by-client"),
    "ECN // Negotiated": ("ecn", "ecn-refused"),
    "ECN // Congestion": ("ecn", "ecn-refused"),
    "Anomalies": ("forged-resets", "close-by-client"),
}
# For each colour rule a capture in which it colours a frame.
COLOURED = {
    "TCP Anomaly: Error": "scan-of-closed-port",
    "TCP Anomaly: Warn": "blind-syn",
    "TCP Anomaly: Note": "simultaneous-open",
    "TCP Reset": "refused",
    "TCP Handshake": "half-close",
    "TCP Teardown": "half-close",
    "TCP Closed": "time-wait-runs-out",
    "TCP Data transfer": "half-close",
}


def broken_filters():
    """The filters that Wireshark does not accept."""
    filters = profile_files.filters()
    tried = tshark.try_filters(tshark.CAPTURES / "refused.pcapng", filters)
    for expression, (_, complaint) in tried.items():
        if complaint:
            yield f"{filters[expression]}: {expression}\n{complaint}"


def wrong_buttons():
    """The buttons that find nothing where they should, or something where they should not."""
    labels = {label: expression for label, expression, _ in profile_files.buttons()}
    for label in sorted(labels.keys() ^ CLAIMS.keys()):
        yield f"{label}: a button without a claim here, or a claim without a button"
    frames = tshark.matching(merged.capture(), set(labels.values()), "-2")
    for label in labels.keys() & CLAIMS.keys():
        has, has_not = CLAIMS[label]
        found = set(map(capture_of, frames[labels[label]]))
        if has not in found:
            yield f"{label}: finds nothing in {has}"
        if has_not in found:
            yield f"{label}: finds something in {has_not}"


def capture_of(number):
    """The name of the capture that a frame is from."""
    return merged.locate(number).split()[0]


def wrong_colours():
    """Rules that colour nothing, text that is hard to read, backgrounds that look alike."""
    rules = profile_files.rules()
    for name, _, background, text in rules:
        if colours.contrast(background, text) < CONTRAST:
            yield f"{name}: text and background have too little contrast"
        if name not in COLOURED:
            yield f"{name}: no capture here is claimed to have it"
    for eyes in colours.EYES:
        for one, other in itertools.combinations(rules, 2):
            distance = colours.distance(one[2], other[2], eyes)
            if distance < DISTANCE:
                yield f"{one[0]} and {other[0]}: {distance:.0f} apart for {eyes} eyes"
    listed = tshark.read(merged.capture(), "-C", profile_files.NAME, "--color", "-T", "fields",
                         "-e", "frame.number", "-e", "frame.coloring_rule.name")
    coloured = {(name, capture_of(int(number)))
                for number, name in (line.split("\t") for line in listed.splitlines())}
    for name, capture in COLOURED.items():
        if (name, capture) not in coloured:
            yield f"{name}: colours no frame of {capture}"


def wrong_columns():
    """Columns of an unknown format or field, and widths that are of no column."""
    fields = {field.name for field in tshark.fields()}
    formats = []
    for title, text in profile_files.columns():
        match = COLUMN.fullmatch(text)
        if not match or match["field"] and match["field"] not in fields:
            yield f"preferences: column {title}: {text}"
        formats.append(text.removesuffix(":0:R"))
    widths = [text for text, _ in profile_files.pairs("recent")]
    if not formats or widths != formats:
        yield f"recent has widths for {widths}, preferences has the columns {formats}"


def unknown_preferences():
    """What Wireshark says of the profile's preferences, if anything."""
    said = tshark.start("-C", profile_files.NAME, "-c", "1",
                        "-r", tshark.readable(tshark.CAPTURES / "refused.pcapng")).stderr
    if "preference" in said:
        yield said


def wrong_tables():
    """Rows of a wrong number of fields."""
    for name, fields in (("dfilter_buttons", 4), ("io_graphs", GRAPH_FIELDS)):
        rows = profile_files.records(name)
        if not rows or any(len(row) != fields for row in rows):
            yield f"{name}: a row does not have {fields} fields"


def differences_to_readme():
    """The README has the same questions and filters as the buttons."""
    rows = re.findall(r"^\| (.+?\?) \| `(.+?)` \|", (tshark.PROJECT / "README.md").read_text(),
                      re.MULTILINE)
    told = {(question, expression.replace(r"\|", "|")) for question, expression in rows}
    has = {(question, expression) for _, expression, question in profile_files.buttons()}
    yield from (f"README and the buttons differ in: {row}" for row in sorted(told ^ has))


def wrong_zip():
    """The zip file holds the profile as Wireshark exports it: NAME/FILE, no folders."""
    path = pathlib.Path(os.environ["TCPSTATE_BUILD_DIR"]) / "tcpstate-profile.zip"
    with zipfile.ZipFile(path) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    wanted = {f"{profile_files.NAME}/{file.name}": file.read_bytes()
              for file in profile_files.DIRECTORY.iterdir()}
    if packed != wanted:
        yield f"{path.name} has {sorted(packed)} and not just {sorted(wanted)}, or other contents"


def wrong_install():
    """`cmake --install` puts the profile where Wireshark looks for profiles."""
    root = tshark.scratch() / "root"
    subprocess.run(["cmake", "--install", os.environ["TCPSTATE_BUILD_DIR"]], check=True,
                   env=os.environ | {"DESTDIR": str(root)}, stdout=subprocess.DEVNULL)
    folders = dict(re.findall(r"^(.+?):\s*(\S+)", tshark.run("-G", "folders"), re.MULTILINE))
    wanted = {f"{'/'.join(folder.split('/')[-2:])}/profiles/{profile_files.NAME}/{file.name}"
              for folder in (folders["Global configuration"], folders["Personal configuration"])
              for file in profile_files.DIRECTORY.iterdir()}
    installed = {"/".join(file.parts[-5:]) for file in root.glob("**/profiles/*/*")}
    if not installed or not installed <= wanted or len(installed) * 2 != len(wanted):
        yield f"`cmake --install` installs {sorted(installed)}"


CHECKS = (broken_filters, wrong_buttons, wrong_colours, wrong_columns, unknown_preferences,
          wrong_tables, differences_to_readme, wrong_zip, wrong_install)


def main():
    """Print what is wrong by the first check that finds something."""
    profile_files.install()
    for check in CHECKS:
        wrong = list(check())
        if wrong:
            print(*wrong, sep="\n", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    tshark.run_main(main)
