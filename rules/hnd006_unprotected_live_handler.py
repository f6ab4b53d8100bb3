from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Edit, Example, Finding, Fix, Node, Program, PythonSource, Rule, Severity, Span, api

_FLAG = "graceful_shutdown_on_exception"
_ENGINES = {
    "data_engine": "LiveDataEngineConfig", "exec_engine": "LiveExecEngineConfig", "risk_engine": "LiveRiskEngineConfig",
}  # fmt: skip
_SINCE = (1, 219)


class UnprotectedLiveHandler(Rule):
    """Live node that an exception kills on the spot.

    By default an exception in a handler of a live node ends the process with `os._exit(1)`: `on_stop` does not run,
    no state is saved, orders stay working at the venue and positions stay open with nobody watching. With
    `graceful_shutdown_on_exception=True` on the live data, execution and risk engine configurations the node stops
    in order instead. (Release 2 has no such flag.)

    Nodes on the sandbox or a testnet, nodes without execution clients, and examples are not reported.
    """

    id = "HND006"
    name = "unprotected-live-handler"
    severity = Severity.WARNING
    since = "0.1.0"
    mentions = frozenset({"TradingNodeConfig"})

    invalid = [
        Example(
            "the defaults, and one engine of three",
            """
            from nautilus_trader.config import LiveDataEngineConfig, LiveExecEngineConfig, LiveRiskEngineConfig
            from nautilus_trader.config import TradingNodeConfig

            one = TradingNodeConfig(exec_clients=EXEC)  # !
            two = TradingNodeConfig(  # !
                exec_clients=EXEC,
                data_engine=LiveDataEngineConfig(),
                exec_engine=LiveExecEngineConfig(reconciliation=True),
                risk_engine=LiveRiskEngineConfig(graceful_shutdown_on_exception=True),
            )
            """,
            fixed="""
            from nautilus_trader.config import LiveDataEngineConfig, LiveExecEngineConfig, LiveRiskEngineConfig
            from nautilus_trader.config import TradingNodeConfig

            one = TradingNodeConfig(exec_clients=EXEC)  # !
            two = TradingNodeConfig(  # !
                exec_clients=EXEC,
                data_engine=LiveDataEngineConfig(graceful_shutdown_on_exception=True),
                exec_engine=LiveExecEngineConfig(reconciliation=True, graceful_shutdown_on_exception=True),
                risk_engine=LiveRiskEngineConfig(graceful_shutdown_on_exception=True),
            )
            """,
        ),
    ]
    valid = [
        Example(
            "all three, and what is not known",
            """
            from nautilus_trader.config import LiveDataEngineConfig, LiveExecEngineConfig, LiveRiskEngineConfig
            from nautilus_trader.config import TradingNodeConfig

            def make(risk, options):
                return TradingNodeConfig(
                    exec_clients=EXEC,
                    data_engine=LiveDataEngineConfig(graceful_shutdown_on_exception=True),
                    exec_engine=LiveExecEngineConfig(**options),
                    risk_engine=risk,
                )
            """,
        ),
        Example(
            "no money at stake",
            """
            from nautilus_trader.adapters.sandbox.config import SandboxExecutionClientConfig
            from nautilus_trader.config import TradingNodeConfig

            one = TradingNodeConfig(data_clients=DATA)
            two = TradingNodeConfig(exec_clients={"X": SandboxExecutionClientConfig(venue="X")})
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        version = program.target.version
        too_old = version is not None and ((version.major, version.minor) < _SINCE or version.major > 1)
        if program.is_example(source) or too_old or not program.trading.sends_orders(source):
            return
        for node in program.nodes.of(source):
            if not node.risks_money:
                continue
            unset = dict(self._engines(node, program))
            if not unset:
                continue
            names = " and ".join(f"`{_ENGINES[name]}`" for name in unset)
            yield self.finding(
                source,
                node.call.func,
                "an exception in any handler kills this node on the spot, with no `on_stop`, nothing saved and its"
                f" orders left working: set `{_FLAG}=True` on {names}",
                fix=_fix(source, [call for call in unset.values() if call is not None]),
            )

    def _engines(self, node: Node, program: Program) -> Iterator[tuple[str, cst.Call | None]]:
        """The engines that surely lack the flag, with the calls that configure them in the node's own file."""
        for name, kind in _ENGINES.items():
            if node.lacks(name):
                yield name, None
                continue
            given = node.arguments.get(name)
            made = program.nodes.made(given.source, given.value) if given is not None else None
            if made is None or api.short(program.names.external(made[0], made[1].func)) != kind:
                continue
            arguments = program.arguments(made[1])
            value = arguments.value(_FLAG)
            is_off = isinstance(value, cst.Name) and value.value == "False"
            if is_off or (value is None and not arguments.unpacked):
                yield name, made[1] if made[0] is node.source and value is None else None


def _fix(source: PythonSource, calls: list[cst.Call]) -> Fix | None:
    edits = tuple(edit for call in calls if (edit := _added(source, call)) is not None)
    return Fix(f"set `{_FLAG}=True`", edits, safe=True) if edits else None


def _added(source: PythonSource, call: cst.Call) -> Edit | None:
    """The flag as a further argument, after the last one or between the brackets."""
    if not call.args:
        span = source.span(call)
        at = Span(span.end_line, span.end_column - 1, span.end_line, span.end_column - 1)
        return Edit(at, f"{_FLAG}=True")
    if call.args[-1].star:
        return None
    last = source.span(call.args[-1].value)
    return Edit(Span(last.end_line, last.end_column, last.end_line, last.end_column), f", {_FLAG}=True")
