"""Clock, hash and seed: each fault is caught and its line named, and a clean strategy is left alone."""

import os
import sys

import pytest

from lintkit.smoke.drills.outcome import Outcome, Status

from .conftest import Bench


def plant(bench: Bench, imported: str, wanted: str) -> None:
    bench.plant(f"{imported}\nclass Planted(Base):\n    def wants(self, bar):\n        return {wanted}  # here\n")


def only(outcomes: tuple[Outcome, ...]) -> Outcome:
    (outcome,) = outcomes
    return outcome


def test_a_clean_strategy_passes_them_all(bench: Bench) -> None:
    outcomes = bench.drill("clock", "hash", "seed")
    assert [(o.drill, o.status) for o in outcomes] == [(name, Status.PASSED) for name in ("clock", "hash", "seed")]


def test_a_reading_of_the_clock_is_named(bench: Bench) -> None:
    plant(bench, "from time import time as now", "now() % 60 < 30")
    outcome = only(bench.drill("clock"))
    assert (outcome.status, outcome.places) == (Status.FAILED, (bench.line_of("# here"),)), outcome.summary
    assert outcome.details[0] == f"{bench.line_of('# here')} reads the machine's clock (time.time)"


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux's C library")
@pytest.mark.parametrize(
    ("imported", "wanted"),
    [
        ("import ctypes", "ctypes.CDLL(None).time(None) % 60 < 30"),
        ("import os", 'int(os.path.getmtime("data/bars.csv")) // 3600 % 24 % 2 == len(self.closes) % 3'),
        ("from pathlib import Path", 'Path("data/bars.csv").stat().st_mtime_ns // 10**9 % 7 == len(self.closes) % 7'),
    ],
)
def test_other_ways_to_read_the_clock_are_named(bench: Bench, imported: str, wanted: str) -> None:
    os.utime(bench.root / "data" / "bars.csv", (1_700_000_000, 1_700_000_000))
    plant(bench, imported, wanted)
    outcome = only(bench.drill("clock"))
    assert (outcome.status, outcome.places) == (Status.FAILED, (bench.line_of("# here"),)), outcome.summary


@pytest.mark.parametrize(
    ("imported", "wanted"),
    [
        ("import random", "random.random() < 0.5"),
        ("import os", "os.urandom(1)[0] < 128"),
        ("import uuid", "uuid.uuid1().int % 3 == 0"),
        ("import uuid", "uuid.uuid4().int % 3 == 0"),
        ("", 'open("/dev/urandom", "rb").read(1)[0] < 128'),
    ],
)
def test_an_unseeded_draw_is_named(bench: Bench, imported: str, wanted: str) -> None:
    plant(bench, imported, wanted)
    outcome = only(bench.drill("seed"))
    assert (outcome.status, outcome.places) == (Status.FAILED, (bench.line_of("# here"),)), outcome.summary


def test_seeded_randomness_passes(bench: Bench) -> None:
    bench.plant(
        """
        import random
        import numpy as np
        class Planted(Base):
            def prepare(self):  # after the venue's fill model, which seeds the global generator from the system
                random.seed(3)
                np.random.seed(3)
                self.own, self.numpys = random.Random(3), np.random.default_rng(3)
            def wants(self, bar):
                return random.random() + np.random.rand() + self.own.random() + self.numpys.random() < 2
        """
    )
    assert only(bench.drill("seed")).status is Status.PASSED


def test_a_script_that_does_not_bear_to_be_held_still_gets_no_verdict(bench: Bench) -> None:
    bench.plant(
        """
        import random, time
        class Planted(Base):
            def prepare(self):
                if time.gmtime().tm_year == 2026 and time.gmtime().tm_mon == 1 and time.gmtime().tm_mday == 5:
                    raise RuntimeError("held still")
            def wants(self, bar):
                return random.random() < 0.5
        """
    )
    outcome = only(bench.drill("seed"))
    assert outcome.status is Status.ERROR
    assert "does not run with clock and randomness held still: RuntimeError: held still" in outcome.summary


def test_a_reading_that_decides_nothing_passes(bench: Bench) -> None:
    plant(bench, "import time", "time.time() and self.closes[-1] > self.closes[-2]")
    assert only(bench.drill("clock")).status is Status.PASSED


def test_faults_of_two_kinds_are_told_apart(bench: Bench) -> None:
    bench.plant(
        """
        import time, random
        class Planted(Base):
            def wants(self, bar):
                early = time.time() % 60 < 30  # clock
                lucky = random.random() < 0.5  # draw
                return early if len(self.closes) % 2 else lucky
        """
    )
    clock, hashes, seed = bench.drill("clock", "hash", "seed")
    assert (clock.status, clock.places) == (Status.FAILED, (bench.line_of("# clock"),))
    assert (seed.status, seed.places) == (Status.FAILED, (bench.line_of("# draw"),))
    assert hashes.status is Status.PASSED


def test_the_culprit_among_several_readers_is_the_one_that_changes_the_tape(bench: Bench) -> None:
    bench.plant(
        """
        import time
        class Planted(Base):
            def wants(self, bar):
                wanted = time.time() % 60 < 30  # guilty
                self.took = time.time() - time.time()
                return wanted
        """
    )
    assert only(bench.drill("clock")).places == (bench.line_of("# guilty"),)


def test_the_order_of_a_set(bench: Bench) -> None:
    plant(bench, "", 'list({"up", "down", "left", "right", "flat"}).index("up") > len(self.closes) % 5')
    outcome = only(bench.drill("hash"))
    assert outcome.status is Status.FAILED
    assert "PYTHONHASHSEED=" in outcome.details[0]


def test_the_order_of_imports(bench: Bench) -> None:
    bench.plant("ORDER = []", "registry.py")
    for name in ("alpha", "beta", "gamma"):
        bench.plant(f"import registry; registry.ORDER.append({name!r})", f"{name}.py")
    plant(bench, "import registry, alpha, beta, gamma", 'registry.ORDER.index("beta") == len(self.closes) % 3')
    outcome = only(bench.drill("hash"))
    assert outcome.status is Status.FAILED
    assert outcome.details == ("imports in another order alone do it: a module does something when it is imported",)


def test_modules_that_can_only_be_imported_in_one_order_are_left_alone(bench: Bench) -> None:
    bench.plant("import first\nclass Second(first.First): ...", "second.py")
    bench.plant("class First: ...\nimport second", "first.py")
    plant(bench, "import first, second", "self.closes[-1] > self.closes[-2]")
    assert only(bench.drill("hash")).status is Status.PASSED


def test_the_order_of_a_folder(bench: Bench) -> None:
    for name in "abcdef":
        (bench.root / "data" / f"{name}.txt").touch()
    plant(bench, "import os", 'sorted(os.listdir("data"))[0] == os.listdir("data")[0]')
    outcome = only(bench.drill("hash"))
    assert (outcome.status, outcome.places) == (Status.FAILED, (bench.line_of("# here"),)), outcome.summary
    assert outcome.details[-1] == "folders listed in another order alone do it: sort the names"


def test_a_backtest_that_does_not_run_by_itself_is_an_error(bench: Bench) -> None:
    plant(bench, "", "1 / 0")
    outcomes = bench.drill("clock", "seed")
    assert {outcome.status for outcome in outcomes} == {Status.ERROR}
    assert "planted.py:5: the backtest does not run by itself: ZeroDivisionError" in str(outcomes[0].error)
