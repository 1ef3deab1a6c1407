#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the profile without a screen: filters, colours, columns, the README's table, the zip file.

tshark is enough: it reads the same files as Wireshark.
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

CONTRAST = 7  # minimum contrast of text and background: WCAG 2, level AAA
OTHERS_CONTRAST = 4.5  # of rules that are not about TCP's states: level AA
DISTANCE = 15  # minimum CIE 1976 difference of two backgrounds; 2.3 is just noticeable
GRAPH_FIELDS = 9
# Pixels: a small screen, what Wireshark draws at the right of the packet list, a character of its
# usual letters.
SCREEN, MARGIN, CHARACTER = 1366, 60, 8
COLUMN = re.compile(r"%[a-zA-Z]{1,2}|%Cus:(?P<field>[a-z_.0-9]+):0:R")

# {button: (capture in which it matches, capture in which it does not)}
EXPECTED_MATCHES = {
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
    "State changes": ("close-by-client", "scan-of-open-port"),
}
# What it matches depends on the packet that is selected; tshark has none.
REFERS_TO_SELECTION = "This connection"
# {colour rule: capture in which it colours a frame}
COLOURED = {
    "TCP Anomaly: Error": "scan-of-closed-port",
    "TCP Anomaly: Warn": "data-behind-fin",
    "TCP Anomaly: Note": "simultaneous-open",
    "TCP Reset": "refused",
    "TCP Handshake": "half-close",
    "TCP Teardown": "half-close",
    "TCP Closed": "time-wait-runs-out",
    # Rules below those of the plugin.
    "Bad TCP: lost, repeated, no window": "accurate-ecn-superseded-acks",
    "Other RST": "scan-of-closed-port",
    "Other TCP": "half-close",
    "ICMP error": "icmp-host-unreachable-to-data",
}
OWN = "TCP "  # how the names of the plugin's own rules begin


def broken_filters():
    """Yield the filters that Wireshark rejects."""
    filters = profile_files.filters()
    tried = tshark.try_filters(tshark.CAPTURES / "refused.pcapng", filters)
    for expression, (_, complaint) in tried.items():
        if complaint:
            yield f"{filters[expression]}: {expression}\n{complaint}"


def wrong_buttons():
    """Yield the buttons that do not match where they should, or match where they should not."""
    labels = {label: expression for label, expression, _ in profile_files.buttons()
              if label != REFERS_TO_SELECTION}
    for label in sorted(labels.keys() ^ EXPECTED_MATCHES.keys()):
        yield f"{label}: not both in dfilter_buttons and in EXPECTED_MATCHES"
    frames = tshark.matching(merged.capture(), set(labels.values()), "-2")
    for label in labels.keys() & EXPECTED_MATCHES.keys():
        has, has_not = EXPECTED_MATCHES[label]
        found = set(map(capture_of, frames[labels[label]]))
        if has not in found:
            yield f"{label}: matches nothing in {has}"
        if has_not in found:
            yield f"{label}: matches a frame of {has_not}"


def capture_of(number):
    """Return the name of the capture that a frame is from."""
    return merged.locate(number).split()[0]


def wrong_colours():
    """Yield rules that colour nothing, text that is hard to read, backgrounds that look alike."""
    rules = profile_files.rules()
    for name, _, background, text in rules:
        own = name.startswith(OWN)
        if colours.contrast(background, text) < (CONTRAST if own else OTHERS_CONTRAST):
            yield f"{name}: text and background have too little contrast"
        if own and name not in COLOURED:
            yield f"{name}: missing from COLOURED"
    rules = [rule for rule in rules if rule[0].startswith(OWN)]
    for eyes in colours.EYES:
        for one, other in itertools.combinations(rules, 2):
            distance = colours.distance(one[2], other[2], eyes)
            if distance < DISTANCE:
                yield (f"{one[0]} and {other[0]}: backgrounds differ by only {distance:.0f} "
                       f"with {eyes} vision")
    listed = tshark.read(merged.capture(), "-C", profile_files.NAME, "--color", "-T", "fields",
                         "-e", "frame.number", "-e", "frame.coloring_rule.name")
    coloured = {(name, capture_of(int(number)))
                for number, name in (line.split("\t") for line in listed.splitlines())}
    for name, capture in COLOURED.items():
        if (name, capture) not in coloured:
            yield f"{name}: colours no frame in {capture}"


