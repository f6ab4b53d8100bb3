"""Builds the distribution once, in the debug profile: what is tested is the packaging, not the speed."""

import os
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Run = Callable[..., str]
MakeVenv = Callable[[str], Path]


@pytest.fixture(scope="session")
def run() -> Run:
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    environment |= {
        "CARGO_TARGET_DIR": os.environ.get("CARGO_TARGET_DIR", str(ROOT / "engine" / "target")),
        "MATURIN_PEP517_ARGS": "--profile dev",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }

    def _run(*command: str | Path, cwd: Path, exit_code: int = 0, **extra: str) -> str:
        done = subprocess.run(
            [str(c) for c in command],
            cwd=cwd,
            env=environment | extra,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        assert done.returncode == exit_code, f"{command} exited {done.returncode}\n{done.stdout}"
        return done.stdout

    return _run


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """A git repository with the files that git tracks here, as they are now."""
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    target = tmp_path_factory.mktemp("checkout") / "lintkit"
    for name in filter(None, listed.split("\0")):
        source, copy = ROOT / name, target / name
        if source.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
            copy.chmod(source.stat().st_mode)
    commit(target, run)
    return target


def commit(repo: Path, run: Run) -> None:
    author = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    run("git", "init", "--quiet", "--initial-branch=main", cwd=repo)
    run("git", "add", "--all", cwd=repo)
    run("git", *author, "commit", "--quiet", "--no-verify", "--message=snapshot", cwd=repo)


@pytest.fixture(scope="session")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "maturin", "build", "--profile", "dev", "--out", out, cwd=checkout)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def make_venv(tmp_path_factory: pytest.TempPathFactory) -> MakeVenv:
    """A new environment's folder of executables."""

    def make(name: str) -> Path:
        target = tmp_path_factory.mktemp("venv") / name
        venv.create(target, with_pip=True)
        return target / ("Scripts" if os.name == "nt" else "bin")

    return make
