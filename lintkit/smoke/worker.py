"""The child process: runs the user's script as `python script.py` would, and writes its tape to a file.

    python worker.py JOB

JOB is a JSON file, written by session.py, which says what it holds. The stream holds the lines of the tape as they
happen, and between them control records, `!kind {...}`: `!isolated` once the namespaces stand, `!engine` once the
engine is loaded, `!place` for each line of the user's that sends orders, at the end `!facts` and one of `!done`,
`!error` (the script raised), `!unusable` (no engine here), `!unperturbed` (perturb.py refused) and `!fault` (the
recorder failed). `!!kind {...}` is what perturb.py tells. Unbuffered: a process that dies leaves everything it did.
What the script prints goes elsewhere.

Standard library only: it is started by its path under interpreters that have no lintkit.
"""

import os
import sys

if sys.version_info < (3, 10):  # noqa: UP036  # any interpreter may be named
    sys.exit(f"the engine needs Python 3.10 or newer, this is {sys.version.split(' ')[0]}")

if sys.path and sys.path[0] == os.path.dirname(__file__):  # noqa: PTH120  # nothing else may be imported yet
    del sys.path[0]  # this folder must not answer the user's imports

import builtins
import errno
import json
import traceback
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from io import open_code
from pathlib import Path
from types import ModuleType
from typing import Any

LINTKIT = Path(__file__).resolve().parent.parent
MESSAGE_LIMIT = 500
STREAM_LIMIT = 512 << 20
REFUSALS = ("lintkit's bundled engine", "does not have it, others do")
"""In messages of the virtual package: another engine, or another release, may have what is missing."""


class Stream:
    """The file that the parent reads. A forked child of the script writes nothing."""

    def __init__(self, path: str) -> None:
        self._pid = os.getpid()
        self._room = STREAM_LIMIT
        self._file = Path(path).open("ab", buffering=0)  # noqa: SIM115  # open for as long as the process lives

    def line(self, text: str) -> None:
        if os.getpid() != self._pid:
            return
        data = f"{text}\n".encode()
        self._room -= len(data)
        if self._room < 0:
            self._file.write(b"!overflow {}\n")
            os._exit(1)
        self._file.write(data)

    def control(self, kind: str, **record: object) -> None:
        self.line(f"!{kind} {json.dumps(record)}")

    def tell(self, kind: str, **record: object) -> None:
        self.control(f"!{kind}", **record)

    def fault(self, error: Exception) -> None:
        self.control("fault", message=_describe(error))


def main(job_path: str) -> int:
    job: dict[str, Any] = json.loads(Path(job_path).read_text(encoding="utf-8"))
    _load_package(job["lender"])
    _supervise()
    stream = Stream(job["stream"])
    try:
        enforced = _isolate(job, stream)
        _limit(job["memory_mib"], job["file_mib"])
        recorder = _install(job, stream)
    except ImportError as error:
        stream.control("unusable", message=_describe(error))
        return 1
    guard = _guard(job, enforced, stream)
    if job["perturb"] is not None and not _perturb(job["perturb"], job["root"], stream):
        return 1
    try:
        return _run(job, stream)
    finally:
        _conclude(job, recorder, stream)
        stream.control("children", count=guard.children)


def _load_package(lender: dict[str, Any]) -> None:
    """Our own package by its path, since it need not be importable here, and what it may have to borrow."""
    spec = spec_from_file_location("lintkit", LINTKIT / "__init__.py", submodule_search_locations=[str(LINTKIT)])
    if spec is None or spec.loader is None:
        raise ImportError(f"no lintkit at {LINTKIT}")
    package = module_from_spec(spec)
    sys.modules["lintkit"] = package
    spec.loader.exec_module(package)
    if lender["version"] == list(sys.version_info[:2]):
        missing = tuple(name for name in lender["names"] if find_spec(name) is None)
        sys.meta_path.append(_Lender(missing, lender["paths"]))


