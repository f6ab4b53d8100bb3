"""The same script gives the same bytes of tape, whatever process, hash seed, interpreter and order of imports.

LINTKIT_PYTHONS names further interpreters (with msgspec, numpy, pandas and pyyaml), separated as in PATH; those of other
Python versions that are on PATH and have these are tried as well.
"""

import os
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

import lintkit

PACKAGE = Path(lintkit.__file__).parent
PROJECT = Path(__file__).parents[2] / "fixtures" / "projects" / "duo"
SCRIPTS = ("backtest_fx.py", "backtest_maker.py")
NEEDED = "msgspec, numpy, pandas, yaml"
# Runs a script as the smoke worker does, but for its limits, and prints the tape.
RUNNER = """
import os, runpy, sys
_, script, backwards = sys.argv
from lintkit.smoke.record import Recorder, install
def fault(error):
    raise error
tape = os.fdopen(os.dup(1), "w", encoding="utf-8")
install(Recorder(lambda line: tape.write(line + "\\n"), fault))
if backwards:  # what a script could have loaded before, last name first
    import pkgutil, nautilus_trader
    names = sorted(m.name for m in pkgutil.walk_packages(nautilus_trader.__path__, "nautilus_trader."))
    for name in reversed(names):
        if name.rpartition(".")[2][0] != "_":
            __import__(name)
sys.argv = [script]
sys.stdout = sys.stderr
runpy.run_path(script, run_name="__main__")
"""


def interpreters() -> list[str]:
    named = [path for path in os.environ.get("LINTKIT_PYTHONS", "").split(os.pathsep) if path]
    found = [shutil.which(f"python3.{minor}") for minor in range(10, 15)]
    return [*named, *(path for path in found if path and not Path(path).samefile(sys.executable))]


def tape(script: str, profile: str, python: str = sys.executable, seed: str = "0", *, backwards: bool = False) -> bytes:
    environment = os.environ | {
        "LINTKIT_PROFILE": profile,
        "PYTHONHASHSEED": seed,
        "PYTHONPATH": os.pathsep.join([str(PACKAGE / "compat"), str(PACKAGE.parent), str(PROJECT)]),
        "PYTHONUTF8": "1",
    }
    command = [python, "-c", RUNNER, str(PROJECT / script), "yes" if backwards else ""]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def expected() -> dict[tuple[str, str], bytes]:
    return {(s, profile): tape(s, profile) for s in SCRIPTS for profile in ("1.221", "1.231")}


@lru_cache
def is_complete(python: str) -> bool:
    done = subprocess.run([python, "-c", f"import {NEEDED}"], capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.parametrize("script", SCRIPTS)
def test_hash_seeds_do_not_matter(script: str, expected: dict[tuple[str, str], bytes]) -> None:
    assert expected[script, "1.221"].count(b"\n") > 50
    for seed, profile in (("1", "1.221"), ("4294967295", "1.231")):
        assert tape(script, profile, seed=seed) == expected[script, profile]


def test_the_order_of_imports_does_not_matter(expected: dict[tuple[str, str], bytes]) -> None:
    script = "backtest_fx.py"
    assert tape(script, "1.221", backwards=True) == expected[script, "1.221"]


@pytest.mark.parametrize("python", interpreters() or ["none"], ids=lambda path: Path(path).parent.parent.name)
def test_interpreters_do_not_matter(python: str, expected: dict[tuple[str, str], bytes]) -> None:
    if python == "none" or not is_complete(python):
        pytest.skip(f"needs an interpreter that has {NEEDED}: name it in LINTKIT_PYTHONS")
    for script in SCRIPTS:
        assert tape(script, "1.231", python) == expected[script, "1.231"]
