"""The child process: runs the user's script as `python script.py` would, and writes its tape to a file.

    python worker.py JOB

JOB is a JSON file: script, args, root, stream, engine ("bundled" or "nautilus"), memory_mib; perturb and seed are null
in a plain run. The stream holds the lines of the tape as they happen, and between them lines that start with `!`:
`!engine {...}` once the engine is loaded, then one of `!done`, `!error {...}` (the script raised), `!unusable {...}`
(no engine here), `!unperturbed {...}` (perturb.py refused) or `!fault {...}` (the recorder failed). `!!kind {...}` is
what perturb.py tells. Unbuffered: a process that dies leaves everything it did. The script's prints go elsewhere.

Standard library only: it is started by its path under interpreters that have no lintkit.
"""

import os
import sys

if sys.path and sys.path[0] == os.path.dirname(__file__):  # noqa: PTH120  # nothing else may be imported yet
    del sys.path[0]  # this folder must not answer the user's imports

import builtins
import json
import signal
import traceback
from importlib import import_module
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from io import open_code
from pathlib import Path
from types import ModuleType

LINTKIT = Path(__file__).resolve().parent.parent
MESSAGE_LIMIT = 500
PR_SET_PDEATHSIG = 1


class Stream:
    """The file that the parent reads. A forked child of the script writes nothing."""

    def __init__(self, path: str) -> None:
        self._pid = os.getpid()
        self._file = Path(path).open("ab", buffering=0)  # noqa: SIM115  # open for as long as the process lives

    def line(self, text: str) -> None:
        if os.getpid() == self._pid:
            self._file.write(f"{text}\n".encode())

    def control(self, kind: str, **record: object) -> None:
        self.line(f"!{kind} {json.dumps(record)}")

    def tell(self, kind: str, **record: object) -> None:
        self.control(f"!{kind}", **record)

    def fault(self, error: Exception) -> None:
        self.control("fault", message=_describe(error))


def main(job_path: str) -> int:
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))
    stream = Stream(job["stream"])
    _limit(job["memory_mib"])
    try:
        _install(job["engine"], stream)
    except ImportError as error:
        stream.control("unusable", message=_describe(error))
        return 1
    if job.get("seed") is not None:
        _seed(job["seed"])
    if job.get("perturb") is not None and not _perturb(job["perturb"], job["root"], stream):
        return 1
    return _run(job["script"], job["args"], job["root"], stream)


def _limit(memory_mib: int) -> None:
    """Limit memory and die with the parent. Linux only: elsewhere the parent's time limit is the only one."""
    if sys.platform != "linux":
        return
    import ctypes  # noqa: PLC0415
    import resource  # noqa: PLC0415

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = memory_mib << 20
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _install(engine: str, stream: Stream) -> None:
    """Load the engine and the recorder; our own package by its path, since it need not be importable here."""
    spec = spec_from_file_location("lintkit", LINTKIT / "__init__.py", submodule_search_locations=[str(LINTKIT)])
    if spec is None or spec.loader is None:
        raise ImportError(f"no lintkit at {LINTKIT}")
    package = module_from_spec(spec)
    sys.modules["lintkit"] = package
    spec.loader.exec_module(package)
    if engine == "bundled":
        sys.path.insert(0, str(LINTKIT / "compat"))
    from lintkit.smoke.record import Recorder, install  # noqa: PLC0415

    install(Recorder(stream.line, stream.fault))
    if engine == "bundled":
        del sys.path[0]  # loaded; still on PYTHONPATH for processes that the script starts
    stream.control("engine", version=str(sys.modules["nautilus_trader"].__version__))


def _seed(seed: int) -> None:
    import random  # noqa: PLC0415

    random.seed(seed)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(seed % (1 << 32))


def _perturb(perturb: dict[str, object], root: str, stream: Stream) -> bool:
    """Let perturb.py change what the script will meet; whether it did."""
    try:
        module = import_module("lintkit.smoke.perturb")
        module.apply(perturb, root, stream.tell)
    except Exception as error:  # noqa: BLE001  # told to the parent, which ends in one clear error
        stream.control("unperturbed", message=_describe(error))
        return False
    return True


def _run(script: str, args: list[str], root: str, stream: Stream) -> int:
    path = Path(root, script)
    sys.argv = [script, *args]
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, str(path.parent))
    main = ModuleType("__main__")
    main.__dict__.update(
        __file__=str(path), __builtins__=builtins, __loader__=SourceFileLoader("__main__", str(path)), __cached__=None
    )
    sys.modules["__main__"] = main
    try:
        with open_code(str(path)) as file:
            code = compile(file.read(), str(path), "exec", dont_inherit=True)
        exec(code, main.__dict__)  # noqa: S102  # what this process is for
    except SystemExit as stop:
        if stop.code not in (None, 0):
            stream.control("error", **_error(stop, root), status=stop.code if isinstance(stop.code, int) else 1)
            raise
    except BaseException as error:  # noqa: BLE001  # whatever the script raises is the result
        stream.control("error", **_error(error, root))
        trace = error.__traceback__
        traceback.print_exception(type(error), error, trace.tb_next if trace else None)
        return 1
    stream.control("done")
    return 0


def _error(error: BaseException, root: str) -> dict[str, object]:
    path, line = _place(error, root)
    of_memory = isinstance(error, MemoryError)
    return {"type": type(error).__name__, "message": _message(error), "path": path, "line": line, "memory": of_memory}


def _place(error: BaseException, root: str) -> tuple[str | None, int | None]:
    """The innermost line of the user's own code, relative to the project."""
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        frames.append((error.filename, error.lineno))
    base = Path(root).resolve()
    for filename, line in reversed(frames):
        path = Path(filename).resolve()
        # Compiled modules name sources that are not there, relative to nowhere.
        if path.is_relative_to(base) and path.is_file() and "site-packages" not in path.parts:
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
