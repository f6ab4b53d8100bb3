"""A run's processes: who descends from whom, and how all of them end. Linux; in the parent and in the worker.

The worker's first process runs nothing of the user's. It is a subreaper: what the script starts, and whatever that
starts, stays below it when its parents die, whichever session or environment it gave itself. So nothing gets away.

Standard library only.
"""

import ctypes
import os
import signal
from pathlib import Path

_PDEATHSIG, _SUBREAPER = 1, 36


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
    end_descendants(os.getpid())
    if os.WIFSIGNALED(status):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.waitstatus_to_exitcode(status))


def end_descendants(pid: int) -> None:
    """Stop every process below `pid`, so that none starts another; then kill them."""
    stopped: set[int] = set()
    while fresh := set(descendants(pid)) - stopped:
        _signal(fresh, signal.SIGSTOP)
        stopped |= fresh
    _signal(stopped, signal.SIGKILL)


def _signal(pids: set[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):  # gone, or another user's by now
            continue


def descendants(pid: int, enough: int | None = None) -> list[int]:
    """The processes below `pid`; the search ends beyond `enough`."""
    found: list[int] = []
    todo = [pid]
    while todo and (enough is None or len(found) <= enough):
        parent = todo.pop()
        try:
            tasks = os.listdir(f"/proc/{parent}/task")  # noqa: PTH208  # ten times as fast
        except OSError:  # gone meanwhile, or not Linux
            continue
        for task in tasks:
            try:
                children = Path(f"/proc/{parent}/task/{task}/children").read_text(encoding="ascii").split()
            except OSError:
                continue
            found.extend(map(int, children))
            todo.extend(map(int, children))
    return found
