"""What the kernel keeps from the script: the user's files, and the network. Linux namespaces; runs in the worker.

The project's folder is covered with an overlay: the script sees and changes it as ever, and the changes end up in a
scratch folder that goes away with the run, except below the folders named in `writes`. The network is one with a
loopback interface and nothing else. Both hold for native code and for the script's children too.

Not every machine allows it (other systems, containers without namespaces, a scratch folder that itself is on an
overlay). There, guard.py watches what Python does, which native code can go around.

Standard library only.
"""

import ctypes
import os
import re
import socket
import struct
import sys
from pathlib import Path

from lintkit.smoke.namespaces import MOUNTS, NETWORK, enter, is_allowed

_BIND, _RECURSIVE, _PRIVATE = 0x1000, 0x4000, 0x40000
_SET_FLAGS, _UP = 0x8914, 0x1


def isolate(root: Path, scratch: Path, writes: list[str], *, network: bool) -> frozenset[str]:
    """Enter namespaces of our own; what they enforce of "files" and "network"."""
    if sys.platform != "linux" or root.resolve() in scratch.resolve().parents:
        return frozenset()
    libc = ctypes.CDLL(None, use_errno=True)
    if not is_allowed(lambda: _enter(libc, network=network)):
        return frozenset()
    _enter(libc, network=network)
    enforced = {"files"} if _cover(libc, root, scratch, writes) else set[str]()
    return frozenset(enforced | (set() if network else {"network"}))


def _enter(libc: ctypes.CDLL, *, network: bool) -> None:
    enter(libc, MOUNTS | (0 if network else NETWORK))
    if not network:
        _raise_loopback()


def _cover(libc: ctypes.CDLL, root: Path, scratch: Path, writes: list[str]) -> bool:
    """Cover `root`; whether that is possible here. Folders of `writes` that are not there yet are made."""
    upper, work = scratch / "changes", scratch / "work"
    if any(set(str(path)) & set(",:\\") for path in (root, upper)):
        return False  # the mount options have no quoting that all kernels know
    upper.mkdir()
    work.mkdir()
    for name in writes:
        (root / name).mkdir(parents=True, exist_ok=True)
    named = (root / name for name in writes)
    shown = [*(path for path in named if path.is_relative_to(root)), *_mounted_below(root)]
    kept = [(path, os.open(path, os.O_PATH)) for path in sorted(shown)]
    options = f"lowerdir={root},upperdir={upper},workdir={work}"
    if _mount(libc, "none", "/", "", _RECURSIVE | _PRIVATE) or (
        _mount(libc, "overlay", str(root), "overlay", 0, options)
        and _mount(libc, "overlay", str(root), "overlay", 0, f"{options},userxattr")
    ):
        upper.rmdir()
        return False
    for path, handle in kept:
        if _mount(libc, f"/proc/self/fd/{handle}", str(path), "", _BIND | _RECURSIVE):
            raise OSError(ctypes.get_errno(), "cannot be written through", str(path))
        os.close(handle)
    return True


def _mounted_below(root: Path) -> list[Path]:
    """What is mounted inside the project, as a volume of data: an overlay does not show it by itself."""
    found: list[Path] = []
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        path = Path(re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), line.split(" ")[4]))
        if root in path.parents and not any(other in path.parents for other in found):
            found.append(path)
    return found


def _mount(libc: ctypes.CDLL, source: str, target: str, kind: str, flags: int, options: str = "") -> int:
    words = (os.fsencode(word) or None for word in (source, target, kind))
    return libc.mount(*words, flags, os.fsencode(options) or None)


def _raise_loopback() -> None:
    import fcntl  # not on every system

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        request = struct.pack("16sh14x", b"lo", _UP)
        fcntl.ioctl(handle, _SET_FLAGS, request)
