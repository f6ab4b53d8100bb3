"""The kernel's namespaces, entered with no more rights than the user has. Linux; runs in the worker.

Standard library only.
"""

import ctypes
import os
from collections.abc import Callable
from pathlib import Path

MOUNTS, NETWORK, PROCESSES = 0x00020000, 0x40000000, 0x20000000
_USERS = 0x10000000


def enter(libc: ctypes.CDLL, wanted: int) -> None:
    """By a namespace of users where nothing else is allowed. Raises OSError, and is half in then."""
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(wanted):
        if libc.unshare(wanted | _USERS):
            raise OSError(ctypes.get_errno(), "no namespaces")
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1", encoding="ascii")


def is_allowed(attempt: Callable[[], None]) -> bool:
    """Tried in a child: what was entered cannot be left, and some kernels let us in, then allow nothing (AppArmor)."""
    child = os.fork()
    if child == 0:
        try:
            attempt()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0
