"""Verdicts on the example project's accepted tapes, changed in one way at a time."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from lintkit.smoke import golden, words
from lintkit.smoke.tape import Event, Run, Tape, TapeError, format_line, parse_line
from lintkit.smoke.totals import total
from lintkit.smoke.verdict import Comparison, Kind
from lintkit.smoke.verdict import compare as compare_tapes

TAPES = Path(__file__).parents[2] / "fixtures" / "projects" / "duo" / "tapes"
SECOND = 1_000_000_000


@pytest.fixture(scope="module")
def fx() -> Tape:
    tape = golden.load(TAPES / "fx.tape")
    assert tape is not None
    return tape


def edited(tape: Tape, edit: Callable[[Event], Event | None]) -> Tape:
    """The tape with `edit` applied to each event; None drops it."""
    entries = [edit(entry) if isinstance(entry, Event) else entry for entry in tape.entries]
    return Tape(tuple(format_line(entry) for entry in entries if entry is not None), tape.header)


def compare(then: Tape, now: Tape) -> Comparison:
    comparison = compare_tapes(then, now)
    assert comparison is not None
    return comparison


def with_field(event: Event, name: str, value: str) -> Event:
    return replace(event, fields=tuple((n, value if n == name else v) for n, v in event.fields))


def on_fill(number: int, change: Callable[[Event], Event | None]) -> Callable[[Event], Event | None]:
    """Apply `change` to the fill of that number."""
    seen = 0

    def edit(event: Event) -> Event | None:
        nonlocal seen
        seen += event.kind == "OrderFilled"
        return change(event) if event.kind == "OrderFilled" and seen == number else event

    return edit


def test_the_same_tape_from_another_engine(fx: Tape) -> None:
    assert compare_tapes(fx, replace(fx, header=(("engine", "bundled, profile 1.221"),))) is None


def test_another_fee_is_another_balance(fx: Tape) -> None:
    comparison = compare(fx, edited(fx, on_fill(2, lambda event: with_field(event, "commission", "9.17 USD"))))
    assert comparison.kind is Kind.BALANCES
    assert comparison.trade is None
    assert comparison.now.fees["USD"] - comparison.then.fees["USD"] == Decimal("7.00")
    assert words.changes(comparison.divergence.then.entry, comparison.divergence.now.entry) == (
        "commission 2.17 USD -> 9.17 USD"
    )


def test_another_margin_is_another_balance(fx: Tape) -> None:
    def lock(event: Event) -> Event:
        return with_field(event, "margin", "AUD/USD.SIM initial 1.00 maintenance 0.00 USD")

    assert compare(fx, edited(fx, lock)).kind is Kind.BALANCES


def test_another_way_to_the_same_trades(fx: Tape) -> None:
    def refuse(event: Event) -> Event | None:
        return None if event.kind == "OrderPendingCancel" else event

    comparison = compare(fx, edited(fx, refuse))
    assert comparison.kind is Kind.ORDERS
    assert comparison.then == comparison.now


def test_everything_a_second_later(fx: Tape) -> None:
    comparison = compare(fx, edited(fx, lambda event: replace(event, time_ns=event.time_ns + SECOND)))
    assert comparison.kind is Kind.TIMING
    assert comparison.trade is not None
    assert comparison.trade.number == 1
    assert words.changes(comparison.trade.then, comparison.trade.now) == "1 s later"


def test_one_venue_later_than_the_other(fx: Tape) -> None:
    """Each strategy does what it did; only how the two venues' events interleave is new."""

    def delay(event: Event) -> Event:
        on_sim = "AUD" in event.subject or "SIM" in event.subject
        return replace(event, time_ns=event.time_ns + 3600 * SECOND) if on_sim else event

    delayed = [delay(entry) if isinstance(entry, Event) else entry for entry in fx.entries]
    delayed.sort(key=lambda entry: entry.time_ns if isinstance(entry, Event) else 0)
    assert compare(fx, Tape(tuple(map(format_line, delayed)))).kind is Kind.TIMING


def test_an_order_moved_elsewhere_is_another_decision(fx: Tape) -> None:
    def move(event: Event) -> Event:
        later = replace(event, time_ns=event.time_ns + SECOND)
        return with_field(later, "quantity", "7") if event.kind == "OrderUpdated" else later

    assert compare(fx, edited(fx, move)).kind is Kind.TRADES


