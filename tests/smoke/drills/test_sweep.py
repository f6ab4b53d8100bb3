"""Sweeps: in order, resumable, and the same on a cluster of separate processes."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from lintkit.config import SmokeConfig
from lintkit.errors import SmokeError
from lintkit.smoke.drills.sweep import Cluster, Cores, Job, Journal, Measure, Sweeper
from lintkit.smoke.session import Variation

from .conftest import TARGET, Bench


class Counting:
    """Makes no runs: says which were asked for, last first, and stops where told."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.asked: list[int] = []
        self._stop_after = stop_after

    def measure(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Measure]]:
        for at in reversed(range(len(jobs))):
            if len(self.asked) == self._stop_after:
                raise KeyboardInterrupt
            number = int(jobs[at].variation.environment["NUMBER"])
            self.asked.append(number)
            yield at, Measure(fills=number)


def jobs(bench: Bench, count: int) -> list[Job]:
    return [
        Job(TARGET, bench.root, SmokeConfig(), bench.engine, Variation({"market": {}}, {"NUMBER": str(number)}))
        for number in range(1, count + 1)
    ]


def test_measures_come_in_the_order_of_the_jobs(bench: Bench) -> None:
    seen: list[tuple[str, int, int]] = []
    sweeper = Sweeper(Counting(), Journal(None), lambda what, done, count: seen.append((what, done, count)))
    assert [m.fills for m in sweeper.sweep("it", jobs(bench, 3))] == [1, 2, 3]
    assert seen == [("it", done, 3) for done in range(4)]


def test_a_stopped_sweep_goes_on_where_it_was(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with pytest.raises(KeyboardInterrupt):
        Sweeper(Counting(stop_after=2), Journal(path)).sweep("it", jobs(bench, 5))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"key": "cut o')  # a crash in the middle of a line
    rest = Counting()
    assert [m.fills for m in Sweeper(rest, Journal(path)).sweep("it", jobs(bench, 5))] == [1, 2, 3, 4, 5]
    assert rest.asked == [3, 2, 1]
    again = Counting()
    Sweeper(again, Journal(path)).sweep("it", jobs(bench, 5))
    assert again.asked == []


def test_a_changed_project_starts_anew(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    Sweeper(Counting(), Journal(path)).sweep("it", jobs(bench, 2))
    bench.plant("class Planted(Base): x = 1")
    again = Counting()
    Sweeper(again, Journal(path)).sweep("it", jobs(bench, 2))
    assert again.asked == [2, 1]


def test_errors_are_tried_again(bench: Bench, tmp_path: Path) -> None:
    class Failing(Counting):
        def measure(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Measure]]:
            yield from ((at, Measure(error="killed")) for at in range(len(jobs)))

    path = tmp_path / "journal.jsonl"
    Sweeper(Failing(), Journal(path)).sweep("it", jobs(bench, 1))
    again = Counting()
    Sweeper(again, Journal(path)).sweep("it", jobs(bench, 1))
    assert again.asked == [1]


def test_no_scheduler_is_one_clear_error(bench: Bench) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(SmokeError, match=r"no Dask scheduler at tcp://127\.0\.0\.1:9"):
        list(Cluster("tcp://127.0.0.1:9", timeout="1s").measure(jobs(bench, 1)))


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """A scheduler and two workers, processes of their own."""
    pytest.importorskip("distributed")
    environment = os.environ | {
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "DASK_DISTRIBUTED__WORKER__DAEMON": "False",
    }
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]]
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        processes.append(process)
        return process

    try:
        scheduler = start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        assert scheduler.stderr
        address = next(found[0] for line in scheduler.stderr if (found := re.search(r"tcp://127\.0\.0\.1:\d+", line)))
        for _ in range(2):
            start("dask_worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny")
        yield address
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def test_a_cluster_gives_what_the_cores_give(bench: Bench, cluster: str) -> None:
    swept = [
        Job(TARGET, bench.root, SmokeConfig(), bench.engine, Variation({"market": {"latency_ns": latency}}))
        for latency in (0, 61_000_000_000)
    ]
    here = Sweeper(Cores(1), Journal(None)).sweep("here", swept)
    there = Sweeper(Cluster(cluster), Journal(None)).sweep("there", swept)
    assert here == there
    assert here[0].fills > 0
    assert here[0].tape != here[1].tape
