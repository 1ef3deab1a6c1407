"""Network namespaces without names: they end with the process that made them, however it ends."""

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
CONNECTIONS = 64   # entries of the table of connections: more than any scenario has at a time

LIBC = ctypes.CDLL(None, use_errno=True)


class Unavailable(Exception):
    """This machine or this user cannot do what is needed."""


def check(result, what):
    """Raise Unavailable for a system call that failed."""
    if result < 0:
        raise Unavailable(f"{what}: {os.strerror(ctypes.get_errno())}")


def current():
    """A descriptor of the network namespace that this process is in."""
    return os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def require():
    """Raise Unavailable, saying what is missing, unless namespaces and TUN devices can be made."""
    if os.geteuid() != 0:
        raise Unavailable("only root can make network namespaces and TUN devices: use sudo")
    if not shutil.which("ip"):
        raise Unavailable("ip is missing: install iproute2")
    if not os.path.exists("/dev/net/tun"):
        raise Unavailable("/dev/net/tun is missing: load the kernel module tun")
    namespace = Namespace()
    os.close(namespace.tun("probe"))
    namespace.close()


@functools.cache
def nursery():
    """A descriptor of the namespace whose children have a small table of TCP connections.

    Whoever lists a namespace's sockets looks into every entry of that table, and by default all
    namespaces share one of some 100000 entries. Before Linux 6.1 they always do.
    """
    outside = current()
    try:
        check(LIBC.unshare(CLONE_NEWNET), "cannot make a network namespace")
        with contextlib.suppress(FileNotFoundError):
            write_sysctl("ipv4.tcp_child_ehash_entries", CONNECTIONS)
        return current()
    finally:
        LIBC.setns(outside, CLONE_NEWNET)
        os.close(outside)


def write_sysctl(name, value):
    """Set net.NAME, written with dots, of the namespace that this process is in."""
    with open("/proc/sys/net/" + name.replace(".", "/"), "w", encoding="ascii") as file:
        file.write(str(value))


class Namespace:
    """One network namespace, entered for a moment at a time (single-threaded use)."""

    def __init__(self):
        outside = current()
        try:
            check(LIBC.setns(nursery(), CLONE_NEWNET), "cannot enter a network namespace")
            check(LIBC.unshare(CLONE_NEWNET), "cannot make a network namespace")
            self.descriptor = current()
        finally:
            LIBC.setns(outside, CLONE_NEWNET)
            os.close(outside)

    @contextlib.contextmanager
    def inside(self):
        """Sockets, devices and settings made in this context belong to the namespace."""
        outside = current()
        check(LIBC.setns(self.descriptor, CLONE_NEWNET), "cannot enter a network namespace")
        try:
            yield
        finally:
            check(LIBC.setns(outside, CLONE_NEWNET), "cannot leave a network namespace")
            os.close(outside)

    def ip(self, *commands):
        """Let iproute2's ip do these commands inside."""
        with self.inside():
            subprocess.run(["ip", "-batch", "-"], input="\n".join(commands), text=True, check=True)

    def sysctl(self, name, value):
        """Set net.NAME, written with dots."""
        with self.inside():
            write_sysctl(name, value)

    def tun(self, name):
        """A new TUN device's descriptor: one read or write is one IP packet."""
        with self.inside():
            try:
                device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
                fcntl.ioctl(device, TUNSETIFF,
                            struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
            except OSError as error:
                raise Unavailable(f"cannot make a TUN device: {error.strerror}") from error
        return device

    def close(self):
        """Let go of the namespace; it ends when its last socket is closed."""
        os.close(self.descriptor)
