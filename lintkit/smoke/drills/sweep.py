"""Many runs of which only the sums matter: on the machine's cores or a Dask cluster, resumable, with the same results.

A finished run goes to the journal at once, under a digest of everything that it depends on: a sweep that was stopped
goes on where it was, and one whose project changed starts anew.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from lintkit.config import SmokeConfig, Target
from lintkit.errors import LintkitError, SmokeError
from lintkit.smoke.session import PACKAGE, Engine, Variation, run, stop_all
from lintkit.smoke.tape import Event
from lintkit.smoke.totals import total

_SKIPPED = {"__pycache__", "node_modules", "target", "build", "dist"}
_TEXT = {".py", ".toml", ".yaml", ".yml", ".json", ".cfg", ".ini"}


@dataclass(frozen=True, slots=True)
class Job:
    """One run."""

    target: Target
    root: Path
    config: SmokeConfig
    engine: Engine
    variation: Variation


@dataclass(frozen=True, slots=True)
class Measure:
    """What a run came to. Amounts are decimal text by currency; `realized` is after fees.

    `refusals` counts the reasons of refused orders, `markouts` maps a horizon in ns to basis points (None: no fill has
    data so long after it), `tape` is a digest. `failure` and `error` say why a run has no numbers.
    """

    orders: int = 0
    refused: int = 0
    fills: int = 0
    realized: dict[str, str] | None = None
    fees: dict[str, str] | None = None
    markouts: dict[str, float | None] | None = None
    refusals: dict[str, int] | None = None
    tape: str = ""
    failure: str = ""
    error: str = ""


def measure(job: Job) -> Measure:
    """Make one run. Never raises what a run can do wrong: one bad run does not end a sweep."""
    try:
        result = run(job.target, job.root, job.config, job.engine, job.variation)
    except LintkitError as error:
        return Measure(error=str(error))
    totals = total(result.tape)
    refusals: dict[str, int] = {}
    for entry in result.tape.entries:
        if isinstance(entry, Event) and entry.kind in ("OrderDenied", "OrderRejected"):
            reason = entry.get("reason") or "no reason given"
            refusals[reason] = refusals.get(reason, 0) + 1
    return Measure(
        orders=totals.orders,
        refused=totals.refused,
        fills=totals.fills,
        realized={name: f"{amount:f}" for name, amount in totals.realized.items()},
        fees={name: f"{amount:f}" for name, amount in totals.fees.items()},
        markouts={str(r["horizon_ns"]): r["bps"] for r in result.records.get("markout", ())},
        refusals=dict(sorted(refusals.items())),
        tape=hashlib.sha256("\n".join(result.tape.lines).encode()).hexdigest(),
        failure=result.failure.message if result.failure else "",
    )


class Backend(Protocol):
    """Where runs are made; they come back as they finish, with their place in `jobs`."""

    def measure(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Measure]]: ...


class Cores:
    """The machine's processors. Each run is a process already; threads only wait for them."""

    def __init__(self, workers: int | None = None) -> None:
        self._workers = workers or os.cpu_count() or 1

    def measure(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Measure]]:
        with ThreadPoolExecutor(max_workers=self._workers) as pool:
            futures: dict[Future[Measure], int] = {pool.submit(measure, job): at for at, job in enumerate(jobs)}
            try:
                for future in as_completed(futures):
                    yield futures[future], future.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                stop_all()
                raise


class Cluster:
    """A Dask cluster that is there already. Its workers need lintkit, and the project at the same path."""

    def __init__(self, address: str, timeout: str = "10s") -> None:
        self._address = address
        self._timeout = timeout

    def measure(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Measure]]:
        try:
            dask: Any = import_module("distributed")  # only sweeps on a cluster need it
        except ImportError as error:
            raise SmokeError("a cluster needs Dask", hint="pip install 'nautilus-lintkit[cluster]'") from error
        try:
            client = dask.Client(self._address, timeout=self._timeout, set_as_default=False)
        except (OSError, ValueError) as error:
            raise SmokeError(
                f"no Dask scheduler at {self._address}: {error}", hint="start one: dask scheduler"
            ) from error
        with client, client.as_current():
            futures: list[Any] = client.map(measure, jobs, pure=False)
            places = {future.key: at for at, future in enumerate(futures)}
            try:
                for future, found in dask.as_completed(futures, with_results=True):
                    yield places[future.key], found
            finally:
                client.cancel(futures)


