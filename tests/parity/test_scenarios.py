"""Scripted scenarios, line by line against what the real 1.221.0 and 1.231.0 gave.

`fixtures/tapes/` holds the recordings. Where the real package is present they are taken again, so that they stay true.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = {"p1": "p1_basic.py", "p2": "p2_more.py", "p3": "p3_emulated.py"}
RELEASES = {"1.221": "1.221.0", "1.231": "1.231.0"}

NOT_YET: dict[tuple[str, str], str] = {}

Tapes = dict[str, list[str]]


def recorded(part: str, release: str) -> Tapes:
    return json.loads((ROOT / "fixtures" / "tapes" / f"{part}_{release}.json").read_text(encoding="utf-8"))


def record(part: str, python: str, folder: Path, extra: Mapping[str, str]) -> Tapes:
    """Run a script of scenarios, which leaves its tapes in the current folder."""
    script = Path(__file__).parent / "scenarios" / SCRIPTS[part]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"PYTHONHASHSEED": "0", **extra}
    done = subprocess.run(
        [python, str(script)], cwd=folder, env=environment, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (written,) = folder.glob(f"{part}_*.json")
    return json.loads(written.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Tapes]:
    """The bundled engine's tapes by part and profile."""
    return {
        (part, profile): record(
            part,
            sys.executable,
            tmp_path_factory.mktemp("bundled"),
            {"PYTHONPATH": str(ROOT / "lintkit" / "compat"), "LINTKIT_PROFILE": profile},
        )
        for part in SCRIPTS
        for profile in RELEASES
    }


CASES = [
    pytest.param(
        part,
        profile,
        name,
        id=f"{profile}-{name}",
        marks=[pytest.mark.xfail(reason=NOT_YET[profile, name])] if (profile, name) in NOT_YET else [],
    )
    for profile, release in RELEASES.items()
    for part in SCRIPTS
    for name in recorded(part, release)
]


@pytest.mark.parametrize(("part", "profile", "name"), CASES)
def test_the_bundled_engine_gives_the_recorded_tape(
    part: str, profile: str, name: str, bundled: dict[tuple[str, str], Tapes]
) -> None:
    assert bundled[part, profile][name] == recorded(part, RELEASES[profile])[name]


@pytest.mark.parity
@pytest.mark.parametrize("part", SCRIPTS)
def test_the_recordings_are_what_the_real_package_gives(part: str, tmp_path: Path) -> None:
    python = os.environ.get("LINTKIT_PARITY_PYTHON")
    if not python:
        pytest.skip("LINTKIT_PARITY_PYTHON does not name a Python that has nautilus_trader")
    probe = "import nautilus_trader; print(nautilus_trader.__version__)"
    release = subprocess.run([python, "-c", probe], text=True, capture_output=True, check=True).stdout.strip()
    if release not in RELEASES.values():
        pytest.skip(f"no recordings of nautilus_trader {release}")
    assert record(part, python, tmp_path, {}) == recorded(part, release)
