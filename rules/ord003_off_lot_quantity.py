import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity

_MONEY = re.compile(r"(?:^|_)(?:balance|free|cash|available)(?:_|$)", re.IGNORECASE)


class OffLotQuantity(Rule):
    """Size from a balance that may round up.

    `make_qty` rounds to the nearest step. A size of balance over price that is rounded up costs more than there is:
    the order is denied, and the strategy stays out of the trade that it computed. A size that rounds to zero raises
    ValueError, which ends a live node.

    Use `make_qty(size, round_down=True)`, after a check that the size is at least the instrument's minimum.
    """

    id = "ORD003"
    name = "off-lot-quantity"
    severity = Severity.WARNING
    confidence = Confidence.LIKELY
    since = "0.1.0"
    mentions = frozenset({"make_qty"})

    invalid = [
        Example(
            "all of the balance, directly and through a variable",
            """
            from nautilus_trader.trading.strategy import Strategy

            class AllIn(Strategy):
                def on_bar(self, bar):
                    balance = self.portfolio.account(self.venue).balance_free(self.currency).as_decimal()
                    size = self.instrument.make_qty(balance / bar.close.as_decimal())  # !
                    amount = float(balance) / float(bar.close)
                    other = self.instrument.make_qty(amount)  # !
            """,
        ),
    ]
    valid = [
        Example(
            "rounded down, a configured size, a share, and risk over a distance",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Careful(Strategy):
                def on_bar(self, bar):
                    a = self.instrument.make_qty(self.balance / bar.close, round_down=True)
                    b = self.instrument.make_qty(self.config.trade_size)
                    c = self.instrument.make_qty(self.lots * 2)
                    d = self.instrument.make_qty(self.balance * 0.1 / bar.close)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            if not (isinstance(call.func, cst.Attribute) and call.func.attr.value == "make_qty") or not call.args:
                continue
            given = program.arguments(call, ("value", "round_down"))
            value = given.value("value")
            if value is None or "round_down" in given.given or given.unpacked:
                continue
            _, written = program.values.origin(source, value)
            if _is_all_money(written):
                yield self.finding(
                    source,
                    call,
                    "`make_qty` rounds a size computed from the balance to the nearest step, so half of the time the"
                    " order costs more than there is and is denied: pass `round_down=True`",
                )


def _is_all_money(node: cst.BaseExpression) -> bool:
    """All of the money over a price: a division of a balance, not of a share of it."""
    while isinstance(node, cst.Call) and len(node.args) == 1 and isinstance(node.func, cst.Name):
        node = node.args[0].value
    if not isinstance(node, cst.BinaryOperation) or not isinstance(node.operator, cst.Divide):
        return False
    money = node.left
    while isinstance(money, cst.Call) and len(money.args) == 1 and not isinstance(money.func, cst.Attribute):
        money = money.args[0].value
    return not isinstance(money, cst.BinaryOperation) and any(_MONEY.search(name) for name in _names(money))


def _names(node: cst.CSTNode) -> Iterator[str]:
    if isinstance(node, cst.Name):
        yield node.value
    for child in node.children:
        yield from _names(child)
