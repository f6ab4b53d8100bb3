import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity

_GUARDS = frozenset({"is_flat", "is_net_long", "is_net_short", "is_completely_flat", "positions_open"})
_TICKS = frozenset({"on_quote_tick", "on_trade_tick", "on_order_book", "on_order_book_deltas"})
_AWARE = re.compile(
    r"inflight|in_flight|pending|orders_open|open_orders|working|submitted|active_order|busy|locked|cooldown"
)


class FlatGuardWithoutInflight(Rule):
    """Entry that only asks whether the position is flat.

    The portfolio knows of a position when the fill has come back. On ticks the next quote comes first: `is_flat` is
    still true, and the strategy sends its entry again, and again, until the first fill arrives. Three guarded entries
    in one handler all fill.

    Ask for orders as well, `self.cache.orders_inflight(instrument_id=...)` and `orders_open`, or keep a flag that the
    order events clear. Only handlers of ticks and books are looked at; a bar leaves time for the answer.
    """

    id = "ORD009"
    name = "flat-guard-without-inflight"
    severity = Severity.WARNING
    confidence = Confidence.LIKELY
    since = "0.1.0"
    mentions = _TICKS

    invalid = [
        Example(
            "an entry at every quote until the fill comes",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Eager(Strategy):
                def on_quote_tick(self, tick):
                    if self.portfolio.is_flat(tick.instrument_id):
                        order = self.order_factory.market(tick.instrument_id, SIDE, SIZE)
                        self.submit_order(order)  # !
            """,
        ),
    ]
    valid = [
        Example(
            "orders on their way are asked for, a flag is kept, or it is bars",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Patient(Strategy):
                def on_quote_tick(self, tick):
                    if self.portfolio.is_flat(self.id) and not self.cache.orders_inflight(instrument_id=self.id):
                        self.submit_order(self.order)

                def on_trade_tick(self, tick):
                    if self.entry_pending:
                        return
                    if self.portfolio.is_flat(self.id):
                        self.submit_order(self.order)

                def on_bar(self, bar):
                    if self.portfolio.is_flat(self.id):
                        self.submit_order(self.order)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for function in source.find(cst.FunctionDef):
            owner = source.enclosing(function, cst.ClassDef, cst.FunctionDef)
            if function.name.value not in _TICKS or not isinstance(owner, cst.ClassDef):
                continue
            if not program.is_component(program.classes.of(owner)):
                continue
            if _AWARE.search(source.tree.code_for_node(function)):
                continue
            for branch in source.find(cst.If):
                if source.enclosing(branch, cst.FunctionDef) is function:
                    yield from self._branch(source, branch)

    def _branch(self, source: PythonSource, branch: cst.If) -> Iterator[Finding]:
        asked = sorted({name for name in _called(branch.test) if name in _GUARDS})
        if not asked or isinstance(branch.test, cst.BooleanOperation):
            return
        for node in source.find(cst.Call):
            is_order = isinstance(node.func, cst.Attribute) and node.func.attr.value == "submit_order"
            if (
                is_order
                and source.enclosing(node, cst.If) is branch
                and any(up is branch.body for up in source.parents(node))
            ):
                yield self.finding(
                    source,
                    node,
                    f"`{asked[0]}` changes only when the fill is back, so every tick until then sends this order again:"
                    " ask for orders in flight as well, or keep a flag",
                )


def _called(node: cst.CSTNode) -> Iterator[str]:
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        yield node.func.attr.value
    for child in node.children:
        yield from _called(child)
