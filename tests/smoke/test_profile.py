"""The profile follows the version that a project pins."""

from pathlib import Path

import pytest

from lintkit.smoke.profile import profile_for


@pytest.mark.parametrize(
    ("name", "text", "profile"),
    [
        ("pyproject.toml", 'dependencies = [\n    "nautilus_trader==1.221.0",\n]', "1.221"),
        ("pyproject.toml", 'dependencies = ["pandas>=2.2", "nautilus-trader[ib]>=1.223,<2"]', "1.231"),
        ("pyproject.toml", 'nautilus_trader = "^1.218"', "1.221"),
        ("pyproject.toml", '# nautilus_trader==1.231.0\nname = "x"', "1.221"),
        ("requirements.txt", "numpy==2.1\nnautilus_trader ~= 1.230\n", "1.231"),
        ("uv.lock", 'name = "nautilus-trader"\nversion = "1.231.0"\n', "1.231"),
        ("poetry.lock", 'name = "nautilus_trader"\nversion = "1.219.0"\n', "1.221"),
        ("setup.py", "nautilus_trader==1.231.0", "1.221"),
    ],
)
def test_from_the_projects_files(tmp_path: Path, name: str, text: str, profile: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert profile_for(tmp_path) == profile


def test_what_is_locked_counts_more_than_what_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('dependencies = ["nautilus_trader>=1.220"]', encoding="utf-8")
    (tmp_path / "uv.lock").write_text('name = "nautilus-trader"\nversion = "1.231.0"\n', encoding="utf-8")
    assert profile_for(tmp_path) == "1.231"
    assert profile_for(tmp_path, "1.221.0") == "1.221"


def test_unreadable_and_absent_files(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").mkdir()
    (tmp_path / "pyproject.toml").write_bytes(b"\xff\xfe")
    assert profile_for(tmp_path) == "1.221"
