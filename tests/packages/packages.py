#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Install into a folder of its own, or make a package, and check what is there.

packages.py installed|deb|dpkg|source|rpm. The build folder (TCPSTATE_BUILD_DIR) is up to date already.
"""

import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tests" / "capture"))

import tshark  # pylint: disable=wrong-import-position

BUILD = pathlib.Path(os.environ["TCPSTATE_BUILD_DIR"])
CAPTURE = tshark.CAPTURES / "half-close.pcapng"
SKIPPED = 77
USED = ("tshark", "parallel", "python3")


def output(*command, status=0, **options):
    """Run a command; return what it prints. Another exit status is a failure."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=tshark.HANGS, check=False, **options)
    if done.returncode != status:
        raise tshark.Failure(f"{command}: exit status {done.returncode}, not {status}\n"
                             f"{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def skip(reason):
    """End as a test that was skipped."""
    print(f"SKIPPED: {reason}")
    sys.exit(SKIPPED)


def need_programs(*names):
    """End as skipped unless all of these are installed."""
    missing = [name for name in names if not shutil.which(name)]
    if missing:
        skip(f"not installed: {', '.join(missing)}")


def demand(text, *parts):
    """Fail unless a text has these parts."""
    for part in parts:
        if part not in text:
            raise tshark.Failure(f"{part!r} is missing in:\n{text}")


def install(place):
    """Install below a folder that everybody may read; return the folder."""
    output("cmake", "--install", BUILD, "--prefix", place)
    for path in (place, *place.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o644))
    return place


def without(program):
    """Return a folder with all programs of the PATH but one."""
    place = tshark.scratch() / f"without-{program}"
    place.mkdir()
    for folder in os.environ["PATH"].split(os.pathsep):
        for path in pathlib.Path(folder).glob("*"):
            if path.name != program and not (place / path.name).exists():
                (place / path.name).symlink_to(path.resolve())
    return place


def installed():
    """The command works from where it is installed, and builds nothing."""
    need_programs(*USED)
    place = install(tshark.scratch() / "a prefix")
    for path in (place / "share" / "tcpstate").rglob("*"):
        if path.is_file() and b"apt-get " in path.read_bytes():
            raise tshark.Failure(f"{path} installs packages")
    command = place / "bin" / "tcpstate"
    environment = os.environ | {"XDG_CACHE_HOME": str(tshark.scratch() / "cache")}
    del environment["TCPSTATE_BUILD_DIR"]
    row = "54543  198.51.100.1 1021  Closed"
    demand(output(command, CAPTURE, env=environment), row, "closed by client")
    demand(output(command, "--filter", "tcp", CAPTURE, env=environment), row)  # by tshark
    demand(output(command, "--packets", CAPTURE, env=environment), "Teardown 4/4")
    page = tshark.scratch() / "page.html"
    output(command, "--ladder", page, CAPTURE, env=environment)
    demand(page.read_text(encoding="utf-8"), "FIN-WAIT-2")
    demand(output(command, status=2, env=environment), "tcpstate: no capture is given")
    usage = output(command, "--help", env=environment)
    demand(usage, "Usage: tcpstate [OPTION...]")
    if "build" in usage:
        raise tshark.Failure(f"the installed command says that it builds:\n{usage}")
    demand(output(command, CAPTURE, status=1,
                  env=environment | {"PATH": str(without("parallel"))}), "parallel is missing")
    demand(output(place / "bin" / "tcpstate-report", CAPTURE), row)
    if shutil.which("man"):
        for page in sorted((place / "share" / "man" / "man1").glob("*.1")):
            said = output("man", "--warnings", "--local-file", page, env=environment | {"LC_ALL": "C"})
            demand(said, "NAME", "EXIT STATUS")
            if "warning" in said:
                raise tshark.Failure(f"{page}:\n{said}")


def options_of(usage):
    """Return the long options that a usage text names."""
    return set(re.findall(r"^ +(?:-\w, )?(--[a-z0-9-]+)", usage, re.MULTILINE))


