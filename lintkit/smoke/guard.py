"""What Python code of the script is kept from, or seen doing: network, writes, a flood of processes. In the worker.

An audit hook, which Python code cannot remove. Native code that talks to the system itself is not seen, nor are child
processes that are not Python's forks; sandbox.py enforces the first two where the kernel lets it, and the parent counts
processes.

Standard library only.
"""

import mmap
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable
from typing import Any

FORKS = 2048
"""Processes that a run may start in all."""
FILES = 50
"""Files that are named."""

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_PATHS = {  # event: which of its arguments are paths that change
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.mkdir": (0,),
    "os.rmdir": (0,),
    "os.truncate": (0,),
    "os.link": (1,),
    "os.symlink": (1,),
    "shutil.rmtree": (0,),
}
_FORKS = {"os.fork", "os.forkpty", "os.posix_spawn", "subprocess.Popen"}
_SPAWNERS = tuple(f"multiprocessing.popen_{way}" for way in ("forkserver", "spawn_posix", "spawn_win32"))
"""What is imported when a process is started in a way that raises no event."""
_CALLS = {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}


class Guard:
    """`tell(kind, **record)` is told of each file outside `ignored` that is opened to write (`wrote`), and each refused
    call.
    """

    def __init__(self, tell: Callable[..., None], ignored: list[str], *, network: bool) -> None:
        self._tell = tell
        self._network = network
        self._ignored = tuple(_folder(path) for path in ignored)
        self._seen: set[str] = set()
        self._forks = mmap.mmap(-1, 8)  # shared with every process that forks from this one
        self._pid = os.getpid()
        self._children = 0
        self._busy = False

    def install(self) -> None:
        sys.addaudithook(self._on_event)

    def _on_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            if isinstance(flags, int) and flags & _WRITING and (mode is None or mode != "r"):
                self._on_write(path)
        elif event in _PATHS:
            for index in _PATHS[event]:
                self._on_write(arguments[index])
        elif event in _FORKS:
            self._on_fork(event, arguments)
        elif event in _CALLS and not self._network:
            self._on_call(event, arguments)

    def _on_write(self, path: object) -> None:
        if self._busy or not isinstance(path, (str, bytes)) or len(self._seen) >= FILES:
            return
        self._busy = True  # looking at a path may itself be an event
        try:
            name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100  # pathlib costs ten times as much
            if name in self._seen or "__pycache__" in name or name.startswith(self._ignored):
                return
            self._seen.add(name)
            self._tell("wrote", path=name)
        finally:
            self._busy = False

    @property
    def children(self) -> int:
        """How many processes with Python in them were started: what runs there is not recorded."""
        return self._children + sum(name in sys.modules for name in _SPAWNERS)

    def _on_fork(self, event: str, arguments: tuple[Any, ...]) -> None:
        if os.getpid() == self._pid and (event == "os.fork" or (arguments and _is_python(arguments))):
            self._children += 1
        count = struct.unpack("q", self._forks[:])[0] + 1
        self._forks[:] = struct.pack("q", count)
        if count > FORKS:
            self._tell("flood", count=count)
            os.killpg(0, signal.SIGKILL)

    def _on_call(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.getaddrinfo", "socket.gethostbyname"):
            host = arguments[0]
            address = f"{host}:{arguments[1]}" if event == "socket.getaddrinfo" else str(host)
        else:
            handle, target = arguments
            if handle.family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(target, tuple):
                return
            host, address = target[0], f"{target[0]}:{target[1]}"  # pyright: ignore[reportUnknownVariableType]
        if host is None or _is_local(str(os.fsdecode(host) if isinstance(host, bytes) else host)):  # pyright: ignore[reportUnknownArgumentType]
            return
        self._tell("network", address=address)
        raise PermissionError(f"no network in a smoke run: {address} (set `network = true` in [tool.lintkit.smoke])")


def _folder(path: str) -> str:
    return os.path.join(os.path.realpath(path), "")  # noqa: PTH118


def _is_python(arguments: tuple[Any, ...]) -> bool:
    """Whether a command, an executable and its arguments, is a Python interpreter."""
    executable, command = arguments[:2]
    words: list[Any] = [executable, *(command[:1] if isinstance(command, (list, tuple)) else [command])]
    return any("python" in os.path.basename(str(word)).lower() for word in words)  # noqa: PTH119


def _is_local(host: str) -> bool:
    return host in ("", "localhost", "::1", "0.0.0.0", "::") or host.startswith("127.")  # noqa: S104  # compared only
