from collections.abc import Iterator
from decimal import Decimal

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity, api

_FLAGS = ("testnet", "demo", "is_demo", "is_testnet", "us", "environment")
_DROPPED = frozenset({"testnet", "demo", "is_demo", "is_testnet"})


class EnvironmentFlag(Rule):
    """Client of another environment than was meant.

    From release 1.227 the adapters take `environment=` where they had `testnet`, `demo` and `is_demo`; the old flag
    raises at the start. Worse is a pair of clients that disagree: data from the live venue and orders to the testnet,
    or orders with real money on prices of the testnet. Both start without a word.

    Give data and execution client of one venue the same environment, from one constant.
    """

    id = "CFG007"
    name = "environment-flag"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({*_FLAGS} - {"us"})

    invalid = [
        Example(
            "a flag that is gone",
            """
            from nautilus_trader.adapters.binance.config import BinanceExecClientConfig

            client = BinanceExecClientConfig(testnet=True)  # !
            """,
            version="1.231.0",
        ),
        Example(
            "prices of one world, orders in the other",
            """
            from nautilus_trader.adapters.binance.config import BinanceDataClientConfig, BinanceExecClientConfig
            from nautilus_trader.config import TradingNodeConfig

            config = TradingNodeConfig(
                data_clients={"BINANCE": BinanceDataClientConfig(testnet=True)},
                exec_clients={"BINANCE": BinanceExecClientConfig(testnet=False)},  # !
            )
            """,
            version="1.221.0",
        ),
        Example(
            "live prices by default, orders on the testnet",
            """
            from nautilus_trader.adapters.binance.common.enums import BinanceEnvironment
            from nautilus_trader.adapters.binance.config import BinanceDataClientConfig, BinanceExecClientConfig
            from nautilus_trader.config import TradingNodeConfig

            config = TradingNodeConfig(
                data_clients={"BINANCE": BinanceDataClientConfig()},
                exec_clients={"BINANCE": BinanceExecClientConfig(environment=BinanceEnvironment.TESTNET)},  # !
            )
            """,
            version="1.231.0",
        ),
        Example(
            "one flag in a dict",
            """
            from nautilus_trader.adapters.okx.config import OKXDataClientConfig, OKXExecClientConfig
            from nautilus_trader.config import TradingNodeConfig

            DEMO = dict(is_demo=True)
            config = TradingNodeConfig(
                data_clients={"OKX": OKXDataClientConfig(**DEMO)},
                exec_clients={"OKX": OKXExecClientConfig(api_key="k")},  # !
            )
            """,
            version="1.221.0",
        ),
    ]
    valid = [
        Example(
            "one environment",
            """
            from nautilus_trader.adapters.binance.common.enums import BinanceEnvironment
            from nautilus_trader.adapters.binance.config import BinanceDataClientConfig, BinanceExecClientConfig
            from nautilus_trader.config import TradingNodeConfig

            WHERE = BinanceEnvironment.TESTNET
            a = TradingNodeConfig(
                data_clients={"BINANCE": BinanceDataClientConfig(environment=WHERE)},
                exec_clients={"BINANCE": BinanceExecClientConfig(environment=BinanceEnvironment.TESTNET)},
            )

            def node(environment):
                return TradingNodeConfig(
                    data_clients={"BINANCE": BinanceDataClientConfig(environment=environment)},
                    exec_clients={"BINANCE": BinanceExecClientConfig(environment=WHERE)},
                )
            """,
            version="1.231.0",
        ),
        Example(
            "the same for both, and a sandbox on live data",
            """
            from nautilus_trader.adapters.binance.config import BinanceDataClientConfig, BinanceExecClientConfig
            from nautilus_trader.adapters.sandbox.config import SandboxExecutionClientConfig
            from nautilus_trader.config import TradingNodeConfig

            a = TradingNodeConfig(
                data_clients={"BINANCE": BinanceDataClientConfig(testnet=TESTNET)},
                exec_clients={"BINANCE": BinanceExecClientConfig(testnet=TESTNET)},
            )
            b = TradingNodeConfig(
                data_clients={"BINANCE": BinanceDataClientConfig(testnet=False)},
                exec_clients={"BINANCE": SandboxExecutionClientConfig(venue="BINANCE", starting_balances=[])},
            )
            """,
            version="1.221.0",
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            name = api.short(program.names.external(source, call.func)) or ""
            if name.endswith("ClientConfig"):
                yield from self._dropped(source, call, name, program)
        for node in program.nodes.of(source):
            yield from self._pairs(source, node.call, program)

    def _dropped(self, source: PythonSource, call: cst.Call, name: str, program: Program) -> Iterator[Finding]:
        for field, argument in program.arguments(call).given.items():
            missing = program.surface.missing_parameter(name, "", field) if field in _DROPPED else None
            if missing is None:
                continue
            known = program.surface.parameters(name)
            better = "environment" if known is not None and "environment" in known.names else None
            advice = f"use `{better}=`" if better else "look up how this adapter chooses the environment"
            yield self.finding(
                source,
                argument,
                f"`{name}` takes no `{field}` in {missing.words}, so the node does not start, and without it the client"
                f" is a live one: {advice}",
                severity=Severity.ERROR if missing.is_certain else Severity.WARNING,
                confidence=Confidence.CERTAIN if missing.is_certain else Confidence.LIKELY,
            )

    def _pairs(self, source: PythonSource, node: cst.Call, program: Program) -> Iterator[Finding]:
        given = program.arguments(node)
        data = _clients(source, given.value("data_clients"), program)
        execution = _clients(source, given.value("exec_clients"), program)
        for key, (call, name) in execution.items():
            other = data.get(key)
            if other is None or other[1].removesuffix("DataClientConfig") != name.removesuffix("ExecClientConfig"):
                continue
            for flag in _FLAGS:
                find = _member if flag == "environment" else _flag
                one, two = find(source, other[0], flag, program), find(source, call, flag, program)
                if one is not None and two is not None and one != two:
                    yield self.finding(
                        source,
                        call,
                        f"the data client has `{flag}={one}` and the execution client `{flag}={two}`, so orders go to"
                        " another market than the one that prices come from: give both the same",
                    )


def _clients(
    source: PythonSource, node: cst.BaseExpression | None, program: Program
) -> dict[str, tuple[cst.Call, str]]:
    found: dict[str, tuple[cst.Call, str]] = {}
    for element in node.elements if isinstance(node, cst.Dict) else ():
        if isinstance(element, cst.DictElement) and isinstance(element.value, cst.Call):
            name = api.short(program.names.external(source, element.value.func))
            if name is not None:
                found[source.code(element.key)] = (element.value, name)
    return found


def _member(source: PythonSource, call: cst.Call, flag: str, program: Program) -> str | None:
    """The member of an enum that a client is told; LIVE where it is not told and all can be seen."""
    given, is_open = program.given(source, call)
    if flag not in given:
        return None if is_open or any(name in given for name in _DROPPED) else "LIVE"
    return program.enum_word(given[flag].source, given[flag].value)


def _flag(source: PythonSource, call: cst.Call, flag: str, program: Program) -> bool | None:
    """What a client is told; False where it is not told and there is nothing that cannot be seen."""
    given, is_open = program.given(source, call)
    if flag not in given:
        return None if is_open or flag in {"environment", "us"} else False
    where, node = given[flag].source, given[flag].value
    if program.truth(where, node).is_true:
        return True
    return False if program.is_false(where, node) or program.number(where, node) == Decimal(0) else None
