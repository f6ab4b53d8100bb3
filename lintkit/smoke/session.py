"""The parent of a smoke run: starts the worker, reads what it left. Never runs user code itself."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lintkit.config import SmokeConfig, Target
from lintkit.errors import SmokeError
from lintkit.smoke import ending, words
from lintkit.smoke.child import Limits, execute, stop_all
from lintkit.smoke.ending import End, Failure
from lintkit.smoke.tape import Tape, command_line, split_marks

__all__ = ["Engine", "Failure", "Result", "Variation", "Watch", "Wishes", "run", "stop_all"]

PACKAGE = Path(__file__).resolve().parent.parent
FILE_MIB = 4096
LENT = ("msgspec", "numpy")
"""What the virtual package needs; an environment that has no NautilusTrader may lack them."""


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
    `environment` is laid over the child's ({"PYTHONHASHSEED": "7"}).

    Files: the script sees the project's folder through an overlay where the kernel allows it, so that what it writes
    there is gone after the run, except below the folders in `SmokeConfig.writes`; outside the project only these and
    temporary folders and caches can be written, where the kernel has Landlock. The network, the parent's own loopback
    included, is there with `SmokeConfig.network` only.
    """

    perturb: Mapping[str, Any] | None = None
    environment: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Watch:
    """Ask what the script saw last before body line `line` of its tape, and not after `time_ns`.

    `instrument`: the one that the line is about, if one.
    """

    line: int
    time_ns: int
    instrument: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What to record beside the events: signals and logs on the tape, a sample of the prices, what a place saw."""

    signals: bool = False
    prices: bool = False
    watch: Watch | None = None
    logs: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What one run left: the tape, up to the failure if there is one, and the end of what the script printed.

    `records` holds what perturb.py told, by kind, in the order of telling; `at` is how many lines the tape had then.
    `version` is that of the NautilusTrader that ran, `python` that of the interpreter. `wrote` are files outside
    temporary folders that the script changed, relative to the project where they are in it; `discarded` says whether
    those in it are as they were, `confined` that those outside could not be written. `refused` are addresses that it
    was kept from. `prices`: samples (ns, price) by instrument. `saw`: what a `Watch` found, oldest first.
    `inferred`: what a strategy target was run with that nobody configured. `children`: the processes with Python in
    them that it started, in words; what engines did there is not on the tape.
    """

    tape: Tape
    failure: Failure | None
    output: str
    records: Mapping[str, tuple[dict[str, Any], ...]] = field(default_factory=dict[str, "tuple[dict[str, Any], ...]"])
    version: str = "unknown"
    python: str = "unknown"
    wrote: tuple[str, ...] = ()
    discarded: bool = False
    confined: bool = False
    refused: tuple[str, ...] = ()
    prices: Mapping[str, list[tuple[int, float]]] = field(default_factory=dict[str, "list[tuple[int, float]]"])
    saw: tuple[str, ...] = ()
    inferred: tuple[str, ...] = ()
    children: str = ""


def run(
    target: Target,
    root: Path,
    config: SmokeConfig,
    engine: Engine,
    variation: Variation | None = None,
    wishes: Wishes | None = None,
) -> Result:
    """Run a target in a child process and record its tape.

    A script that raises or exits early is a `Failure` in the result. `SmokeError`: there is no verdict, because the run
    hit a limit, was killed, or never started.
    """
    variation, wishes = variation or Variation(), wishes or Wishes()
    blamed = _blamed(target, root)
    root = root.resolve()
    with TemporaryDirectory(prefix="lintkit-smoke-") as folder:
        scratch = Path(folder).resolve()
        job = _job(target, root, config, engine, scratch) | {
            "perturb": variation.perturb,
            "signals": wishes.signals,
            "logs": wishes.logs,
            "prices": wishes.prices,
            "watch": wishes.watch and asdict(wishes.watch),
        }
        (scratch / "job.json").write_text(json.dumps(job), encoding="utf-8")
        command = [engine.python, str(PACKAGE / "smoke" / "worker.py"), str(scratch / "job.json")]
        environment = _environment(engine, variation)
        limits = Limits(config.timeout_secs, config.output_mib, config.processes)
        status, output = execute(command, root, environment, limits, blamed)
        end = End(status, output, *ending.read(scratch / "stream"))
        changed = ending.changes(scratch / "changes")
    if wishes.watch:
        return Result(Tape(), None, output, saw=tuple(map(_seen, end.records.get("saw", ()))))
    return _result(end, blamed, root, config, engine, changed, _header(target, engine, variation, end))


