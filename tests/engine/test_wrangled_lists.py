"""The lists that wranglers give, without the real package at hand: they do what a plain list of the same items does."""

import os
import subprocess
import sys
from pathlib import Path

import lintkit

SCRIPT = Path(__file__).parents[1] / "parity" / "surface" / "wrangled_lists.py"
PACKAGE = Path(lintkit.__file__).parent


def test_a_wrangled_list_does_what_a_list_does() -> None:
    path = os.pathsep.join([str(PACKAGE / "compat"), str(PACKAGE.parent)])
    environment = os.environ | {"PYTHONPATH": path, "LINTKIT_PROFILE": "1.221"}
    done = subprocess.run(
        [sys.executable, str(SCRIPT)], env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "bars grown 11" in done.stdout
