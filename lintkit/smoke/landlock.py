"""Keeps a process and its children from writing anywhere but below given folders, by Landlock (Linux 5.19).

It needs no rights and no namespace, and holds for native code. What is refused is a `PermissionError`.

Standard library only.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every machine that Linux runs on
_ASK_VERSION = 1
_BENEATH = 1
_NO_NEW_PRIVILEGES = 38
_LEAST_VERSION, _TRUNCATES = 2, 3
"""The first can do without renames between folders only; since the third, shortening a file is writing."""
_WRITE_FILE, _TRUNCATE = 1 << 1, 1 << 14
_CHANGES = _WRITE_FILE | sum(1 << bit for bit in range(4, 14))
"""Write files; remove and make entries of every kind; move them to another folder."""


def confine(writable: Iterable[str]) -> bool:
    """Allow changes below the folders, and to the devices, that are named and exist; whether the kernel knows how."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
    if version < _LEAST_VERSION:
        return False
    handled = _CHANGES | (_TRUNCATE if version >= _TRUNCATES else 0)
    attributes = struct.pack("=Q", handled)
    ruleset = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return False
    try:
        allowed = all(_allow(libc, ruleset, path, handled) for path in writable if os.path.exists(path))  # noqa: PTH110
        if not allowed or libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
            return False
        return libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> bool:
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", rights if os.path.isdir(path) else rights & (_WRITE_FILE | _TRUNCATE), handle)  # noqa: PTH112
        return libc.syscall(_ADD_RULE, ruleset, _BENEATH, rule, 0) == 0
    finally:
        os.close(handle)