def check_manual_pages(root):
    """The manual pages name the options that the programs have."""
    for name in "tcpstate", "tcpstate-report":
        page = (PROJECT / "docs" / "man" / f"{name}.1").read_text(encoding="utf-8").replace("\\-", "-")
        usage = output(root / "bin" / name, "--help")
        told = set(re.findall(r"(--[a-z0-9-]+)", page))
        if not options_of(usage) or not options_of(usage) <= told:
            raise tshark.Failure(f"docs/man/{name}.1 lacks {sorted(options_of(usage) - told)}")


def make_package(place, kind="DEB"):
    """Make the package of a kind below a folder; return its path."""
    place.mkdir()
    output("cpack", "--config", BUILD / "CPackConfig.cmake", "-G", kind, "-B", place)
    package, = place.glob(f"*.{kind.lower()}")
    return package


def make_debian_package(place):
    """Make the Debian package below a folder; return its path."""
    need_programs("cpack", "dpkg-deb", "dpkg-shlibdeps")
    return make_package(place)


def check_debian_package(package, root):
    """Extract it below a root. Its files are what Debian's policy asks for, and tell nothing of where it was built."""
    demand(output("dpkg-deb", "--field", package), "libwireshark", "libwiretap", "parallel, python3, tshark")
    output("dpkg-deb", "--extract", package, root)
    found = {str(path.relative_to(root)): path for path in root.rglob("*")}
    listed = "\n".join(sorted(found))
    demand(listed, "/epan/tcpstate.so", "/bin/tcpstate\n", "/bin/tcpstate-report\n", "/changelog.gz",
           "/copyright", "/man1/tcpstate.1.gz", "/man1/tcpstate-report.1.gz",
           "/profiles/tcpstate/colorfilters", "/FIELDS.md")
    for name, path in found.items():
        if path.is_file() and str(PROJECT).encode() in path.read_bytes():
            raise tshark.Failure(f"{name} tells where it was built: {PROJECT}")
        mode = path.lstat().st_mode
        if not stat.S_ISLNK(mode) and mode & 0o022:
            raise tshark.Failure(f"{name} may be changed by others: {stat.filemode(mode)}")


def check_by_lintian(*files):
    """lintian finds no error and nothing to warn of, if it is there."""
    if shutil.which("lintian"):
        said = output("lintian", "--fail-on", "error,warning", "--allow-root", *files)
        if re.search(r"^[EW]: ", said, re.MULTILINE):
            raise tshark.Failure(said)


def deb():
    """cpack's Debian package."""
    place = tshark.scratch() / "deb"
    package = make_debian_package(place)
    check_debian_package(package, place / "root")
    check_manual_pages(place / "root" / "usr")
    check_by_lintian(package)


def source():
    """The source package: dpkg-buildpackage builds it, from a tree without tests, which have their turn here."""
    need_programs("dpkg-buildpackage", "dpkg-checkbuilddeps")
    missing = subprocess.run(["dpkg-checkbuilddeps", "-P", "nocheck"], cwd=PROJECT, stdin=subprocess.DEVNULL,
                             capture_output=True, text=True, check=False)
    if missing.returncode != 0:
        skip(missing.stderr.strip())
    place = tshark.scratch() / "source"
    tree = place / "tcpstate"
    shutil.copytree(PROJECT, tree, ignore=lambda folder, names: [
        name for name in names if name in (".git", "__pycache__")
        or pathlib.Path(folder) == PROJECT and (name == "tests" or name.startswith("build"))])
    output("dpkg-buildpackage", "--unsigned-source", "--unsigned-changes", cwd=tree,
           env=os.environ | {"DEB_BUILD_OPTIONS": "nocheck", "DEB_BUILD_PROFILES": "nocheck"})
    changes, = place.glob("*.changes")
    package, = place.glob("wireshark-plugin-tcpstate_*.deb")
    demand(changes.read_text(encoding="utf-8"), package.name, ".tar.xz", ".dsc")
    check_debian_package(package, place / "root")
    check_by_lintian(package, *place.glob("*.dsc"))


