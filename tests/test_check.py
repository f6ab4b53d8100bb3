"""`lintkit check` as a user runs it, over projects on disk, hostile ones too."""

import io
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from lintkit.cli import main
from lintkit.config import Config
from lintkit.discover import MAX_BYTES
from lintkit.finding import Severity
from lintkit.kind import Kind
from lintkit.report import Report
from lintkit.reports import github, sarif, text
from lintkit.runner import check

CLOCK = """
import time
from nautilus_trader.trading.strategy import Strategy

class Mine(Strategy):
    def on_quote_tick(self, tick):
        if time.time() > self.until:{comment}
            self.submit_order(self.order)
"""
KEYS = {"rule", "name", "severity", "confidence", "path", "line", "column", "end_line", "end_column", "message"}


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def found(root: Path, **options: Any) -> list[tuple[str, str, int]]:
    report = check(root, Config(root), **options)
    return [(f.rule, str(f.path), f.span.line) for f in report.findings]


def clock(comment: str = "") -> str:
    return CLOCK.format(comment=comment)


def test_json_is_a_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {"pyproject.toml": "", "a.py": clock()})
    assert main(["check", str(tmp_path), "--output-format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    (row,) = document["findings"]
    assert set(row) == KEYS
    assert (row["rule"], row["path"], row["line"], row["column"], row["end_line"], row["end_column"]) == (
        "CLK001", "a.py", 7, 12, 7, 23,
    )  # fmt: skip
    assert (row["severity"], row["confidence"]) == ("error", "certain")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 1),
        (["--exit-zero"], 0),
        (["--ignore", "CLK"], 0),
        (["--select", "VEN,STA001"], 0),
        (["--select", "NOPE"], 2),
    ],
)
def test_exit_codes(tmp_path: Path, arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {"pyproject.toml": "", "a.py": clock()})
    assert main(["check", str(tmp_path), *arguments]) == code
    said = capsys.readouterr()
    assert ("lintkit: error: " in said.err) == (code == 2)
    assert len(said.err.splitlines()) == (code == 2)


def test_notes_do_not_fail(tmp_path: Path) -> None:
    write(tmp_path, {"big.json": "[" + "1," * (1 << 20) + "1]", "other.json": " " * (2 << 20) + "1"})
    report = check(tmp_path, Config(tmp_path))
    assert [(f.rule, f.severity) for f in report.findings] == [("SRC002", Severity.NOTE)] * 2
    assert not report.failed


def test_files_named_are_judged_by_the_whole_project(tmp_path: Path) -> None:
    helper = "import time\n\ndef now():\n    return time.time()\n"
    user = clock().replace("time.time()", "helper.now()").replace("import time", "import helper")
    write(tmp_path, {"pyproject.toml": "", "a.py": user, "helper.py": helper, "b.py": clock()})
    assert found(tmp_path) == [("CLK001", "b.py", 7), ("CLK001", "helper.py", 4)]
    assert found(tmp_path, paths=[tmp_path / "helper.py"]) == [("CLK001", "helper.py", 4)]
    assert found(tmp_path, paths=[tmp_path / "a.py"]) == []


