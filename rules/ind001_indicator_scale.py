import itertools
from collections.abc import Iterator
from decimal import Decimal

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity

_UNIT_SCALE = {
    "RelativeStrengthIndex": ("value",),
    "EfficiencyRatio": ("value",),
    "VerticalHorizontalFilter": ("value",),
    "DirectionalMovement": ("pos", "neg"),
}
"""Indicators whose values lie between 0 and 1 (observed on 1.221 and 1.231), and the attributes that have them."""

_HUNDRED = Decimal(100)


class IndicatorScale(Rule):
    """Indicator compared on another scale.

    NautilusTrader's RSI runs from 0 to 1, not from 0 to 100. `if self.rsi.value < 30` is always true and `> 70`
    never: the strategy buys at every bar and never sells, and the log looks like a strategy that is sure of itself.

    Divide the thresholds by 100, or multiply the value. Thresholds in a configuration are followed to their values.
    """

    id = "IND001"
    name = "indicator-scale"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"value", "pos", "neg"})

    invalid = [
        Example(
            "textbook thresholds",
            """
            from nautilus_trader.indicators import RelativeStrengthIndex
            from nautilus_trader.trading.strategy import Strategy

            OVERSOLD = 30

            class Reversion(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self.rsi = RelativeStrengthIndex(14)

                def on_bar(self, bar):
                    if self.rsi.value < OVERSOLD:  # !
                        self.buy()
                    elif 70 <= self.rsi.value:  # !
                        self.sell()
            """,
        ),
        Example(
            "through a variable and the fields of a configuration",
            """
            from nautilus_trader.config import StrategyConfig
            from nautilus_trader.indicators import RelativeStrengthIndex
            from nautilus_trader.trading.strategy import Strategy

            class ReversionConfig(StrategyConfig, frozen=True):
                upper: float = 70.0

            class Reversion(Strategy):
                def __init__(self, config: ReversionConfig):
                    super().__init__(config)
                    self.rsi = RelativeStrengthIndex(14)
                    self.upper = config.upper
                    self.lower = 30

                def on_bar(self, bar):
                    rsi = self.rsi.value
                    if rsi > self.config.upper:  # !
                        self.sell()
                    elif self.rsi.value > self.upper:  # !
                        self.sell()
                    elif self.rsi.value < self.lower:  # !
                        self.close()
            """,
        ),
    ]
    valid = [
        Example(
            "fractions, scaled values, another indicator and what is not known",
            """
            from nautilus_trader.indicators import RelativeStrengthIndex, RelativeVolatilityIndex
            from nautilus_trader.trading.strategy import Strategy
            from mine import Rsi

            class Right(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self.rsi = RelativeStrengthIndex(14)
                    self.rvi = RelativeVolatilityIndex(14)
                    self.own = Rsi(14)
                    self.upper = config.upper
                    self.limit = 0.7
                    self.limit = 70 if config.percent else 0.7

                def on_bar(self, bar):
                    rsi = self.rsi.value * 100
                    if self.rsi.value < 0.3 or rsi < 30 or self.rvi.value > 70 or self.own.value > 70:
                        self.buy()
                    if self.rsi.value > self.config.upper or self.rsi.value > 0 or self.rsi.value <= 1:
                        self.sell()
                    if self.rsi.value > self.upper or self.rsi.value > self.limit:
                        self.sell()
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for comparison in source.find(cst.Comparison):
            sides = [comparison.left, *(target.comparator for target in comparison.comparisons)]
            for left, right in itertools.pairwise(sides):
                for value, limit in ((left, right), (right, left)):
                    name = _indicator(source, value, program)
                    number = _limit(source, limit, program) if name is not None else None
                    if name is not None and number is not None and abs(number) > 1:
                        yield self._report(source, comparison, name, number)

    def _report(self, source: PythonSource, node: cst.Comparison, name: str, number: Decimal) -> Finding:
        meant = f"{(number / _HUNDRED).normalize():f}"
        return self.finding(
            source,
            node,
            f"`{name}` runs from 0 to 1 and is compared with {number.normalize():f}, so this is always the same and the"
            f" strategy trades on nothing: compare with {meant}",
            confidence=Confidence.CERTAIN,
        )


def _indicator(source: PythonSource, node: cst.BaseExpression, program: Program) -> str | None:
    """The indicator whose plain value an expression is, directly or through one variable."""
    where, value = program.values.origin(source, node) if isinstance(node, cst.Name) else (source, node)
    if not isinstance(value, cst.Attribute):
        return None
    name = program.receivers.of(where, value.value)
    return name if name is not None and value.attr.value in _UNIT_SCALE.get(name, ()) else None


def _limit(source: PythonSource, node: cst.BaseExpression, program: Program) -> Decimal | None:
    return program.default(source, node)
