"""Latency, fills and ticks: what is measured follows from what is planted."""

from dataclasses import replace

import pytest

from lintkit.smoke.drills import html, latency
from lintkit.smoke.drills.outcome import Outcome, Status
from lintkit.smoke.drills.sweep import Measure

from .conftest import Bench

SNIPER = """
class Planted(Base):
    def wants(self, bar):
        return self.data[min(len(self.closes), len(self.data) - 1)].close > bar.close
"""
HARD_CODED = """
from nautilus_trader.model.objects import Price
class Planted(Base):
    def wants(self, bar):
        return len(self.closes) % 4 < 2
    def buy(self, bar):
        price = Price.from_str(f"{float(bar.close):.5f}")
        order = self.order_factory.limit(bar.bar_type.instrument_id, OrderSide.BUY, Quantity.from_int(100_000), price)
        self.submit_order(order)
"""
FROM_THE_INSTRUMENT = HARD_CODED.replace(
    'Price.from_str(f"{float(bar.close):.5f}")', "self.instrument.make_price(bar.close)"
)
RESTING = """
class Planted(Base):
    def wants(self, bar):
        return len(self.closes) % 6 < 4
    def buy(self, bar):
        self.cancel_all_orders(bar.bar_type.instrument_id)
        order = self.order_factory.limit(
            bar.bar_type.instrument_id, OrderSide.BUY, Quantity.from_int(100_000), self.instrument.make_price(bar.low)
        )
        self.submit_order(order)
"""


def drill(bench: Bench, name: str) -> Outcome:
    (outcome,) = bench.drill(name)
    return outcome


def realized(amount: str) -> Measure:
    return Measure(realized={"USD": amount}, tape=amount)


@pytest.mark.parametrize(
    ("amounts", "gone"),
    [
        (("10", "5", "-5"), 15.0),
        (("10", "5", "1"), None),
        (("-1", "5", "5"), 0.0),
        (("10", "0", "-5"), 10.0),
    ],
)
def test_where_the_edge_is_gone(amounts: tuple[str, ...], gone: float | None) -> None:
    assert latency.edge_gone((0.0, 10.0, 20.0), [realized(a) for a in amounts], "USD") == gone


def test_runs_without_numbers_are_left_out() -> None:
    measures = [realized("10"), Measure(error="killed"), realized("-10")]
    assert latency.edge_gone((0.0, 10.0, 20.0), measures, "USD") == 10.0


def test_an_edge_that_needs_speed_is_gone_with_latency(bench: Bench) -> None:
    bench.plant(SNIPER)
    bench.settings = replace(bench.settings, latencies_ms=(0.0, 61_000.0, 241_000.0), edge_until_ms=240_000.0)
    outcome = drill(bench, "latency")
    assert outcome.status is Status.FAILED
    assert outcome.summary.startswith("the edge in USD is gone at ")
    assert outcome.table
    assert [row[0] for row in outcome.table.rows] == ["0 ms", "61000 ms", "241000 ms"]
    page = html.render("project", (outcome,))
    assert page.count("<svg") == 3
    assert page.count("<circle") == 3 + 3 + 3 * 3


def test_latencies_that_the_data_cannot_tell_apart_are_named(bench: Bench) -> None:
    bench.settings = replace(bench.settings, latencies_ms=(1.0, 500.0))
    outcome = drill(bench, "latency")
    assert outcome.status is Status.MEASURED
    assert outcome.details[0] == "1 to 500 ms give the same tape: the data are too sparse to tell them apart"


def test_fills_are_a_distribution(bench: Bench) -> None:
    bench.plant(RESTING)
    bench.settings = replace(bench.settings, fill_probabilities=(0.0, 1.0), fill_seeds=2)
    outcome = drill(bench, "fills")
    assert outcome.status is Status.MEASURED
    assert outcome.table
    never, always = outcome.table.rows
    assert int(never[2]) < int(always[2])
    assert "4 lose" in outcome.summary or "of 4" in outcome.summary


def test_prices_of_a_precision_of_their_own_are_refused_on_other_ticks(bench: Bench) -> None:
    bench.plant(HARD_CODED)
    outcome = drill(bench, "ticks")
    assert any("10 x larger" in detail and "refused" in detail for detail in outcome.details)


def test_prices_made_by_the_instrument_are_not(bench: Bench) -> None:
    bench.plant(FROM_THE_INSTRUMENT)
    outcome = drill(bench, "ticks")
    assert (outcome.status, outcome.details) == (Status.MEASURED, ())
    assert outcome.table
    assert {row[2] for row in outcome.table.rows} == {"0"}
