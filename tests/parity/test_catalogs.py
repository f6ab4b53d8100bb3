"""Each package reads the catalogs that the other wrote as its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .test_surface import PACKAGE, profile, real_python

SCRIPT = Path(__file__).parent / "surface" / "catalogs.py"

pytestmark = pytest.mark.parity


def run(python: str, *arguments: str, **extra: str) -> str:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | extra
    command = [python, str(SCRIPT), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_catalogs_are_read_by_the_other(tmp_path: Path) -> None:
    path = os.pathsep.join([str(PACKAGE / "compat"), str(PACKAGE.parent)])
    ours = {"PYTHONPATH": path, "LINTKIT_PROFILE": profile()}
    for folder in ("real", "ours"):
        (tmp_path / folder).mkdir()
    run(real_python(), "write", str(tmp_path / "real"))
    run(sys.executable, "write", str(tmp_path / "ours"), **ours)

    expected = run(real_python(), "read", str(tmp_path / "real"))
    assert expected
    assert run(real_python(), "read", str(tmp_path / "ours")) == expected
    assert run(sys.executable, "read", str(tmp_path / "real"), **ours) == expected
    files = [
        sorted(str(path.relative_to(tmp_path / name)) for path in (tmp_path / name).rglob("*.parquet"))
        for name in ("real", "ours")
    ]
    assert files[0] == files[1]
