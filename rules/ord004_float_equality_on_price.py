from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity

_FIELDS = {
    "QuoteTick": {"bid_price", "ask_price", "bid_size", "ask_size"},
    "TradeTick": {"price", "size"},
    "Bar": {"open", "high", "low", "close", "volume"},
    "OrderFilled": {"last_px", "last_qty"},
}


class FloatEqualityOnPrice(Rule):
    """Price compared with a float for equality.

    `Price(1.1, 1) == 1.1` is false: a price is exact and the float is not. A condition such as
    `tick.bid_price == 1.1` never holds, except for the few numbers that a float has exactly, which is how the test
    passed.

    Compare with a value of the same kind, `Price.from_str("1.1")` or `Decimal("1.1")`, or with a distance.
    """

    id = "ORD004"
    name = "float-equality-on-price"
    severity = Severity.WARNING
    since = "0.1.0"
    mentions = frozenset[str]().union(*_FIELDS.values())

    invalid = [
        Example(
            "a price, a size and a fill",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Mine(Strategy):
                def on_quote_tick(self, tick):
                    if tick.bid_price == 1.1:  # !
                        self.buy()

                def on_bar(self, bar):
                    if bar.close != 100.05:  # !
                        self.sell()
            """,
        ),
    ]
    valid = [
        Example(
            "exact values, order, and numbers that a float has exactly",
            """
            from decimal import Decimal
            from nautilus_trader.trading.strategy import Strategy

            class Mine(Strategy):
                def on_quote_tick(self, tick):
                    if tick.bid_price == Decimal("1.1") or tick.ask_price >= 1.1 or tick.bid_size == 0:
                        self.buy()
                    if tick.bid_price == 0.5 or tick.other == 1.1:
                        self.sell()
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for comparison in source.find(cst.Comparison):
            if len(comparison.comparisons) != 1:
                continue
            target = comparison.comparisons[0]
            if not isinstance(target.operator, (cst.Equal, cst.NotEqual)):
                continue
            for price, number in ((comparison.left, target.comparator), (target.comparator, comparison.left)):
                if _is_price(source, price, program) and isinstance(number, cst.Float) and not _is_exact(number):
                    never = "never holds" if isinstance(target.operator, cst.Equal) else "always holds"
                    code = source.code(price)
                    yield self.finding(
                        source,
                        comparison,
                        f"`{code}` is exact and {number.value} is not, so this {never}: compare with"
                        f' `Decimal("{number.value}")`',
                        confidence=Confidence.CERTAIN,
                    )


def _is_price(source: PythonSource, node: cst.BaseExpression, program: Program) -> bool:
    if not isinstance(node, cst.Attribute):
        return False
    owner = program.receivers.of(source, node.value)
    return owner is not None and node.attr.value in _FIELDS.get(owner, set())


def _is_exact(number: cst.Float) -> bool:
    value = float(number.value)
    return (value * 2**20).is_integer()
