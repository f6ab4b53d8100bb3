"""Living with lintkit: settings for rules and files, a baseline, rules of one's own."""

import json
from pathlib import Path
from textwrap import dedent

import pytest

from lintkit.cli import ERROR, FAILED, OK, main

CLOCK = """
import time
from nautilus_trader.trading.strategy import Strategy

class S(Strategy):
    def on_bar(self, bar):
        if time.time() > self.until:
            self.submit_order(self.order)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "examples").mkdir()
    (tmp_path / "a.py").write_text(CLOCK)
    (tmp_path / "examples" / "b.py").write_text(CLOCK)
    configure(tmp_path, "")
    return tmp_path


def configure(root: Path, text: str) -> None:
    (root / "lintkit.toml").write_text(dedent(text))


def check(root: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[tuple[str, str, str]]]:
    code = main(["check", str(root), "--output-format", "json", "--no-ruff", *options])
    rows: list[dict[str, str]] = json.loads(capsys.readouterr().out)["findings"] if code != ERROR else []
    return code, [(row["path"], row["rule"], row["severity"]) for row in rows]


def test_settings_per_file_and_severity(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(project, capsys)[1] == [("a.py", "CLK001", "error"), ("examples/b.py", "CLK001", "error")]
    configure(project, '[per-file-ignores]\n"examples/**" = ["CLK"]\n[severity]\nCLK = "error"\nCLK001 = "note"\n')
    assert check(project, capsys) == (OK, [("a.py", "CLK001", "note")])


@pytest.mark.parametrize(
    "text",
    [
        '[severity]\nCLK001 = "fatal"\n',
        '[severity]\nXYZ = "note"\n',
        '[per-file-ignores]\n"a.py" = ["XYZ001"]\n',
        '[per-file-ignores]\n"a.py" = "CLK001"\n',
        'rules = ["nowhere"]\n',
    ],
)
def test_settings_that_mean_nothing_are_refused(project: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure(project, text)
    assert main(["check", str(project)]) == ERROR
    assert capsys.readouterr().err.startswith("lintkit: error: ")


def test_a_baseline_hides_what_was_there_and_only_shrinks(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["baseline", str(project)]) == OK
    assert "2 findings" in capsys.readouterr().out
    assert check(project, capsys) == (OK, [])
    assert len(check(project, capsys, "--no-baseline")[1]) == 2

    shifted = CLOCK.replace("import time", "# moved\n\n\nimport time")
    (project / "a.py").write_text(shifted)
    assert check(project, capsys) == (OK, [])

    (project / "a.py").write_text(shifted + "        if time.time() > 5:\n            self.submit_order(self.order)\n")
    assert check(project, capsys) == (FAILED, [("a.py", "CLK001", "error")])
    (project / "examples" / "b.py").unlink()
    assert main(["baseline", str(project)]) == OK
    assert "1 findings, 1 gone; 1 not in it are still reported" in capsys.readouterr().out
    assert check(project, capsys) == (FAILED, [("a.py", "CLK001", "error")])
    assert main(["baseline", str(project), "--renew"]) == OK
    capsys.readouterr()
    assert check(project, capsys) == (OK, [])


def test_the_same_line_twice_counts_twice(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["baseline", str(project)])
    capsys.readouterr()
    again = "    def on_quote_tick(self, tick):\n        if time.time() > self.until:\n            self.submit_order(self.order)\n"
    (project / "a.py").write_text(CLOCK + "\n" + again)
    assert check(project, capsys)[1] == [("a.py", "CLK001", "error")]


def test_a_broken_baseline_is_an_error(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "lintkit-baseline.json").write_text('{"findings": [{}]}')
    assert main(["check", str(project)]) == ERROR
    assert "not a baseline" in capsys.readouterr().err


OWN = '''
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity


class NoPrint(Rule):
    """Print in a strategy.

    Nobody reads it.
    """

    id = "OUR001"
    name = "no-print"
    severity = Severity.WARNING
    since = "1"
    invalid = [Example("print", """
        import nautilus_trader
        print(1)  # !
        """)]
    valid = [Example("another", """
        import nautilus_trader
        log(1)
        """)]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        for call in source.find(cst.Call):
            if program.names.external(source, call.func) == "builtins.print":
                yield self.finding(source, call, "`print` goes nowhere: use `self.log`")
'''


def test_rules_of_ones_own(project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "lint_rules").mkdir()
    (project / "lint_rules" / "no_print.py").write_text(OWN)
    configure(project, 'rules = ["lint_rules"]\nexclude = ["lint_rules"]\nselect = ["OUR"]\n')
    (project / "a.py").write_text(f"{CLOCK}\nprint(1)\n")
    assert check(project, capsys)[1] == [("a.py", "OUR001", "warning")]
    monkeypatch.chdir(project)
    assert main(["test-rules"]) == OK
    assert capsys.readouterr().out == "OUR001 no-print: 2 examples ok\n"


def test_examples_that_do_not_hold_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.py").write_text(OWN.replace("print(1)  # !", "print(1)").replace("log(1)", "log(1)  # !"))
    assert main(["test-rules", str(tmp_path)]) == FAILED
    out = capsys.readouterr().out
    assert "OUR001 no-print: FAILED" in out
    assert "strategy.py line 2 is reported: `print` goes nowhere" in out
    assert "strategy.py line 2 is marked and not reported" in out


@pytest.mark.parametrize(("text", "why"), [("raise OSError('no')", "OSError: no"), ("x = 1", "no rules found")])
def test_a_rule_that_cannot_be_loaded(tmp_path: Path, text: str, why: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.py").write_text(text)
    assert main(["test-rules", str(tmp_path)]) == ERROR
    assert why in capsys.readouterr().err


def test_two_rules_of_one_id(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "mine").mkdir()
    (project / "mine" / "x.py").write_text(OWN.replace("OUR001", "CLK001"))
    configure(project, 'rules = ["mine"]\n')
    assert main(["check", str(project)]) == ERROR
    assert "two rules have the id `CLK001`" in capsys.readouterr().err
