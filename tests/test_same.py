"""The same is found however it is asked for: cold or remembered, in any order of rules, under any hash seed."""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lintkit.analyse import analyse
from lintkit.config import Config
from lintkit.discover import discover
from lintkit.registry import load_rules
from lintkit.runner import check

PROJECTS = Path(__file__).parents[1] / "fixtures" / "projects"
ROUNDS = 30


@pytest.fixture(params=["planted", "duo-before"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    shutil.copytree(PROJECTS / request.param, tmp_path / "project")
    return tmp_path / "project"


def test_after_each_of_many_changes_the_cache_says_what_a_new_run_says(project: Path) -> None:
    dice = random.Random(5)  # noqa: S311  # nothing is kept secret by it
    files = sorted(project.rglob("*.py"))
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    config = Config(project)
    for _ in range(ROUNDS):
        path = dice.choice(files)
        path.write_text(changed(path.read_text(encoding="utf-8"), texts, dice), encoding="utf-8")
        assert check(project, config, cache=True, others=False) == check(project, config, others=False)


def changed(text: str, texts: dict[Path, str], dice: random.Random) -> str:
    """A text with a line less, a line twice, a word exchanged, a piece of another file, or all of another file."""
    lines = text.splitlines(keepends=True) or ["\n"]
    at = dice.randrange(len(lines))
    kind = dice.randrange(5)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, lines[at])
    elif kind == 2:
        words = sorted(set("".join(lines).split()))
        return text.replace(dice.choice(words), dice.choice(words), 1) if words else text
    else:
        other = texts[dice.choice(sorted(texts))]
        return other if kind == 3 else text + "\n" + other
    return "".join(lines)


def test_the_order_of_rules_does_not_matter(project: Path) -> None:
    config, rules = Config(project), load_rules()
    files = discover(project, config.exclude).files
    ids = [rule.id for rule in rules]
    one, other = (analyse(project, config, files, some, ids) for some in (rules, rules[::-1]))
    assert one.findings == other.findings
    assert one.findings


def test_hash_seeds_do_not_matter(project: Path) -> None:
    command = [sys.executable, "-m", "lintkit", "check", str(project), "--no-cache", "--output-format", "json"]
    outputs: set[str] = set()
    for seed in ("0", "1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([*command, "--exit-zero"], capture_output=True, text=True, check=True, env=environment)
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert json.loads(outputs.pop())["findings"]