def test_paths_that_make_no_sense(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {"one/pyproject.toml": "", "one/a.py": "", "two/pyproject.toml": "", "two/b.py": ""})
    for arguments in (["missing.py"], ["one/a.py", "two/b.py"]):
        assert main(["check", *(str(tmp_path / a) for a in arguments)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.parametrize(
    ("comment", "rules"),
    [
        ("  # lintkit: ignore[CLK001] the venue wants host time", []),
        ("  # lintkit: ignore[CLK001, VEN001] host time", ["SUP001"]),
        ("  # lintkit: ignore[CLK001]", ["SUP002"]),
        ("  # lintkit: ignore because", ["CLK001", "SUP002"]),
        ("  # lintkit: ignore[VEN001] wrong rule", ["CLK001", "SUP001"]),
        ("  # a string: lintkit ignore[CLK001]", ["CLK001"]),
        ("  # lintkit: ignore[clk001] host time", ["CLK001", "SUP002"]),
        ("  # lintkit: ignore[CLK] host time", ["CLK001", "SUP002"]),
        ("  # lintkit: ignore[CLK001, CKL001] host time", ["SUP002"]),
        ("  # lintkit: ignore[CLK001, ruff:DTZ005] host time", []),
    ],
)
def test_ignores(tmp_path: Path, comment: str, rules: list[str]) -> None:
    write(tmp_path, {"a.py": clock(comment)})
    assert sorted(rule for rule, _, _ in found(tmp_path)) == rules


def test_an_ignore_on_its_own_line_takes_the_next(tmp_path: Path) -> None:
    code = clock().replace(
        "        if time", "        # lintkit: ignore[CLK001] host time\n        # as agreed\n        if time"
    )
    write(tmp_path, {"a.py": code})
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("comment", "rules"),
    [
        ("  # lintkit: ignore[CLK001] host time", []),
        ("  # lintkit: ignore[VEN001] wrong rule", [("CLK001", "a.py", 10), ("SUP001", "a.py", 13)]),
    ],
)
def test_an_ignore_at_the_end_of_a_statement_takes_all_of_it(
    tmp_path: Path, comment: str, rules: list[tuple[str, str, int]]
) -> None:
    statement = "if True:\n            until = max(\n                1,  # lintkit: not this one\n                time.time(),\n"
    code = clock().replace("if time.time() > self.until:", f"{statement}                2,\n\n            ){comment}")
    code = code.rstrip() + " if until > self.until else None\n"
    write(tmp_path, {"a.py": code})
    assert found(tmp_path) == rules


def test_an_unknown_id_is_named_with_what_was_meant(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "x = 1  # lintkit: ignore[clk001] host time\n"})
    (finding,) = check(tmp_path, Config(tmp_path)).findings
    assert finding.message == "this hides nothing: no rule is called `clk001`: did you mean `CLK001`?"
    audited = check(tmp_path, Config(tmp_path), others=False)
    assert audited.findings == ()  # it may be a rule of the repo's own


def test_ignores_in_config_files(tmp_path: Path) -> None:
    flush = "cache:\n  flush_on_start: true  # lintkit: ignore[STA001] a database of its own\n"
    unused = "# lintkit: ignore[STA001] not needed\nflush_on_start = false\n"
    write(tmp_path, {"live.yaml": flush, "live.toml": unused})
    assert found(tmp_path) == [("SUP001", "live.toml", 1)]


