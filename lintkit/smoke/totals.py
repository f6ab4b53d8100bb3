"""What a tape comes to: counts, volume, fees, realized P&L, drawdown, balances.

Exact decimals, never added across currencies.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from lintkit.smoke.tape import Event, Run, Tape, TapeError

_REFUSALS = ("OrderDenied", "OrderRejected")
_POSITIONS = ("PositionOpened", "PositionChanged", "PositionClosed")
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Traded:
    """What was done in one instrument. `volume` is in its unit of quantity; the rest is by currency.

    `realized` is what its positions realized, after fees; `drawdown` the largest fall of that sum in one run.
    """

    fills: int
    volume: Decimal
    fees: dict[str, Decimal]
    realized: dict[str, Decimal]
    drawdown: dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Totals:
    """`instruments` is by id; `fees` and `realized` by currency.

    `balances` holds the last total of each account and currency, `drawdown` its largest fall, by names as they read:
    "SIM-001 USD". An account of several currencies has no drawdown: what it pays in one it holds in another.
    """

    orders: int
    refused: int
    fills: int
    instruments: dict[str, Traded]
    fees: dict[str, Decimal]
    realized: dict[str, Decimal]
    balances: dict[str, Decimal]
    drawdown: dict[str, Decimal]

    @property
    def volume(self) -> dict[str, Decimal]:
        return {name: traded.volume for name, traded in self.instruments.items() if traded.fills}


def total(tape: Tape) -> Totals:
    """Add up a tape. Raises `TapeError` at an event that lacks its numbers, as only an edited tape has."""
    sums = _Sums()
    for index, entry in enumerate(tape.entries):
        try:
            sums.add(entry)
        except (KeyError, ArithmeticError) as error:
            raise TapeError("the event lacks a number or an instrument", tape.line_of(index)) from error
    return sums.totals()


class Curve:
    """A sum over time, and its largest fall."""

    def __init__(self) -> None:
        self.value = _ZERO
        self.drawdown = _ZERO
        self._peak: Decimal | None = None

    def set(self, value: Decimal) -> None:
        self.value = value
        self._peak = value if self._peak is None else max(self._peak, value)
        self.drawdown = max(self.drawdown, self._peak - value)

    def start_over(self) -> None:
        """What comes next is another run's."""
        self._peak = None


class _Traded:
    def __init__(self) -> None:
        self.fills = 0
        self.volume = _ZERO
        self.fees: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.curves: defaultdict[str, Curve] = defaultdict(_from_zero)

    def totals(self) -> Traded:
        realized = {currency: curve.value for currency, curve in sorted(self.curves.items())}
        drawdown = {currency: curve.drawdown for currency, curve in sorted(self.curves.items())}
        return Traded(self.fills, self.volume, dict(sorted(self.fees.items())), realized, drawdown)


def _from_zero() -> Curve:
    curve = Curve()
    curve.set(_ZERO)
    return curve


class _Sums:
    def __init__(self) -> None:
        self.runs = 0
        self.engine = 1
        self.orders = 0
        self.refused = 0
        self.instruments: defaultdict[str, _Traded] = defaultdict(_Traded)
        self.positions: dict[tuple[int, str], Decimal] = {}
        self.balances: defaultdict[tuple[int, str, str], Curve] = defaultdict(Curve)

    def add(self, entry: Event | Run) -> None:
        if isinstance(entry, Run):
            self.runs, self.engine = self.runs + 1, entry.engine
            for curve in self.balances.values():
                curve.start_over()
            for curve in (curve for traded in self.instruments.values() for curve in traded.curves.values()):
                curve.start_over()
                curve.set(curve.value)
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
        traded = self.instruments[entry["instrument"]]
        traded.fills += 1
        traded.volume += Decimal(entry["last_qty"])
        if fee := entry.get("commission"):
            amount, currency = money(fee)
            traded.fees[currency] += amount

    def _position(self, entry: Event) -> None:
        # The event says what its position has realized so far; an id that opens again starts at zero.
        amount, currency = money(entry["realized_pnl"])
        key = (self.runs, entry.subject)
        before = self.positions.get(key, _ZERO) if entry.kind != "PositionOpened" else _ZERO
        self.positions[key] = amount
        curve = self.instruments[entry.get("instrument") or "unknown"].curves[currency]
        curve.set(curve.value + amount - before)

    def _account(self, entry: Event) -> None:
        for name, text in entry.fields:
            if name == "balance":
                amount, currency = money(text.partition(" locked ")[0])
                self.balances[self.engine, entry.subject, currency].set(amount)

    def totals(self) -> Totals:
        curves = self._curves()
        instruments = {name: traded.totals() for name, traded in sorted(self.instruments.items())}
        return Totals(
            orders=self.orders,
            refused=self.refused,
            fills=sum(traded.fills for traded in instruments.values()),
            instruments=instruments,
            fees=_sum([traded.fees for traded in instruments.values()]),
            realized=_sum([traded.realized for traded in instruments.values()]),
            balances={name: curve.value for name, curve in curves.items()},
            drawdown=self._drawdown(),
        )

    def _curves(self) -> dict[str, Curve]:
        several = len({engine for engine, _, _ in self.balances}) > 1
        return {
            f"{account} {currency}{f' (engine {engine})' if several else ''}": curve
            for (engine, account, currency), curve in sorted(self.balances.items())
        }

    def _drawdown(self) -> dict[str, Decimal]:
        accounts = [(engine, account) for engine, account, _ in sorted(self.balances)]
        curves = self._curves().items()
        return {
            name: curve.drawdown
            for (name, curve), account in zip(curves, accounts, strict=True)
            if accounts.count(account) == 1
        }


def _sum(parts: list[dict[str, Decimal]]) -> dict[str, Decimal]:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for part in parts:
        for currency, amount in part.items():
            sums[currency] += amount
    return dict(sorted(sums.items()))


def money(text: str) -> tuple[Decimal, str]:
    """Read an amount such as `5.25 USD`."""
    amount, _, currency = text.partition(" ")
    return Decimal(amount), currency
