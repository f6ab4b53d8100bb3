"""The hooks, run by the real pre-commit on a real git repository, installed as it installs them."""

import shutil
import sys
from pathlib import Path

import pytest

from .conftest import Run, commit

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging")]  # one build for all

ROOT = Path(__file__).parents[2]
PROJECTS = ROOT / "fixtures" / "projects"


def test_the_hooks_pass_the_clean_project_and_stop_the_broken_one(checkout: Path, tmp_path: Path, run: Run) -> None:
    revision = run("git", "rev-parse", "HEAD", cwd=checkout).strip()
    hooks = "".join(f"      - id: {name}\n" for name in ("lintkit-check", "lintkit-gate"))
    config = f"repos:\n  - repo: {checkout}\n    rev: {revision}\n    hooks:\n{hooks}"
    cache = {"PRE_COMMIT_HOME": str(tmp_path / "cache")}

    def project(name: str) -> Path:
        target = tmp_path / name
        shutil.copytree(PROJECTS / name, target)
        (target / ".pre-commit-config.yaml").write_text(config)
        commit(target, run)
        return target

    hook = (sys.executable, "-m", "pre_commit", "run", "--all-files", "--color=never")
    passed = run(*hook, cwd=project("duo"), **cache)
    assert passed.count("Passed") == 2, passed

    failed = run(*hook, cwd=project("duo-before"), exit_code=1, **cache)
    assert failed.count("Failed") == 2, failed
    for rule in ("CLK001", "VEN001", "STA001", "INS001", "VEN008"):
        assert failed.count(rule) >= 2, f"{rule} is not in both hooks' output:\n{failed}"