class Journal:
    """Measures by digest, one JSON line each, appended and flushed to disk. A line cut off by a crash is left out."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, Measure] = {}
        text = path.read_text(encoding="utf-8") if path and path.is_file() else ""
        self._is_torn = not text.endswith("\n") and bool(text)
        for line in text.splitlines():
            try:
                record = json.loads(line)
                self._known[record["key"]] = Measure(**record["measure"])
            except (ValueError, KeyError, TypeError):
                continue  # half a line, or of another version: that run is made again

    def get(self, key: str) -> Measure | None:
        return self._known.get(key)

    def put(self, key: str, found: Measure) -> None:
        if self._path is None or found.error:
            return  # an error may be the machine's: try again next time
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                start = "\n" if self._is_torn else ""
                file.write(f"{start}{json.dumps({'key': key, 'measure': asdict(found)})}\n")
                file.flush()
                os.fsync(file.fileno())
            self._is_torn = False
        except OSError as error:
            raise SmokeError(f"the journal cannot be written: {error.strerror}", path=self._path) from error


Progress = Callable[[str, int, int], None]
"""Called with what is swept, how many runs are done and how many there are."""


class Sweeper:
    def __init__(
        self, backend: Backend, journal: Journal, progress: Progress = lambda _what, _done, _all: None
    ) -> None:
        self._backend = backend
        self._journal = journal
        self._progress = progress
        self._digests: dict[Path, str] = {}

    def sweep(self, label: str, jobs: Sequence[Job]) -> tuple[Measure, ...]:
        """The measures, in the order of `jobs`."""
        keys = [self._key(job) for job in jobs]
        found = {at: known for at, key in enumerate(keys) if (known := self._journal.get(key))}
        missing = [at for at in range(len(jobs)) if at not in found]
        self._progress(label, len(found), len(jobs))
        if missing:
            for at, result in self._backend.measure([jobs[at] for at in missing]):
                found[missing[at]] = result
                self._journal.put(keys[missing[at]], result)
                self._progress(label, len(found), len(jobs))
        return tuple(found[at] for at in range(len(jobs)))

    def _key(self, job: Job) -> str:
        if job.root not in self._digests:
            self._digests[job.root] = project_digest(job.root)
        parts = (asdict(job.target), asdict(job.engine), job.variation.perturb, dict(job.variation.environment))
        text = json.dumps(
            [_own_digest(), self._digests[job.root], *parts, asdict(replace(job.config, targets=()))],
            sort_keys=True,
            default=str,
        )
        return hashlib.sha256(text.encode()).hexdigest()


@cache
def _own_digest() -> str:
    """Of lintkit itself: another engine or recorder may come to other measures."""
    digest = hashlib.sha256()
    for path in sorted([*PACKAGE.glob("smoke/**/*.py"), *PACKAGE.glob("compat/**/*.py"), *PACKAGE.glob("_engine*")]):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def project_digest(root: Path) -> str:
    """Of the project's code and configuration by content, of other files, which may be large, by size and time."""
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        for name in sorted(files):
            path = Path(folder, name)
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            try:
                if path.suffix in _TEXT:
                    digest.update(hashlib.sha256(path.read_bytes()).digest())
                else:
                    status = path.stat()
                    digest.update(f"{status.st_size} {status.st_mtime_ns}".encode())
            except OSError:
                digest.update(b"unreadable")
    return digest.hexdigest()
