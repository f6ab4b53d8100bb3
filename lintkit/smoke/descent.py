"""A run's processes: who descends from whom, and how all of them end. Linux; in the parent and in the worker.

The worker's first process runs nothing of the user's. It is a subreaper: what the script starts, and whatever that
starts, stays below it when its parents die, whichever session or environment it gave itself. So nothing gets away.

Standard library only.
"""

import ctypes
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

_PDEATHSIG, _SUBREAPER = 1, 36
_PAUSE_SECS = 0.005


def supervise() -> None:
    """Go on in a child. The calling process stays behind, ends as the child does, and takes all descendants along."""
    libc = ctypes.CDLL(None)
    libc.prctl(_SUBREAPER, 1)
    libc.prctl(_PDEATHSIG, signal.SIGTERM)
    signal.signal(signal.SIGTERM, lambda _signal, _frame: _leave(signal.SIGTERM))
    child = os.fork()
    if child:
        while (ended := os.wait())[0] != child:
            continue  # an orphan of the script's
        _leave(ended[1])
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    libc.prctl(_PDEATHSIG, signal.SIGKILL)
    os.setpgid(0, 0)  # a script that ends its own group does not end its supervisor


def _leave(status: int) -> None:
    _end_children()
    if os.WIFSIGNALED(status):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.waitstatus_to_exitcode(status))


def _end_children() -> None:
    """Until the kernel says that there are none. Who loses its parent becomes ours, so that nobody is out of reach."""
    own = os.getpgrp()
    while True:
        for pid in _children(os.getpid()):
            if (group := _group(pid)) and group != own:
                _kill(os.killpg, group)  # first, and at once: a bomb of forks leaves no time to look at each
            _kill(os.kill, pid)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                continue
        except ChildProcessError:
            return
        time.sleep(_PAUSE_SECS)


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
