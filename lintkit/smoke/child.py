"""One child process with limits: time, output, processes. None of its descendants outlives the call:
on Linux by the worker's supervisor (`descent.py`), elsewhere those of its process group.
"""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lintkit.errors import SmokeError
from lintkit.smoke.descent import descendants, kill_children

OUTPUT_KEPT = 64 << 10
SECTION = "[tool.lintkit.smoke]"
_CHECK_SECS = 0.03  # a bomb of forks doubles in a few milliseconds
_LAST_SECS = 10.0

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
            if (count := descendants(process.pid, limits.processes + 1) - 1) > limits.processes:
                hint = f"start fewer, or raise `processes` in {SECTION}"
                raise SmokeError(f"started {count} processes or more, stopped", path=blamed, hint=hint)
    finally:
        if handle >= 0:
            os.close(handle)
    hint = f"give it less data, or raise `timeout` in {SECTION}"
    raise SmokeError(f"still running after {limits.timeout_secs:g} s, stopped", path=blamed, hint=hint)


def _ended(process: subprocess.Popen[bytes], handle: int, secs: float) -> bool:
    if handle >= 0:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        return bool(poll.poll(secs * 1000))
    try:
        process.wait(secs)
    except subprocess.TimeoutExpired:
        return False
    return True


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        tree = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(tree, check=False, capture_output=True)  # noqa: S603
    elif process.poll() is None:
        _end_group(process)
    process.wait()


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """On Linux the worker's supervisor sees to all that descends from it; it may have ended before it became one."""
    if sys.platform == "linux":
        kill_children(process.pid)  # now: a supervisor beside a bomb of forks waits long for its turn
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LAST_SECS)
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it left nobody behind


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
