"""Two tapes compared: does the strategy still do what it did, and if not, since when and at what cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from lintkit.smoke.diff import Divergence, divergence
from lintkit.smoke.tape import Event, Run, Tape
from lintkit.smoke.totals import Totals, total


class Kind(Enum):
    """From harmless to serious."""

    IDENTICAL = "identical"
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
    kind: Kind
    divergence: Divergence | None
    trade: TradeDifference | None
    then: Totals
    now: Totals


def compare(then: Tape, now: Tape) -> Comparison:
    """Compare an accepted tape with a new one. Identical means: the same bytes, headers aside."""
    first = divergence(then, now)
    trade = _trade_difference(then, now) if first else None
    before, after = total(then), total(now)
    return Comparison(_kind(then, now, trade, before, after) if first else Kind.IDENTICAL, first, trade, before, after)


def _kind(then: Tape, now: Tape, trade: TradeDifference | None, before: Totals, after: Totals) -> Kind:
    if trade is None:
        same_money = before == after and _account_history(then) == _account_history(now)
        return Kind.ORDERS if same_money else Kind.BALANCES
    same_fills = [key[1:] for key, _ in _trades(then)] == [key[1:] for key, _ in _trades(now)]
    return Kind.TIMING if same_fills and _decisions(then) == _decisions(now) else Kind.TRADES


def _trade_difference(then: Tape, now: Tape) -> TradeDifference | None:
    old, new = list(_trades(then)), list(_trades(now))
    for number in range(1, max(len(old), len(new)) + 1):
        left, right = (trades[number - 1] if number <= len(trades) else None for trades in (old, new))
        if not (left and right and left[0] == right[0]):
            return TradeDifference(number, left and left[1], right and right[1])
    return None


def _trades(tape: Tape) -> Iterator[tuple[tuple[object, ...], Event]]:
    """Each fill, under what makes it the trade that it is; its time first."""
    run = 0
    for entry in tape.entries:
        if isinstance(entry, Run):
            run += 1
        elif entry.kind == "OrderFilled":
            what = (entry["instrument"], entry["side"], entry["last_qty"], entry["last_px"])
            yield (entry.time_ns, run, *what), entry


def _decisions(tape: Tape) -> list[tuple[object, ...]]:
    """What the strategies asked for, in their order; orders by number, since their ids hold the time."""
    ids = {"list", "parent", "linked"}
    numbers: dict[tuple[int, str], int] = {}
    decisions: list[tuple[object, ...]] = []
    run = 0
    for entry in tape.entries:
        if isinstance(entry, Run):
            run += 1
        elif entry.kind in ("OrderInitialized", "OrderPendingUpdate", "OrderPendingCancel"):
            number = numbers.setdefault((run, entry.subject), len(numbers))
            asked = (pair for pair in entry.fields if pair[0] not in ids and pair[0] != "venue_order_id")
            decisions.append((run, entry.kind, number, *asked))
    return decisions


def _account_history(tape: Tape) -> dict[tuple[int, str], list[tuple[tuple[str, str], ...]]]:
    """The states that each account went through, without the repetitions that further events bring."""
    history: dict[tuple[int, str], list[tuple[tuple[str, str], ...]]] = {}
    run = 0
    for entry in tape.entries:
        if isinstance(entry, Run):
            run += 1
        elif entry.kind == "AccountState":
            states = history.setdefault((run, entry.subject), [])
            if not states or states[-1] != entry.fields:
                states.append(entry.fields)
    return history
