"""One wheel: what is in it, that every way of installing it gives the same working command, and the hooks: run by the
real pre-commit on a real git repository, installed as it installs them. One module, so that one process builds.
"""

import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from .conftest import MakeVenv, Run, commit

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PROJECTS = ROOT / "fixtures" / "projects"

USER_REPO = """
import engine, rules, lintkit, nautilus_probe
print(engine.__file__, rules.__file__, nautilus_probe.found)
"""


def shipped(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    top = {name.split("/")[0] for name in shipped(wheel)}
    assert {t for t in top if not t.endswith(".dist-info")} == {"lintkit"}


def test_the_wheel_is_abi3_from_python_3_10(wheel: Path) -> None:
    assert wheel.name.split("-")[2:4] == ["cp310", "abi3"]


def test_the_rules_in_the_wheel_are_the_rules_of_the_checkout(wheel: Path, checkout: Path) -> None:
    packed = {n.rpartition("/")[2]: b for n, b in shipped(wheel).items() if n.startswith("lintkit/rules/")}
    assert packed == {p.name: p.read_bytes() for p in (checkout / "rules").glob("*.py")}
    assert packed


def test_the_virtual_package_and_the_data_are_in_the_wheel(wheel: Path) -> None:
    names = shipped(wheel).keys()
    assert "lintkit/compat/nautilus_trader/__init__.py" in names
    assert any(n.startswith("lintkit/_engine.") for n in names)
    assert any(n.startswith("lintkit/data/") and n.endswith(".csv") for n in names)


def test_a_source_distribution_builds_the_same_wheel(checkout: Path, wheel: Path, tmp_path: Path, run: Run) -> None:
    run(sys.executable, "-m", "maturin", "sdist", "--out", tmp_path, cwd=checkout)
    (sdist,) = tmp_path.glob("*.tar.gz")
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", tmp_path, sdist, cwd=tmp_path)
    (rebuilt,) = tmp_path.glob("*.whl")

    def comparable(path: Path) -> dict[str, bytes]:
        return {n: b for n, b in shipped(path).items() if ".dist-info/" not in n and "/_engine." not in n}

    assert comparable(rebuilt) == comparable(wheel)


@pytest.mark.parametrize("way", ["wheel", "checkout", "editable"])
def test_every_install_works_beside_the_users_own_engine_and_rules(
    way: str, wheel: Path, checkout: Path, tmp_path: Path, make_venv: MakeVenv, run: Run
) -> None:
    python = make_venv(way) / "python"
    what = {"wheel": [wheel], "checkout": [checkout], "editable": ["-e", checkout]}[way]
    run(python, "-m", "pip", "install", "--quiet", *what, cwd=tmp_path)

    for package in ("engine", "rules"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("")
    (tmp_path / "nautilus_probe.py").write_text(
        "from importlib.util import find_spec\nfound = find_spec('nautilus_trader')\n"
    )
    (tmp_path / "main.py").write_text(USER_REPO)
    engine, rules, probe = run(python, "main.py", cwd=tmp_path).split()
    assert Path(engine).parent.parent == tmp_path
    assert Path(rules).parent.parent == tmp_path
    assert probe == "None", "the virtual nautilus_trader must not be importable outside the smoke worker"

    example = tmp_path / "duo"
    shutil.copytree(checkout / "fixtures" / "projects" / "duo", example)
    assert "gate: passed" in run(python.with_name("lintkit"), "gate", example, cwd=tmp_path)


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
