"""How a worker ended: what it left in its stream, and what that means."""

import json
import os
import re
import signal
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lintkit.config import SmokeConfig
from lintkit.errors import SmokeError
from lintkit.smoke.child import SECTION

LAST_WORDS = 1000
FILES = 50

_MISSING = re.compile(r"ModuleNotFoundError: No module named '(\w+)'")

Records = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Failure:
    """The script did not come to its end. `path` is relative to the project, None when no line of it is to blame.

    `refused`: the bundled engine lacks what the script asks for, and says so in the message.
    """

    message: str
    path: str | None = None
    line: int | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """How a process ended and what it left: lines of tape, the worker's control records and what perturb.py told."""

    status: int
    output: str
    lines: list[str]
    records: Records
    told: Records

    def last(self, kind: str) -> dict[str, Any]:
        return self.records[kind][-1] if kind in self.records else {}


def read(stream: Path) -> tuple[list[str], Records, Records]:
    """The lines of the tape, the worker's control records by kind, and what perturb.py told."""
    lines: list[str] = []
    records: Records = {}
    told: Records = {}
    if not stream.is_file():
        return lines, records, told
    *complete, _cut_off = stream.read_text(encoding="utf-8").split("\n")
    for line in complete:
        if line.startswith("!"):
            kind, _, text = line.lstrip("!").partition(" ")
            record: dict[str, Any] = json.loads(text)
            if line.startswith("!!"):
                told.setdefault(kind, []).append(record | {"at": len(lines)})
            else:
                records.setdefault(kind, []).append(record)
        else:
            lines.append(line)
    return lines, records, told


def changes(upper: Path) -> tuple[str, ...]:
    """The files in an overlay's upper folder, which are those that were changed; a removed one is a device 0, 0."""
    found: list[str] = []
    for folder, folders, files in os.walk(upper):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            path = Path(folder, name)
            removed = stat.S_ISCHR(path.lstat().st_mode)
            found.append(path.relative_to(upper).as_posix() + (" (removed)" if removed else ""))
            if len(found) == FILES:
                return tuple(found)
    return tuple(found)


def judge(end: End, blamed: Path, config: SmokeConfig, engine: str, python: str) -> Failure | None:
    """Tell a run that came to its end from one that failed. Raises when the end is not the script's own doing."""
    _check(end, blamed, config, engine, python)
    if error := end.last("error"):
        if error.get("outdated"):
            why = f"the compiled engine is not that of its sources ({error['type']}: {error['message']})"
            raise SmokeError(why, hint="build it again: `pip install -e .` in lintkit's checkout")
        message = ": ".join(filter(None, (error["type"], error["message"])))
        if "status" in error:
            message = f"exit status {error['status']}"
        if error["confined"] and "outside" in end.last("isolated").get("by_kernel", ()):
            message += f" (a run writes in the project, temporary folders and the `writes` of {SECTION} only)"
        if (missing := _MISSING.fullmatch(message)) and not error["refused"]:
            message += f" for `{python}`: name the environment that has `{missing[1]}` with --python"
        return Failure(message, error["path"], error["line"], error["refused"])
    if "done" not in end.records:
        return Failure(f"the process ended itself, with status {end.status}, before the script was through")
    if end.status:
        return Failure(f"exit status {end.status} after the script was through")
    if not end.lines:
        said = "it ran no BacktestEngine in its own process"
        if children(end):
            said += f"; what runs in the {children(end)} that it started is not recorded"
        return Failure(said)
    return None


def children(end: End) -> str:
    """The processes with Python in them that a run started, in words."""
    count = end.last("children").get("count", 0)
    return f"{count} process{'es' if count > 1 else ''}" if count else ""


def _check(end: End, blamed: Path, config: SmokeConfig, engine: str, python: str) -> None:  # noqa: C901  # a flat list
    records = end.records
    # Without memory the worker may fail to write even that; Python and Rust then say so in their last words.
    last_words = "MemoryError" if end.status > 0 else "memory allocation of"
    silent = end.status != 0 and "error" not in records and last_words in end.output[-LAST_WORDS:]
    if silent or end.last("error").get("memory"):
        raise SmokeError(
            f"needs more than {config.memory_mib} MiB of memory, stopped",
            path=blamed,
            hint=f"give it less data, or raise `memory-mb` in {SECTION}",
        )
    if flood := end.last("flood"):
        raise SmokeError(
            f"started {flood['count']} processes, stopped", path=blamed, hint="run it by itself to see why"
        )
    if "overflow" in records:
        raise SmokeError("its tape is larger than 512 MiB", path=blamed, hint="give it less data")
    if fault := end.last("fault"):
        raise SmokeError(f"the recorder failed, please report it: {fault['message']}", path=blamed)
    if refused := end.last("unperturbed"):
        raise SmokeError(f"the run cannot be varied: {refused['message']}", path=blamed)
    if unusable := end.last("unusable"):
        hint = "install nautilus_trader there or choose --python"
        if engine == "bundled" and "_engine" in unusable["message"]:
            hint = "reinstall lintkit"
        elif engine == "bundled":
            hint = "install msgspec and numpy there, or name another interpreter with --python"
        raise SmokeError(f"no {engine} engine for `{python}`: {unusable['message']}", hint=hint)
    if end.status < 0:
        name = next((known.name for known in signal.Signals if known == -end.status), f"signal {-end.status}")
        raise SmokeError(f"killed by {name}", path=blamed, hint="run it by itself to see why")
    if "engine" not in records:
        last = (end.output.strip().splitlines() or [f"exit status {end.status}"])[-1]
        raise SmokeError(f"the worker did not start under `{python}`: {last}")
