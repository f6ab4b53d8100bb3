"""Runs a command and says what it took."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU (user and system, children included) and wall time in seconds, peak memory in MiB, the exit code."""

    cpu: float
    wall: float
    peak: float
    code: int


def run(command: Sequence[str], folder: Path) -> Cost:
    """One run in `folder`; its output is thrown away."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    peak = used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return Cost(used.ru_utime + used.ru_stime, wall, peak, process.returncode)


def best(command: Sequence[str], folder: Path, rounds: int) -> Cost:
    """The run with the least CPU: what is above it is other programs' doing."""
    return min((run(command, folder) for _ in range(rounds)), key=lambda cost: cost.cpu)
