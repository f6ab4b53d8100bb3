import re
from collections.abc import Iterator
from decimal import Decimal

import libcst as cst

from lintkit.rule import Confidence, ConfigSource, Example, Finding, Program, PythonSource, Rule, Severity, api

_TIMEOUTS = frozenset({
    "timeout_connection", "timeout_reconciliation", "timeout_portfolio", "timeout_disconnection", "timeout_post_stop",
    "timeout_shutdown",
})  # fmt: skip
_CONFIGS = {"TradingNodeConfig", "BacktestEngineConfig", "NautilusKernelConfig"}
_LONGEST_SECS = 1_000
_CHECKS = {"inflight_check_interval_ms": 2_000, "inflight_check_threshold_ms": 5_000}
"""Milliseconds, and the default."""
_SHORTEST_MS = 100


class TimeoutUnit(Rule):
    """Timeout in another unit than the one that is wanted.

    The timeouts of a node's configuration are in seconds. `timeout_connection=30_000` waits more than eight hours for
    a venue that does not answer, and `timeout_post_stop=5_000` keeps a node that was told to stop, with its working
    orders, for an hour and a half.

    Write seconds: `timeout_connection=30.0`. The checks of orders in flight are the other way round: their intervals
    are in milliseconds, and `inflight_check_interval_ms=2` asks 500 times a second.
    """

    id = "UNI006"
    name = "timeout-unit"
    severity = Severity.ERROR
    confidence = Confidence.LIKELY
    since = "0.1.0"
    config_words = re.compile(r"timeout_(?:connection|reconciliation|portfolio|disconnection|post_stop|shutdown)")
    mentions = _TIMEOUTS.union(_CHECKS)

    invalid = [
        Example(
            "in code, directly and by a dict",
            """
            from nautilus_trader.config import TradingNodeConfig

            CONNECT = 30 * 1000
            one = TradingNodeConfig(
                timeout_connection=CONNECT,  # !
                timeout_post_stop=5_000,  # !
            )
            settings = {
                "timeout_portfolio": 10_000,  # !
            }
            two = TradingNodeConfig(**settings)
            """,
        ),
        Example(
            "the other way round",
            """
            from nautilus_trader.config import LiveExecEngineConfig

            engine = LiveExecEngineConfig(
                inflight_check_interval_ms=2,  # !
                inflight_check_threshold_ms=5_000,
            )
            off = LiveExecEngineConfig(inflight_check_interval_ms=0)
            """,
        ),
        Example(
            "in a config file",
            """
            # --- live.yaml
            trader_id: T-001
            timeout_connection: 60000  # !
            """,
        ),
    ]
    valid = [
        Example(
            "seconds, and timeouts of other things",
            """
            from nautilus_trader.config import TradingNodeConfig

            one = TradingNodeConfig(timeout_connection=120.0, timeout_post_stop=SECS)
            two = make_pool(timeout_connection=60_000)
            # --- live.yaml
            trader_id: T-001
            timeout_connection: 60.0
            # --- pool.yaml
            database:
              timeout_connection: 60000
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            made = api.short(program.names.external(source, call.func))
            if made == "LiveExecEngineConfig":
                yield from self._checks(source, call, program)
            if made in _CONFIGS:
                for name, argument in program.arguments(call).given.items():
                    if name in _TIMEOUTS:
                        yield from self._value(source, argument, name, program.number(source, argument.value))
        for node in program.nodes.of(source):
            for name, given in node.arguments.items():
                element = given.source.parent(given.value)
                if name in _TIMEOUTS and isinstance(element, cst.DictElement):
                    yield from self._value(given.source, element, name, program.number(given.source, given.value))

    def _checks(self, source: PythonSource, call: cst.Call, program: Program) -> Iterator[Finding]:
        for name, argument in program.arguments(call).given.items():
            value = program.number(source, argument.value) if name in _CHECKS else None
            if value is not None and 0 < value < _SHORTEST_MS:
                yield self.finding(
                    source,
                    argument,
                    f"`{name}` is in milliseconds, so orders in flight are looked at every {value.normalize():f} ms and"
                    f" given up before the venue can answer: `{value * 1000:f}` if seconds were meant",
                )

    def check_config(self, source: ConfigSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for entry in source.entries:
            name = str(entry.path[-1]) if entry.path else ""
            if name not in _TIMEOUTS or isinstance(entry.value, bool) or not isinstance(entry.value, (int, float)):
                continue
            beside = {e.path[-1] for e in source.children(entry.path[:-1])}
            if entry.value >= _LONGEST_SECS and ("trader_id" in beside or len(beside & _TIMEOUTS) > 1):
                yield self.finding(source, entry.span, _message(name, Decimal(str(entry.value))))

    def _value(self, source: PythonSource, place: cst.CSTNode, name: str, seconds: Decimal | None) -> Iterator[Finding]:
        if seconds is not None and seconds >= _LONGEST_SECS:
            yield self.finding(source, place, _message(name, seconds))


def _message(name: str, seconds: Decimal) -> str:
    hours = seconds / 3600
    length = f"{hours:.1f} hours" if hours >= 1 else f"{seconds / 60:.0f} minutes"
    meant = f"`{seconds / 1000:f}` if it was meant in ms"
    return f"`{name}` is in seconds, so this waits {length} with orders working: {meant}"
