# SPDX-License-Identifier: GPL-2.0-or-later
"""Verdicts of many captures from one run of tshark.

Most of a run is its start, so that all captures stand in one file. Each has addresses of its own,
in the order of the old ones; the ports remain. By the addresses, the rows of the report are told
apart.
"""

import collections
import dataclasses
import ipaddress
import json
import pathlib
import re
import shutil
import sys
import tempfile

import capture_file
import packet

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "capture"))

import tshark  # noqa: E402

WARN = 3
APART = 10 * capture_file.NS_PER_S  # from the end of one capture to the beginning of the next
BEGIN = 1_000_000_000 * capture_file.NS_PER_S
NETWORKS = {4: (int(ipaddress.IPv4Address("10.0.0.0")), 4),
            6: (int(ipaddress.IPv6Address("fd00::")), 16)}
ANOMALY_FIELDS = ("tcpstate.anomaly", "tcpstate.anomaly.severity")

# What of a row is held against that of another capture.
COMPARED = ("outcome", "closed_by", "reset_by", "reset_reason", "handshake", "ecn", "client_state",
            "server_state")


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What a row of the report says; `client` is (number of the address, port), `anomalies` are
    those of Warn or worse.
    """

    client: tuple
    server: tuple
    start: str
    outcome: str
    closed_by: str
    reset_by: str
    reset_reason: str
    handshake: str
    ecn: str
    client_state: str
    server_state: str
    anomalies: frozenset

    def facing(self, client):
        """The same with the endpoint `client` as the client."""
        if client in (self.client, None) or client != self.server:
            return self
        other = {"Client": "Server", "Server": "Client"}
        return dataclasses.replace(
            self, client=self.server, server=self.client, client_state=self.server_state,
            server_state=self.client_state, closed_by=other.get(self.closed_by, self.closed_by),
            reset_by=other.get(self.reset_by, self.reset_by))

    def __str__(self):
        cells = [f"{name}={getattr(self, name)}" for name in ("start", *COMPARED)
                 if getattr(self, name) is not None]
        anomalies = " ".join(sorted(self.anomalies))
        return ", ".join(cells) + (f", anomalies={anomalies}" if anomalies else "")


@dataclasses.dataclass
class Answer:
    """What tshark says of one capture: verdicts, and {frame: {field: values}} for those listed."""

    verdicts: list
    frames: dict


def address(version, number):
    """An address of ours."""
    base, size = NETWORKS[version]
    return (base + number).to_bytes(size, "big")


def number_of(text):
    """The number of an address of ours."""
    found = ipaddress.ip_address(text)
    return int(found) - NETWORKS[found.version][0]


def endpoint(row, role):
    """(address as text, port) of one end in a row of the report."""
    if f"{role}_port" in row:
        return row[role], int(row[f"{role}_port"])
    host, _, port = row[role].rpartition(":")
    return host.strip("[]"), int(port)


def readdressed(frames, hosts, number, begin):
    """The packets of a capture with its own addresses, from a time on that is a whole second."""
    first = min(found.time for found in frames)
    shift = begin - first // capture_file.NS_PER_S * capture_file.NS_PER_S
    for found in frames:
        ends = (address(found.version, 2 * number + hosts.index(host)) for host, _ in found.ends)
        yield packet.with_addresses(found.at(found.time + shift), *ends)


def in_one_file(captures):
    """(path, where each capture's frames begin) of [(hosts, packets)] one after the other."""
    records, begins, begin = [], [], BEGIN
    for number, (hosts, frames) in enumerate(captures, 1):
        begins.append(len(records))
        last = begin
        for found in readdressed(frames, hosts, number, begin) if frames else ():
            records.append(found.record())
            last = max(last, found.time)
        begin = (last + APART) // capture_file.NS_PER_S * capture_file.NS_PER_S
    path = pathlib.Path(tempfile.mkdtemp(dir=tshark.scratch())) / "captures.pcapng"
    path.parent.chmod(0o755)
    capture_file.write(path, records)
    path.chmod(0o644)
    return path, begins


def ask(captures, fields, *arguments, keep=None):
    """The Answer for each capture [(hosts, packets)]: the rows, and `fields` of the frames that
    tshark shows with these arguments. The file that tshark has read is kept under the name `keep`.
    """
    path, begins = in_one_file(captures)
    if keep:
        shutil.copyfile(path, keep)
    columns = (*ANOMALY_FIELDS, *fields)
    output = tshark.read(path, "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=|",
                         "-e", "frame.number", *(f"-e{name}" for name in columns), *arguments,
                         "-z", "tcpstate,conv", "-o", "tcpstate.report_format:json")
    path.unlink()
    answers = [Answer([], {}) for _ in captures]
    rows = []
    number = 0
    for line in output.splitlines():
        if line.startswith("{"):
            rows.append(json.loads(line))
        elif re.match(r"\d", line):
            frame, *cells = line.split("\t")
            place = int(frame) - 1
            while number + 1 < len(begins) and begins[number + 1] <= place:
                number += 1
            answers[number].frames[place - begins[number]] = {
                name: cell.split("|") if cell else []
                for name, cell in zip(columns, cells, strict=True)}
    warned = [warnings(answer.frames.values()) for answer in answers]
    for row in rows:
        ends = [endpoint(row, role) for role in ("client", "server")]
        number = number_of(ends[0][0]) // 2 - 1
        answers[number].verdicts.append(verdict(row, ends, warned[number]))
    return answers


def warnings(frames):
    """The anomalies of Warn or worse of frames with their severity."""
    return {name for frame in frames
            for name, severity in zip(*(frame[field] for field in ANOMALY_FIELDS), strict=True)
            if int(severity) >= WARN}


def verdict(row, ends, warned):
    """The Verdict of a row. It names anomalies without their severity, which the frames have."""
    client, server = ((number_of(host) % 2, port) for host, port in ends)
    return Verdict(client=client, server=server, start=row["start"],
                   anomalies=frozenset(row["anomalies"] or ()) & warned,
                   **{name: row[name] for name in COMPARED})


def counted(verdicts):
    """Outcomes with their numbers, for people."""
    found = collections.Counter(found.outcome for found in verdicts)
    return ", ".join(f"{count} {name}" for name, count in sorted(found.items())) or "no row"
