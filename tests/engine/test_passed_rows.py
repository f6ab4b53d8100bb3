"""The rows of a table are taken together where that is quicker; nothing that can be seen depends on it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import lintkit

COMPAT = Path(lintkit.__file__).parent / "compat"
ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).parents[1] / "parity" / "surface" / "passed_rows.py"


@pytest.mark.parametrize("profile", ["1.221", "1.231"])
def test_wrangled_ticks_and_tick_objects_make_the_same_tape(profile: str) -> None:
    path = os.pathsep.join([str(COMPAT), str(COMPAT.parents[1])])
    environment = os.environ | {"PYTHONPATH": path, "LINTKIT_PROFILE": profile}
    done = subprocess.run([sys.executable, str(SCRIPT)], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "OrderFilled" in done.stdout
    assert "OrderExpired" in done.stdout


@pytest.mark.parametrize("profile", ["1.221", "1.231"])
def test_scenarios_with_tables_and_with_objects_make_the_same_tape(profile: str) -> None:
    path = os.pathsep.join([str(COMPAT), str(COMPAT.parents[1])])
    environment = os.environ | {"PYTHONPATH": path, "LINTKIT_PROFILE": profile}
    command = [sys.executable, "-m", "tests.parity.fuzz.tables", "0", "40"]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
