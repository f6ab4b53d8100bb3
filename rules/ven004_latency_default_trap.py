from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Edit, Example, Finding, Fix, Program, PythonSource, Rule, Severity, Span, api

_WORDS = {1_000_000: "1 ms", 1_000_000_000: "1 s", 0: "nothing at all"}


class LatencyDefaultTrap(Rule):
    """Latency that nobody chose.

    `LatencyModel()` delays orders by 1 ms, although its documentation says a second; `LatencyModelConfig()` and an
    importable model with an empty `config` by a full second; release 2's `StaticLatencyModel()` by nothing. The same
    backtest gives three different results depending on the way it was set up.

    Write the value that you measured, in nanoseconds. The fix spells out the default that is in force.
    """

    id = "VEN004"
    name = "latency-default-trap"
    severity = Severity.WARNING
    since = "0.1.0"
    mentions = frozenset({*api.LATENCY_MODELS})

    invalid = [
        Example(
            "a model and a configuration without a value",
            """
            from nautilus_trader.backtest.config import LatencyModelConfig
            from nautilus_trader.backtest.models import LatencyModel

            one = LatencyModel()  # !
            two = LatencyModelConfig()  # !
            """,
            fixed="""
            from nautilus_trader.backtest.config import LatencyModelConfig
            from nautilus_trader.backtest.models import LatencyModel

            one = LatencyModel(base_latency_nanos=1_000_000)  # !
            two = LatencyModelConfig(base_latency_nanos=1_000_000_000)  # !
            """,
        ),
        Example(
            "an importable model with nothing in its config",
            """
            from nautilus_trader.backtest.config import ImportableLatencyModelConfig

            model = ImportableLatencyModelConfig(
                latency_model_path="nautilus_trader.backtest.models:LatencyModel",
                config_path="nautilus_trader.backtest.config:LatencyModelConfig",
                config={},  # !
            )
            """,
        ),
    ]
    valid = [
        Example(
            "a value, or one that cannot be seen",
            """
            from nautilus_trader.backtest.models import LatencyModel

            def models(config, options):
                return [LatencyModel(5_000_000), LatencyModel(config=config), LatencyModel(**options)]
            """,
        ),
        Example(
            "a class of the project",
            """
            import nautilus_trader

            class LatencyModel:
                pass

            model = LatencyModel()
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            name = api.short(program.names.external(source, call.func))
            default = api.LATENCY_DEFAULT_NANOS.get(name or "")
            if default is not None and not call.args:
                text = f"base_latency_nanos={default:_}"
                end = source.span(call)
                at = Span(end.end_line, end.end_column - 1, end.end_line, end.end_column - 1)
                fix = Fix("spell the default out", (Edit(at, text),), safe=True)
                message = (
                    f"`{name}()` delays orders by {_WORDS[default]}, a default that differs between the ways to set it:"
                    " write the latency that you measured, in nanoseconds"
                )
                yield self.finding(source, call, message, fix=fix)
            elif name == "ImportableLatencyModelConfig":
                given = program.arguments(call).given.get("config")
                if given is not None and isinstance(given.value, cst.Dict) and not given.value.elements:
                    message = (
                        "an empty `config` delays orders by a full second, 1000 times as long as `LatencyModel()`:"
                        " write the latency that you measured, in nanoseconds"
                    )
                    yield self.finding(source, given, message)
