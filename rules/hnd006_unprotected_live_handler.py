from collections.abc import Iterator, Mapping

import libcst as cst

from lintkit.rule import Example, Finding, Fix, Node, Program, PythonSource, Rule, Severity, api

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

            one = TradingNodeConfig(  # !
                exec_clients=EXEC,
                data_engine=LiveDataEngineConfig(graceful_shutdown_on_exception=True),
            )
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

            one = TradingNodeConfig(  # !
                exec_clients=EXEC,
                data_engine=LiveDataEngineConfig(graceful_shutdown_on_exception=True),
                exec_engine=LiveExecEngineConfig(graceful_shutdown_on_exception=True),
                risk_engine=LiveRiskEngineConfig(graceful_shutdown_on_exception=True),
            )
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
                fix=self._fix(source, node, unset),
            )

    def _fix(self, source: PythonSource, node: Node, unset: Mapping[str, cst.Call | None]) -> Fix | None:
        """The flag on the configurations that are there, and configurations with it in place of those that are not."""
        given = [call for call in unset.values() if call is not None]
        parts = [self.adding(source, call, [f"{_FLAG}=True"], "", safe=True) for call in given]
        absent = [name for name in unset if node.lacks(name)]
        forms = [f"{name}={{{i}}}({_FLAG}=True)" for i, name in enumerate(absent)]
        calls = [("nautilus_trader.config", _ENGINES[name]) for name in absent]
        parts += [self.adding(source, node.call, forms, "", safe=True, calls=calls)] if absent else []
        edits = tuple(edit for part in parts if part is not None for edit in part.edits)
        return Fix(f"set `{_FLAG}=True`", edits, safe=True) if edits else None

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
