from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity, api

_KINDS = ("DataEngineConfig", "ExecEngineConfig", "RiskEngineConfig")
_FIELDS = ("data_engine", "exec_engine", "risk_engine")


class EngineConfigClass(Rule):
    """Engine configuration of the other world.

    A live node takes `LiveDataEngineConfig`, `LiveExecEngineConfig` and `LiveRiskEngineConfig`, a backtest the ones
    without `Live`. The constructors accept either; the kernel then stops with InvalidConfiguration when the node or the
    engine is built, which for a node that is restarted by a supervisor is during market hours.

    Use the class of the environment; the fix puts it in and imports it.
    """

    id = "CFG006"
    name = "engine-config-class"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset(_KINDS) | frozenset(f"Live{kind}" for kind in _KINDS)

    invalid = [
        Example(
            "one for the other",
            """
            from nautilus_trader.config import BacktestEngineConfig, DataEngineConfig, LiveExecEngineConfig
            from nautilus_trader.config import TradingNodeConfig

            node = TradingNodeConfig(data_engine=DataEngineConfig(time_bars_build_with_no_updates=False))  # !
            EXEC = LiveExecEngineConfig()
            backtest = BacktestEngineConfig(exec_engine=EXEC)  # !
            """,
            fixed="""
            from nautilus_trader.config import BacktestEngineConfig, LiveExecEngineConfig
            from nautilus_trader.config import TradingNodeConfig
            from nautilus_trader.config import LiveDataEngineConfig

            node = TradingNodeConfig(data_engine=LiveDataEngineConfig(time_bars_build_with_no_updates=False))  # !
            EXEC = LiveExecEngineConfig()
            backtest = BacktestEngineConfig(exec_engine=EXEC)  # !
            """,
        ),
    ]
    valid = [
        Example(
            "the right ones, and what is not known",
            """
            from nautilus_trader.config import BacktestEngineConfig, DataEngineConfig, LiveExecEngineConfig
            from nautilus_trader.config import LiveRiskEngineConfig, TradingNodeConfig

            def make(risk, live):
                backtest = BacktestEngineConfig(data_engine=DataEngineConfig(), risk_engine=risk)
                other = BacktestEngineConfig(risk_engine=LiveRiskEngineConfig() if live else None)
                return TradingNodeConfig(exec_engine=LiveExecEngineConfig(), risk_engine=LiveRiskEngineConfig())
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            name = api.short(program.names.external(source, call.func))
            if name not in {"TradingNodeConfig", "BacktestEngineConfig"}:
                continue
            given = program.arguments(call)
            for field, kind in zip(_FIELDS, _KINDS, strict=True):
                argument = given.given.get(field)
                where, made = program.values.origin(source, argument.value) if argument is not None else (source, None)
                if argument is None or not isinstance(made, cst.Call):
                    continue
                wrong, right = (kind, f"Live{kind}") if name == "TradingNodeConfig" else (f"Live{kind}", kind)
                if api.short(program.names.external(where, made.func)) != wrong:
                    continue
                fix = None
                if where is source and source.enclosing(made, cst.Call) is call:
                    title = f"use `{right}`"
                    fix = self.calling(source, made.func, "nautilus_trader.config", right, title, safe=True)
                yield self.finding(
                    source,
                    argument,
                    f"`{name}` takes a `{right}` as `{field}` and this is a `{wrong}`, so it stops with"
                    f" InvalidConfiguration when it is built and nothing trades: use `{right}`",
                    fix=fix,
                )