class _Lender:
    """Finds a few packages where lintkit is installed; asked last, and only for what this interpreter lacks."""

    def __init__(self, names: tuple[str, ...], paths: list[str]) -> None:
        self._names = names
        self._paths = paths

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        return PathFinder.find_spec(name, self._paths) if name in self._names else None


def _supervise() -> None:
    if sys.platform == "linux":
        from lintkit.smoke.descent import supervise

        supervise()


def _isolate(job: dict[str, Any], stream: Stream) -> frozenset[str]:
    from lintkit.smoke.landlock import confine
    from lintkit.smoke.sandbox import isolate

    # Of an environment inside the project what Python compiles stays, or each run would compile it again.
    inside = [path for path in _packages() if Path(path).is_relative_to(job["root"])]
    enforced = isolate(Path(job["root"]), Path(job["scratch"]), [*job["writes"], *inside], network=job["network"])
    if confine([job["root"], *_writable(job)]):
        enforced |= {"outside"}
    stream.control("isolated", by_kernel=sorted(enforced))
    os.chdir(job["cwd"])
    return enforced


def _writable(job: dict[str, Any]) -> list[str]:
    """What may be written outside the project: temporary files, devices, caches (Python's are beside its packages)."""
    import tempfile

    caches = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    named = [str(Path(job["root"], name)) for name in job["writes"]]
    return [job["scratch"], tempfile.gettempdir(), "/dev", caches, str(LINTKIT), *_packages(), *named]


def _packages() -> list[str]:
    return [path for path in sys.path if path.endswith("site-packages")]


def _limit(memory_mib: int, file_mib: int) -> None:
    """Limit memory and files. Linux only: elsewhere the parent's limits are the only ones."""
    if sys.platform != "linux":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for kind, limit in ((resource.RLIMIT_AS, memory_mib << 20), (resource.RLIMIT_FSIZE, file_mib << 20)):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _install(job: dict[str, Any], stream: Stream) -> Any:
    """Load the engine and the recorder."""
    engine = job["engine"]
    if engine == "bundled":
        sys.path.insert(0, str(LINTKIT / "compat"))
    from lintkit.smoke.places import Places
    from lintkit.smoke.record import Options, Recorder, install
    from lintkit.smoke.watch import Watch

    watch = job["watch"] and Watch(**job["watch"], tell=stream.control)
    options = Options(Places(job["root"], stream.control), job["signals"], job["prices"], watch, job["logs"])
    recorder = Recorder(stream.line, stream.fault, options)
    install(recorder)
    if engine == "bundled":
        del sys.path[0]  # loaded; still on PYTHONPATH for processes that the script starts
    package = sys.modules["nautilus_trader"]
    python = ".".join(map(str, sys.version_info[:3]))
    stream.control("engine", version=str(getattr(package, "__version__", "unknown")), python=python)
    return recorder


def _guard(job: dict[str, Any], enforced: frozenset[str], stream: Stream) -> Any:
    from lintkit.smoke.guard import Guard

    covered = [job["root"]] if "files" in enforced else []
    guard = Guard(stream.control, [*covered, *_writable(job), "/proc"], network=job["network"])
    guard.install()
    return guard


def _perturb(perturb: dict[str, object], root: str, stream: Stream) -> bool:
    """Let perturb.py change what the script will meet; whether it did."""
    try:
        module = import_module("lintkit.smoke.perturb")
        module.apply(perturb, root, stream.tell)
    except Exception as error:  # noqa: BLE001  # told to the parent, which ends in one clear error
        stream.control("unperturbed", message=_describe(error))
        return False
    return True


def _run(job: dict[str, Any], stream: Stream) -> int:
    try:
        if job["module"]:
            _run_module(job)
        elif job["strategy"]:
            _run_strategy(job, stream)
        else:
            _run_script(job)
    except SystemExit as stop:
        if stop.code not in (None, 0):
            stream.control("error", **_error(stop, job["root"]), status=stop.code if isinstance(stop.code, int) else 1)
            raise
        stream.control("done")
        raise
    except BaseException as error:  # noqa: BLE001  # what the script raised is the result
        stream.control("error", **_error(error, job["root"]))
        if not _is_ours(error):
            _show(error)
        return 1
    stream.control("done")
    return 0


