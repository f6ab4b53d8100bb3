"""The rows of a table are taken together where that is quicker; nothing that can be seen depends on it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import lintkit

COMPAT = Path(lintkit.__file__).parent / "compat"
ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "tests" / "parity" / "surface"

profiles = pytest.mark.parametrize("profile", ["1.221", "1.231"])


def printed(profile: str, *command: str) -> str:
    path = os.pathsep.join([str(COMPAT), str(COMPAT.parents[1])])
    environment = os.environ | {"PYTHONPATH": path, "LINTKIT_PROFILE": profile}
    done = subprocess.run(
        [sys.executable, *command], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@profiles
def test_wrangled_ticks_and_tick_objects_make_the_same_tape(profile: str) -> None:
    tape = printed(profile, str(SCRIPTS / "passed_rows.py"))
    assert "OrderFilled" in tape
    assert "OrderExpired" in tape


@profiles
def test_leaving_in_the_middle_of_a_table_is_leaving_in_the_middle_of_objects(profile: str) -> None:
    ends = printed(profile, str(SCRIPTS / "leave_while_told.py"), "unsubscribe", "reset", "dispose")
    assert [line.split()[0] for line in ends.splitlines()] == ["unsubscribe", "reset", "dispose"]


@profiles
def test_scenarios_with_tables_and_with_objects_make_the_same_tape(profile: str) -> None:
    assert "40 scenarios" in printed(profile, "-m", "tests.parity.fuzz.tables", "0", "40")
