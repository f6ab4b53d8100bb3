from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Edit, Example, Finding, Fix, Program, PythonSource, Rule, Severity, Span, api

_SET_MAKERS = frozenset({"builtins.set", "builtins.frozenset"})
_SET_OPERATORS = (cst.BitAnd, cst.BitOr, cst.BitXor, cst.Subtract)


class HashOrderDependence(Rule):
    """Order of subscriptions and orders that changes with every start.

    A set of strings or instrument ids is walked in the order of its hashes, which Python draws anew for every
    process. A loop over one that subscribes or sends orders does so in another order each time: data of the same
    nanosecond arrives in another order, orders compete for margin and liquidity in another order, and the tape of the
    same backtest differs.

    Walk it in an order of its own: `for instrument_id in sorted(ids, key=str)`.
    """

    id = "CLK009"
    name = "hash-order-dependence"
    severity = Severity.WARNING
    since = "0.1.0"
    mentions = frozenset({"set", "frozenset", "for"})

    invalid = [
        Example(
            "subscriptions and orders",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Many(Strategy):
                def on_start(self):
                    ids = {self.config.one, self.config.other}
                    for instrument_id in ids:  # !
                        self.subscribe_quote_ticks(instrument_id)
                    self.waiting = set()

                def on_bar(self, bar):
                    for instrument_id in self.waiting:  # !
                        self.submit_order(self.make(instrument_id))
            """,
            fixed="""
            from nautilus_trader.trading.strategy import Strategy

            class Many(Strategy):
                def on_start(self):
                    ids = {self.config.one, self.config.other}
                    for instrument_id in sorted(ids, key=str):  # !
                        self.subscribe_quote_ticks(instrument_id)
                    self.waiting = set()

                def on_bar(self, bar):
                    for instrument_id in self.waiting:  # !
                        self.submit_order(self.make(instrument_id))
            """,
        ),
    ]
    valid = [
        Example(
            "sorted, a list, or a body in which the order does not matter",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Many(Strategy):
                def on_start(self):
                    ids = {self.config.one, self.config.other}
                    for instrument_id in sorted(ids, key=str):
                        self.subscribe_quote_ticks(instrument_id)
                    for instrument_id in [self.config.one]:
                        self.subscribe_bars(instrument_id)
                    for instrument_id in ids:
                        self.seen[instrument_id] = 0

                def on_stop(self):
                    for instrument_id in {self.config.one}:
                        self.unsubscribe_bars(instrument_id)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for loop in source.find(cst.For):
            if not self._is_set(source, loop.iter, program):
                continue
            names = self._commands(source, loop)
            if not names:
                continue
            owner = program.types.self_class(source, loop)
            if owner is None or not owner.derives_from(*api.COMPONENTS):
                continue
            trades = sorted(names & api.ORDER_COMMANDS)
            first = trades[0] if trades else min(names)
            message = (
                f"this loop calls `{first}` in the order of a set, which differs from one process to the next, so the"
                " same backtest gives another tape: walk `sorted(..., key=str)`"
            )
            yield self.finding(source, loop.iter, message, fix=_fix(source, loop.iter, safe=not trades))

    def _commands(self, source: PythonSource, loop: cst.For) -> set[str]:
        return {
            name
            for call in source.find(cst.Call)
            if (name := _command(call)) is not None and any(up is loop.body for up in source.parents(call))
        }

    def _is_set(self, source: PythonSource, node: cst.BaseExpression, program: Program, depth: int = 0) -> bool:
        """Whether an expression is surely a set."""
        if isinstance(node, (cst.Set, cst.SetComp)):
            return not (isinstance(node, cst.Set) and len(node.elements) == 1)
        if depth > 4:  # noqa: PLR2004
            return False
        if isinstance(node, cst.Call):
            return program.names.external(source, node.func) in _SET_MAKERS
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, _SET_OPERATORS):
            return self._is_set(source, node.left, program, depth + 1)
        if isinstance(node, cst.Attribute):
            values = program.types.assigned(source, node)
            return bool(values) and all(self._is_set(where, value, program, depth + 1) for where, value in values)
        if isinstance(node, cst.Name):
            where, value = program.nodes.written(source, node)
            return value is not node and self._is_set(where, value, program, depth + 1)
        return False


def _command(call: cst.Call) -> str | None:
    """An order, subscription or request; giving up a subscription has no order that matters."""
    if not (isinstance(call.func, cst.Attribute) and isinstance(call.func.value, cst.Name)):
        return None
    name = call.func.attr.value
    if name == "request_instruments":
        return None
    ordered = name in api.ORDER_COMMANDS or name.startswith(("subscribe_", "request_"))
    return name if ordered and call.func.value.value == "self" else None


def _fix(source: PythonSource, node: cst.BaseExpression, *, safe: bool) -> Fix:
    span = source.span(node)
    start = Span(span.line, span.column, span.line, span.column)
    end = Span(span.end_line, span.end_column, span.end_line, span.end_column)
    return Fix("sort by name", (Edit(start, "sorted("), Edit(end, ", key=str)")), safe)
