"""A run's processes: who descends from whom, and how all of them end. Linux; in the parent and in the worker.

The worker's first process runs nothing of the user's. Where the kernel allows it, the script lives in a process
namespace: when the first process of that ends, the kernel ends all others at once, however many they are and however
fast they fork. Elsewhere the worker's first process is a subreaper: what the script starts, and whatever that starts,
stays below it when its parents die, whichever session or environment it gave itself; at the end they are found and
killed.

Standard library only.
"""

import ctypes
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from lintkit.smoke.namespaces import MOUNTS, PROCESSES, enter, is_allowed

_PDEATHSIG, _SUBREAPER = 1, 36
_NO_SUID, _NO_DEVICES, _NO_EXEC = 0x2, 0x4, 0x8
_PRIVATE = 0x4000 | 0x40000  # and all below
_PAUSE_SECS = 0.005


def supervise() -> None:
    """Go on in a child. The calling process stays behind, ends as the child does, and takes all descendants along."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PDEATHSIG, signal.SIGTERM)
    signal.signal(signal.SIGTERM, lambda _signal, _frame: _leave(signal.SIGTERM))
    if is_allowed(lambda: _try(libc)):
        enter(libc, PROCESSES)
        _go_on_in_a_namespace(libc)
    else:
        libc.prctl(_SUBREAPER, 1)
        if child := os.fork():
            _leave(_await(child))
        _belong(libc)


def _go_on_in_a_namespace(libc: ctypes.CDLL) -> None:
    """Its first process waits for a second, and tells how that ended: it cannot itself end by a signal of its own."""
    reader, writer = os.pipe()
    if first := os.fork():
        os.close(writer)
        status = _await(first)
        _leave(int(os.read(reader, 16) or status))
    os.close(reader)
    _belong(libc)
    _mount_processes(libc)
    if child := os.fork():
        os.write(writer, str(_await(child)).encode())
        os._exit(0)
    os.close(writer)


def _belong(libc: ctypes.CDLL) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    libc.prctl(_PDEATHSIG, signal.SIGKILL)
    os.setsid()  # a script that ends its own group does not end its supervisor, nor take its share of time


def _await(child: int) -> int:
    while (ended := os.wait())[0] != child:
        continue  # an orphan of the script's
    return ended[1]


def _leave(status: int) -> None:
    _end_children()
    if os.WIFSIGNALED(status):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.waitstatus_to_exitcode(status))


def _try(libc: ctypes.CDLL) -> None:
    enter(libc, PROCESSES)
    if first := os.fork():
        if os.waitpid(first, 0)[1]:
            raise OSError("nothing is allowed there")
    else:
        _mount_processes(libc)


def _mount_processes(libc: ctypes.CDLL) -> None:
    """`/proc` of the namespace: what a script reads there of itself by its number would be another's otherwise."""
    flags = _NO_SUID | _NO_DEVICES | _NO_EXEC
    if (
        libc.unshare(MOUNTS)
        or libc.mount(b"none", b"/", None, _PRIVATE, None)
        or libc.mount(b"proc", b"/proc", b"proc", flags, None)
    ):
        raise OSError(ctypes.get_errno(), "no /proc of our own")


def _end_children() -> None:
    """Until the kernel says that there are none. Who loses its parent becomes ours, so that nobody is out of reach."""
    while True:
        kill_children(os.getpid())
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                continue
        except ChildProcessError:
            return
        time.sleep(_PAUSE_SECS)


def kill_children(pid: int) -> None:
    own = os.getpgrp()
    for child in _children(pid):
        if (group := _group(child)) and group != own:
            _kill(os.killpg, group)  # first, and at once: a bomb of forks leaves no time to look at each
        _kill(os.kill, child)


def _kill(kill: Callable[[int, int], None], number: int) -> None:
    try:
        kill(number, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # gone, or another user's by now
        return


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


def descendants(pid: int, enough: int) -> int:
    """How many processes are below `pid`; counting ends beyond `enough`."""
    count, todo = 0, [pid]
    while todo and count <= enough:
        children = _children(todo.pop())
        count += len(children)
        todo += children
    return count


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208  # ten times as fast
            found += map(int, Path(f"/proc/{pid}/task/{task}/children").read_text(encoding="ascii").split())
    except OSError:  # gone meanwhile, or not Linux
        pass
    return found