def test_an_ignore_of_a_rule_that_did_not_run_is_not_unused(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": clock("  # lintkit: ignore[CLK001] host time")})
    config = Config(tmp_path, select=("VEN",))
    assert check(tmp_path, config).findings == ()


def test_ignored_pedantic_findings_are_used_without_pedantic(tmp_path: Path) -> None:
    code = clock().replace("if time.time() > self.until:", "if True:\n            self.log.info(str(time.time()))")
    write(tmp_path, {"a.py": code})
    assert found(tmp_path) == []
    assert found(tmp_path, pedantic=True) == [("CLK001", "a.py", 8)]
    write(tmp_path, {"a.py": code.replace("()))", "()))  # lintkit: ignore[CLK001] a log line")})
    assert found(tmp_path) == []


def test_exclude(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": clock(), "old/b.py": clock(), "src/gen/c.py": clock(), ".venv/d.py": clock()})
    write(tmp_path, {"env2/pyvenv.cfg": "", "env2/lib/e.py": clock(), "node_modules/f.py": clock()})
    config = Config(tmp_path, exclude=("old", "src/gen/*.py"))
    assert [str(f.path) for f in check(tmp_path, config).findings] == ["a.py"]


def notebook(*cells: list[str]) -> str:
    code: list[dict[str, object]] = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in cells
    ]
    words = {"cell_type": "markdown", "source": ["import nautilus_trader"]}
    return json.dumps({"cells": [words, *code], "metadata": {"kernelspec": {"language": "python"}}}, indent=1)


def test_notebooks_are_reported_where_they_stand_in_the_file(tmp_path: Path) -> None:
    magic = ["%matplotlib inline\n", "!pip install x\n", "x = !ls\n"]
    bash = ["%%bash\n", "for x in y; do"]
    code = [
        'name = "a\\"b"; from nautilus_trader.backtest.models import LatencyModel\n',
        's = "\\u00e9"; m = LatencyModel(25)',
    ]
    write(tmp_path, {"n.ipynb": notebook(magic, bash, code, ["def broken(:\n"])})
    report = check(tmp_path, Config(tmp_path))
    lines = (tmp_path / "n.ipynb").read_text().splitlines()
    shown = {f.rule: lines[f.span.line - 1][f.span.column - 1 : f.span.end_column - 1] for f in report.findings}
    assert shown == {"VEN002": "25", "SRC001": ""}
    broken = next(f for f in report.findings if f.rule == "SRC001")
    assert "def broken(:" in lines[broken.span.line - 1]


def test_a_cell_that_is_indented_as_a_whole_is_read_as_ipython_reads_it(tmp_path: Path) -> None:
    pasted = [
        "  from nautilus_trader.backtest.models import LatencyModel\n",
        "  if fast:\n",
        "      m = LatencyModel(25)",
    ]
    write(tmp_path, {"n.ipynb": notebook(pasted)})
    report = check(tmp_path, Config(tmp_path))
    lines = (tmp_path / "n.ipynb").read_text().splitlines()
    shown = [(f.rule, lines[f.span.line - 1][f.span.column - 1 : f.span.end_column - 1]) for f in report.findings]
    assert shown == [("VEN002", "25")]


def test_columns_count_characters_whatever_the_encoding(tmp_path: Path) -> None:
    code = "from nautilus_trader.model.objects import Price\nä = 'ß€😀'; p = Price(0.25, 1)\n"
    column = code.splitlines()[1].index("Price") + 1
    legacy = "# -*- coding: latin-1 -*-\n" + code.replace("€😀", "")
    files: dict[str, str | bytes] = {
        "bom.py": b"\xef\xbb\xbf" + code.encode(),
        "crlf.py": code.replace("\n", "\r\n"),
        "latin.py": legacy.encode("latin-1"),
        "plain.py": code,
    }
    write(tmp_path, files)
    report = check(tmp_path, Config(tmp_path))
    places = {str(f.path): (f.span.line, f.span.column) for f in report.findings}
    assert places == {
        "bom.py": (2, column),
        "crlf.py": (2, column),
        "latin.py": (3, column - 2),
        "plain.py": (2, column),
    }


HOSTILE: dict[str, bytes] = {
    "latin.py": b"x = 1\ny = '\xe4'\n",
    "encoding.py": b"# coding: no-such-codec\nx = 1\n",
    "nul.py": b"x = 1\ny = 2\n\0\n",
    "syntax.py": b"x = 1\ny = 2\ndef f(:\n",
    "deep.py": b"x = 1\n" + b"(" * 5_000 + b")" * 5_000,
    "chain.py": b"x = 1" + b"+1" * 50_000 + b"\n",
    "unary.py": b"x = " + b"-" * 50_000 + b"1\n",
    "after.py": b"def f(:\n  pass\nx = " + b"not " * 30_000 + b"1\n",
    "bad.yaml": b"flush_on_start: [true\n",
    "laugh.toml": b"flush_on_start = " + b"[" * 5_000 + b"]" * 5_000,
    "bad.json": b'{"flush_on_start": tru',
    "bad.ipynb": b'{"cells": 5',
    "number.ipynb": b'{"cells": 5}',
}


def test_a_template_of_a_file_is_a_note(tmp_path: Path) -> None:
    write(tmp_path, {"template.py": b"class {{ NAME }}Strategy(Strategy):\n    pass\n"})
    assert [(f.rule, f.severity) for f in check(tmp_path, Config(tmp_path)).findings] == [("SRC001", Severity.NOTE)]


def test_a_template_of_a_config_file_is_a_note(tmp_path: Path) -> None:
    write(tmp_path, {"node.yaml": b"trader_id: T-001\nflush_on_start: {{ secrets.FLUSH }}\n"})
    (found,) = check(tmp_path, Config(tmp_path)).findings
    assert (found.rule, found.severity, found.span.line) == ("SRC001", Severity.NOTE, 2)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_read_is_an_error_at_its_line(tmp_path: Path, name: str) -> None:
    write(tmp_path, {name: HOSTILE[name], "a.py": clock()})
    report = check(tmp_path, Config(tmp_path))
    assert [f.rule for f in report.findings if str(f.path) == "a.py"] == ["CLK001"]
    (finding,) = [f for f in report.findings if str(f.path) == name]
    assert (finding.rule, finding.severity) == ("SRC001", Severity.ERROR)
    lines = {"latin.py": 2, "nul.py": 3, "syntax.py": 3}
    assert finding.span.line == lines.get(name, finding.span.line)


HARMLESS: dict[str, bytes] = {
    "empty.py": b"",
    "blank.ipynb": b'{"cells": [], "metadata": {}}',
    "r.ipynb": b'{"cells": [{"cell_type": "code", "source": ["x <- 1"]}], "metadata": {"language_info": {"name": "R"}}}',
    "long.py": b"import nautilus_trader\nx = '" + b"a" * 500_000 + b"'\n",
    "wide.json": b'{"flush_on_start": [' + b"0," * 20_000 + b"0]}",
    "laughs.yaml": b"flush_on_start: false\na0: &a0 [x]\n"
    + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 30)),
    "form\x0cfeed.py": b"import nautilus_trader\n\x0cx = 1\n\x1dy = 2\n"
    if sys.version_info < (3, 10)
    else b"x = 1\n\x0cy = 2\n",
    "match.py": b"match x:\n    case {'a': [1, *rest], **kw} if y: pass\n    case A(b=C.d) | None: pass\n",
    "newer.py": b"import nautilus_trader\nclass A[T]: pass\ntype B = int\ndef f[**P](x: P.args): return f'{'a'}'\n",
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_only_unusual_is_no_finding(tmp_path: Path, name: str) -> None:
    write(tmp_path, {name: HARMLESS[name], "a.py": "import nautilus_trader\n"})
    assert found(tmp_path) == []


