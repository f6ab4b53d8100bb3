"""The parent of a smoke run: starts the worker, watches its time, reads what it left. Never runs user code itself."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from lintkit.config import SmokeConfig, Target
from lintkit.errors import SmokeError
from lintkit.smoke.tape import Tape, command_line

PACKAGE = Path(__file__).resolve().parent.parent
OUTPUT_LIMIT = 64 << 10
LAST_WORDS = 1000
STREAM_LIMIT = 512 << 20
SECTION = "[tool.lintkit.smoke]"

_running: set[subprocess.Popen[bytes]] = set()


@dataclass(frozen=True, slots=True)
class Engine:
    """What runs the script. `name` is bundled or nautilus; `profile` is the behaviour that the bundled one follows."""

    name: str = "bundled"
    profile: str = "1.221"
    python: str = sys.executable


@dataclass(frozen=True, slots=True)
class Variation:
    """What one run does otherwise than the accepted one did. The default changes nothing.

    `perturb` is JSON and goes to `apply(perturb, root, tell)` of lintkit/smoke/perturb.py, which the worker loads in
    the child, standard library only, once the engine is loaded and the recorder listens, before the script's first
    line. `tell(kind, **record)` adds a record to `Result.records`. An error of `apply` is a `SmokeError`.
    `environment` is laid over the child's ({"PYTHONHASHSEED": "7"}). `seed` seeds `random` and numpy's global generator
    before the script starts, which does not reach generators that seed themselves from the system.
    """

    perturb: Mapping[str, Any] | None = None
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """The script did not come to its end. `path` is relative to the project, None when no line of it is to blame."""

    message: str
    path: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What one run left: the tape, up to the failure if there is one, and the end of what the script printed.

    `records` holds what perturb.py told, by kind, in the order of telling; `at` is how many lines the tape had then.
    """

    tape: Tape
    failure: Failure | None
    output: str
    records: Mapping[str, tuple[dict[str, Any], ...]] = field(default_factory=dict[str, "tuple[dict[str, Any], ...]"])


@dataclass(frozen=True, slots=True)
class _End:
    """How a process ended and what it left: lines of tape, and the worker's control records by kind."""

    status: int
    output: str
    lines: list[str]
    records: dict[str, dict[str, Any]]
    told: dict[str, list[dict[str, Any]]]


def run(target: Target, root: Path, config: SmokeConfig, engine: Engine, variation: Variation | None = None) -> Result:
    """Run a target's script in a child process and record its tape.

    A script that raises or exits early is a `Failure` in the result. `SmokeError`: there is no verdict, because the run
    hit a limit, was killed, or never started.
    """
    variation = variation or Variation()
    script = root / target.script
    if not script.is_file():
        raise SmokeError("no such script", path=script, hint=f"correct `script` of the smoke target `{target.name}`")
    with TemporaryDirectory(prefix="lintkit-smoke-") as folder:
        stream = Path(folder, "stream")
        job = Path(folder, "job.json")
        orders = {
            "script": target.script,
            "args": target.args,
            "root": str(root.resolve()),
            "stream": str(stream),
            "engine": engine.name,
            "memory_mib": config.memory_mib,
            "perturb": variation.perturb,
            "seed": variation.seed,
        }
        job.write_text(json.dumps(orders), encoding="utf-8")
        command = [engine.python, str(PACKAGE / "smoke" / "worker.py"), str(job)]
        status, output = _execute(command, script, root, _environment(engine, variation), config.timeout_secs)
        end = _End(status, output, *_read(stream, script))
    failure = _judge(end, script, config, engine)
    told = {kind: tuple(records) for kind, records in end.told.items()}
    return Result(Tape(tuple(end.lines), _header(target, engine, end.records)), failure, output, told)


def _environment(engine: Engine, variation: Variation) -> dict[str, str]:
    """The user's, with what would make a run differ from machine to machine held still."""
    compat = str(PACKAGE / "compat")
    # Who debugs a script on the bundled engine by hand has it on PYTHONPATH; the real engine must not be shadowed.
    paths = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path and path != compat]
    if engine.name == "bundled":
        paths.insert(0, compat)  # for processes that the script itself starts; the worker looks there anyway
    # As many threads of linear algebra as the machine has processors add up in as many orders, and reserve memory.
    threads = dict.fromkeys(("MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return os.environ | {
        **threads,
        "LINTKIT_PROFILE": engine.profile,
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUTF8": "1",
        "TZ": "UTC",
        **variation.environment,
    }


def _execute(
    command: list[str], script: Path, root: Path, environment: Mapping[str, str], timeout_secs: float
) -> tuple[int, str]:
    """Run to the end or the time limit; the exit status and the end of the output. Leaves no descendant alive."""
    try:
        process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603  # our own worker, never through a shell
            command,
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,  # on POSIX: a process group of its own, to be killed as one
        )
    except OSError as error:
        raise SmokeError(
            f"cannot start `{command[0]}`: {error.strerror}", hint="name a Python interpreter with --python"
        ) from error
    _running.add(process)
    tail = _Tail(process.stdout)
    try:
        status = process.wait(timeout_secs)
    except subprocess.TimeoutExpired as error:
        raise SmokeError(
            f"still running after {timeout_secs:g} s, stopped",
            path=script,
            hint=f"give it less data, or raise `timeout` in {SECTION}",
        ) from error
    finally:
        _kill_group(process)
        _running.discard(process)
    return status, tail.text()


