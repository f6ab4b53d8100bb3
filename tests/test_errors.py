"""Bad settings and files that cannot be written: one line that says where, exit code 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lintkit import files
from lintkit.cli import ERROR, main

SMOKE = "[tool.lintkit.smoke]\n"


@pytest.mark.parametrize(
    ("command", "settings", "said"),
    [
        (
            "check",
            '[tool.lintkit]\nnautilus-version = "abc"\n',
            "pyproject.toml:2: `nautilus-version` is not a release",
        ),
        ("check", "[tool.lintkit]\nbaseline = 3\n", "pyproject.toml:2: `baseline` must be text in quotes, not a whole"),
        ("check", "[tool.lintkit]\nexclude = [1.5]\n", "pyproject.toml:2: `exclude` must be a list of texts in quotes"),
        ("check", '[tool.lintkit]\nselect = [\n  "CLKX",\n]\n', "pyproject.toml:3: no rule is called `CLKX`"),
        ("check", '[tool.lintkit.severity]\nXYZ = "note"\n', "pyproject.toml:2: no rule is called `XYZ`"),
        ("check", '[tool.lintkit.per-file-ignores]\n"../x" = ["CLK"]\n', "`../x` is no pattern of files"),
        ("smoke", f"{SMOKE}timeout = 0\n", "pyproject.toml:2: `timeout` must be more than 0"),
        ("smoke", f"{SMOKE}memory-mb = -1\n", "pyproject.toml:2: `memory-mb` must be more than 0"),
        ("smoke", '[[tool.lintkit.smoke.target]]\nscript = "../../etc/hostname"\n', "is outside the project"),
        ("smoke", '[[tool.lintkit.smoke.target]]\nscript = "a.py"\nmodule = "a"\n', "needs exactly one of"),
    ],
)
def test_settings(command: str, settings: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    assert main([command, str(tmp_path)] if command == "check" else [command, "--root", str(tmp_path)]) == ERROR
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_a_fix_that_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "live.yaml"
    before = "cache:\n  database: {type: redis}\n  flush_on_start: true\n"
    config.write_text(before, encoding="utf-8")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files, "NamedTemporaryFile", refuse)
    assert main(["check", "--fix", "--no-cache", "--no-ruff", str(tmp_path)]) == ERROR
    assert f"{config}: cannot be written: Permission denied" in capsys.readouterr().err
    assert config.read_text(encoding="utf-8") == before


@pytest.mark.parametrize("command", ["check", "audit", "gate"])
def test_nothing_to_check_is_no_success(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "notes.txt").write_text("", encoding="utf-8")
    assert main([command, str(tmp_path)]) == ERROR
    assert "no Python, notebook or config file to check" in "".join(capsys.readouterr())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_output_that_has_nowhere_to_go(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    command = [sys.executable, "-m", "lintkit", "check", "--no-ruff", "--no-cache", str(tmp_path)]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == ERROR
    assert done.stderr == "lintkit: error: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize("command", ["check", "gate"])
def test_help_reaches_a_pipe(command: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(
        [sys.executable, "-m", "lintkit", command, "--help"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(f"usage: lintkit {command}")


def test_a_reader_that_has_gone(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    command = [sys.executable, "-m", "lintkit", "check", "--no-ruff", "--no-cache", str(tmp_path)]
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (ERROR, "")
