"""`lintkit gate` as a user runs it: on the stand-in engine for its exit codes, on the bundled one for the examples."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lintkit.cli import main

from .conftest import Project

PROJECTS = Path(__file__).parents[2] / "fixtures" / "projects"
Gate = Callable[..., tuple[int, str]]

GOOD = "engine = BacktestEngine(); engine.add_data([fill(1)]); engine.run()"
CHANGED = "engine = BacktestEngine(); engine.add_data([fill(2)]); engine.run()"
ENDLESS = "while True: pass"
MISTAKE = """
from nautilus_trader.backtest.models import FeeModel
fees = FeeModel(maker_fee=1)
"""


@pytest.fixture
def gate(project: Project, capsys: pytest.CaptureFixture[str]) -> Gate:
    project.write(
        "pyproject.toml",
        """
        [tool.lintkit]
        ignore = ["API001"] # the stand-in has names of its own
        [tool.lintkit.smoke]
        timeout = 4
        [[tool.lintkit.smoke.target]]
        script = "backtest.py"
        """,
    )
    project.script(GOOD)
    assert main(["smoke", "--root", str(project.root), "--engine", "nautilus", "--accept"]) == 0
    capsys.readouterr()

    def run(*arguments: str) -> tuple[int, str]:
        code = main(["gate", str(project.root), "--engine", "nautilus", *arguments])
        streams = capsys.readouterr()
        return code, streams.out + streams.err

    return run


@pytest.mark.parametrize(
    ("script", "mistake", "code", "verdict"),
    [
        (GOOD, False, 0, "gate: passed."),
        (GOOD, True, 1, "gate: failed."),
        (CHANGED, False, 1, "gate: failed."),
        (CHANGED, True, 1, "gate: failed."),
        (ENDLESS, False, 2, "gate: no verdict."),
        (ENDLESS, True, 1, "gate: failed."),
    ],
)
def test_one_verdict_and_one_exit_code(
    project: Project, gate: Gate, script: str, *, mistake: bool, code: int, verdict: str
) -> None:
    project.script(script)
    if mistake:
        project.write("fees.py", MISTAKE)
    found, out = gate()
    assert found == code
    assert out.splitlines()[-1].startswith(verdict)
    assert ("VEN008" in out) == mistake
    assert ("different timing" in out) == (script == CHANGED)
    assert ("still running after 4 s" in out) == (script == ENDLESS)


def test_json_has_the_checks_findings_and_the_smoke_targets(project: Project, gate: Gate) -> None:
    project.script(CHANGED)
    project.write("fees.py", MISTAKE)
    code, out = gate("--output-format", "json")
    found = json.loads(out)
    assert (found["verdict"], found["exit_code"], found["errors"]) == ("failed", code, [])
    assert [(f["rule"], f["path"], f["line"]) for f in found["findings"]] == [("VEN008", "fees.py", 3)]
    assert [target["verdict"] for target in found["smoke"]] == ["same decisions, different timing"]


def test_an_error_of_the_check_does_not_hide_the_smoke(project: Project, gate: Gate) -> None:
    text = (project.root / "pyproject.toml").read_text(encoding="utf-8")
    project.write("pyproject.toml", text.replace("[tool.lintkit]\n", '[tool.lintkit]\nselect = ["NOPE"]\n'))
    code, out = gate()
    assert code == 2
    assert "no rule is called `NOPE`" in out
    assert "smoke: 1 of 1 identical" in out
    project.script(CHANGED)
    assert gate()[0] == 1


def test_an_error_of_all_smoke_targets_does_not_hide_the_findings(project: Project, gate: Gate) -> None:
    text = (project.root / "pyproject.toml").read_text(encoding="utf-8")
    project.write("pyproject.toml", text + 'golden = "../outside.tape"\n')
    project.write("fees.py", MISTAKE)
    code, out = gate()
    assert code == 1
    assert "VEN008" in out
    assert "smoke: error: `golden` of the smoke target `backtest` is outside the project" in out


def test_two_engines_are_not_the_gates_business(gate: Gate) -> None:
    code, out = gate("--engine", "both")
    assert code == 2
    assert "the gate compares with the accepted tapes" in out


def test_a_project_without_smoke_targets_is_told_so(project: Project, gate: Gate) -> None:
    project.write("pyproject.toml", '[tool.lintkit]\nignore = ["API001"]\n')
    shutil.rmtree(project.root / "tapes")
    code, out = gate()
    assert code == 0
    assert "smoke: no target configured (`lintkit init` proposes some), nothing was run" in out


def test_what_was_found_and_accepted_is_judged(project: Project, gate: Gate) -> None:
    project.write("pyproject.toml", '[tool.lintkit]\nignore = ["API001"]\nselect = ["VEN"]\n')
    project.script(GOOD)
    project.script(GOOD, "other.py")
    assert main(["smoke", "--root", str(project.root), "--engine", "nautilus", "--accept"]) == 0
    (project.root / "tapes" / "other.tape").unlink()
    code, out = gate()
    assert (code, "smoke: 1 of 1 identical" in out) == (0, True)
    project.script(CHANGED)
    code, out = gate()
    assert (code, "backtest: same decisions, different timing" in out) == (1, True)


def test_a_path_that_is_no_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gate", "nowhere"]) == 2
    assert capsys.readouterr().err == "lintkit: error: nowhere: not a folder (name the project's folder)\n"


def lintkit(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lintkit", *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.fixture
def projects(tmp_path: Path) -> Path:
    """Copies, since scripts leave bytecode behind."""
    for name in ("duo", "duo-before"):
        shutil.copytree(PROJECTS / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_clean_example_passes(projects: Path) -> None:
    done = lintkit("gate", "duo", cwd=projects)
    assert (done.returncode, done.stderr) == (0, "")
    assert "smoke: 2 of 2 identical" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("gate: passed.")


def test_the_example_with_mistakes_shows_exactly_those(projects: Path) -> None:
    done = lintkit("gate", "duo-before", "--output-format", "json", cwd=projects)
    assert (done.returncode, done.stderr) == (1, "")
    found = json.loads(done.stdout)
    planted = json.loads((PROJECTS / "duo-before.expected.json").read_text(encoding="utf-8"))["findings"]
    assert [{key: f[key] for key in ("rule", "path", "line")} for f in found["findings"]] == planted
    fx, maker = found["smoke"]
    assert (fx["target"], fx["verdict"]) == ("fx", "different trades")
    assert (maker["target"], maker["verdict"]) == ("maker", "the backtest no longer runs")
    assert (maker["failure"]["path"], maker["failure"]["line"]) == ("backtest_maker.py", 56)
    assert maker["failure"]["message"].startswith("NotImplementedError")
    assert maker["divergence"]["changes"] == "price 3480.07 -> 3480.1"
