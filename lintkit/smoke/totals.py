"""What a tape comes to: counts, volume, fees, realized P&L, balances. Exact decimals, never added across currencies."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from lintkit.smoke.tape import Event, Run, Tape, TapeError

_REFUSALS = ("OrderDenied", "OrderRejected")
_POSITIONS = ("PositionOpened", "PositionChanged", "PositionClosed")


@dataclass(frozen=True, slots=True)
class Totals:
    """`volume` is by instrument, in its unit of quantity; `fees` and `realized` by currency.

    `balances` holds the last total of each account and currency, by names as they read: "SIM-001 USD".
    """

    orders: int
    refused: int
    fills: int
    volume: dict[str, Decimal]
    fees: dict[str, Decimal]
    realized: dict[str, Decimal]
    balances: dict[str, Decimal]


def total(tape: Tape) -> Totals:
    """Add up a tape. Raises `TapeError` at an event that lacks its numbers, as only an edited tape has."""
    sums = _Sums()
    for index, entry in enumerate(tape.entries):
        try:
            sums.add(entry)
        except (KeyError, ArithmeticError) as error:
            raise TapeError("the event lacks a number or an instrument", tape.line_of(index)) from error
    return sums.totals()


class _Sums:
    def __init__(self) -> None:
        self.runs = 0
        self.engine = 1
        self.orders = 0
        self.refused = 0
        self.fills = 0
        self.volume: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.fees: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.realized: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.positions: dict[tuple[int, str], Decimal] = {}
        self.balances: dict[tuple[int, str, str], Decimal] = {}

    def add(self, entry: Event | Run) -> None:
        if isinstance(entry, Run):
            self.runs, self.engine = self.runs + 1, entry.engine
        elif entry.kind == "OrderInitialized":
            self.orders += 1
        elif entry.kind in _REFUSALS:
            self.refused += 1
        elif entry.kind == "OrderFilled":
            self._fill(entry)
        elif entry.kind in _POSITIONS:
            self._position(entry)
        elif entry.kind == "AccountState":
            self._account(entry)

    def _fill(self, entry: Event) -> None:
        self.fills += 1
        self.volume[entry["instrument"]] += Decimal(entry["last_qty"])
        if fee := entry.get("commission"):
            amount, currency = money(fee)
            self.fees[currency] += amount

    def _position(self, entry: Event) -> None:
        # The event says what its position has realized so far; an id that opens again starts at zero.
        amount, currency = money(entry["realized_pnl"])
        key = (self.runs, entry.subject)
        before = self.positions.get(key, Decimal(0)) if entry.kind != "PositionOpened" else Decimal(0)
        self.positions[key] = amount
        self.realized[currency] += amount - before

    def _account(self, entry: Event) -> None:
        for name, text in entry.fields:
            if name == "balance":
                amount, currency = money(text.partition(" locked ")[0])
                self.balances[self.engine, entry.subject, currency] = amount

    def totals(self) -> Totals:
        several = len({engine for engine, _, _ in self.balances}) > 1
        balances = {
            f"{account} {currency}{f' (engine {engine})' if several else ''}": amount
            for (engine, account, currency), amount in sorted(self.balances.items())
        }
        volume, fees, realized = (dict(sorted(sums.items())) for sums in (self.volume, self.fees, self.realized))
        return Totals(self.orders, self.refused, self.fills, volume, fees, realized, balances)


def money(text: str) -> tuple[Decimal, str]:
    """Read an amount such as `5.25 USD`."""
    amount, _, currency = text.partition(" ")
    return Decimal(amount), currency
