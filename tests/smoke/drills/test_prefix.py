"""Look-ahead through what a strategy reads or was given is found; using the past is not look-ahead."""

from dataclasses import replace

import pytest

from lintkit.smoke.drills.outcome import Outcome, Status
from lintkit.smoke.drills.prefix import until_time
from lintkit.smoke.tape import Event

from .conftest import Bench

AHEAD = {
    "pandas": """
        import pandas as pd
        class Planted(Base):
            def prepare(self):
                table = pd.read_csv("data/bars.csv")
                table["next"] = table["close"].shift(-1)
                self.rises = dict(zip(table["time_ns"], table["next"] > table["close"]))
            def wants(self, bar):
                return self.rises[bar.ts_event]
        """,
    "scaled over everything": """
        import pandas as pd
        class Planted(Base):
            def prepare(self):
                table = pd.read_csv("data/bars.csv", index_col="time_ns", parse_dates=True)
                self.mean = table["close"].mean()
            def wants(self, bar):
                return self.closes[-1] > self.mean
        """,
    "csv": """
        import csv
        class Planted(Base):
            def prepare(self):
                with open("data/bars.csv", newline="") as file:
                    closes = [float(row["close"]) for row in csv.DictReader(file)]
                self.rises = [after > now for now, after in zip(closes, closes[1:])]
            def wants(self, bar):
                return (self.rises + [False])[len(self.closes) - 1]
        """,
    "numpy": """
        import numpy as np
        class Planted(Base):
            def prepare(self):
                closes = np.loadtxt("data/bars.csv", delimiter=",", skiprows=1)[:, 4]
                self.rises = [*(closes[1:] > closes[:-1]), False]
            def wants(self, bar):
                return self.rises[len(self.closes) - 1]
        """,
    "lines": """
        from pathlib import Path
        class Planted(Base):
            def prepare(self):
                lines = Path("data/bars.csv").read_text().splitlines()[1:]
                closes = [float(line.split(",")[4]) for line in lines]
                self.rises = [*(after > now for now, after in zip(closes, closes[1:])), False]
            def wants(self, bar):
                return self.rises[len(self.closes) - 1]
        """,
    "parquet": """
        from pyarrow import parquet
        class Planted(Base):
            def prepare(self):
                closes = parquet.read_table("data/bars.parquet")["close"].to_pylist()
                self.rises = [*(after > now for now, after in zip(closes, closes[1:])), False]
            def wants(self, bar):
                return self.rises[len(self.closes) - 1]
        """,
    "a list of the engine's data": """
        class Planted(Base):
            def wants(self, bar):
                return self.data[min(len(self.closes), len(self.data) - 1)].close > bar.close
        """,
}
BEHIND = """
    import pandas as pd
    class Planted(Base):
        def prepare(self):
            table = pd.read_csv("data/bars.csv")
            table["before"] = table["close"].shift(1)
            self.rose = dict(zip(table["time_ns"], table["close"] > table["before"]))
        def wants(self, bar):
            return self.rose[bar.ts_event]
    """
FROM_THE_END = """
    class Planted(Base):
        def wants(self, bar):
            return len(self.closes) % 3
    """


def test_late_news_of_an_account_is_not_taken_for_the_past() -> None:
    times = [1, 5, 5, 2, 9, 2]
    events = [Event(time, "AccountState", str(at)) for at, time in enumerate(times)]
    assert [event.subject for event in until_time(events, 5)] == ["0", "1", "2"]
    assert [event.subject for event in until_time(events, 4)] == ["0"]
    assert until_time(events, 0) == []


def drill(bench: Bench) -> Outcome:
    bench.settings = replace(bench.settings, cuts=3)
    (outcome,) = bench.drill("prefix")
    return outcome


@pytest.mark.parametrize("kind", AHEAD)
def test_look_ahead_is_found(bench: Bench, kind: str) -> None:
    bench.plant(AHEAD[kind])
    if kind == "parquet":
        arrow = pytest.importorskip("pyarrow.csv"), pytest.importorskip("pyarrow.parquet")
        arrow[1].write_table(arrow[0].read_csv(bench.root / "data/bars.csv"), bench.root / "data/bars.parquet")
    outcome = drill(bench)
    assert outcome.status is Status.FAILED
    assert outcome.summary.startswith("looks ahead: with data until 2024-03-04T")
    assert outcome.comparison
    read = {"numpy": "open", "lines": "open", "parquet": "pyarrow.parquet.read_table", "csv": "open"}
    assert read.get(kind, "") in outcome.details[1]


def test_a_strategy_that_uses_the_past_passes(bench: Bench) -> None:
    bench.plant(BEHIND)
    outcome = drill(bench)
    assert (outcome.status, outcome.details) == (Status.PASSED, ())
    assert outcome.summary == (
        "the tape before the cut is the same at 3 cuts of the engine's data, open, pandas.read_csv"
    )


def test_what_a_wrangler_gave_is_cut_too(bench: Bench) -> None:
    bench.plant(AHEAD["a list of the engine's data"])
    script = bench.root / "backtest.py"
    text = script.read_text(encoding="utf-8")
    wrangled = """
import pandas as pd
from nautilus_trader.persistence.wranglers import BarDataWrangler
table = pd.read_csv("data/bars.csv")
table.index = pd.to_datetime(table.pop("time_ns"), utc=True)
data = BarDataWrangler(BAR_TYPE, AUDUSD).process(table)
"""
    assert "data = bars()\n" in text
    script.write_text(text.replace("data = bars()\n", wrangled), encoding="utf-8")
    assert drill(bench).status is Status.FAILED


@pytest.mark.parametrize("source", ["random.random()", "time.time() % 1"])
def test_randomness_and_the_clock_are_no_look_ahead(bench: Bench, source: str) -> None:
    bench.plant(f"""
        import random, time
        class Planted(Base):
            def wants(self, bar):
                return {source} < 0.5
        """)
    assert drill(bench).status is Status.PASSED


def test_a_script_that_starts_elsewhere_on_cut_data_says_nothing(bench: Bench) -> None:
    bench.plant(FROM_THE_END)
    script = (bench.root / "backtest.py").read_text(encoding="utf-8")
    (bench.root / "backtest.py").write_text(script.replace("data = bars()", "data = bars()[-60:]"), encoding="utf-8")
    outcome = drill(bench)
    assert outcome.status is Status.SKIPPED
    assert "the script then starts elsewhere in the data" in outcome.details[0]


def test_a_script_that_fails_on_cut_data_says_nothing(bench: Bench) -> None:
    bench.plant(FROM_THE_END)
    script = (bench.root / "backtest.py").read_text(encoding="utf-8")
    (bench.root / "backtest.py").write_text(
        script.replace("data = bars()", "data = bars(); data[119]"), encoding="utf-8"
    )
    outcome = drill(bench)
    assert outcome.status is Status.SKIPPED
    assert "the script fails on cut data (IndexError" in outcome.details[0]