def _seen(record: Mapping[str, Any]) -> str:
    return f"{words.moment(record['time_ns'])}  {record['text']}"


def _blamed(target: Target, root: Path) -> Path:
    """The file to name in an error of the run as a whole."""
    if target.script and not (root / target.script).is_file():
        hint = f"correct `script` of the smoke target `{target.name}`"
        raise SmokeError("no such script", path=root / target.script, hint=hint)
    if not (root / target.cwd).is_dir():
        raise SmokeError("no such folder", path=root / target.cwd, hint=f"correct `cwd` of `{target.name}`")
    return root / target.script if target.script else Path(command_line(target.runs))


def _job(target: Target, root: Path, config: SmokeConfig, engine: Engine, scratch: Path) -> dict[str, Any]:
    """What the worker is to do. All paths are absolute except `writes` and `path`."""
    described = target.strategy
    cwd = (root / target.cwd).resolve()
    script = Path(os.path.normpath(root / target.script))
    lender = {"version": list(sys.version_info[:2]), "names": LENT, "paths": _lent_from()}
    return {
        "script": str(script),
        "shown": os.path.relpath(script, cwd) if target.script else target.runs[-1],
        "module": target.module,
        "strategy": described
        and {
            "class": described.path,
            "config_class": described.config_class,
            "config": described.config,
            "venue": described.venue,
            "instruments": described.instruments,
            "data": described.data,
            "seed": described.seed,
        },
        "path": target.folders or (["."] if described else []),
        "args": target.args,
        "root": str(root),
        "cwd": str(cwd),
        "scratch": str(scratch),
        "stream": str(scratch / "stream"),
        "engine": engine.name,
        "memory_mib": config.memory_mib,
        "file_mib": FILE_MIB,
        "network": config.network,
        "writes": [os.path.expanduser(name) for name in config.writes],  # noqa: PTH111  # `Path` would not join them
        "lender": lender,
    }


def _lent_from() -> list[str]:
    """The folders that hold what the worker may borrow: not only site-packages, which may name others."""
    origins = [spec.origin for name in LENT if (spec := find_spec(name)) and spec.origin]
    return list(dict.fromkeys(str(Path(origin).parent.parent) for origin in origins))


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
        "MPLBACKEND": "agg",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUTF8": "1",
        "TZ": "UTC",
        **variation.environment,
    }


def _header(target: Target, engine: Engine, variation: Variation, end: End) -> tuple[tuple[str, str], ...]:
    release = end.last("engine").get("version", "unknown")
    name = f"nautilus_trader {release}" if engine.name == "nautilus" else f"bundled, profile {engine.profile}"
    kind = "script" if target.script else "module" if target.module else "strategy"
    words = target.runs[1:] if target.module else target.runs
    facts = end.last("facts")
    seeds = f"hash {variation.environment.get('PYTHONHASHSEED', '0')}"
    if target.strategy:
        seeds += f", market {target.strategy.seed}"
    header = [
        ("tool", f"lintkit {version('nautilus-lintkit')}"),
        (kind, command_line(words)),
        ("engine", name),
        *(("source", facts["source"]) for _ in range(bool(facts))),
        ("seeds", seeds),
        *((key, value) for key, value in facts.get("lines", ())),
        *((f"place {place['number']}", place["value"]) for place in end.records.get("place", ())),
    ]
    return tuple(header)


def _result(
    end: End,
    blamed: Path,
    root: Path,
    config: SmokeConfig,
    engine: Engine,
    changed: tuple[str, ...],
    header: tuple[tuple[str, str], ...],
) -> Result:
    failure = ending.judge(end, blamed, config, engine.name, engine.python)
    lines, marks = split_marks(end.lines)
    enforced = end.last("isolated").get("by_kernel", ())
    wrote = [record["path"] for record in end.records.get("wrote", ())]
    named = (Path(path) for path in wrote)
    inside = [path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path) for path in named]
    return Result(
        tape=Tape(lines, header, marks),
        failure=failure,
        output=end.output,
        records={kind: tuple(records) for kind, records in end.told.items()},
        version=end.last("engine").get("version", "unknown"),
        python=end.last("engine").get("python", "unknown"),
        wrote=(*changed, *sorted(inside)),
        discarded="files" in enforced,
        confined="outside" in enforced,
        refused=tuple(dict.fromkeys(record["address"] for record in end.records.get("network", ()))),
        prices=end.last("prices").get("series", {}),
        inferred=tuple(record["text"] for record in end.records.get("inferred", ())),
        children=ending.children(end),
    )