def wrong_columns():
    """Yield columns with an unknown format or field, and widths that do not match the columns."""
    fields = {field.name for field in tshark.fields()} | {"tcp.stream"}
    formats = []
    for title, text in profile_files.columns():
        match = COLUMN.fullmatch(text)
        if not match or match["field"] and match["field"] not in fields:
            yield f"preferences: column {title}: {text}"
        formats.append(text.removesuffix(":0:R"))
    widths = [text for text, _ in profile_files.pairs("recent")]
    if not formats or widths != formats:
        yield f"recent has widths for {widths}, but preferences has the columns {formats}"
    *others, _ = (int(width) for _, width in profile_files.pairs("recent"))
    room = SCREEN - MARGIN - sum(others)
    longest = max(map(len, tshark.values()["tcpstate.client.state"].values()))
    if room < (2 * longest + 1) * CHARACTER:
        yield f"{room} pixels are left for Info: too few for the states that it begins with"


def unknown_preferences():
    """Yield tshark's complaint about the profile's preferences, if any."""
    said = tshark.start("-C", profile_files.NAME, "-c", "1",
                        "-r", tshark.readable(tshark.CAPTURES / "refused.pcapng")).stderr
    if "preference" in said:
        yield said


def wrong_tables():
    """Yield tables that are empty or have a row with the wrong number of fields."""
    for name, fields in (("dfilter_buttons", 4), ("io_graphs", GRAPH_FIELDS)):
        rows = profile_files.records(name)
        if not rows or any(len(row) != fields for row in rows):
            yield f"{name}: is empty, or a row does not have {fields} fields"


def differences_to_readme():
    """Yield questions and filters that are not both in the README and on a button."""
    rows = re.findall(r"^\| (.+?\?) \| `(.+?)` \|", (tshark.PROJECT / "README.md").read_text(),
                      re.MULTILINE)
    documented = {(question, expression.replace(r"\|", "|")) for question, expression in rows}
    on_buttons = {(question, expression) for _, expression, question in profile_files.buttons()
                  if question.endswith("?")}
    yield from (f"not both in README.md and on a button: {row}"
                for row in sorted(documented ^ on_buttons))


def wrong_zip():
    """Check that the zip file has the layout of Wireshark's export: NAME/FILE, no folders."""
    path = pathlib.Path(os.environ["TCPSTATE_BUILD_DIR"]) / "tcpstate-profile.zip"
    with zipfile.ZipFile(path) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    wanted = {f"{profile_files.NAME}/{file.name}": file.read_bytes()
              for file in profile_files.DIRECTORY.iterdir()}
    if packed != wanted:
        yield f"{path.name} contains {sorted(packed)}, not exactly the profile: {sorted(wanted)}"


def wrong_install():
    """Check that `cmake --install` puts the profile where Wireshark looks for profiles."""
    root = tshark.scratch() / "root"
    subprocess.run(["cmake", "--install", os.environ["TCPSTATE_BUILD_DIR"]], check=True,
                   env=os.environ | {"DESTDIR": str(root)}, stdout=subprocess.DEVNULL)
    folders = dict(re.findall(r"^(.+?):\s*(\S+)", tshark.run("-G", "folders"), re.MULTILINE))
    wanted = {f"{'/'.join(folder.split('/')[-2:])}/profiles/{profile_files.NAME}/{file.name}"
              for folder in (folders["Global configuration"], folders["Personal configuration"])
              for file in profile_files.DIRECTORY.iterdir()}
    installed = {"/".join(file.parts[-5:]) for file in root.glob("**/profiles/*/*")}
    if not installed or not installed <= wanted or len(installed) * 2 != len(wanted):
        yield f"`cmake --install` puts the profile's files in the wrong place: {sorted(installed)}"


CHECKS = (broken_filters, wrong_buttons, wrong_colours, wrong_columns, unknown_preferences,
          wrong_tables, differences_to_readme, wrong_zip, wrong_install)


def main():
    """Run the checks until one fails; print what it found."""
    profile_files.install()
    for check in CHECKS:
        wrong = list(check())
        if wrong:
            print(*wrong, sep="\n", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    tshark.run_main(main)
