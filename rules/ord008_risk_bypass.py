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

_LIVE = frozenset({"live", "prod", "production", "trading_node", "node"})


class RiskBypass(Rule):
    """Live node without its risk engine.

    `bypass=True` sends every order past the checks of price, quantity, notional, rate and balance. A strategy that
    goes wrong, or a price feed that does, then trades as fast as it can with nothing between it and the venue.

    Leave it out, or set it to false; for the speed of a backtest it is fine.
    """

    id = "ORD008"
    name = "risk-bypass"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"bypass"})
    config_words = re.compile(r"bypass")

    invalid = [
        Example(
            "a live risk engine",
            """
            from nautilus_trader.config import LiveRiskEngineConfig, RiskEngineConfig, TradingNodeConfig

            a = LiveRiskEngineConfig(bypass=True)  # !
            b = TradingNodeConfig(
                risk_engine=RiskEngineConfig(bypass=True),  # !
                exec_clients=CLIENTS,
            )
            """,
            fixed="""
            from nautilus_trader.config import LiveRiskEngineConfig, RiskEngineConfig, TradingNodeConfig

            a = LiveRiskEngineConfig(bypass=False)  # !
            b = TradingNodeConfig(
                risk_engine=RiskEngineConfig(bypass=False),  # !
                exec_clients=CLIENTS,
            )
            """,
        ),
        Example(
            "in a file",
            """
            # --- live.yaml
            trader_id: PROD-001
            risk_engine:
              bypass: true  # !
            """,
            fixed="""
            # --- live.yaml
            trader_id: PROD-001
            risk_engine:
              bypass: false  # !
            """,
        ),
        Example(
            "in a file whose name says nothing",
            """
            # --- node.yaml
            environment: LIVE
            risk_engine:
              bypass: true  # !
            """,
        ),
    ]
    valid = [
        Example(
            "a backtest, a sandbox, and what is not known",
            """
            from nautilus_trader.config import BacktestEngineConfig, LiveRiskEngineConfig, RiskEngineConfig

            a = BacktestEngineConfig(risk_engine=RiskEngineConfig(bypass=True))
            b = LiveRiskEngineConfig(bypass=False)

            def make(bypass):
                return LiveRiskEngineConfig(bypass=bypass)
            # --- backtest.yaml
            risk_engine:
              bypass: true
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            name = api.short(program.names.external(source, call.func))
            if name not in {"RiskEngineConfig", "LiveRiskEngineConfig"}:
                continue
            node = program.arguments(call).value("bypass")
            if node is None or not program.truth(source, node).is_true or not _is_live(source, call, name, program):
                continue
            fix = self.replace(source, node, "False", "keep the risk engine", safe=True) if _is_true(node) else None
            yield self.finding(source, node, _MESSAGE, fix=fix)

    def check_config(self, source: ConfigSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for entry in source.entries:
            if entry.path[-2:] != ("risk_engine", "bypass") or entry.value is not True:
                continue
            around = {str(part).lower() for part in entry.path}
            beside = source.children(entry.path[:-2])
            siblings = {e.path[-1] for e in beside}
            is_live = (
                around & _LIVE
                or siblings & {"exec_clients", "data_clients"}
                or any(e.path[-1] == "environment" and str(e.value).lower() == "live" for e in beside)
                or any(word in source.path.stem.lower() for word in ("live", "prod"))
            )
            if is_live and "backtest" not in str(source.path).lower():
                fix = Fix("keep the risk engine", (Edit(entry.span, "false"),), safe=True)
                yield self.finding(source, entry.span, _MESSAGE, confidence=Confidence.LIKELY, fix=fix)


_MESSAGE = (
    "`bypass` takes every order past the risk engine, so nothing stops a strategy or a price that goes wrong: leave it"
    " out"
)


def _is_live(source: PythonSource, call: cst.Call, name: str, program: Program) -> bool:
    if any(node.execution.value in {"sandbox", "nowhere"} for node in program.nodes.of(source)):
        return False
    if name == "LiveRiskEngineConfig":
        return True
    parents = (up for up in source.parents(call) if isinstance(up, cst.Call))
    return any(api.short(program.names.external(source, up.func)) == "TradingNodeConfig" for up in parents)


def _is_true(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "True"