def test_links_are_never_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"secret.py": clock()})
    root = write(tmp_path / "root", {"a.py": "x = 1\n"})
    (root / "loop").symlink_to(root)
    (root / "self.py").symlink_to(root / "self.py")
    (root / "leave.py").symlink_to(outside / "secret.py")
    (root / "folder").symlink_to(outside)
    (root / "again.py").symlink_to(root / "a.py")
    (root / "gone.py").symlink_to(root / "nothing.py")
    report = check(root, Config(root))
    assert [(str(f.path), f.rule) for f in report.findings] == [
        ("folder", "SRC002"), ("gone.py", "SRC002"), ("leave.py", "SRC002"), ("self.py", "SRC002"),
    ]  # fmt: skip
    assert not report.failed


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX has named pipes")
def test_what_is_no_file_and_code_that_is_too_long_are_warnings(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    write(tmp_path, {"long.py": b"#" * (MAX_BYTES[Kind.PYTHON] + 1), "long.json": b" " * (MAX_BYTES[Kind.JSON] + 1)})
    report = check(tmp_path, Config(tmp_path))
    assert [(str(f.path), f.rule, f.severity) for f in report.findings] == [
        ("long.json", "SRC002", Severity.NOTE),
        ("long.py", "SRC002", Severity.WARNING),
        ("pipe.py", "SRC002", Severity.WARNING),
    ]


def test_a_file_of_another_kind_is_said_to_be_unchecked(tmp_path: Path) -> None:
    root = write(tmp_path, {"notes.txt": "", "a.py": "x = 1\n", "lintkit-baseline.json": '{"findings": []}'})
    report = check(root, Config(root), paths=[root / "notes.txt"])
    assert report.remarks == (f"{root / 'notes.txt'}: not a Python, notebook or config file, so not checked",)
    assert check(root, Config(root)).files == 1


def test_fix_and_diff(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = clock().replace("\n", "\r\n").encode()
    live = b"cache:\n  flush_on_start: 'true'  # on\n"
    write(tmp_path, {"pyproject.toml": "", "a.py": before, "live.yaml": live})
    assert main(["check", str(tmp_path), "--diff"]) == 1
    assert "+  flush_on_start: 'false'  # on" in capsys.readouterr().out
    assert (tmp_path / "a.py").read_bytes() == before
    assert main(["check", str(tmp_path), "--fix"]) == 0
    after = before.replace(b"time.time()", b"self.clock.timestamp()").replace(b"import time\r\n", b"")
    assert (tmp_path / "a.py").read_bytes() == after
    assert (tmp_path / "live.yaml").read_bytes() == live.replace(b"true", b"false")
    assert main(["check", str(tmp_path), "--diff"]) == 0


def test_ruff_and_pyright_run_where_they_are_configured(tmp_path: Path) -> None:
    code = "import os\nimport sys\n\nx: int = 'a'\nprint(sys)\n"
    write(tmp_path, {"a.py": code})
    assert check(tmp_path, Config(tmp_path)).checks == ("lintkit",)
    write(tmp_path, {"pyproject.toml": "[tool.ruff]\nline-length = 88\n"})
    report = check(tmp_path, Config(tmp_path))
    assert [(f.rule, f.span.line, f.span.column) for f in report.findings] == [("ruff:F401", 1, 8)]
    assert check(tmp_path, Config(tmp_path, ruff=False)).findings == ()
    ignored = Config(tmp_path, ignore=("ruff:F401",))
    assert check(tmp_path, ignored).findings == ()
    write(tmp_path, {"a.py": code.replace("import os", "import os  # lintkit: ignore[ruff:F401] for users")})
    assert check(tmp_path, Config(tmp_path)).findings == ()


@pytest.mark.slow
def test_pyright(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "x: int = 'a'\n", "pyrightconfig.json": "{}"})
    report = check(tmp_path, Config(tmp_path))
    assert [(f.rule, f.span.line, f.span.column) for f in report.findings] == [("pyright:reportAssignmentType", 1, 10)]


def nowhere(*_args: object, **_named: object) -> None:
    """Finds no executable."""


def test_a_checker_that_is_asked_for_and_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"lintkit.toml": "ruff = true\n", "a.py": "x = 1\n"})
    monkeypatch.setattr(shutil, "which", nowhere)
    said = io.StringIO()
    monkeypatch.setattr(sys, "stderr", said)
    assert main(["check", str(tmp_path)]) == 2
    assert "`ruff` is asked for but not installed" in said.getvalue()


