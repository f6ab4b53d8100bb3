import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import (
    Confidence,
    ConfigSource,
    Edit,
    Example,
    Finding,
    Fix,
    Program,
    PythonSource,
    Rule,
    Severity,
    api,
)


class ReconciliationOff(Rule):
    """Live node that does not ask the venue what it holds.

    With `reconciliation=False` a node that starts takes its own memory for the truth. Fills, cancels and positions of
    the time in which it was down are never learned; without a cache database it starts with nothing while the
    account is in the market.

    Leave it on. Nodes on the sandbox and nodes whose strategies send no orders are not reported.
    """

    id = "STA007"
    name = "reconciliation-off"
    severity = Severity.ERROR
    since = "0.1.0"
    config_words = re.compile(r"reconciliation")
    mentions = frozenset({"reconciliation"})

    invalid = [
        Example(
            "a live node",
            """
            from nautilus_trader.config import LiveExecEngineConfig, TradingNodeConfig

            config = TradingNodeConfig(
                exec_clients={"X": EXEC},
                exec_engine=LiveExecEngineConfig(reconciliation=False),  # !
            )
            """,
            fixed="""
            from nautilus_trader.config import LiveExecEngineConfig, TradingNodeConfig

            config = TradingNodeConfig(
                exec_clients={"X": EXEC},
                exec_engine=LiveExecEngineConfig(reconciliation=True),  # !
            )
            """,
        ),
        Example(
            "a config file",
            """
            # --- live.yaml
            exec_engine:
              reconciliation: false  # !
            """,
        ),
        Example(
            "a constant of another file",
            """
            from nautilus_trader.config import LiveExecEngineConfig, TradingNodeConfig
            from nautilus_trader.trading.strategy import Strategy
            import settings

            class Trades(Strategy):
                def on_bar(self, bar):
                    self.submit_order(self.order)

            config = TradingNodeConfig(
                exec_engine=LiveExecEngineConfig(reconciliation=settings.RECONCILE),  # !
                exec_clients=CLIENTS,
            )
            # --- settings.py
            RECONCILE = False
            """,
        ),
    ]
    valid = [
        Example(
            "on, or the sandbox, or data only",
            """
            from nautilus_trader.adapters.sandbox.config import SandboxExecutionClientConfig
            from nautilus_trader.config import LiveExecEngineConfig, TradingNodeConfig

            one = TradingNodeConfig(exec_clients=EXEC, exec_engine=LiveExecEngineConfig(reconciliation=True))
            two = TradingNodeConfig(
                exec_clients={"X": SandboxExecutionClientConfig(venue="X")},
                exec_engine=LiveExecEngineConfig(reconciliation=False),
            )
            three = TradingNodeConfig(exec_engine=LiveExecEngineConfig(reconciliation=False))
            """,
        ),
        Example(
            "a config file of the sandbox, and one that reconciles",
            """
            # --- sandbox.yaml
            exec_engine:
              reconciliation: false
            # --- paper.yaml
            environment: sandbox
            exec_engine:
              reconciliation: false
            # --- live.yaml
            exec_engine:
              reconciliation: true
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_example(source) or not program.trading.sends_orders(source):
            return
        for node in program.nodes.of(source):
            given = node.arguments.get("exec_engine")
            made = program.nodes.made(given.source, given.value) if given is not None else None
            if made is None or not node.risks_money:
                continue
            where, call = made
            if api.short(program.names.external(where, call.func)) != "LiveExecEngineConfig":
                continue
            argument = program.arguments(call, ("reconciliation",)).given.get("reconciliation")
            if argument is None or not program.is_false(where, argument.value):
                continue
            written = _is_false(argument.value)
            fix = self.replace(where, argument.value, "True", "set to True", safe=True) if written else None
            yield self.finding(where, argument, _MESSAGE, fix=fix)

    def check_config(self, source: ConfigSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source) or re.search(
            r"sandbox|paper|backtest|example", source.text + str(source.path), re.IGNORECASE
        ):
            return
        for entry in source.entries:
            if entry.path[-2:] == ("exec_engine", "reconciliation") and entry.value is False:
                fix = Fix("set to true", (Edit(entry.span, "true"),), safe=True)
                yield self.finding(source, entry.span, _MESSAGE, confidence=Confidence.LIKELY, fix=fix)


_MESSAGE = (
    "with `reconciliation` off the node never learns of fills, cancels and positions of the time in which it was down"
    " and trades on top of them: leave it on"
)


def _is_false(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "False"
