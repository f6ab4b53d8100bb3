"""What is remembered between runs is what a run would find; whatever happened to the files or to the cache."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lintkit import __version__
from lintkit.cache import FOLDER
from lintkit.changes import changed_since
from lintkit.cli import main
from lintkit.config import Config
from lintkit.errors import LintkitError
from lintkit.report import Report
from lintkit.reports import sarif
from lintkit.runner import check

STRATEGY = """
import time
from nautilus_trader.trading.strategy import Strategy

class Mine(Strategy):
    def on_quote_tick(self, tick):
        if time.time() > self.until:
            self.submit_order(self.order)
        if time.time() > 5:  # lintkit: ignore[CLK001] for the test
            self.submit_order(self.order)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[project]\ndependencies = ['nautilus_trader==1.221.0']\n")
    (tmp_path / "a.py").write_text(STRATEGY)
    (tmp_path / "latin.py").write_bytes(b"# coding: latin-1\nimport nautilus_trader\nx = '\xe4'\n")
    (tmp_path / "broken.py").write_text("def f(:\n")
    (tmp_path / "live.yaml").write_text("cache:\n  flush_on_start: true\n")
    for path in tmp_path.iterdir():
        os.utime(path, ns=(10**18, 10**18))
    return tmp_path


def cached(root: Path, **options: object) -> Report:
    return check(root, Config(root), cache=True, **options)  # type: ignore[arg-type]


