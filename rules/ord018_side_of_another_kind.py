from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity

_SIDES = {
    ("Position", "side"): "PositionSide", ("PositionOpened", "side"): "PositionSide",
    ("PositionChanged", "side"): "PositionSide", ("PositionClosed", "side"): "PositionSide",
    ("Position", "entry"): "OrderSide", ("Order", "side"): "OrderSide", ("OrderFilled", "order_side"): "OrderSide",
    ("MarketOrder", "side"): "OrderSide", ("LimitOrder", "side"): "OrderSide", ("StopMarketOrder", "side"): "OrderSide",
}  # fmt: skip
"""What kind of side an attribute has."""

_MEANT = {
    "OrderSide.BUY": "PositionSide.LONG", "OrderSide.SELL": "PositionSide.SHORT",
    "PositionSide.LONG": "OrderSide.BUY", "PositionSide.SHORT": "OrderSide.SELL",
}  # fmt: skip


class SideOfAnotherKind(Rule):
    """Position's side compared with an order's.

    `OrderSide` and `PositionSide` are numbers, and compare as such: `PositionSide.LONG` equals `OrderSide.SELL`, and
    no open position equals `OrderSide.BUY` (run on 1.221 and 1.231). `if position.side == OrderSide.SELL` is taken for
    longs: exits, stops and reversals go the wrong way and nothing raises.

    Compare a position's `side` with `PositionSide`, or its `entry` with `OrderSide`.
    """

    id = "ORD018"
    name = "side-of-another-kind"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"OrderSide", "PositionSide"})

    invalid = [
        Example(
            "the side of a position, and of an order",
            """
            from nautilus_trader.model.enums import OrderSide, PositionSide
            from nautilus_trader.model.position import Position
            from nautilus_trader.trading.strategy import Strategy

            class Mine(Strategy):
                def on_bar(self, bar):
                    for position in self.cache.positions_open():
                        if position.side == OrderSide.BUY:  # !
                            self.close_position(position)

                def on_order_filled(self, event):
                    if event.order_side is PositionSide.LONG:  # !
                        self.protect(event)

                def exit(self, position: Position):
                    return OrderSide.SELL != position.side  # !
            """,
        ),
    ]
    valid = [
        Example(
            "each with its own, and what is not known",
            """
            from nautilus_trader.model.enums import OrderSide, PositionSide
            from nautilus_trader.trading.strategy import Strategy

            class Mine(Strategy):
                def on_position_opened(self, event):
                    position = self.cache.position(event.position_id)
                    if event.side == PositionSide.LONG or position.entry == OrderSide.BUY:
                        self.protect(event)

                def on_order_filled(self, event):
                    if event.order_side == OrderSide.BUY or self.signal.side == OrderSide.BUY:
                        self.protect(event)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        for comparison in source.find(cst.Comparison):
            if len(comparison.comparisons) != 1:
                continue
            sides = (comparison.left, comparison.comparisons[0].comparator)
            for value, constant in (sides, sides[::-1]):
                kind = _kind(source, value, program)
                name = program.names.external(source, constant) or ""
                member = ".".join(name.split(".")[-2:])
                if kind is not None and member in _MEANT and not member.startswith(kind):
                    yield self.finding(
                        source,
                        comparison,
                        f"`{source.code(value)}` is a `{kind}` and `{member}` another enum, whose numbers mean other"
                        f" sides, so the strategy acts on the wrong one: compare with `{_MEANT[member]}`",
                        confidence=Confidence.CERTAIN,
                    )


def _kind(source: PythonSource, node: cst.BaseExpression, program: Program) -> str | None:
    if not isinstance(node, cst.Attribute):
        return None
    owner = program.receivers.of(source, node.value)
    return _SIDES.get((owner, node.attr.value)) if owner is not None else None
