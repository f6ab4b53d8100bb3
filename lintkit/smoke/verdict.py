"""Two tapes compared: does the strategy still do what it did, and if not, since when and at what cost."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from lintkit.smoke import premises
from lintkit.smoke.diff import Divergence, divergence
from lintkit.smoke.premises import Premise
from lintkit.smoke.tape import Event, Place, Run, Tape
from lintkit.smoke.totals import Totals, total

_IDS = {"list", "parent", "linked", "venue_order_id"}


class Kind(Enum):
    """How two tapes differ, from harmless to serious."""

    ORDERS = "same trades, different orders"
    BALANCES = "same trades, different balances"
    TIMING = "same decisions, different timing"
    TRADES = "different trades"


@dataclass(frozen=True, slots=True)
class TradeDifference:
    """The first trade that is not the same. `number` counts fills from 1; None where a tape has no such trade."""

    number: int
    then: Event | None
    now: Event | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two tapes differ. `trade` is None when their trades are the same, at the same times.

    `premises` is what they were made of that differs; `places` the user's lines that sent the orders at the divergence,
    of a fill those that sent its order; None where a tape does not say. `instrument` is the divergence's, if one's.
    """

    kind: Kind
    divergence: Divergence
    trade: TradeDifference | None
    then: Totals
    now: Totals
    premises: tuple[Premise, ...] = ()
    places: tuple[Place | None, Place | None] = (None, None)
    instrument: str = ""


def compare(then: Tape, now: Tape) -> Comparison | None:
    """Compare an accepted tape with a new one; None when they are identical: the same bytes, headers aside.

    Raises `TapeError` where a tape cannot be read, which a recorded one always can.
    """
    first = divergence(then, now)
    if first is None:
        return None
    before, after = total(then), total(now)
    trade = _trade_difference(then, now)
    places = _place(then, first.index), _place(now, first.index)
    kind = _kind(then, now, trade, before, after)
    instrument = _instrument(then, first.index) or _instrument(now, first.index)
    return Comparison(kind, first, trade, before, after, premises.compare(then, now), places, instrument)


def _instrument(tape: Tape, index: int) -> str:
    """The instrument that the event at `index`, or its order, is of."""
    entry = tape.entries[index] if index < len(tape.lines) else None
    if not isinstance(entry, Event):
        return ""
    if instrument := entry.get("instrument"):
        return instrument
    orders = (e for e in tape.entries[:index] if isinstance(e, Event) and e.subject == entry.subject)
    return next((name for e in orders if (name := e.get("instrument"))), "")


def _place(tape: Tape, index: int) -> Place | None:
    """Where the event at `index` was sent from, else where its order was."""
    if index >= len(tape.lines):
        return None
    entry = tape.entries[index]
    if place := tape.place_of(index):
        return place
    if isinstance(entry, Run) or not entry.kind.startswith("Order"):
        return None
    for earlier in range(index - 1, -1, -1):
        other = tape.entries[earlier]
        if isinstance(other, Run):
            return None
        if other.kind == "OrderInitialized" and other.subject == entry.subject:
            return tape.place_of(earlier)
    return None


def _kind(then: Tape, now: Tape, trade: TradeDifference | None, before: Totals, after: Totals) -> Kind:
    if trade is None:
        same_money = before == after and _account_history(then) == _account_history(now)
        return Kind.ORDERS if same_money else Kind.BALANCES
    same_fills = _fills_by_instrument(then) == _fills_by_instrument(now)
    return Kind.TIMING if same_fills and _decisions(then) == _decisions(now) else Kind.TRADES


def _trade_difference(then: Tape, now: Tape) -> TradeDifference | None:
    old, new = list(_trades(then)), list(_trades(now))
    for number in range(1, max(len(old), len(new)) + 1):
        left, right = (trades[number - 1] if number <= len(trades) else None for trades in (old, new))
        if not (left and right and left[0] == right[0]):
            return TradeDifference(number, left and left[1], right and right[1])
    return None


def _trades(tape: Tape) -> Iterator[tuple[tuple[object, ...], Event]]:
    """Each fill, under what makes it the trade that it is."""
    for run, event in _events(tape):
        if event.kind == "OrderFilled":
            yield (event.time_ns, run, event["instrument"], *_terms(event)), event


def _fills_by_instrument(tape: Tape) -> dict[tuple[int, str], list[tuple[str, ...]]]:
    """Fills without their times; by instrument, since a delay on one venue does not reorder what happens on another."""
    fills: defaultdict[tuple[int, str], list[tuple[str, ...]]] = defaultdict(list)
    for run, event in _events(tape):
        if event.kind == "OrderFilled":
            fills[run, event["instrument"]].append(_terms(event))
    return fills


def _terms(fill: Event) -> tuple[str, ...]:
    return fill["side"], fill["last_qty"], fill["last_px"]


def _decisions(tape: Tape) -> tuple[object, ...]:
    """What each strategy asked for, in its order, and what became of its orders' terms; without times.

    Order ids hold the time, so orders go by strategy and number.
    """
    asked: defaultdict[tuple[int, str], list[tuple[object, ...]]] = defaultdict(list)
    changed: defaultdict[tuple[int, str, int], list[tuple[tuple[str, str], ...]]] = defaultdict(list)
    orders: dict[tuple[int, str], tuple[str, int]] = {}
    counts: defaultdict[tuple[int, str], int] = defaultdict(int)
    for run, event in _events(tape):
        if event.kind == "OrderInitialized":
            strategy = event.get("strategy") or ""
            counts[run, strategy] += 1
            orders[run, event.subject] = (strategy, counts[run, strategy])
            asked[run, strategy].append(tuple(pair for pair in event.fields if pair[0] not in _IDS))
        elif event.kind in ("OrderPendingUpdate", "OrderPendingCancel", "OrderUpdated"):
            strategy, number = orders.get((run, event.subject), ("", 0))
            if event.kind == "OrderUpdated":
                changed[run, strategy, number].append(tuple(pair for pair in event.fields if pair[0] not in _IDS))
            else:
                asked[run, strategy].append((event.kind, number))
    return asked, changed


def _events(tape: Tape) -> Iterator[tuple[int, Event]]:
    """The events with the number of the run that they belong to."""
    run = 0
    for entry in tape.entries:
        if isinstance(entry, Run):
            run += 1
        else:
            yield run, entry


def _account_history(tape: Tape) -> dict[tuple[int, str], list[tuple[tuple[str, str], ...]]]:
    """The states that each account went through, without the repetitions that further events bring."""
    history: defaultdict[tuple[int, str], list[tuple[tuple[str, str], ...]]] = defaultdict(list)
    for run, event in _events(tape):
        if event.kind == "AccountState":
            states = history[run, event.subject]
            if not states or states[-1] != event.fields:
                states.append(event.fields)
    return history
