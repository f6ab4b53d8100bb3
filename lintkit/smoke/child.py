"""One child process with limits: time, output, processes. None of its descendants outlives the call."""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lintkit.errors import SmokeError

OUTPUT_KEPT = 64 << 10
TOKEN = "LINTKIT_SMOKE_RUN"  # noqa: S105  # the name of a variable
"""In the environment of a child and of all that descend from it, with the child's scratch folder as its value."""
SECTION = "[tool.lintkit.smoke]"
_CHECK_SECS = 0.2

_running: set[subprocess.Popen[bytes]] = set()


@dataclass(frozen=True, slots=True)
class Limits:
    timeout_secs: float
    output_mib: int
    processes: int


def execute(
    command: list[str], cwd: Path, environment: Mapping[str, str], limits: Limits, blamed: Path
) -> tuple[int, str]:
    """Run to the end; the exit status and the end of the output. `SmokeError` names `blamed` when a limit is hit."""
    try:
        process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603  # our own worker, never through a shell
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,  # on POSIX: a process group of its own, to be killed as one
        )
    except OSError as error:
        hint = "name a Python interpreter with --python"
        raise SmokeError(f"cannot start `{command[0]}`: {error.strerror}", hint=hint) from error
    _running.add(process)
    tail = _Tail(process.stdout)
    try:
        status = _wait(process, tail, limits, blamed)
    finally:
        _kill(process)
        _sweep(environment.get(TOKEN, ""))
        _running.discard(process)
    return status, tail.text()


def stop_all() -> None:
    """End the runs that other threads are waiting for."""
    for process in tuple(_running):
        _kill(process)


def _wait(process: subprocess.Popen[bytes], tail: "_Tail", limits: Limits, blamed: Path) -> int:
    deadline = time.monotonic() + limits.timeout_secs
    handle = os.pidfd_open(process.pid) if sys.platform == "linux" else -1
    try:
        while (left := deadline - time.monotonic()) > 0:
            if _ended(process, handle, min(left, _CHECK_SECS)):
                return process.wait()
            if tail.size > limits.output_mib << 20:
                hint = f"print less, or raise `output-mb` in {SECTION}"
                raise SmokeError(f"printed more than {limits.output_mib} MiB, stopped", path=blamed, hint=hint)
            if (count := _descendants(process.pid, limits.processes)) > limits.processes:
                hint = f"start fewer, or raise `processes` in {SECTION}"
                raise SmokeError(f"started {count} processes or more, stopped", path=blamed, hint=hint)
    finally:
        if handle >= 0:
            os.close(handle)
    hint = f"give it less data, or raise `timeout` in {SECTION}"
    raise SmokeError(f"still running after {limits.timeout_secs:g} s, stopped", path=blamed, hint=hint)


def _ended(process: subprocess.Popen[bytes], handle: int, secs: float) -> bool:
    if handle >= 0:
        return bool(select.select([handle], [], [], secs)[0])
    try:
        process.wait(secs)
    except subprocess.TimeoutExpired:
        return False
    return True


def _descendants(pid: int, enough: int) -> int:
    """How many processes descend from `pid`, which adopts orphans; counting stops beyond `enough`."""
    count, todo = 0, [pid]
    while todo and count <= enough:
        try:
            tasks = os.listdir(f"/proc/{todo[-1]}/task")  # noqa: PTH208  # ten times as fast
        except OSError:  # gone meanwhile, or not Linux
            tasks = []
        parent = todo.pop()
        for task in tasks:
            try:
                children = Path(f"/proc/{parent}/task/{task}/children").read_text(encoding="ascii").split()
            except OSError:
                continue
            count += len(children)
            todo.extend(map(int, children))
    return count


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        tree = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(tree, check=False, capture_output=True)  # noqa: S603
    else:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # it left nobody behind
    process.wait()


def _sweep(token: str) -> None:
    """Kill what left the process group: every process that still has the token in its environment."""
    if sys.platform != "linux" or not token:
        return
    mark = f"{TOKEN}={token}".encode()
    for _ in range(50):
        found = [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _carries(pid, mark)]  # noqa: PTH208
        if not found:
            return
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.01)


def _carries(pid: int, mark: bytes) -> bool:
    try:
        return pid != os.getpid() and mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:  # another user's, or gone
        return False


class _Tail(threading.Thread):
    """Drains the output, so that the child never waits for us, and keeps its end."""

    def __init__(self, pipe: IO[bytes] | None) -> None:
        super().__init__(daemon=True)
        self._pipe = pipe
        self._kept = b""
        self.size = 0
        self.start()

    def run(self) -> None:
        while self._pipe and (chunk := self._pipe.read(OUTPUT_KEPT)):
            self.size += len(chunk)
            self._kept = (self._kept + chunk)[-OUTPUT_KEPT:]
        if self._pipe:
            self._pipe.close()

    def text(self) -> str:
        self.join(1.0)  # a process that left the group may hold the pipe open for ever
        return self._kept.decode("utf-8", "replace")
