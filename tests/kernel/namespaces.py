"""Network namespaces without names: they end with the process that made them, however it ends."""

import contextlib
import ctypes
import fcntl
import os
import shutil
import struct
import subprocess

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000

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


class Namespace:
    """One network namespace, entered for a moment at a time (single-threaded use)."""

    def __init__(self):
        outside = current()
        try:
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

    def ip(self, command):
        """Run iproute2's ip inside."""
        with self.inside():
            subprocess.run(["ip", *command.split()], check=True)

    def sysctl(self, name, value):
        """Set net.NAME, written with dots."""
        with self.inside(), open("/proc/sys/net/" + name.replace(".", "/"), "w",
                                 encoding="ascii") as file:
            file.write(str(value))

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
