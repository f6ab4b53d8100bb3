"""The pytest plugin as a user's test run sees it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lintkit.cli import main

DUO = Path(__file__).parents[2] / "fixtures" / "projects" / "duo"
TESTS = """
import pytest

@pytest.mark.lintkit_smoke("fx")
def test_marked(): ...

@pytest.mark.lintkit_smoke("fx", drills=["hash"])
def test_drilled(lintkit_smoke):
    assert lintkit_smoke.outcome.tape

def test_called(lintkit_smoke):
    assert lintkit_smoke("fx").tape.lines

def test_unknown(lintkit_smoke):
    lintkit_smoke("no such target")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "duo"
    shutil.copytree(DUO, root, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "test_smoke.py").write_text(TESTS, encoding="utf-8")
    return root


def run(root: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_targets_that_trade_as_accepted_pass(project: Path) -> None:
    out = run(project, "--strict-markers", "-W", "error")
    assert "3 passed" in out
    assert "no smoke target `no such target`" in out


def test_a_target_that_trades_differently_fails_with_the_report(project: Path) -> None:
    strategy = project / "duo" / "strategies" / "ema_bracket.py"
    text = strategy.read_text(encoding="utf-8")
    strategy.write_text(
        text.replace("stop_distance: PositiveFloat = 1.5", "stop_distance: PositiveFloat = 1.6"), encoding="utf-8"
    )
    out = run(project, "-k", "called")
    assert "fx: different trades" in out
    assert "first divergence" in out
    assert "1 failed" in out


def test_a_failed_drill_fails_the_test_and_says_why(project: Path) -> None:
    clockwork = project / "duo" / "clockwork.py"
    text = clockwork.read_text(encoding="utf-8")
    moved = 'return clock.timestamp_ns() + list({"up", "down", "left", "right"}).index("up") * SECOND_NS'
    clockwork.write_text(text.replace("return clock.timestamp_ns()", moved), encoding="utf-8")
    assert main(["smoke", "--root", str(project), "fx", "--accept"]) == 0
    out = run(project, "-k", "drilled")
    assert "fx: hash: failed" in out
    assert "a decision follows the order of a set" in out
    assert "1 error" in out
