"""Accepted tapes are whole or untouched, and stay inside the project."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lintkit.config import Target
from lintkit.errors import ConfigError, LintkitError, SmokeError
from lintkit.smoke import golden
from lintkit.smoke.tape import Event, Run, Tape, format_line

OLD = Tape((format_line(Run(1, 1)),), (("engine", "old"),))
NEW = Tape((format_line(Run(1, 1)), *(format_line(Event(n, "OrderSubmitted", "O-1")) for n in range(2000))))

# Dies by SIGKILL at the named step of a save, as at a power cut.
KILLED = """
import os, signal, sys
from pathlib import Path
from lintkit.smoke import golden
from lintkit.smoke.tape import parse
path, new, step = Path(sys.argv[1]), parse(Path(sys.argv[2]).read_text()), sys.argv[3]
def die(*args, **named):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(os, step, die)
golden.save(path, new)
"""


def test_save_and_load(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "tapes" / "a.tape"
    assert golden.load(path) is None
    for tape in (OLD, NEW):
        golden.save(path, tape)
        assert golden.load(path) == tape
    assert [p.name for p in path.parent.iterdir()] == ["a.tape"]
    assert b"\r" not in path.read_bytes()


def test_line_ends_of_a_windows_checkout(tmp_path: Path) -> None:
    path = tmp_path / "a.tape"
    path.write_bytes(NEW.render().replace("\n", "\r\n").encode())
    assert golden.load(path) == NEW


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
def test_a_kill_while_accepting_leaves_the_old_tape(tmp_path: Path, step: str) -> None:
    path, new = tmp_path / "a.tape", tmp_path / "new"
    golden.save(path, OLD)
    new.write_text(NEW.render(), encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), str(new), step], check=False)
    assert done.returncode == -9
    assert golden.load(path) == OLD


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
def test_an_error_while_accepting_leaves_the_old_tape_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "a.tape"
    golden.save(path, OLD)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, step, full)
        with pytest.raises(LintkitError, match="cannot be written: No space left on device"):
            golden.save(path, NEW)
    assert golden.load(path) == OLD
    assert list(tmp_path.iterdir()) == [path]


def test_a_damaged_tape_is_an_error_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.tape"
    path.write_text("<<<<<<< HEAD\n" + OLD.render(), encoding="utf-8")
    with pytest.raises(SmokeError, match=r"a\.tape:1: not a tape of this version.* \(restore it"):
        golden.load(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SmokeError, match="cannot be read"):
        golden.load(path)
    with pytest.raises(SmokeError, match="cannot be read"):
        golden.load(tmp_path)


@pytest.mark.parametrize("outside", ["../a.tape", "tapes/../../a.tape", "/etc/a.tape", "link/a.tape"])
def test_a_path_outside_the_project_is_refused(tmp_path: Path, outside: str) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "link").symlink_to(tmp_path)
    with pytest.raises(ConfigError, match="outside the project"):
        golden.path_of(Target("a", "a.py", (), outside), root)
