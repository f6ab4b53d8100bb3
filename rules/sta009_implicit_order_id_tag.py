from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Edit, Example, Finding, Fix, Program, PythonSource, Rule, Severity

_TAGS = {"order_id_tag", "strategy_id"}
_ADDERS = {"add_strategy", "add_strategies"}


class ImplicitOrderIdTag(Rule):
    """Strategies that are told apart by the order in which they are added.

    A strategy without `order_id_tag` or `strategy_id` gets the next free tag, 000, 001 and so on, in the order of
    adding. Adding a strategy in front, or removing one, renames those behind it: the positions, open orders and
    saved state of the one before now belong to another, which trades them by its own rules. Two processes also make
    the same client order ids.

    Give every strategy of a live node its own tag: `StrategyConfig(order_id_tag="EU1")`. An error when the node
    keeps its state in a database, where the mix-up survives. Nodes with a single strategy are not reported.
    """

    id = "STA009"
    name = "implicit-order-id-tag"
    severity = Severity.WARNING
    since = "0.1.0"
    mentions = frozenset({"add_strategy", "add_strategies"})

    invalid = [
        Example(
            "two strategies with default tags",
            """
            from nautilus_trader.config import TradingNodeConfig
            from nautilus_trader.live.node import TradingNode
            from maker import Maker, MakerConfig

            node = TradingNode(config=TradingNodeConfig(exec_clients={"X": EXEC}))
            node.trader.add_strategy(Maker(MakerConfig(instrument_id="EUR/USD.X")))  # !
            node.trader.add_strategy(Maker(config=MakerConfig(instrument_id="GBP/USD.X")))
            # --- maker.py
            from nautilus_trader.config import StrategyConfig
            from nautilus_trader.trading.strategy import Strategy

            class MakerConfig(StrategyConfig, frozen=True):
                instrument_id: str

            class Maker(Strategy):
                def __init__(self, config: MakerConfig):
                    super().__init__(config)
            """,
        ),
        Example(
            "one for each instrument",
            """
            from nautilus_trader.config import TradingNodeConfig, StrategyConfig
            from nautilus_trader.live.node import TradingNode
            from nautilus_trader.trading.strategy import Strategy

            class Trend(Strategy):
                pass

            node = TradingNode(config=TradingNodeConfig(exec_clients={"X": EXEC}))
            for symbol in SYMBOLS:
                config = StrategyConfig(oms_type="NETTING")
                node.trader.add_strategy(Trend(config))  # !
            """,
        ),
    ]
    valid = [
        Example(
            "tags of their own",
            """
            from nautilus_trader.config import StrategyConfig, TradingNodeConfig
            from nautilus_trader.live.node import TradingNode
            from nautilus_trader.trading.strategy import Strategy

            class Trend(Strategy):
                pass

            class TaggedConfig(StrategyConfig, frozen=True):
                order_id_tag: str = "T1"

            node = TradingNode(config=TradingNodeConfig(exec_clients={"X": EXEC}))
            node.trader.add_strategy(Trend(StrategyConfig(order_id_tag="EU1")))
            node.trader.add_strategy(Trend(StrategyConfig(strategy_id="Trend-EU2")))
            node.trader.add_strategy(Trend(TaggedConfig()))
            """,
        ),
        Example(
            "a single strategy, a backtest, and what is not known",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.config import StrategyConfig, TradingNodeConfig
            from nautilus_trader.live.node import TradingNode
            from nautilus_trader.trading.strategy import Strategy

            class Trend(Strategy):
                pass

            def live(options, made):
                node = TradingNode(config=TradingNodeConfig(exec_clients={"X": EXEC}))
                node.trader.add_strategy(Trend(StrategyConfig()))
                node.trader.add_strategy(Trend(StrategyConfig(**options)))
                node.trader.add_strategy(made)

            def replay(engine: BacktestEngine):
                engine.add_strategy(Trend(StrategyConfig()))
                engine.add_strategy(Trend(StrategyConfig()))
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_example(source) or "TradingNode" not in source.words:
            return
        nodes = program.nodes.of(source)
        if nodes and all(not node.risks_money for node in nodes):
            return
        bare = [added for added in _added(source) if self._is_bare(source, added, program)]
        looped = [added for added in bare if _in_loop(source, added)]
        if len(bare) < 2 and not looped:  # noqa: PLR2004  # the order of one is always the same
            return
        first = (looped or bare)[0]
        place = source.enclosing(first, cst.Call) or first
        kept = any(program.nodes.has_database(node) for node in nodes)
        yield self.finding(
            source,
            place if isinstance(source.parent(first), cst.Arg) else first,
            "these strategies have no `order_id_tag`, so they are numbered in the order in which they are added and"
            " after a change of it their positions, orders and saved state belong to another strategy: give each one"
            " its own",
            severity=Severity.ERROR if kept else Severity.WARNING,
            fix=self._fix(source, program) if not looped else None,
        )

    def _fix(self, source: PythonSource, program: Program) -> Fix | None:
        """The tags that the strategies have by their order, written out."""
        edits: list[Edit] = []
        for place, added in enumerate(_added(source)):
            if not self._is_bare(source, added, program):
                continue
            where, made = program.nodes.written(source, added)
            given = made.args[0].value if isinstance(made, cst.Call) and made.args else None
            where, config = program.nodes.written(where, given) if given is not None else (where, None)
            if where is not source or not isinstance(config, cst.Call):
                return None
            one = self.adding(source, config, [f'order_id_tag="{place:03d}"'], "", safe=False)
            edits += one.edits if one is not None else ()
        return Fix("write out the tags of today's order", tuple(edits), safe=False) if edits else None

    def _is_bare(self, source: PythonSource, strategy: cst.BaseExpression, program: Program) -> bool:
        """Whether a strategy is surely made without a tag."""
        where, made = program.nodes.written(source, strategy)
        if not isinstance(made, cst.Call) or not any(
            one.derives_from("Strategy") for one in program.types.of(where, made)
        ):
            return False
        named = [a.value for a in made.args if a.keyword is not None and a.keyword.value == "config"]
        given = named or [a.value for a in made.args[:1] if a.keyword is None and not a.star]
        if not given:
            return not made.args
        where, config = program.nodes.written(where, given[0])
        if not isinstance(config, cst.Call):
            return False
        arguments = program.arguments(config)
        if arguments.unpacked or _TAGS & arguments.given.keys():
            return False
        own = program.classes.named(program.names.resolve(where, config.func))
        if own is None:
            return (program.names.external(where, config.func) or "").endswith(".StrategyConfig")
        return own.derives_from("StrategyConfig") and not any(_has_default(one.node) for one in own.mro)


def _added(source: PythonSource) -> list[cst.BaseExpression]:
    """The strategies that are attached to a live node's trader."""
    found: list[cst.BaseExpression] = []
    for call in source.find(cst.Call):
        func = call.func
        if not (isinstance(func, cst.Attribute) and func.attr.value in _ADDERS and len(call.args) == 1):
            continue
        if not (isinstance(func.value, cst.Attribute) and func.value.attr.value == "trader"):
            continue
        value = call.args[0].value
        found += [e.value for e in value.elements] if isinstance(value, cst.List) else [value]
    return found


def _in_loop(source: PythonSource, node: cst.CSTNode) -> bool:
    return isinstance(source.enclosing(node, cst.For, cst.While, cst.FunctionDef), (cst.For, cst.While))


def _has_default(node: cst.ClassDef) -> bool:
    return any(
        isinstance(small, cst.AnnAssign)
        and small.value is not None
        and isinstance(small.target, cst.Name)
        and small.target.value in _TAGS
        for line in node.body.body
        if isinstance(line, cst.SimpleStatementLine)
        for small in line.body
    )
