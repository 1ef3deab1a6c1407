#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check tcpstate-report as a program: options, exit status, order, files that are damaged or absent."""

import contextlib
import gzip
import json
import os
import pathlib
import sys
import time

import reading
import tshark

NAMES = ("half-close", "refused", "ip-fragments", "ipv6", "vlan", "gre-tunnel")


def paths(*names):
    """Captures by name."""
    return [str(tshark.CAPTURES / f"{name}.pcapng") for name in names]


def captures_of(output):
    """The captures of a report in JSON, in order, each once."""
    return list(dict.fromkeys(json.loads(line)["capture"] for line in output.splitlines()))


def expect(what, found, wanted):
    """Yield a complaint unless two values are equal."""
    if found != wanted:
        yield f"{what}: {found}, and not {wanted}"


def options():
    """Wrong options are told and have a status of their own."""
    for arguments in ((), ("--format", "xml", "x"), ("--jobs", "0", "x"), ("--jobs", "x", "x"),
                      ("--columns", "no_such", "x"),
                      ("--color", "x")):
        done = reading.run(*arguments)
        yield from expect(f"status of {arguments}", done.returncode, reading.WRONG_OPTIONS)
        yield from expect(f"output of {arguments}", done.stdout, b"")
        yield from expect(f"complaint of {arguments}", bool(done.stderr), True)
    done = reading.run("--help")
    yield from expect("status of --help", done.returncode, reading.ALL_READ)
    yield from expect("--help", done.stdout.startswith(b"Usage: "), True)


