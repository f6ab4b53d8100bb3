"""The example project on the bundled engine and on the real nautilus_trader: the same tape, line by line."""

import json
import os
import subprocess
import sys
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from lintkit.config import load_config
from lintkit.smoke import golden, session
from lintkit.smoke.profile import profile_for

DUO = Path(__file__).parents[2] / "fixtures" / "projects" / "duo"
CONFIG = load_config(DUO)
TARGETS = {target.name: target for target in CONFIG.smoke.targets}

pytestmark = pytest.mark.parity


@lru_cache
def real_python() -> str:
    """An interpreter that has nautilus_trader: the one named by LINTKIT_PARITY_PYTHON, else this one."""
    if named := os.environ.get("LINTKIT_PARITY_PYTHON"):
        return named
    if find_spec("nautilus_trader") is None:
        pytest.skip("nautilus_trader is not installed here; install the `parity` extra or set LINTKIT_PARITY_PYTHON")
    return sys.executable


@lru_cache
def real_version() -> str:
    script = "import json, nautilus_trader; print(json.dumps(nautilus_trader.__version__))"
    done = subprocess.run([real_python(), "-c", script], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


@lru_cache
def real_tape(name: str) -> tuple[str, ...]:
    return body(name, session.Engine("nautilus", python=real_python()))


def body(name: str, engine: session.Engine) -> tuple[str, ...]:
    result = session.run(TARGETS[name], DUO, CONFIG.smoke, engine)
    assert result.failure is None, result.output
    return tuple(result.tape.lines)


@pytest.mark.parametrize("name", TARGETS)
def test_bundled_engine_gives_the_real_tape(name: str) -> None:
    profile = profile_for(DUO, real_version())
    assert body(name, session.Engine("bundled", profile)) == real_tape(name)


@pytest.mark.parametrize("name", TARGETS)
def test_accepted_tapes_are_the_real_ones(name: str) -> None:
    if not real_version().startswith("1.221."):
        pytest.skip("the accepted tapes were recorded on 1.221.0")
    accepted = golden.load(golden.path_of(TARGETS[name], DUO))
    assert accepted is not None
    assert tuple(accepted.lines) == real_tape(name)
    assert ("engine", f"nautilus_trader {real_version()}") in accepted.header
