"""Where a project says which NautilusTrader it targets."""

import json
from pathlib import Path

import pytest

from lintkit.program.target import find_target

CASES = {
    "uv.lock": ('[[package]]\nname = "nautilus-trader"\nversion = "1.221.0"\n', "1.221.0", True),
    "poetry.lock": ('[[package]]\nname = "nautilus_trader"\nversion = "1.219.0"\ndescription = ""\n', "1.219.0", True),
    "Pipfile.lock": (json.dumps({"default": {"nautilus-trader": {"version": "==1.220.0"}}}), "1.220.0", True),
    "requirements.txt": ("numpy\nnautilus_trader[ib]==1.218.0  # pinned\n", "1.218.0", True),
    "requirements/live.txt": ("nautilus-trader>=1.220,<2\n", "1.220", False),
    "pyproject.toml": ('[project]\ndependencies = ["nautilus_trader~=1.221.0"]\n', "1.221.0", False),
    "setup.py": ('setup(install_requires=["nautilus_trader==1.217.0", "x"])\n', "1.217.0", True),
    "setup.cfg": ("[options]\ninstall_requires =\n  nautilus_trader >= 1.216.0\n", "1.216.0", False),
    "environment.yml": ("dependencies:\n  - pip:\n    - nautilus_trader==1.215.0\n", "1.215.0", True),
    "Dockerfile": ("FROM python\nRUN pip install nautilus_trader==1.214.0 numpy\n", "1.214.0", True),
    "backend/requirements.txt": ("nautilus_trader==1.213.0\n", "1.213.0", True),
    ".venv/lib/python3.12/site-packages/nautilus_trader-1.222.0.dist-info/METADATA": ("", "1.222.0", True),
}


@pytest.mark.parametrize("name", CASES)
def test_each_kind_of_file(tmp_path: Path, name: str) -> None:
    text, version, exact = CASES[name]
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text)
    target = find_target(tmp_path)
    assert (str(target.version), target.exact) == (version, exact)
    assert name.startswith(target.origin)


def test_a_pin_counts_more_than_a_bound_and_the_root_more_than_its_folders(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["nautilus_trader>=1.200"]\n')
    (tmp_path / "sub" / "requirements.txt").write_text("nautilus_trader==1.100.0\n")
    (tmp_path / "uv.lock").write_text('[[package]]\nname = "nautilus-trader"\nversion = "1.230.0"\n')
    assert str(find_target(tmp_path).version) == "1.230.0"
    assert str(find_target(tmp_path, "1.221").version) == "1.221"


@pytest.mark.parametrize("name", ["uv.lock", "Pipfile.lock", "pyproject.toml", "setup.cfg", "requirements.txt"])
@pytest.mark.parametrize("text", ["nautilus_trader\n", "[[[", '{"default": []}', "nautilus_trader==what\n", "\0"])
def test_files_that_say_nothing(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert find_target(tmp_path).version is None


def test_a_lock_file_that_does_not_meet_the_requirements_is_stale(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").write_text('[[package]]\nname = "nautilus-trader"\nversion = "1.222.0"\n')
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["nautilus-trader==1.224.0"]\n')
    assert str(find_target(tmp_path).version) == "1.224.0"
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["nautilus-trader>=1.220"]\n')
    assert str(find_target(tmp_path).version) == "1.222.0"
