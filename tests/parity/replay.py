"""Positions and balances rebuilt from fills alone, in plain Python, to be compared with what a run said of them."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

Row = dict[str, Any]
Paid = tuple[Decimal, str]


@dataclass
class Position:
    instrument: Row
    signed: float = 0.0
    peak: Decimal = Decimal(0)
    open: float = 0.0
    close: float = 0.0
    bought: float = 0.0
    sold: float = 0.0
    realized: Decimal = Decimal(0)
    digits: int = 0

    def fill(self, side: str, quantity: Decimal, price: Decimal, fee: Paid) -> Decimal:
        """Add a fill that does not turn it around; the profit that it takes, before commission."""
        last, paid = float(quantity), float(price)
        self.digits = max(self.digits, -int(quantity.as_tuple().exponent))
        opens = self.signed == 0 or (self.signed > 0) == (side == "BUY")
        profit = Decimal(0)
        if opens:
            held = abs(self.signed)
            self.open = average(held, self.open, paid, last)
        else:
            done = self.sold if side == "SELL" else self.bought
            self.close = average(done, self.close, paid, last)
            profit = self.profit(paid, last)
        if side == "BUY":
            self.bought += last
        else:
            self.sold += last
        self.signed = round(self.signed + (last if side == "BUY" else -last), self.digits)
        self.peak = max(self.peak, self.quantity)
        code, _ = self.instrument["settlement"]
        self.realized += profit - (fee[0] if fee[1] == code else 0)
        return profit

    def profit(self, price: float, quantity: float) -> Decimal:
        sign = 1 if self.signed > 0 else -1
        points = price - self.open
        if self.instrument["inverse"]:
            points = 1 / self.open - 1 / price
        return rounded(
            Decimal(sign * quantity * float(self.instrument["multiplier"]) * points), self.instrument["settlement"][1]
        )

    @property
    def quantity(self) -> Decimal:
        return rounded(Decimal(abs(self.signed)), self.digits)

    def says(self) -> Row:
        precision = self.instrument["settlement"][1]
        return {
            "signed": self.signed,
            "quantity": str(self.quantity),
            "peak": str(rounded(self.peak, self.digits)),
            "open": self.open,
            "close": self.close,
            "realized": f"{rounded(self.realized, precision)} {self.instrument['settlement'][0]}",
        }


def average(quantity: float, price: float, last_price: float, last_quantity: float) -> float:
    if quantity == 0:
        return last_price
    return (price * quantity + last_price * last_quantity) / (quantity + last_quantity)


def rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)


class Ledger:
    """One run's; `wrong` lists where it and the run differ.

    Orders that were never submitted are those that close expired contracts; 1.221 leaves their fills out of the account.
    """

    def __init__(self, *, settles_unsubmitted: bool) -> None:
        self.settles_unsubmitted = settles_unsubmitted
        self.instruments: dict[str, Row] = {}
        self.wrong: list[str] = []
        self.submitted: set[str] = set()
        self.forget()

    def forget(self) -> None:
        self.positions: dict[str, Position] = {}
        self.turned: dict[str, tuple[str, Decimal, Decimal, Paid]] = {}
        self.totals: dict[str, defaultdict[str, Decimal]] = {}
        self.cash: set[str] = set()

    def read(self, row: Row) -> None:
        match row["kind"]:
            case "Instrument":
                self.instruments[row["instrument"]] = row
            case "AccountState":
                self.stated(row)
            case "OrderSubmitted":
                self.submitted.add(row["order"])
            case "OrderFilled":
                self.filled(row)
            case kind:
                said = {k: v for k, v in row.items() if k not in {"kind", "position"}}
                self.compare(f"{kind} {row['position']}", said, self.positions[row["position"]].says())
                if kind == "PositionClosed" and row["position"] in self.turned:
                    opened = self.positions[row["position"]] = Position(self.positions[row["position"]].instrument)
                    opened.fill(*self.turned.pop(row["position"]))

    def compare(self, what: str, said: Row, rebuilt: Row) -> None:
        if said != rebuilt:
            self.wrong.append(f"{what}: said {said}, rebuilt {rebuilt}")

    def stated(self, row: Row) -> None:
        account, totals = row["account"], {c: Decimal(t) for c, t in row["totals"].items()}
        if row["reported"]:  # a run begins
            self.forget()
            self.totals[account] = defaultdict(Decimal, totals)
            if row["cash"]:
                self.cash.add(account)
        self.compare(f"AccountState {account}", totals, {c: self.totals[account][c] for c in totals})

    def filled(self, row: Row) -> None:
        instrument, account = self.instruments[row["instrument"]], row["account"]
        amount, currency = row["commission"].split()
        fee = (Decimal(amount), currency)
        profit = self.book(row, instrument, fee)
        if not self.settles_unsubmitted and row["order"] not in self.submitted:
            return
        totals = self.totals[account]
        totals[currency] -= fee[0]
        if account not in self.cash:
            totals[instrument["settlement"][0]] += profit
            return
        bought = Decimal(row["quantity"]) * (1 if row["side"] == "BUY" else -1)
        code, digits = instrument["quote"]
        if instrument["base"]:
            totals[instrument["base"]] += bought
        totals[code] -= rounded(bought * Decimal(row["price"]) * Decimal(instrument["multiplier"]), digits)

    def book(self, row: Row, instrument: Row, fee: Paid) -> Decimal:
        name, side, quantity, price = row["position"], row["side"], Decimal(row["quantity"]), Decimal(row["price"])
        position = self.positions.get(name)
        if position is None or position.signed == 0:
            position = self.positions[name] = Position(instrument)
            return position.fill(side, quantity, price, fee)
        held, rest = position.quantity, Decimal(0)
        if (position.signed > 0) != (side == "BUY") and quantity > held:
            # It closes the one and, once that is said, opens the next; the commission is shared by quantity.
            rest, part = quantity - held, rounded(fee[0] * held / quantity, -int(fee[0].as_tuple().exponent))
            self.turned[name] = (side, rest, price, (fee[0] - part, fee[1]))
            fee = (part, fee[1])
        return position.fill(side, quantity - rest, price, fee)
