"""Unnamed network namespaces: they vanish with the process that made them, however it ends."""

import contextlib
import ctypes
import fcntl
import functools
import os
import shutil
import struct
import subprocess

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
HASH_ENTRIES = 64   # size of the table of connections: more than any scenario has at a time

LIBC = ctypes.CDLL(None, use_errno=True)


class Unavailable(Exception):
    """This machine or user lacks something that is needed."""


def check(result, what):
    """Raise Unavailable if a system call failed."""
    if result < 0:
        raise Unavailable(f"{what}: {os.strerror(ctypes.get_errno())}")


def current():
    """Return a descriptor of this process's network namespace."""
    return os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def require():
    """Raise Unavailable, with the reason, unless namespaces and TUN devices can be made."""
    if os.geteuid() != 0:
        raise Unavailable("only root can make network namespaces and TUN devices; use sudo")
    if not shutil.which("ip"):
        raise Unavailable("ip is missing; install iproute2")
    if not os.path.exists("/dev/net/tun"):
        raise Unavailable("/dev/net/tun is missing; load the kernel module tun")
    namespace = Namespace()
    os.close(namespace.tun("probe"))
    namespace.close()


@functools.cache
def parent_namespace():
    """Return a descriptor of a namespace whose children have a small table of TCP connections.

    Listing a namespace's sockets scans the whole table. By default, and always before Linux 6.1,
    all namespaces share one with some 100000 entries.
    """
    outside = current()
    try:
        check(LIBC.unshare(CLONE_NEWNET), "cannot make a network namespace")
        with contextlib.suppress(FileNotFoundError):
            write_sysctl("ipv4.tcp_child_ehash_entries", HASH_ENTRIES)
        return current()
    finally:
        LIBC.setns(outside, CLONE_NEWNET)
        os.close(outside)


def write_sysctl(name, value):
    """Set net.NAME, written with dots, in this process's namespace."""
    with open("/proc/sys/net/" + name.replace(".", "/"), "w", encoding="ascii") as file:
        file.write(str(value))


class Namespace:
    """One network namespace, entered for a moment at a time (single-threaded use)."""

    def __init__(self):
        outside = current()
        try:
            check(LIBC.setns(parent_namespace(), CLONE_NEWNET), "cannot enter a network namespace")
            check(LIBC.unshare(CLONE_NEWNET), "cannot make a network namespace")
            self.descriptor = current()
        finally:
            LIBC.setns(outside, CLONE_NEWNET)
            os.close(outside)

    @contextlib.contextmanager
    def inside(self):
        """Enter the namespace: sockets, devices and settings made in this context belong to it."""
        outside = current()
        check(LIBC.setns(self.descriptor, CLONE_NEWNET), "cannot enter a network namespace")
        try:
            yield
        finally:
            check(LIBC.setns(outside, CLONE_NEWNET), "cannot leave a network namespace")
            os.close(outside)

    def ip(self, *commands):
        """Run commands of iproute2's ip in the namespace."""
        with self.inside():
            subprocess.run(["ip", "-batch", "-"], input="\n".join(commands), text=True, check=True)

    def sysctl(self, name, value):
        """Set net.NAME, written with dots."""
        with self.inside():
            write_sysctl(name, value)

    def tun(self, name):
        """Make a TUN device; return its descriptor: one read or write is one IP packet."""
        with self.inside():
            try:
                device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
                fcntl.ioctl(device, TUNSETIFF,
                            struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
            except OSError as error:
                raise Unavailable(f"cannot make a TUN device: {error.strerror}") from error
        return device

    def close(self):
        """Release the namespace; it vanishes when its last socket is closed."""
        os.close(self.descriptor)
