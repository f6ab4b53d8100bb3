"""Scripts on the public API: what they print is the same on both engines.

Live only: LINTKIT_PARITY_PYTHON names an interpreter that has the real package, whose release decides the profile.
"""

import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

import lintkit

PACKAGE = Path(lintkit.__file__).parent
FOLDERS = ("surface", "strategies")
"""Scripts on parts of the API, and strategies as people publish them, with their tapes."""
SCRIPTS = sorted(
    script for folder in FOLDERS for script in (Path(__file__).parent / folder).glob("*.py") if script.stem != "desk"
)

pytestmark = pytest.mark.parity


@lru_cache
def real_python() -> str:
    python = os.environ.get("LINTKIT_PARITY_PYTHON")
    if not python:
        pytest.skip("LINTKIT_PARITY_PYTHON does not name a Python that has nautilus_trader")
    return python


@lru_cache
def profile() -> str:
    code = "import nautilus_trader; print(nautilus_trader.__version__)"
    version = subprocess.run([real_python(), "-c", code], capture_output=True, text=True, check=True).stdout
    return version.strip().rpartition(".")[0]


def printed(python: str, script: Path, folder: Path, **extra: str) -> list[str]:
    folder.mkdir()
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment |= {"PYTHONHASHSEED": "0", **extra}
    done = subprocess.run(
        [python, str(script)], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout.splitlines()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_both_engines_print_the_same(script: Path, tmp_path: Path) -> None:
    real = printed(real_python(), script, tmp_path / "real")
    path = os.pathsep.join([str(PACKAGE / "compat"), str(PACKAGE.parent)])
    ours = printed(sys.executable, script, tmp_path / "ours", PYTHONPATH=path, LINTKIT_PROFILE=profile())

    assert real, "the script printed nothing"
    different = [(at, a, b) for at, (a, b) in enumerate(zip(real, ours, strict=False)) if a != b]
    assert not different, f"{len(different)} lines, the first: {different[0]}"
    assert len(real) == len(ours)
