"""The same is found however it is asked for: cold or remembered, in any order of rules, under any hash seed."""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from lintkit import index, load
from lintkit.analyse import analyse
from lintkit.cards import Card, cards_of
from lintkit.checks import rules
from lintkit.config import Config
from lintkit.discover import discover
from lintkit.program import Program
from lintkit.results import Results
from lintkit.resume import Rest
from lintkit.runner import check
from tests.mutations import mutate

PROJECTS = Path(__file__).parents[1] / "fixtures" / "projects"
ROUNDS = 12
YEAR_2020 = 1_577_836_800


@pytest.fixture(params=["planted", "duo-before"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    shutil.copytree(PROJECTS / request.param, tmp_path / "project")
    return tmp_path / "project"


@pytest.mark.parametrize("seed", range(3))
def test_after_each_of_many_changes_the_cache_says_what_a_new_run_says(project: Path, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311  # nothing is kept secret by it
    config = Config(project)
    done: list[str] = []
    for number in range(ROUNDS):
        done.append(mutate(project, dice))
        _age(project, number)
        assert check(project, config, cache=True, others=False) == check(project, config, others=False), done


def _age(project: Path, number: int) -> None:
    """Files that were changed just now could change again without a trace, so that nobody trusts their times."""
    for path in project.rglob("*"):
        if path.is_file() and path.stat().st_mtime > YEAR_2020 + ROUNDS:
            os.utime(path, (YEAR_2020 + number, YEAR_2020 + number))


def test_a_file_that_did_not_change_is_not_read_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config(project)
    _age(project, 0)
    check(project, config, cache=True, others=False)
    read: list[Path] = []

    def noted(paths: Sequence[Path]) -> list[index.File | None]:
        read.extend(paths)
        return index.read(paths)

    monkeypatch.setattr(load, "read", noted)
    changed = max(project.rglob("*.py"))
    with changed.open("a", encoding="utf-8") as stream:
        stream.write("\nCHANGED = 1\n")
    assert check(project, config, cache=True, others=False).findings
    assert read == [changed]


def test_a_file_that_changes_during_a_run_is_seen_as_it_is_then(project: Path) -> None:
    """An earlier run's word for it is taken until somebody looks, and is nothing once it turns out to be wrong."""
    path = project / "a.py"
    path.write_text("import time\n", encoding="utf-8")
    status = path.stat()
    known = index.File.known(path, status.st_size, status.st_mtime_ns, index.File("import time\n").kept)
    assert known.holds(["time"])
    path.write_text("import times\n", encoding="utf-8")
    with pytest.raises(index.ChangedError):
        known.text  # noqa: B018


def test_a_change_in_one_file_leaves_the_findings_of_others_alone(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config(project)
    check(project, config, cache=True, others=False)
    looked: list[int] = []
    monkeypatch.setattr(rules, "run", _counting(rules.run, looked))
    with max(project.rglob("*.py")).open("a", encoding="utf-8") as stream:
        stream.write("\nCHANGED = 1\n")
    check(project, config, cache=True, others=False)
    kept, every = looked
    assert kept > every // 2


def _counting(run: Callable[..., Results], looked: list[int]) -> Callable[..., Results]:
    def counted(program: Program, cards: Sequence[Card], rest: Rest | None) -> Results:
        found = run(program, cards, rest)
        looked.extend(sum(map(len, one.reads.values())) for one in (rest.results if rest else Results(), found))
        return found

    return counted


def test_the_order_of_rules_does_not_matter(project: Path) -> None:
    config, chosen = Config(project), cards_of([])
    files = discover(project, config.exclude).files
    one, other = (analyse(project, config, files, some, chosen) for some in (chosen, chosen[::-1]))
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