def stop_all() -> None:
    """End the runs that other threads are waiting for."""
    for process in tuple(_running):
        _kill_group(process)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        tree = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(tree, check=False, capture_output=True)  # noqa: S603
    else:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # it left nobody behind
    process.wait()


class _Tail(threading.Thread):
    """Drains the output, so that the child never waits for us, and keeps its end."""

    def __init__(self, pipe: IO[bytes] | None) -> None:
        super().__init__(daemon=True)
        self._pipe = pipe
        self._kept = b""
        self.start()

    def run(self) -> None:
        while self._pipe and (chunk := self._pipe.read(OUTPUT_LIMIT)):
            self._kept = (self._kept + chunk)[-OUTPUT_LIMIT:]
        if self._pipe:
            self._pipe.close()

    def text(self) -> str:
        self.join(1.0)  # a process that left the group may hold the pipe open for ever
        return self._kept.decode("utf-8", "replace")


def _read(stream: Path, script: Path) -> tuple[list[str], dict[str, dict[str, Any]], dict[str, list[dict[str, Any]]]]:
    """The lines of the tape, the worker's control records by kind, and what perturb.py told."""
    if not stream.is_file():
        return [], {}, {}
    if stream.stat().st_size > STREAM_LIMIT:
        raise SmokeError(f"its tape is larger than {STREAM_LIMIT >> 20} MiB", path=script, hint="give it less data")
    lines: list[str] = []
    records: dict[str, dict[str, Any]] = {}
    told: dict[str, list[dict[str, Any]]] = {}
    *complete, _cut_off = stream.read_text(encoding="utf-8").split("\n")
    for line in complete:
        if line.startswith("!!"):
            kind, _, record = line[2:].partition(" ")
            told.setdefault(kind, []).append(json.loads(record) | {"at": len(lines)})
        elif line.startswith("!"):
            kind, _, record = line[1:].partition(" ")
            records[kind] = json.loads(record)
        else:
            lines.append(line)
    return lines, records, told


def _header(target: Target, engine: Engine, records: dict[str, dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    version = records.get("engine", {}).get("version", "unknown")
    name = f"nautilus_trader {version}" if engine.name == "nautilus" else f"bundled, profile {engine.profile}"
    return ("script", command_line([target.script, *target.args])), ("engine", name)


def _judge(end: _End, script: Path, config: SmokeConfig, engine: Engine) -> Failure | None:
    """Tell a run that came to its end from one that failed. Raises when the end is not the script's own doing."""
    _check(end, script, config, engine)
    if error := end.records.get("error"):
        message = ": ".join(filter(None, (error["type"], error["message"])))
        return Failure(f"exit status {error['status']}" if "status" in error else message, error["path"], error["line"])
    if "done" not in end.records:
        return Failure(f"the process ended itself, with status {end.status}, before the script was through")
    if end.status:
        return Failure(f"exit status {end.status} after the script was through")
    if not end.lines:
        return Failure("it ran no BacktestEngine")
    return None


def _check(end: _End, script: Path, config: SmokeConfig, engine: Engine) -> None:
    records = end.records
    # Without memory the worker may fail to write even that; Python and Rust then say so in their last words.
    last_words = "MemoryError" if end.status > 0 else "memory allocation of"
    silent = end.status != 0 and "error" not in records and last_words in end.output[-LAST_WORDS:]
    if silent or records.get("error", {}).get("memory"):
        raise SmokeError(
            f"needs more than {config.memory_mib} MiB of memory, stopped",
            path=script,
            hint=f"give it less data, or raise `memory-mb` in {SECTION}",
        )
    if fault := records.get("fault"):
        raise SmokeError(f"the recorder failed, please report it: {fault['message']}", path=script)
    if refused := records.get("unperturbed"):
        raise SmokeError(f"the run cannot be varied: {refused['message']}", path=script)
    if unusable := records.get("unusable"):
        hint = "reinstall lintkit" if engine.name == "bundled" else "install nautilus_trader there or choose --python"
        raise SmokeError(f"no {engine.name} engine for `{engine.python}`: {unusable['message']}", hint=hint)
    if end.status < 0:
        name = next((known.name for known in signal.Signals if known == -end.status), f"signal {-end.status}")
        raise SmokeError(f"killed by {name}", path=script, hint="run it by itself to see why")
    if "engine" not in records:
        last = (end.output.strip().splitlines() or [f"exit status {end.status}"])[-1]
        raise SmokeError(f"the worker did not start under `{engine.python}`: {last}")
