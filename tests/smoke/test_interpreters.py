"""Which Python runs the user's code."""

import sys
from pathlib import Path

import pytest

from lintkit.errors import ConfigError
from lintkit.smoke.interpreters import find

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="made of links")


def environment(folder: Path) -> Path:
    binary = folder / "bin" / "python"
    binary.parent.mkdir(parents=True)
    binary.symlink_to(sys.executable)
    return binary


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "UV_PROJECT_ENVIRONMENT", "CONDA_EXE", "MAMBA_ROOT_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "")


def test_lintkits_own_where_there_is_no_other(tmp_path: Path) -> None:
    assert find(tmp_path).path == sys.executable


def test_the_projects_before_lintkits_own(tmp_path: Path) -> None:
    python = environment(tmp_path / ".venv")
    assert find(tmp_path).path == str(python)


def test_the_active_environment_before_the_projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment(tmp_path / ".venv")
    active = environment(tmp_path / "elsewhere")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "elsewhere"))
    assert find(tmp_path).path == str(active)


def test_an_active_environment_that_is_lintkits_own_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As under pre-commit, which activates the hook's environment."""
    python = environment(tmp_path / ".venv")
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    assert find(tmp_path).path == str(python)


def test_named_before_configured_before_found(tmp_path: Path) -> None:
    environment(tmp_path / ".venv")
    configured = environment(tmp_path / "configured")
    named = environment(tmp_path / "named")
    assert find(tmp_path, configured="configured").path == str(configured)
    assert find(tmp_path, str(tmp_path / "named"), "configured").path == str(named)
    assert find(tmp_path, str(named)).path == str(named)


def test_a_broken_environment_is_passed_over(tmp_path: Path) -> None:
    broken = tmp_path / ".venv" / "bin" / "python"
    broken.parent.mkdir(parents=True)
    broken.symlink_to(tmp_path / "gone")
    python = environment(tmp_path / "venv")
    assert find(tmp_path).path == str(python)


def test_poetry_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = environment(tmp_path / "cache" / "project-py3")
    poetry = tmp_path / "tools" / "poetry"
    poetry.parent.mkdir()
    poetry.write_text(f"#!/bin/sh\necho {tmp_path}/cache/project-py3\n", encoding="utf-8")
    poetry.chmod(0o755)
    monkeypatch.setenv("PATH", str(poetry.parent))
    root = tmp_path / "project"
    root.mkdir()
    assert find(root).path == sys.executable
    (root / "poetry.lock").write_text("", encoding="utf-8")
    assert find(root).path == str(python)


def test_a_conda_environment_by_the_name_in_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = environment(tmp_path / "conda" / "envs" / "quant")
    monkeypatch.setenv("MAMBA_ROOT_PREFIX", str(tmp_path / "conda"))
    (tmp_path / "environment.yml").write_text("name: quant\ndependencies: []\n", encoding="utf-8")
    assert find(tmp_path).path == str(python)


def test_no_such_interpreter(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no Python interpreter at"):
        find(tmp_path, str(tmp_path / "nowhere"))
