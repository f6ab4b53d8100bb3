"""`lintkit smoke` as a user types it, on the stand-in engine."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lintkit.cli import main

from .conftest import Project

Smoke = Callable[..., tuple[int, str]]
TRADES = """
    import sys
    engine = BacktestEngine()
    engine.add_data([event("OrderSubmitted"), fill(2, price="1.10"), fill(3, price="1.20")])
    engine.run()
"""


FILLED = "1970-01-01 00:00:0{}.000  BUY 1000 EUR/USD.SIM filled at {} (unknown, fee 0.02 USD), order O-1"


@pytest.fixture
def smoke(project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Smoke:
    monkeypatch.chdir(project.root)

    def run(*arguments: str) -> tuple[int, str]:
        code = main(["smoke", "--engine", "nautilus", *arguments])
        streams = capsys.readouterr()
        return code, streams.out + streams.err

    return run


def test_from_nothing_to_accepted_to_changed(project: Project, smoke: Smoke) -> None:
    tape = project.root / "tapes" / "backtest.tape"
    project.script(TRADES)
    code, out = smoke()
    assert code == 1
    assert "backtest: no accepted tape yet" in out
    assert "lintkit smoke --accept" in out
    assert not tape.exists()

    code, out = smoke("--accept")
    assert code == 0
    assert "backtest: accepted" in out
    accepted = tape.read_bytes()
    assert smoke() == (0, "backtest: identical\nsmoke: 1 of 1 identical\n")

    project.script(TRADES.replace('fill(3, price="1.20")', 'fill(3, price="1.25")'))
    code, out = smoke()
    assert code == 1
    assert tape.read_bytes() == accepted
    assert out == (
        "backtest: different trades\n"
        "  note: the project's code is not what it was when the tape was accepted\n"
        "  first divergence, event 3, engine 1 run 1 (tapes/backtest.tape:11)\n"
        "                     engine 1 starts run 1\n"
        "                     1970-01-01 00:00:01.000  order O-1 sent\n"
        f"                     {FILLED.format(2, '1.10')}\n"
        f"    accepted         {FILLED.format(3, '1.20')}\n"
        f"    now              {FILLED.format(3, '1.25')}\n"
        "                     last_px 1.20 -> 1.25\n"
        "                          accepted    now  change\n"
        "    orders                       0      0\n"
        "    refused orders               0      0\n"
        "    fills                        2      2\n"
        "    EUR/USD.SIM volume       2,000  2,000\n"
        "    EUR/USD.SIM fees USD      0.04   0.04\n"
        "  meant so? `lintkit smoke --accept` makes it the accepted tape\n"
        "smoke: backtest: different trades\n"
    )
    code, _ = smoke("--accept")
    assert code == 0
    assert tape.read_bytes() != accepted
    assert smoke()[0] == 0


def test_a_script_that_breaks(project: Project, smoke: Smoke) -> None:
    project.script(TRADES)
    smoke("--accept")
    project.script(TRADES.replace("engine.run()", "engine.add_data([lambda: 1 / 0])\n    engine.run()"))
    code, out = smoke()
    assert code == 1
    assert "backtest: the backtest no longer runs\n  backtest.py:6: ZeroDivisionError: division by zero\n" in out
    before = (project.root / "tapes" / "backtest.tape").read_bytes()
    assert smoke("--accept")[0] == 1
    assert (project.root / "tapes" / "backtest.tape").read_bytes() == before


def test_a_script_that_never_ran(project: Project, smoke: Smoke) -> None:
    project.script("import os; print('going down'); os._exit(5)")
    code, out = smoke("--accept")
    assert code == 1
    assert "backtest: the backtest does not run" in out
    assert "with status 5, before the script was through" in out
    assert not (project.root / "tapes").exists()


@pytest.mark.parametrize("source", ["time.time_ns()", "random.randrange(10**9)", "id(object())"])
def test_a_tape_that_cannot_be_repeated_is_not_accepted(project: Project, smoke: Smoke, source: str) -> None:
    project.script(f"""
        import random, time
        engine = BacktestEngine()
        keep = [object() for _ in range(random.randrange(10**5))]
        engine.add_data([fill(2, price=str({source}))])
        engine.run()
    """)
    code, out = smoke("--accept")
    assert code == 1
    assert "backtest: not reproducible" in out
    assert "first run" in out
    assert "second run" in out
    assert not (project.root / "tapes").exists()


def test_an_error_is_no_verdict(project: Project, smoke: Smoke) -> None:
    project.write(
        "pyproject.toml", '[tool.lintkit.smoke]\ntimeout = 1\n[[tool.lintkit.smoke.target]]\nscript = "backtest.py"'
    )
    project.script("while True: pass")
    code, out = smoke()
    assert code == 2
    assert "backtest: no verdict\n" in out
    assert "backtest.py: still running after 1 s, stopped" in out


@pytest.mark.parametrize("damage", ["<<<<<<< HEAD", "1970-01-01T00:00:03.000000000Z OrderFilled O-1"])
def test_a_damaged_tape_is_no_verdict(project: Project, smoke: Smoke, damage: str) -> None:
    tape = project.root / "tapes" / "backtest.tape"
    project.script(TRADES)
    smoke("--accept")
    tape.write_text(f"{tape.read_text(encoding='utf-8')}{damage}\n", encoding="utf-8")
    code, out = smoke()
    assert code == 2
    assert "  tapes/backtest.tape:12: " in out
    assert "restore it from version control" in out
    assert smoke("--accept")[0] == 0
    assert smoke()[0] == 0


def test_a_changed_tape_counts_more_than_an_error(project: Project, smoke: Smoke) -> None:
    table = '[[tool.lintkit.smoke.target]]\nscript = "{}.py"\n'
    project.write("pyproject.toml", table.format("a") + table.format("missing") + table.format("b"))
    project.script(TRADES, "a.py")
    project.script(TRADES, "b.py")
    assert smoke("a", "b", "--accept")[0] == 0
    code, out = smoke()
    assert code == 2
    assert out.endswith("smoke: a: identical, missing: no verdict, b: identical\n")
    project.script(TRADES + "    engine.run()\n", "b.py")
    assert smoke()[0] == 1
    assert smoke("a")[0] == 0


def test_json(project: Project, smoke: Smoke) -> None:
    project.script(TRADES)
    smoke("--accept")
    project.script(TRADES.replace("1.20", "1.25"))
    code, out = smoke("--json")
    found = json.loads(out)
    assert found["exit_code"] == code == 1
    (target,) = found["targets"]
    assert (target["target"], target["status"], target["verdict"]) == ("backtest", "changed", "different trades")
    assert (target["passed"], target["error"], target["failure"]) == (False, None, None)
    assert target["divergence"]["changes"] == "last_px 1.20 -> 1.25"
    assert target["divergence"]["now"]["time"] == "1970-01-01T00:00:03.000000000Z"
    assert target["trade"]["number"] == 2
    assert target["totals"]["now"]["volume"] == {"EUR/USD.SIM": "2000"}


def test_a_script_without_configuration(project: Project, smoke: Smoke, tmp_path: Path) -> None:
    project.script(TRADES + "    print(sys.argv)\n", "research/sweep.py")
    kept = tmp_path / "kept.tape"
    code, _ = smoke("--keep-tape", str(kept), "research/sweep.py", "--", "--fast", "3")
    assert code == 1
    assert "# script: research/sweep.py --fast 3\n" in kept.read_text(encoding="utf-8")
    assert smoke("--accept", "research/sweep.py", "--", "--fast", "3")[0] == 0
    assert (project.root / "tapes" / "research.sweep-fast-3.tape").is_file()


def test_scripts_of_one_name_have_tapes_of_their_own(project: Project, smoke: Smoke) -> None:
    project.script(TRADES)
    assert smoke("--accept")[0] == 0
    accepted = (project.root / "tapes" / "backtest.tape").read_bytes()
    project.script(TRADES.replace("1.20", "1.30"), "research/backtest.py")
    assert smoke("--accept", "research/backtest.py")[0] == 0
    assert (project.root / "tapes" / "backtest.tape").read_bytes() == accepted
    assert smoke("backtest.py") == (0, "backtest: identical\nsmoke: 1 of 1 identical\n")


def test_a_tape_of_a_configured_target_is_not_given_to_another_script(project: Project, smoke: Smoke) -> None:
    project.script(TRADES)
    project.script(TRADES, "other.py")
    target = '[[tool.lintkit.smoke.target]]\nname = "main"\nscript = "backtest.py"\ngolden = "tapes/other.tape"\n'
    project.write("pyproject.toml", target)
    assert smoke("backtest.py", "--accept")[1].startswith("main: accepted")
    code, out = smoke("other.py", "--accept")
    assert code == 2
    assert "`tapes/other.tape` is the accepted tape of the smoke target `main`" in out


def test_accept_replaces_nothing_that_is_no_tape(project: Project, smoke: Smoke) -> None:
    project.script(TRADES)
    target = '[[tool.lintkit.smoke.target]]\nscript = "backtest.py"\ngolden = "prices.csv"\n'
    project.write("pyproject.toml", target)
    project.write("prices.csv", "time,price\n1,2\n")
    before = (project.root / "prices.csv").read_bytes()
    code, out = smoke("--accept")
    assert code == 2
    assert "prices.csv:1: not a tape" in out
    assert (project.root / "prices.csv").read_bytes() == before


def test_keep_tape_is_no_way_around_accept(project: Project, smoke: Smoke) -> None:
    project.script(TRADES)
    smoke("--accept")
    golden = project.root / "tapes" / "backtest.tape"
    accepted = golden.read_bytes()
    project.script(TRADES.replace("1.20", "1.30"))
    code, out = smoke("--keep-tape", "tapes/../tapes/backtest.tape")
    assert code == 2
    assert "this is the accepted tape of `backtest`" in out
    assert golden.read_bytes() == accepted


def test_a_project_by_its_folder(project: Project, smoke: Smoke, monkeypatch: pytest.MonkeyPatch) -> None:
    project.script(TRADES)
    monkeypatch.chdir(project.root.parent)
    assert smoke("project", "--accept")[0] == 0
    assert smoke("--root", "project", "backtest")[0] == 0
    assert smoke("project", "backtest")[0] == 0


def test_a_target_called_like_a_folder_is_the_target(project: Project, smoke: Smoke) -> None:
    project.write("pyproject.toml", '[[tool.lintkit.smoke.target]]\nscript = "backtest/backtest.py"\n')
    project.script(TRADES, "backtest/backtest.py")
    assert smoke("backtest", "--accept")[0] == 0
    code, out = smoke("backtest/")
    assert (code, "nothing is configured" in out) == (1, True)


def test_errors_name_files_as_the_rest_does(project: Project, smoke: Smoke) -> None:
    project.script("while True: pass")
    project.write(
        "pyproject.toml", '[tool.lintkit.smoke]\ntimeout = 0.5\n[[tool.lintkit.smoke.target]]\nscript = "backtest.py"\n'
    )
    _, out = smoke()
    assert "  backtest.py: still running after 0.5 s, stopped" in out
    project.write("pyproject.toml", '[[tool.lintkit.smoke.target]]\nscript = "backtest.py"\n')
    project.write("tapes/backtest.tape", "no tape")
    project.script(TRADES)
    _, out = smoke()
    assert "  tapes/backtest.tape:1: " in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "no smoke target `nowhere` (known targets: backtest)"),
        (["nowhere.py"], "nowhere.py: no such script"),
        (["--root", ".", "../outside.py"], "the script is outside the project"),
        (["--root", "nowhere"], "nowhere: not a folder"),
        (["--root", ".", "."], "two project folders"),
        (["--root", "empty"], "neither a script that runs a backtest nor a strategy was found (add"),
        (["backtest", "backtest.py"], "a script beside configured targets"),
        (["--html", "nope/page.html"], "nope: no such folder (make it first)"),
        (["--keep-tape", "nope/one.tape"], "nope: no such folder (make it first)"),
        (["--root", "two", "--keep-tape", "x"], "--keep-tape keeps one tape, not 2"),
        (["--root", "shared"], "two smoke targets, `a` and `b`, share the tape ./x.tape"),
        (["--root", "escaping"], "outside the project: ../x.tape"),
    ],
)
def test_usage_errors_are_one_line(project: Project, smoke: Smoke, arguments: list[str], message: str) -> None:
    table = '[[tool.lintkit.smoke.target]]\nscript = "{}.py"\ngolden = "{}"\n'
    project.script(TRADES)
    project.write("../outside.py", "")
    project.write("empty/pyproject.toml", "")
    project.write("two/pyproject.toml", table.format("a", "a.tape") + table.format("b", "b.tape"))
    project.write("shared/pyproject.toml", table.format("a", "x.tape") + table.format("b", "./x.tape"))
    project.write("escaping/pyproject.toml", table.format("a", "../x.tape"))
    code, out = smoke(*arguments)
    assert code == 2
    assert message in out
    assert out.count("\n") == 1
    assert out.startswith("lintkit: error: ")
