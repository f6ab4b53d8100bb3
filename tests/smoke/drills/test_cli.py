"""`lintkit drill` as a user runs it, and the drills of the gate."""

import json
from pathlib import Path
from typing import Any

import pytest

from lintkit.cli import main

from .conftest import Bench

CLOCK = "import time\nclass Planted(Base):\n    def wants(self, bar):\n        return time.time() % 60 < 30\n"


def drill(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["drill", *arguments])
    streams = capsys.readouterr()
    assert streams.err == "" or code == 2
    return code, streams.out + streams.err


def test_names_of_drills_targets_and_a_script(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    root = str(bench.root)
    assert drill(capsys, "seed", "backtest", "--root", root)[0] == 0
    code, out = drill(capsys, "seed", str(bench.root / "backtest.py"))
    assert (code, out.splitlines()[-1]) == (0, "drills: 1 passed")
    code, out = drill(capsys, "sede", "--root", root)
    assert code == 2
    assert "no smoke target `sede`" in out


def test_nothing_configured(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    """What is found is drilled where it runs, and what does not run is named once."""
    (bench.root / "pyproject.toml").write_text("", encoding="utf-8")
    (bench.root / "broken.py").write_text(
        "from nautilus_trader.backtest.engine import BacktestEngine\nengine = BacktestEngine()\n1 / 0\nengine.run()\n",
        encoding="utf-8",
    )
    code, out = drill(capsys, "clock", "hash", "--root", str(bench.root))
    assert (code, out.splitlines()[-1]) == (0, "drills: 2 passed")
    assert out.count("broken") == 1
    assert "broken: does not run, so it is not drilled: ZeroDivisionError: division by zero\n" in out


def test_engines(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    root = str(bench.root)
    code, out = drill(capsys, "hash", "--root", root, "--engine", "both")
    assert (code, "a drill compares a target with itself, on one engine" in out) == (2, True)
    code, out = drill(capsys, "hash", "--root", root, "--engine", "auto")
    assert (code, out.splitlines()[-1]) == (0, "drills: 1 passed")
    bench.plant("import nautilus_trader.indicators.macd\nclass Planted(Base): ...")
    code, out = drill(capsys, "hash", "--root", root, "--engine", "auto")
    assert code == 2, out
    assert "others do until 1.219.0" in out, out
    assert "does not run" in out, out


def test_what_follows_a_script_are_its_arguments(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = drill(capsys, "hash", str(bench.root / "backtest.py"), "--", "seed", "prefix")
    assert (code, out.splitlines()[-1]) == (0, "drills: 1 passed")


def test_a_page_that_cannot_be_written_loses_no_result(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    page = bench.root
    code, out = drill(capsys, "hash", "--root", str(bench.root), "--html", str(page))
    assert code == 2
    assert "drills: 1 passed" in out
    assert "cannot be written" in out


def test_json_and_exit_code_of_a_failed_drill(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.plant(CLOCK)
    code, out = drill(capsys, "clock", "--root", str(bench.root), "--json")
    (found,) = json.loads(out)["drills"]
    assert (code, found["status"], found["places"]) == (1, "failed", [{"path": "planted.py", "line": 5}])


def test_a_page_with_plots(bench: Bench, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    table = '\n[tool.lintkit.drill]\nlatencies-ms = [0, 61000]\ndrills = ["latency"]\n'
    with (bench.root / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(table)
    page = tmp_path / "page.html"
    code, out = drill(capsys, "--root", str(bench.root), "--html", str(page))
    assert code == 0
    assert "61000 ms" in out
    assert page.read_text(encoding="utf-8").count("<svg") == 3


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('drills = ["clocks"]', "no drill is called `clocks` (known drills: clock, hash"),
        ("fill-probabilities = [1.5]", "`fill-probabilities` must hold numbers from 0 to 1"),
        ("latencies-ms = [-1]", "`latencies-ms` must hold numbers from 0"),
        ("cuts = 0", "`cuts` must be 1 or more"),
        ('stop = "pull the plug"', "`stop` must be `graceful` or `kill`"),
        ("unknown = 1", "has no key `unknown`"),
    ],
)
def test_a_wrong_configuration_is_one_line(
    bench: Bench, capsys: pytest.CaptureFixture[str], line: str, message: str
) -> None:
    with (bench.root / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[tool.lintkit.drill]\n{line}\n")
    code, out = drill(capsys, "--root", str(bench.root))
    assert code == 2
    assert message in out
    assert "pyproject.toml:" in out
    assert out.count("\n") == 1


@pytest.mark.parametrize("options", [(), ("--no-drills",)])
def test_the_gate_makes_the_quick_drills(
    bench: Bench, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    bench.plant(
        'class Planted(Base):\n    def wants(self, bar): return list({"a", "b", "c"})[0] != "a" or bar.close > bar.open'
    )
    assert main(["smoke", "--root", str(bench.root), "--accept"]) == 0
    capsys.readouterr()
    assert main(["gate", str(bench.root), "--output-format", "json", *options]) == 1  # the check has findings
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    drills = {drill["drill"]: drill["status"] for drill in found["drills"]}
    assert drills == ({} if options else {"clock": "passed", "hash": "failed", "seed": "passed"})