def rpm():
    """cpack's RPM."""
    need_programs("cpack", "rpmbuild", "rpm")
    package = make_package(tshark.scratch() / "rpm", "RPM")
    query = ("rpm", "--query", "--package")
    demand(output(*query, "--list", package), "/epan/tcpstate.so\n", "/bin/tcpstate\n", "/bin/tcpstate-report\n",
           "/man1/tcpstate.1", "/profiles/tcpstate/colorfilters\n", "/FIELDS.md\n")
    demand(output(*query, "--requires", package), "libwireshark.so", "libwiretap.so", "parallel\n",
           "wireshark-cli\n")
    demand(output(*query, "--queryformat", "%{NAME} %{LICENSE} %{RELEASE}", package),
           "wireshark-plugin-tcpstate GPL-2.0-or-later 1.wireshark")
    owned = output(*query, "--queryformat", "[%{FILENAMES} %{FILEUSERNAME} %{FILEGROUPNAME} %{FILEMODES:perms}\n]",
                   package)
    for line in owned.splitlines():
        name, user, group, mode = line.rsplit(" ", 3)
        if (user, group) != ("root", "root") or mode[0] != "l" and "w" in (mode[5], mode[8]):
            raise tshark.Failure(f"others may change it: {line}")
        if name in ("/usr", "/usr/bin", "/usr/lib", "/usr/share"):
            raise tshark.Failure(f"the package owns a folder of the system: {name}")


def later(package, place):
    """Make the package once more, as a later version that lacks the documents; return its path."""
    output("dpkg-deb", "--raw-extract", package, place)
    shutil.rmtree(place / "usr" / "share" / "doc")
    control = place / "DEBIAN" / "control"
    text, found = re.subn(r"^(Version: .*)$", r"\1.1", control.read_text(encoding="utf-8"), flags=re.MULTILINE)
    if found != 1:
        raise tshark.Failure(f"no version in:\n{text}")
    control.write_text(text, encoding="utf-8")
    changed = place.with_suffix(".deb")
    output("dpkg-deb", "--root-owner-group", "--build", place, changed)
    return changed


def files_below(root):
    """Return the names of what dpkg has put below a root, as a text."""
    found = (path.relative_to(root) for path in root.rglob("*"))
    return "\n".join(sorted(str(path) for path in found if path.parts[0] != "var"))


def dpkg():
    """The package is installed, upgraded and purged by dpkg, in a root of its own, and leaves nothing."""
    if os.geteuid() != 0:
        skip("dpkg installs as root alone")
    place = tshark.scratch()
    package = make_debian_package(place / "deb")
    root = place / "root"
    database = root / "var" / "lib" / "dpkg"
    for name in "info", "updates", "triggers":
        (database / name).mkdir(parents=True)
    (database / "status").touch()
    # What it depends on is not there, and its scripts, if it had any, would find no shell.
    run = ("dpkg", "--root", root, "--log", "/dev/null", "--force-depends")
    output(*run, "--install", package)
    demand(files_below(root), "/epan/tcpstate.so", "usr/bin/tcpstate\n", "/FIELDS.md")
    output(*run, "--install", later(package, place / "later"))
    demand(files_below(root), "/epan/tcpstate.so", "usr/bin/tcpstate\n")
    if "FIELDS.md" in files_below(root):
        raise tshark.Failure(f"the upgrade has left what the later version lacks:\n{files_below(root)}")
    name = output("dpkg-deb", "--field", package, "Package").strip()
    output(*run, "--purge", name)
    left = "\n".join(str(path) for path in database.rglob("*") if name in path.name)
    if files_below(root) or left:
        raise tshark.Failure(f"the purge has left:\n{files_below(root)}\n{left}")


def main():
    """Run the check that is asked for."""
    {"installed": installed, "deb": deb, "dpkg": dpkg, "source": source, "rpm": rpm}[sys.argv[1]]()


if __name__ == "__main__":
    tshark.run_main(main)