def test_a_checker_that_fails_is_an_error_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {"ruff.toml": "no-such-key = 1\n", "a.py": "x = 1\n", "pyproject.toml": ""})
    assert main(["check", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_output_is_the_same_whatever_the_hash_seed(tmp_path: Path) -> None:
    write(
        tmp_path, {"pyproject.toml": "", **{f"s{n}.py": clock() for n in range(5)}, "live.yaml": "flush_on_start: on\n"}
    )
    outputs = set[bytes]()
    for seed in ("0", "1", "2"):
        command = [sys.executable, "-m", "lintkit", "check", str(tmp_path), "--output-format", "sarif"]
        done = subprocess.run(command, capture_output=True, check=False, env={**os.environ, "PYTHONHASHSEED": seed})
        assert done.returncode == 1
        outputs.add(done.stdout)
    assert len(outputs) == 1


def report_of(root: Path) -> Report:
    write(root, {"pyproject.toml": "", "a,b.py": clock(), "live.yaml": "flush_on_start: on\n"})
    return check(root, Config(root))


def test_text_shows_the_place(tmp_path: Path) -> None:
    shown = text.render(report_of(tmp_path))
    assert "    7 |         if time.time() > self.until:\n      |            ^^^^^^^^^^^\n" in shown
    assert shown.endswith("2 errors in 3 files checked.\n")
    assert "\x1b" not in shown
    assert "\x1b" in text.render(report_of(tmp_path), color=True)


def test_github_escapes(tmp_path: Path) -> None:
    shown = github.render(report_of(tmp_path))
    assert shown.startswith(
        "::error file=a%2Cb.py,line=7,endLine=7,title=CLK001 wall-clock-in-strategy,col=12,endColumn=23::"
    )


def test_sarif(tmp_path: Path) -> None:
    (run,) = json.loads(sarif.render(report_of(tmp_path)))["runs"]
    first = run["results"][0]
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == first["ruleId"] == "CLK001"
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%2Cb.py"


def test_explain_and_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "clk001"]) == 0
    assert "time.time()" in capsys.readouterr().out
    assert main(["explain", "XXX999"]) == 2
    assert main(["rules"]) == 0
    assert "\nCLK001  wall-clock-in-strategy" in capsys.readouterr().out


@pytest.mark.parametrize("package", ["asyncio", "email", "unittest", "ctypes", "lib2to3"])
def test_no_rule_crashes_on_the_standard_library(tmp_path: Path, package: str) -> None:
    """Each file mentions the package, so that none is passed over."""
    folder = Path(sysconfig.get_path("stdlib")) / package
    if not folder.is_dir():
        folder = Path(sysconfig.get_path("stdlib")) / "json"
    for path in sorted(folder.glob("*.py"))[:25]:
        write(tmp_path, {path.name: b"# nautilus_trader\n" + path.read_bytes()})
    report = check(tmp_path, Config(tmp_path), pedantic=True)
    assert report.files
    assert not [f for f in report.findings if f.rule == "SRC001"]


def test_findings_inside_strings_of_docs_are_not_code(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": dedent('''
        """from nautilus_trader.backtest.models import FeeModel; FeeModel()"""
        import nautilus_trader
    ''')})  # fmt: skip
    assert found(tmp_path) == []