def _run_script(job: dict[str, Any]) -> None:
    path = Path(job["script"])
    sys.argv = [job["shown"], *job["args"]]
    sys.path[:0] = _folders(job)
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, str(path.parent))
    main = ModuleType("__main__")
    main.__dict__.update(
        __file__=str(path), __builtins__=builtins, __loader__=SourceFileLoader("__main__", str(path)), __cached__=None
    )
    sys.modules["__main__"] = main
    with open_code(str(path)) as file:
        code = compile(file.read(), str(path), "exec", dont_inherit=True)
    exec(code, main.__dict__)  # noqa: S102  # what this process is for


def _run_module(job: dict[str, Any]) -> None:
    import runpy

    sys.path[:0] = [job["cwd"], *_folders(job)]
    sys.argv = [job["module"], *job["args"]]
    runpy.run_module(job["module"], run_name="__main__", alter_sys=True)


def _run_strategy(job: dict[str, Any], stream: Stream) -> None:
    from lintkit.smoke.driver import drive

    sys.argv = [job["shown"]]
    sys.path[:0] = _folders(job)
    drive(job["strategy"], Path(job["root"]), stream.control)


def _folders(job: dict[str, Any]) -> list[str]:
    return [str(Path(job["root"], folder)) for folder in job["path"]]


def _conclude(job: dict[str, Any], recorder: Any, stream: Stream) -> None:
    """What the tape's header says. The script may have ended with an error."""
    from lintkit.smoke.digest import sources

    try:
        digest, count = sources(job["root"])
        stream.control("facts", lines=list(recorder.facts.lines()), source=f"{digest} {count} files")
        if job["prices"]:
            stream.control("prices", series=recorder.facts.prices())
    except Exception as error:  # noqa: BLE001  # told to the parent
        stream.fault(error)


def _show(error: BaseException) -> None:
    """The traceback as Python prints it, without our own frames."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next
    traceback.print_exception(type(error), error, frames)


def _error(error: BaseException, root: str) -> dict[str, object]:
    path, line = _place(error, root)
    of_memory = isinstance(error, MemoryError)
    refused = isinstance(error, (ImportError, NotImplementedError, AttributeError)) and any(
        words in _message(error) for words in REFUSALS
    )
    return {
        "type": "" if _is_ours(error) else type(error).__name__,
        "message": _message(error),
        "path": path,
        "line": line,
        "memory": of_memory,
        "confined": isinstance(error, PermissionError) and error.errno == errno.EACCES,
        "refused": refused,
        "outdated": _is_outdated(),
    }


def _is_ours(error: BaseException) -> bool:
    """Whether it is the driver that says what it lacks."""
    return type(error).__module__.startswith("lintkit.smoke.")


def _is_outdated() -> bool:
    """Whether the compiled engine may be what raised: it is not that of our Python. Asked after an error only."""
    from lintkit.compiled import is_outdated

    engine = sys.modules.get("lintkit._engine")
    return engine is not None and is_outdated(getattr(engine, "__sources__", ""))


def _place(error: BaseException, root: str) -> tuple[str | None, int | None]:
    """The innermost line of the user's own code, relative to the project."""
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        frames.append((error.filename, error.lineno))
    base = Path(root).resolve()
    for filename, line in reversed(frames):
        path = Path(filename).resolve()
        # Compiled modules name sources that are not there, relative to nowhere.
        ours = path.is_relative_to(LINTKIT)
        if path.is_relative_to(base) and path.is_file() and "site-packages" not in path.parts and not ours:
            return path.relative_to(base).as_posix(), line
    return None, None


def _describe(error: BaseException) -> str:
    return f"{type(error).__name__}: {_message(error)}"


def _message(error: BaseException) -> str:
    try:
        return " ".join(str(error).split())[:MESSAGE_LIMIT]
    except Exception:  # noqa: BLE001  # the user's own `__str__` may fail
        return "(its message cannot be shown)"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