def test_fills_at_another_time_after_other_decisions_are_other_trades(fx: Tape) -> None:
    def edit(event: Event) -> Event | None:
        if event.kind == "OrderPendingCancel":
            return None
        return replace(event, time_ns=event.time_ns + 1) if event.kind == "OrderFilled" else event

    assert compare(fx, edited(fx, edit)).kind is Kind.TRADES


@pytest.mark.parametrize(("name", "value"), [("last_px", "1.08000"), ("last_qty", "1"), ("side", "BUY")])
def test_another_fill(fx: Tape, name: str, value: str) -> None:
    comparison = compare(fx, edited(fx, on_fill(3, lambda event: with_field(event, name, value))))
    assert comparison.kind is Kind.TRADES
    assert comparison.trade is not None
    assert comparison.trade.number == 3
    assert comparison.trade.now is not None
    assert comparison.trade.now[name] == value


def test_a_missing_and_an_extra_fill(fx: Tape) -> None:
    shorter = edited(fx, on_fill(23, lambda _: None))
    for then, now in ((fx, shorter), (shorter, fx)):
        comparison = compare(then, now)
        assert comparison.kind is Kind.TRADES
        assert comparison.trade is not None
        assert comparison.trade.number == 23
        assert [comparison.trade.then is None, comparison.trade.now is None] == [then is shorter, now is shorter]


def test_totals_of_the_real_tape(fx: Tape) -> None:
    totals = total(fx)
    assert (totals.orders, totals.refused, totals.fills) == (42, 0, 23)
    assert totals.volume == {"AUD/USD.SIM": Decimal(3_200_000), "EUR/USD.BANK": Decimal(1_200_000)}
    # What the script itself printed when the tape was recorded.
    assert totals.balances == {
        "BANK-001 EUR": Decimal("200000.00"),
        "BANK-001 USD": Decimal("499857.47"),
        "SIM-001 USD": Decimal("1000094.98"),
    }
    # Both accounts start and end flat in their base currency: what the positions realized is what the balances gained.
    gained = totals.balances["BANK-001 USD"] - 500_000 + totals.balances["SIM-001 USD"] - 1_000_000
    assert totals.realized == {"USD": gained}


def test_realized_pnl_of_a_position_that_opens_again() -> None:
    def position(kind: str, pnl: str) -> str:
        return format_line(Event(0, kind, "P-1", (("realized_pnl", f"{pnl} USD"),)))

    lines = [
        format_line(Run(1, 1)),
        position("PositionOpened", "-1.00"),
        position("PositionChanged", "4.00"),
        position("PositionClosed", "10.00"),
        position("PositionOpened", "-1.00"),
        position("PositionClosed", "-3.00"),
        format_line(Run(1, 2)),
        position("PositionOpened", "-1.00"),
    ]
    assert total(Tape(tuple(lines))).realized == {"USD": Decimal("6.00")}


@pytest.mark.parametrize(
    "line",
    [
        "1970-01-01T00:00:00.000000000Z OrderFilled O-1 last_qty=1",
        "1970-01-01T00:00:00.000000000Z OrderFilled O-1 instrument=A.B last_qty=one",
        "1970-01-01T00:00:00.000000000Z AccountState A-1 balance=much",
    ],
)
def test_an_edited_tape_names_the_line_that_lacks_numbers(line: str) -> None:
    parse_line(line)
    with pytest.raises(TapeError) as caught:
        total(Tape((format_line(Run(1, 1)), line), (("engine", "a"),)))
    assert caught.value.line == 4


def test_events_in_words(fx: Tape) -> None:
    """Every kind of the real tapes, without a hole in the sentence."""
    maker = golden.load(TAPES / "maker.tape")
    assert maker is not None
    said: dict[str, str] = {}
    for entry in (*fx.entries, *maker.entries):
        said.setdefault(entry.kind if isinstance(entry, Event) else "Run", words.line(entry))
        assert "None" not in words.line(entry)
    assert said["OrderInitialized"] == (
        "2024-03-04 08:32:00.000  EmaBracket-EUR places BUY 100000 EUR/USD.BANK MARKET "
        "as order O-20240304-083200-001-EUR-1"
    )
    assert said["OrderFilled"] == (
        "2024-03-04 08:32:02.440  BUY 100000 EUR/USD.BANK filled at 1.08428 (taker, fee 2.17 USD), "
        "order O-20240304-083200-001-EUR-1"
    )
    assert said["PositionClosed"] == (
        "2024-03-04 08:34:00.000  position EUR/USD.BANK-EmaBracket-EUR closed at 1.08405, realized -27.34 USD"
    )
    assert said["Run"] == "engine 1 starts run 1"
