from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Edit, Example, Finding, Fix, Program, PythonSource, Rule, Severity, Span

_ADDERS = {"add_strategy", "add_strategies", "add_actor", "add_actors", "add_exec_algorithm", "add_exec_algorithms"}


class LoadStateBeforeStrategies(Rule):
    """State that is loaded before the strategies are there.

    With `load_state=True` the kernel loads saved state once, while the node is constructed. Strategies and actors
    that are attached afterwards with `node.trader.add_strategy` save on every stop and are never given anything
    back: `on_load` is not called, without a word in the log. A restart trades as if it had never run.

    Name them in the configuration, `strategies=[ImportableStrategyConfig(...)]`, or call `node.trader.load()` after
    the last one is attached and before `node.run()`.
    """

    id = "STA004"
    name = "load-state-before-strategies"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset(_ADDERS)

    invalid = [
        Example(
            "attached after the node was made",
            """
            from nautilus_trader.config import TradingNodeConfig
            from nautilus_trader.live.node import TradingNode
            from keeper import Keeper

            node = TradingNode(config=TradingNodeConfig(load_state=True, save_state=True))
            node.trader.add_strategy(Keeper())  # !
            node.build()
            node.run()
            # --- keeper.py
            from nautilus_trader.trading.strategy import Strategy

            class Keeper(Strategy):
                def on_load(self, state):
                    self.stop = state["stop"]
            """,
        ),
    ]
    valid = [
        Example(
            "loaded by hand",
            """
            from nautilus_trader.config import TradingNodeConfig
            from nautilus_trader.live.node import TradingNode

            node = TradingNode(config=TradingNodeConfig(load_state=True))
            node.trader.add_strategy(STRATEGY)
            node.trader.load()
            node.run()
            """,
        ),
        Example(
            "importable strategies, and nothing loaded",
            """
            from nautilus_trader.config import TradingNodeConfig
            from nautilus_trader.live.node import TradingNode

            one = TradingNode(config=TradingNodeConfig(load_state=True, strategies=STRATEGIES))
            one.run()

            two = TradingNode(config=TradingNodeConfig())
            two.run()
            """,
        ),
        Example(
            "a strategy that has nothing to load",
            """
            from nautilus_trader.config import TradingNodeConfig
            from nautilus_trader.live.node import TradingNode
            from nautilus_trader.trading.strategy import Strategy

            class Plain(Strategy):
                def on_bar(self, bar):
                    self.submit_order(self.make(bar))

            node = TradingNode(config=TradingNodeConfig(load_state=True))
            node.trader.add_strategy(Plain())
            """,
        ),
    ]

    def check_program(self, program: Program) -> Iterator[Finding]:
        loading = [
            node
            for source in program.python
            if "load_state" in source.words and not program.is_test(source)
            for node in program.nodes.of(source)
            if node.is_true("load_state", program.values)
        ]
        if not loading:
            return
        where = {node.source for node in loading}
        for source in program.mentioning(self.mentions):
            calls = [call for call in source.find(cst.Call) if _is_adder(call)]
            elsewhere = "TradingNode" in source.words or source in where
            if not calls or program.is_test(source) or not elsewhere or _loads(source):
                continue
            for call in calls:
                if self._needs_state(source, call, program):
                    yield self._report(source, call, calls[-1])
                    break

    def _needs_state(self, source: PythonSource, call: cst.Call, program: Program) -> bool:
        """Unless what is attached is known and has no `on_load`."""
        added = call.args[0].value if len(call.args) == 1 else None
        classes = program.types.of(source, added) if added is not None else ()
        return not classes or any(one.method("on_load") is not None or one.has_unknown_base for one in classes)

    def _report(self, source: PythonSource, call: cst.Call, last: cst.Call) -> Finding:
        message = (
            "`load_state=True` loads state while the node is constructed, before this adds its strategy, so `on_load`"
            " is never called and a restart trades as if it had never run: call `node.trader.load()` after the last"
            " one is added, or use importable strategies"
        )
        return self.finding(source, call, message, fix=_fix(source, last))


def _fix(source: PythonSource, last: cst.Call) -> Fix | None:
    """A line after the last call, unless that is in a loop or a larger statement."""
    line = source.parent(source.parent(last) or last)
    if not (isinstance(line, cst.SimpleStatementLine) and isinstance(last.func, cst.Attribute)):
        return None
    if source.enclosing(last, cst.For, cst.While, cst.If) is not None:
        return None
    span = source.span(line)
    owner = source.code(last.func.value)
    indent = " " * (source.span(last).column - 1)
    end = Span(span.end_line, span.end_column, span.end_line, span.end_column)
    return Fix("load the saved state", (Edit(end, f"\n{indent}{owner}.load()"),), safe=False)


def _is_adder(call: cst.Call) -> bool:
    func = call.func
    return isinstance(func, cst.Attribute) and func.attr.value in _ADDERS and _is_trader(func.value)


def _is_trader(node: cst.BaseExpression) -> bool:
    name = node.attr.value if isinstance(node, cst.Attribute) else node.value if isinstance(node, cst.Name) else ""
    return name == "trader"


def _loads(source: PythonSource) -> bool:
    return any(
        isinstance(call.func, cst.Attribute) and call.func.attr.value == "load" and _is_trader(call.func.value)
        for call in source.find(cst.Call)
    )
