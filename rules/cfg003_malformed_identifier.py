import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, ConfigSource, Example, Finding, Program, PythonSource, Rule, Severity, api

_HYPHEN = frozenset({"TraderId", "StrategyId", "AccountId"})
_NOT_EMPTY = frozenset({"Symbol", "Venue", "ClientId", "ComponentId"})
_CONFIGS = frozenset({"TradingNodeConfig", "BacktestEngineConfig", "NautilusKernelConfig"})
_BESIDE = frozenset({
    "instance_id", "data_clients", "exec_clients", "strategies", "cache", "load_state", "save_state", "logging",
    "data_engine", "exec_engine", "risk_engine", "environment", "message_bus", "timeout_connection",
})  # fmt: skip


class MalformedIdentifier(Rule):
    """Identifier that NautilusTrader cannot read.

    A trader id is a name and a tag with a hyphen between them. `trader_id="PROD"` does not raise: the Rust side panics
    and the process is gone, with no traceback and nothing said. An instrument id without a venue, or a strategy or
    account id without a hyphen, raises when it is read, live at the start of the node.

    Write `trader_id="PROD-001"`, `InstrumentId.from_str("EUR/USD.SIM")`.
    """

    id = "CFG003"
    name = "malformed-identifier"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({*_HYPHEN, *_NOT_EMPTY, *_CONFIGS, "InstrumentId"})
    config_words = re.compile(r"trader_id")

    invalid = [
        Example(
            "no hyphen, no venue, nothing",
            """
            from nautilus_trader.config import TradingNodeConfig
            from nautilus_trader.model.identifiers import AccountId, InstrumentId, TraderId, Venue

            trader = TraderId("TRADER")  # !
            config = TradingNodeConfig(trader_id="PROD")  # !
            account = AccountId("SIM001")  # !
            pair = InstrumentId.from_str("GBPUSD")  # !
            venue = Venue("")  # !
            """,
        ),
        Example(
            "in a file",
            """
            # --- live.yaml
            trader_id: PROD  # !
            exec_engine:
              reconciliation: true
            """,
        ),
    ]
    valid = [
        Example(
            "name and tag, symbol and venue, and what is not known",
            """
            from nautilus_trader.config import BacktestEngineConfig, TradingNodeConfig
            from nautilus_trader.model.identifiers import AccountId, InstrumentId, StrategyId, TraderId

            external = StrategyId("EXTERNAL")
            trader = TraderId("TRADER-001")
            a = TradingNodeConfig(trader_id="PROD-001")
            b = BacktestEngineConfig(trader_id=TraderId("BACK-TEST-001"))
            account = AccountId("SIM-001")
            pair = InstrumentId.from_str("GBP/USD.SIM")

            def make(name):
                return TraderId(name), TraderId(f"{name}-1"), InstrumentId.from_str(name)
            # --- web.yaml
            trader_id: alice
            role: admin
            """,
        ),
        Example(
            "somebody expects that it fails",
            """
            import pytest
            from nautilus_trader.model.identifiers import InstrumentId

            with pytest.raises(ValueError):
                InstrumentId.from_str("GBPUSD")

            try:
                InstrumentId.from_str("GBPUSD")
            except ValueError:
                pass
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            name = program.names.external(source, call.func) or ""
            if not name.startswith(f"{api.PACKAGE}.") or source.enclosing(call, cst.Try, cst.With):
                continue
            short, owner = name.rpartition(".")[2], name.split(".")[-2]
            if short in _CONFIGS:
                node = program.arguments(call).value("trader_id")
                yield from self._value(source, node, "TraderId", program)
            elif short in _HYPHEN | _NOT_EMPTY:
                node = call.args[0].value if len(call.args) == 1 else None
                yield from self._value(source, node, short, program)
            elif short == "from_str" and owner == "InstrumentId":
                node = call.args[0].value if len(call.args) == 1 else None
                yield from self._value(source, node, "InstrumentId", program)

    def _value(
        self, source: PythonSource, node: cst.BaseExpression | None, kind: str, program: Program
    ) -> Iterator[Finding]:
        text = program.text(source, node) if node is not None else None
        message = _problem(text, kind) if text is not None else None
        if node is not None and message is not None:
            yield self.finding(source, node, message)

    def check_config(self, source: ConfigSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for entry in source.entries:
            if entry.path[-1:] != ("trader_id",) or not isinstance(entry.value, str) or "$" in entry.value:
                continue
            near = {e.path[-1] for e in source.children(entry.path[:-1])}
            message = _problem(entry.value, "TraderId")
            if message is not None and near & _BESIDE:
                yield self.finding(source, entry.span, message, confidence=Confidence.LIKELY)


def _problem(text: str, kind: str) -> str | None:
    if not text.strip():
        return f"an empty `{kind}` is refused, so the run stops where it is made: give the name"
    if kind == "InstrumentId" and "." not in text:
        return (
            f"`{text}` is no instrument id, so `InstrumentId.from_str` raises: write symbol and venue, as `{text}.SIM`"
        )
    if kind == "TraderId" and not all(text.rpartition("-")[::2]):
        return (
            f"the trader id `{text}` has no hyphen, so the process is aborted without a traceback: write name and tag,"
            f" as `{text.strip('-')}-001`"
        )
    if kind in _HYPHEN and "-" not in text and (kind, text) != ("StrategyId", "EXTERNAL"):
        return f"`{text}` is no `{kind}`, so making it raises: write name and tag, as `{text}-001`"
    return None
