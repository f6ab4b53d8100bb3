import re
from collections.abc import Iterator
from decimal import Decimal

import libcst as cst

from lintkit.rule import ConfigSource, Example, Finding, Program, PythonSource, Rule, Severity, api

SHORTEST_NANOS, LONGEST_NANOS = 10_000, 10_000_000_000
"""10 microseconds to 10 seconds: no order path is faster, none that anybody trades over slower."""

_MINUTE_NANOS = 60_000_000_000
"""Whole minutes are a bar's length, meant to fill at the next bar."""


class LatencyUnit(Rule):
    """Latency in the wrong unit.

    A latency model takes whole nanoseconds. `LatencyModel(25)` is 25 ns, not 25 ms, and a fraction such as 0.025 is
    cut off to 0 without a word: the backtest runs with no latency worth the name while the code says that it has
    one. A value of more than ten seconds is as surely a slip. The parts for insert, update and cancel are added to
    the base.

    Write the unit into the number: `base_latency_nanos=25_000_000` is 25 ms.
    """

    id = "VEN002"
    name = "latency-unit"
    severity = Severity.ERROR
    since = "0.1.0"
    config_words = re.compile(r"base_latency_nanos")
    mentions = frozenset({"LatencyModel", "StaticLatencyModel", "LatencyModelConfig", "ImportableLatencyModelConfig"})

    invalid = [
        Example(
            "milliseconds and seconds",
            """
            from nautilus_trader.backtest.models import LatencyModel

            fast = LatencyModel(25)  # !
            cut = LatencyModel(base_latency_nanos=0.025)  # !
            slow = LatencyModel(base_latency_nanos=25 * 10**9)  # !
            """,
        ),
        Example(
            "a constant of another file",
            """
            from nautilus_trader.backtest.models import LatencyModel
            from constants import LATENCY_MS

            model = LatencyModel(
                base_latency_nanos=LATENCY_MS,  # !
            )
            # --- constants.py
            LATENCY_MS = 120
            """,
        ),
        Example(
            "as configuration",
            """
            from nautilus_trader.backtest.config import ImportableLatencyModelConfig, LatencyModelConfig

            one = LatencyModelConfig(base_latency_nanos=40)  # !
            two = ImportableLatencyModelConfig(
                latency_model_path="nautilus_trader.backtest.models:LatencyModel",
                config_path="nautilus_trader.backtest.config:LatencyModelConfig",
                config={"base_latency_nanos": 40},  # !
            )
            """,
        ),
        Example(
            "in config files",
            """
            # --- venue.yaml
            latency_model:
              config_path: nautilus_trader.backtest.config:LatencyModelConfig
              config:
                base_latency_nanos: 25  # !
                insert_latency_nanos: 5000000
            # --- venue.toml
            [latency]
            base_latency_nanos = 0.025  # !
            # --- fine.yaml
            base_latency_nanos: 25_000_000
            insert_latency_nanos: 0
            """,
        ),
    ]
    valid = [
        Example(
            "nanoseconds",
            """
            from nautilus_trader.backtest.models import LatencyModel

            a = LatencyModel(base_latency_nanos=120_000_000)
            b = LatencyModel(120 * 1_000_000, insert_latency_nanos=500)
            c = LatencyModel(base_latency_nanos=int(0.12 * 1e9))
            d = LatencyModel(base_latency_nanos=6 * 1_000_000.0)
            one_bar = LatencyModel(base_latency_nanos=60 * 10**9)
            """,
        ),
        Example(
            "zero is VEN001's, the default is nobody's",
            """
            from nautilus_trader.backtest.models import LatencyModel

            a = LatencyModel(0)
            b = LatencyModel()
            c = LatencyModel(base_latency_nanos=0, insert_latency_nanos=3_000_000)
            """,
        ),
        Example(
            "not known before the run",
            """
            from nautilus_trader.backtest.models import LatencyModel

            def model(millis, options):
                return [LatencyModel(millis * 1_000_000), LatencyModel(**options)]
            """,
        ),
        Example(
            "a class of the project",
            """
            import nautilus_trader

            class LatencyModel:
                def __init__(self, millis):
                    self.millis = millis

            model = LatencyModel(25)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            if api.short(program.names.external(source, call.func)) in api.LATENCY_MODELS:
                yield from self._model(source, call, program)

    def _model(self, source: PythonSource, call: cst.Call, program: Program) -> Iterator[Finding]:
        latency = program.latency(source, call)
        arguments = program.arguments(call, api.LATENCY_PARAMETERS)
        for name, nanos in latency.parts.items():
            written = arguments.value(name) or arguments.value("config")
            message = _problem(name, nanos, latency.base)
            if written is not None and message is not None:
                yield self.finding(source, written, message)

    def check_config(self, source: ConfigSource, program: Program) -> Iterator[Finding]:
        """The latencies of a table that has a base: what is added to it is not known elsewhere."""
        if program.is_test(source):
            return
        for base in source.entries:
            if not base.path or base.path[-1] != api.LATENCY_PARAMETERS[0]:
                continue
            for entry in source.children(base.path[:-1]):
                nanos = _number(entry.value)
                if entry.path[-1] not in api.LATENCY_PARAMETERS or nanos is None:
                    continue
                message = _problem(str(entry.path[-1]), nanos, _number(base.value))
                if message is not None:
                    yield self.finding(source, entry.span, message)


def _problem(name: str, nanos: Decimal, base: Decimal | None) -> str | None:
    """What to say of one part of a latency."""
    total = nanos if name == api.LATENCY_PARAMETERS[0] or base is None else nanos + base
    if nanos == 0:
        return None
    if 0 < nanos < 1:
        message = f"`{name}` takes whole nanoseconds and cuts {_plain(nanos)} off to 0, which is no latency"
    elif 0 < total < SHORTEST_NANOS:
        message = f"`{name}` takes nanoseconds and {_plain(nanos)} ns is no real latency"
    elif total > LONGEST_NANOS and nanos % _MINUTE_NANOS:
        message = f"`{name}` takes nanoseconds and {_plain(nanos)} ns is {_plain(nanos / 10**9)} seconds"
    else:
        return None
    return f"{message}: write the measured latency in ns, as `25_000_000` for 25 milliseconds"


def _number(value: object) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _plain(number: Decimal) -> str:
    return f"{number.normalize():,f}"