def is_remembered(root: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a run does without the rules."""

    def refuse(*_: object) -> None:
        raise LookupError("analysed again")

    with monkeypatch.context() as patch:
        patch.setattr("lintkit.analyse.analyse", refuse)
        try:
            cached(root)
        except LookupError:
            return False
    return True


def test_a_second_run_says_the_same_and_reads_nothing_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cold = check(project, Config(project))
    first = cached(project)
    assert is_remembered(project, monkeypatch)
    warm = cached(project)
    assert sarif.render(cold) == sarif.render(first) == sarif.render(warm)
    assert cold == first == warm
    assert {f.rule for f in warm.findings} == {"CLK001", "SRC001", "STA001"}
    assert warm.suppressed == 1
    assert next(f for f in warm.findings if f.rule == "STA001").fix is not None


CHANGES: dict[str, Callable[[Path], object]] = {
    "content": lambda root: (root / "a.py").write_text(STRATEGY.replace("5", "6")),
    "content of the same size and time": lambda root: same_time(root / "a.py", STRATEGY.replace("5", "6")),
    "a new file": lambda root: (root / "b.py").write_text("x = 1\n"),
    "a file less": lambda root: (root / "a.py").unlink(),
    "another name": lambda root: (root / "a.py").rename(root / "b.py"),
    "the targeted version": lambda root: (root / "requirements.txt").write_text("nautilus_trader==1.218.0\n"),
    "a lock file": lambda root: (root / "uv.lock").write_text(""),
}


def same_time(path: Path, text: str) -> None:
    """An editor that keeps the time still makes another inode."""
    replacement = path.with_suffix(".new")
    replacement.write_text(text)
    os.utime(replacement, ns=(10**18, 10**18))
    replacement.replace(path)


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_is_seen(project: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    cached(project)
    CHANGES[change](project)
    assert not is_remembered(project, monkeypatch)
    assert cached(project) == check(project, Config(project))


def test_a_new_time_alone_is_no_change(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached(project)
    (project / "a.py").touch()
    assert is_remembered(project, monkeypatch)


def test_links_are_looked_at_each_time(project: Path) -> None:
    cached(project)
    (project / "out.py").symlink_to(project.parent / "outside.py")
    assert "SRC002" in {f.rule for f in cached(project).findings}
    assert cached(project) == check(project, Config(project))


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "half": lambda data: data[: len(data) // 2],
    "a bit": lambda data: data[:-5] + bytes([data[-5] ^ 1]) + data[-4:],
    "not text": lambda _: bytes(range(256)),
    "another's": lambda _: b"{}",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_cache_is_as_good_as_none(project: Path, damage: str) -> None:
    before = cached(project)
    whole, parts = sorted((project / FOLDER).glob("*.json"), key=lambda path: len(path.name))
    parts.write_bytes(DAMAGE[damage](parts.read_bytes()))
    assert cached(project) == before
    whole.write_bytes(DAMAGE[damage](whole.read_bytes()))
    assert cached(project) == before


def test_the_configuration_counts_and_the_number_of_files_is_bounded(project: Path) -> None:
    for n in range(12):
        check(project, Config(project, exclude=(f"no-such-{n}",)), cache=True)
    assert len(list((project / FOLDER).glob("*.json"))) == 16
    assert check(project, Config(project, select=("STA",)), cache=True).rules.keys() < cached(project).rules.keys()


def test_a_folder_that_cannot_be_written_to(project: Path) -> None:
    (project / FOLDER).write_text("a file is in the way")
    assert cached(project) == check(project, Config(project))


def test_runs_at_the_same_time(project: Path) -> None:
    command = [sys.executable, "-m", "lintkit", "check", str(project), "--output-format", "json"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    assert len({process.communicate()[0] for process in running}) == 1
    assert not list((project / FOLDER).glob(".new-*"))


def test_git_and_backups_leave_it_alone_and_clean_removes_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(project), "--exit-zero"]) == 0
    assert (project / FOLDER / ".gitignore").read_text() == "*\n"
    assert main(["clean", str(project)]) == 0
    assert not (project / FOLDER).exists()
    assert main(["check", str(project), "--exit-zero", "--no-cache"]) == 0
    assert main(["audit", str(project)]) == 1
    assert not (project / FOLDER).exists()
    assert main(["clean", str(project)]) == 0
    assert "nothing to remove" in capsys.readouterr().out


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)


def test_since_reports_only_what_differs(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "x")
    (project / "live.yaml").write_text("cache:\n  flush_on_start: on\n")
    (project / "näw.yaml").write_text("flush_on_start: true\n")
    assert main(["check", str(project), "--since", "HEAD", "--output-format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert [row["path"] for row in document["findings"]] == ["live.yaml", "näw.yaml"]
    assert document["summary"]["files"] == 2


@pytest.mark.parametrize("revision", ["no-such", "--output=x", ""])
def test_since_needs_a_revision(project: Path, revision: str) -> None:
    git(project, "init", "-q")
    assert main(["check", str(project), f"--since={revision}"]) == 2
    assert not (project / "x").exists()


def test_since_needs_a_repository(project: Path) -> None:

    with pytest.raises(LintkitError, match="git"):
        changed_since(project, "HEAD")


def imported(*arguments: str) -> set[str]:
    """The modules that a run of the command has imported when it ends."""
    code = (
        f"import sys; from lintkit.cli import main\n"
        f"try: main({list(arguments)!r})\nexcept SystemExit: pass\nsys.stderr.write(repr(set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return ast.literal_eval(done.stderr)


HEAVY = {
    "libcst", "yaml", "rich", "pandas", "numpy", "subprocess", "importlib.metadata", "lintkit.source", "lintkit._index",
    "lintkit._engine", "packaging",
}  # fmt: skip


def test_nothing_heavy_is_imported_before_it_is_needed(project: Path) -> None:
    assert not HEAVY & imported("--version")
    assert {name for name in imported("--version") if name.startswith("lintkit")} == {
        "lintkit", "lintkit.cli", "lintkit.errors",
    }  # fmt: skip
    imported("check", str(project))
    warm = imported("check", str(project))
    assert not HEAVY & warm
    assert {name for name in warm if name.startswith("lintkit")} == {
        "lintkit", "lintkit.analysis", "lintkit.baseline", "lintkit.cache", "lintkit.checks", "lintkit.checks.background",
        "lintkit.checks.external", "lintkit.checks.pyright", "lintkit.checks.ruff", "lintkit.cli", "lintkit.cli.check",
        "lintkit.config", "lintkit.decoding", "lintkit.discover", "lintkit.errors", "lintkit.finding",
        "lintkit.formats", "lintkit.formats.entry", "lintkit.kind", "lintkit.manifests", "lintkit.policy", "lintkit.report", "lintkit.reports",
        "lintkit.reports.outline", "lintkit.reports.text", "lintkit.rules_folder", "lintkit.runner", "lintkit.suppress", "lintkit.text",
    }  # fmt: skip


def test_a_changed_file_imports_only_the_rules_that_look_at_it(project: Path) -> None:
    cold = imported("check", str(project))
    with max(project.rglob("*.py")).open("a", encoding="utf-8") as stream:
        stream.write("\nCHANGED = 1\n")
    some = imported("check", str(project))
    of_rules = {name for name in cold if name.startswith("lintkit.rules.")}
    assert len({name for name in some if name.startswith("lintkit.rules.")}) < len(of_rules) // 2


def test_a_run_of_its_own_process_ends_as_main_says(project: Path) -> None:
    """It ends without taking itself apart: nothing that was said may be lost."""
    for arguments, code, said in (
        (["check", str(project), "--output-format", "json"], 1, "}\n"),
        (["check", str(project), "--exit-zero", "--output-format", "json"], 0, "}\n"),
        (["check", "--no-such-option"], 2, ""),
        (["check", str(project / "nothing")], 2, ""),
        (["check", "--help"], 0, "\n"),
        (["--version"], 0, f"lintkit {__version__}\n"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "lintkit", *arguments], capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done
        assert done.stdout.endswith(said)
        assert bool(done.stderr) == (code == 2)


def test_the_version_is_that_of_the_package() -> None:
    root = Path(__file__).parents[1]
    assert f'\nversion = "{__version__}"\n' in (root / "pyproject.toml").read_text()
    assert f'\nversion = "{__version__}"\n' in (root / "engine" / "Cargo.toml").read_text()
