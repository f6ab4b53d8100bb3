"""The example projects: data as generated, and `duo-before` is `duo` with the planted mistakes and nothing else."""

import json
import shutil
import subprocess
import sys
from difflib import SequenceMatcher
from pathlib import Path

PROJECTS = Path(__file__).parents[2] / "fixtures" / "projects"
CLEAN, BEFORE = PROJECTS / "duo", PROJECTS / "duo-before"

# What each mistake needs around it: an import, a parameter that is no longer passed on.
AROUND = {
    "backtest_fx.py": set[int](),
    "backtest_maker.py": {6},
    "config/live.yaml": set[int](),
    "duo/clockwork.py": {1, 3, 9, 14, 16},
    "duo/instruments.py": {49},
    "duo/strategies/ema_bracket.py": {71, 107, 123, 135},
}


def files(root: Path) -> dict[str, list[str]]:
    paths = (path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8").splitlines() for path in paths}


def test_data_is_what_the_generator_writes(tmp_path: Path) -> None:
    shutil.copy(CLEAN / "data" / "generate.py", tmp_path)
    subprocess.run([sys.executable, "generate.py"], cwd=tmp_path, check=True)
    committed = {path.name: path.read_bytes() for path in (CLEAN / "data").glob("*.csv")}
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.csv")} == committed
    assert len(committed) == 4


def test_before_differs_by_the_planted_mistakes_only() -> None:
    clean, before = files(CLEAN), files(BEFORE)
    planted = json.loads((PROJECTS / "duo-before.expected.json").read_text(encoding="utf-8"))["findings"]
    lines = {name: set(around) for name, around in AROUND.items()}
    for mistake in planted:
        lines[mistake["path"]].add(mistake["line"])
    assert clean.keys() == before.keys()
    assert {name for name in clean if clean[name] != before[name]} == lines.keys()
    for name, allowed in lines.items():
        operations = SequenceMatcher(a=clean[name], b=before[name], autojunk=False).get_opcodes()
        changed = {
            line for tag, _, _, start, stop in operations if tag != "equal" for line in range(start + 1, stop + 1)
        }
        # A venue without latency is a line that is not there: the finding stands on the call.
        assert changed == allowed - ({29} if name == "backtest_fx.py" else set[int]()), name
