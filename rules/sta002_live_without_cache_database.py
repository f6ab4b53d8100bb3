from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Example, Finding, Node, Program, PythonSource, Rule, Severity

_COPIES = frozenset({"msgspec.structs.replace", "dataclasses.replace", "copy.replace"})


class LiveWithoutCacheDatabase(Rule):
    """Live node that keeps nothing.

    Without a cache database a node that restarts knows no order and no position of its own. It has only what the
    venue reports within the reconciliation window: client order ids, the strategy that owned a position, stops and
    take-profits that hung on an order list, and everything in the strategy's attributes are gone, and the strategy
    may open on top of what it holds.

    Give the node one: `cache=CacheConfig(database=DatabaseConfig(...))`. An error when `save_state` or `load_state`
    is on or when strategies define `on_save`: what they save is thrown away. Nodes on the sandbox or a testnet,
    nodes without execution clients, nodes whose strategies send no orders, and examples are not reported.
    """

    id = "STA002"
    name = "live-without-cache-database"
    severity = Severity.WARNING
    since = "0.1.0"
    mentions = frozenset({"TradingNodeConfig"})

    invalid = [
        Example(
            "a live node with the default cache",
            """
            from nautilus_trader.config import TradingNodeConfig

            config = TradingNodeConfig(trader_id="T-001", data_clients=DATA, exec_clients=EXEC)  # !
            """,
        ),
        Example(
            "a cache without a database, through names",
            """
            from nautilus_trader.config import CacheConfig, TradingNodeConfig

            CACHE = CacheConfig(tick_capacity=100)
            settings = {"trader_id": "T-001", "exec_clients": {"X": EXEC}, "cache": CACHE}
            config = TradingNodeConfig(**settings)  # !
            other = TradingNodeConfig(exec_clients={"X": EXEC}, cache=CacheConfig(database=None))  # !
            """,
        ),
    ]
    valid = [
        Example(
            "a database",
            """
            from nautilus_trader.config import CacheConfig, DatabaseConfig, TradingNodeConfig

            one = TradingNodeConfig(exec_clients=EXEC, cache=CacheConfig(database=DatabaseConfig()))
            """,
        ),
        Example(
            "not known",
            """
            from nautilus_trader.config import CacheConfig, TradingNodeConfig

            def node(cache, options, section):
                table = {"exec_clients": {"X": section}}
                if cache:
                    table["cache"] = cache
                return [
                    TradingNodeConfig(exec_clients=options, cache=cache),
                    TradingNodeConfig(exec_clients={"X": section}, **options),
                    TradingNodeConfig(exec_clients={"X": section}, cache=CacheConfig(**section)),
                    TradingNodeConfig(**table),
                ]
            """,
        ),
        Example(
            "a copy with a cache",
            """
            from nautilus_trader.config import TradingNodeConfig
            from nautilus_trader.trading.strategy import Strategy

            class Trades(Strategy):
                def on_bar(self, bar):
                    self.submit_order(self.order)

            def base():
                return TradingNodeConfig(exec_clients={"X": EXEC})
            # --- node.py
            import msgspec
            from strategy import base

            config = msgspec.structs.replace(base(), cache=PERSISTENT)
            """,
        ),
        Example(
            "nothing to lose: data only, or the sandbox",
            """
            from nautilus_trader.adapters.sandbox.config import SandboxExecutionClientConfig
            from nautilus_trader.config import TradingNodeConfig

            paper = SandboxExecutionClientConfig(venue="X", starting_balances=["1 USD"])
            one = TradingNodeConfig(data_clients={"X": DATA})
            two = TradingNodeConfig(data_clients={"X": DATA}, exec_clients={"X": paper})
            three = TradingNodeConfig(exec_clients={"X": BinanceExecClientConfig(testnet=True)})
            """,
        ),
        Example(
            "a probe that sends no orders",
            """
            from nautilus_trader.config import TradingNodeConfig
            from nautilus_trader.trading.strategy import Strategy

            class Probe(Strategy):
                def on_quote_tick(self, tick):
                    self.log.info(str(tick))

            def main():
                config = TradingNodeConfig(exec_clients={"X": EXEC})
                node.trader.add_strategy(Probe())
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_example(source):
            return
        for node in program.nodes.of(source):
            if not node.risks_money or program.nodes.has_database(node) is not False:
                continue
            if program.trading.sends_orders(source) and not any(_gets_cache(program)):
                yield self._report(source, node, program)

    def _report(self, source: PythonSource, node: Node, program: Program) -> Finding:
        saver = next((one for one in program.trading.used_in(source) if one.method("on_save") is not None), None)
        flags = [f"`{name}=True`" for name in ("save_state", "load_state") if node.is_true(name, program.values)]
        cure = "give it `cache=CacheConfig(database=DatabaseConfig(...))`"
        if flags or saver is not None:
            why = flags[0] if flags else f"`{saver.name}.on_save`" if saver is not None else ""
            message = (
                f"this live node has no cache database, so {why} saves nothing and a restart knows neither its orders"
                f" nor its positions: {cure}"
            )
            return self.finding(source, node.call.func, message, severity=Severity.ERROR)
        message = (
            "this live node has no cache database, so a restart knows neither its orders nor its positions and the"
            f" strategy may trade on top of them: {cure}"
        )
        return self.finding(source, node.call.func, message)


def _gets_cache(program: Program) -> Iterator[bool]:
    """Whether a configuration is copied somewhere with another cache: then what it was made with says little."""
    for source in program.mentioning(frozenset({"replace"})):
        for call in source.find(cst.Call) if "cache" in source.words and not program.is_test(source) else ():
            given = any(argument.keyword is not None and argument.keyword.value == "cache" for argument in call.args)
            yield given and program.names.external(source, call.func) in _COPIES