def order():
    """Rows come in the order of the captures, whoever read them."""
    given = paths(*NAMES)
    known = [path for path in given if "fragments" not in path]
    outputs = []
    for jobs in ("1", "2", "5", "100"):
        done = reading.run("--jobs", jobs, "--format", "json", *given)
        yield from expect(f"status with {jobs} jobs", done.returncode, reading.SOME_NOT_KNOWN)
        yield from expect(f"captures with {jobs} jobs", captures_of(done.stdout), known)
        outputs.append((done.stdout, done.stderr))
    yield from expect("outputs with any number of jobs", len(set(outputs)), 1)
    twice = reading.run("--format", "json", *given[:1] * 2).stdout.splitlines()
    yield from expect("a capture twice", twice[:len(twice) // 2], twice[len(twice) // 2:])


def first_rows():
    """A pipe gets the rows of a capture while a later one is still being read."""
    pipe = tshark.scratch() / "pipe"
    os.mkfifo(pipe)
    first, second = paths("half-close", "refused")
    for jobs in ("1", "2"):
        with reading.subprocess.Popen([reading.PROGRAM, "--jobs", jobs, "--format", "json", first,
                                       str(pipe)], stdout=reading.subprocess.PIPE) as process:
            yield from expect(f"first capture with {jobs} jobs",
                              captures_of(process.stdout.readline()), [first])
            pipe.write_bytes(pathlib.Path(second).read_bytes())
            yield from expect(f"second capture with {jobs} jobs",
                              captures_of(process.stdout.read()), [str(pipe)])


def user_of(process):
    """The user ids of a process and the number of its parent."""
    lines = pathlib.Path(f"/proc/{process}/status").read_text().splitlines()
    values = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    return set(values["Uid"].split()) | set(values["Gid"].split()), int(values["PPid"])


def reading_process(path):
    """The process that has this pipe as its standard input, as soon as there is one that is no
    longer root's; None where it stays root's."""
    deadline = time.monotonic() + tshark.HANGS
    while time.monotonic() < deadline:
        for file in pathlib.Path("/proc").glob("[0-9]*/fd/0"):
            with contextlib.suppress(OSError):
                if os.readlink(file) == str(path) and user_of(file.parts[2])[0] == {"65534"}:
                    return file.parts[2]
        time.sleep(0.01)
    return None


def rights():
    """What root has opened nobody reads."""
    if os.geteuid() != 0:
        return
    private = tshark.scratch() / "private"
    private.mkdir(mode=0o700)
    pipe, mine = private / "pipe", private / "mine.pcapng"
    os.mkfifo(pipe, 0o600)
    mine.write_bytes(pathlib.Path(*paths("half-close")).read_bytes())
    mine.chmod(0o600)
    for given in ([pipe], [mine, pipe]):
        with reading.subprocess.Popen([reading.PROGRAM, "--format", "json", *given],
                                      stdout=reading.subprocess.PIPE) as process:
            with pipe.open("wb") as writer:
                yield from expect("who reads is nobody", bool(reading_process(pipe)), True)
                writer.write(mine.read_bytes())
            yield from expect("captures of root", captures_of(process.stdout.read()),
                              [str(path) for path in given])
    done = reading.run(str(private / "absent"))
    yield from expect("message", done.stderr.decode(),
                      f"{private / 'absent'}: No such file or directory\n")
    namespace = ("unshare", "--map-root-user")
    if reading.subprocess.run([*namespace, "true"], check=False, stderr=reading.subprocess.DEVNULL
                              ).returncode == 0:
        done = reading.subprocess.run([*namespace, reading.PROGRAM, "--format", "json", mine],
                                      stdout=reading.subprocess.PIPE, check=False)
        yield from expect("without a user nobody", captures_of(done.stdout), [str(mine)])


def not_known():
    """Of a capture with frames that are not known nothing is printed; with --partial, the rest is."""
    given = paths("ip-fragments")
    done = reading.run("--format", "json", *given)
    yield from expect("status", done.returncode, reading.SOME_NOT_KNOWN)
    yield from expect("rows", done.stdout, b"")
    yield from expect("message", done.stderr.decode(),
                      f"{given[0]}: fragments of IP protocol 6 in frame 4 is not known\n")
    partial = reading.run("--partial", "--format", "json", *given)
    yield from expect("status with --partial", partial.returncode, reading.SOME_NOT_KNOWN)
    yield from expect("rows with --partial", len(partial.stdout.splitlines()), 1)
    yield from expect("message with --partial", b"frames left out" in partial.stderr, True)


def keys():
    """Wireshark decrypts what a capture has keys for, and may find TCP there: it has to be asked."""
    secrets, path = tshark.scratch() / "keys", tshark.scratch() / "with-keys.pcapng"
    secrets.write_text("LOCAL_STATIC_PRIVATE_KEY = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")
    reading.subprocess.run(["editcap", "--inject-secrets", f"wg,{secrets}",
                            *paths("half-close"), path], check=True)
    path.chmod(0o644)
    done = reading.run("--format", "json", path)
    yield from expect("status", done.returncode, reading.SOME_NOT_KNOWN)
    yield from expect("rows", done.stdout, b"")
    yield from expect("message", done.stderr.decode(),
                      f"{path}: encryption that the capture has keys for in frame 1 is not known\n")
    partial = reading.run("--partial", "--format", "json", path)
    yield from expect("rows with --partial", len(partial.stdout.splitlines()), 1)


def framed():
    """For programs, each capture's rows stand between its name and its status."""
    first, second = paths("half-close", "ip-fragments")
    lines = reading.run("--framed", "--format", "json", first, second).stdout.decode().splitlines()
    yield from expect("lines around the rows", [line for line in lines if not line.startswith(": ")],
                      [f"# {first}", "+ 1", "= 0", f"# {second}", "+ 0", "= 3"])
    yield from expect("columns with the capture", ['"capture"' in line for line in lines
                                                   if line.startswith(": ")], [False])


def files():
    """Compressed, cut, damaged and absent captures, and standard input."""
    half_close = tshark.CAPTURES / "half-close.pcapng"
    content, whole = half_close.read_bytes(), reading.run("--format", "json", str(half_close)).stdout
    packed, cut = tshark.scratch() / "packed.pcapng.gz", tshark.scratch() / "cut.pcapng"
    packed.write_bytes(gzip.compress(content))
    cut.write_bytes(content[:-30])
    rows = reading.rows(whole)
    yield from expect("compressed", reading.rows(
        reading.run("--format", "json", str(packed)).stdout), rows)
    yield from expect("standard input", reading.rows(
        reading.run("--format", "json", "-", input=content).stdout), rows)
    done = reading.run("--format", "json", str(cut))
    yield from expect("status of a cut capture", done.returncode, reading.SOME_NOT_READ)
    yield from expect("rows of a cut capture", len(done.stdout.splitlines()), 1)
    for path in (tshark.scratch() / "absent", tshark.scratch(), __file__):
        done = reading.run("--format", "json", str(path), str(half_close))
        yield from expect(f"status of {path}", done.returncode, reading.SOME_NOT_READ)
        yield from expect(f"rows beside {path}", reading.rows(done.stdout), rows)
        yield from expect(f"name of {path}", str(path).encode() in done.stderr, True)


def full_device():
    """A report that cannot be written is an error."""
    with open("/dev/full", "wb") as full:
        for form in ("text", "csv", "json", "zeek"):
            done = reading.subprocess.run([reading.PROGRAM, "--format", form, *paths("half-close")],
                                          stdout=full, stderr=reading.subprocess.PIPE, check=False)
            yield from expect(f"status of {form} to a full device", done.returncode,
                              reading.SOME_NOT_READ)
            yield from expect(f"message of {form}", b"No space left" in done.stderr, True)


def main():
    """Print what is wrong; return the exit status."""
    checks = (options, order, first_rows, rights, not_known, keys, framed, files, full_device)
    wrong = [f"{check.__name__}: {text}" for check in checks for text in check()]
    print(*wrong, sep="\n", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    tshark.run_main(main)
