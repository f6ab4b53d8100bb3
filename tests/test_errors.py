"""Bad settings and files that cannot be written: one line that says where, exit code 2."""

from pathlib import Path

import pytest

from lintkit import fixing
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

    monkeypatch.setattr(fixing.tempfile, "mkstemp", refuse)
    assert main(["check", "--fix", "--no-cache", "--no-ruff", str(tmp_path)]) == ERROR
    assert f"{config}: cannot be written: Permission denied" in capsys.readouterr().err
    assert config.read_text(encoding="utf-8") == before
