"""One wheel: what is in it, and that every way of installing it gives the same working command."""

import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from .conftest import MakeVenv, Run

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging")]  # one build for all

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
