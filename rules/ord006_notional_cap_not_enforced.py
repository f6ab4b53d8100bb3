from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity, api

_ENGINES = frozenset({"RiskEngineConfig", "LiveRiskEngineConfig"})
_ALWAYS_MARGIN = ("Bybit", "OKX", "DYDX", "Hyperliquid", "Bitmex", "BitMEX", "InteractiveBrokers", "Deribit")
_ACCOUNTS = frozenset({"add_venue", "BacktestVenueConfig", "account_type", "exec_clients"})
_FUTURES = frozenset({"USDT_FUTURE", "USDT_FUTURES", "COIN_FUTURE", "COIN_FUTURES", "MARGIN", "ISOLATED_MARGIN"})


class NotionalCapNotEnforced(Rule):
    """Order limit that margin accounts ignore.

    `max_notional_per_order` looks like a guard against a fat finger. The risk engine of 1.x checks it for cash
    accounts only: with a cap of 1 000 USD an order of 125 000 USD on a margin account fills (issue 4011 of
    NautilusTrader). On futures, perpetuals, FX and anything with leverage there is no limit at all.

    Check the notional in the strategy before `submit_order`.
    """

    id = "ORD006"
    name = "notional-cap-not-enforced"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"max_notional_per_order"})

    invalid = [
        Example(
            "a cap on a simulated margin account",
            """
            from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
            from nautilus_trader.config import RiskEngineConfig
            from nautilus_trader.model.enums import AccountType, OmsType

            config = BacktestEngineConfig(
                risk_engine=RiskEngineConfig(max_notional_per_order={"GBP/USD.SIM": 1_000}),  # !
            )
            engine = BacktestEngine(config)
            engine.add_venue(SIM, OmsType.NETTING, AccountType.MARGIN, [CASH], latency_model=LATENCY)
            """,
        ),
        Example(
            "a cap on live futures",
            """
            from nautilus_trader.adapters.binance.common.enums import BinanceAccountType
            from nautilus_trader.adapters.binance.config import BinanceExecClientConfig
            from nautilus_trader.config import LiveRiskEngineConfig, TradingNodeConfig

            config = TradingNodeConfig(
                risk_engine=LiveRiskEngineConfig(max_notional_per_order={"BTCUSDT-PERP.BINANCE": 50_000}),  # !
                exec_clients={"BINANCE": BinanceExecClientConfig(account_type=BinanceAccountType.USDT_FUTURES)},
            )
            """,
        ),
        Example(
            "the risk engine in one file, the only accounts in another, and the caps under a name",
            """
            from nautilus_trader.config import RiskEngineConfig

            CAPS = {"GBP/USD.SIM": 1_000}
            risk = RiskEngineConfig(max_notional_per_order=CAPS)  # !
            # --- run.py
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.model.enums import AccountType, OmsType

            engine = BacktestEngine()
            engine.add_venue(SIM, OmsType.NETTING, AccountType.MARGIN, [CASH], latency_model=LATENCY)
            """,
        ),
    ]
    valid = [
        Example(
            "a cash account, no cap, and an account that is not known",
            """
            from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
            from nautilus_trader.config import RiskEngineConfig
            from nautilus_trader.model.enums import AccountType, OmsType

            config = BacktestEngineConfig(risk_engine=RiskEngineConfig(max_notional_per_order={"AAPL.XNAS": 1_000}))
            engine = BacktestEngine(config)
            engine.add_venue(SIM, OmsType.NETTING, AccountType.CASH, [CASH], latency_model=LATENCY)
            # --- other.py
            from nautilus_trader.config import RiskEngineConfig

            a = RiskEngineConfig(max_notional_per_order={})
            b = RiskEngineConfig(max_notional_per_order={"X.SIM": 5})
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        margin = _margin_account(source, program) or _everywhere(program)
        for call in source.find(cst.Call) if margin else ():
            if api.short(program.names.external(source, call.func)) not in _ENGINES:
                continue
            argument = program.arguments(call).given.get("max_notional_per_order")
            cap = program.values.origin(source, argument.value)[1] if argument is not None else None
            if argument is None or not isinstance(cap, cst.Dict) or not cap.elements:
                continue
            yield self.finding(
                source,
                argument,
                f"`max_notional_per_order` is checked for cash accounts only and {margin} is a margin account, so"
                " orders of any size pass: check the notional before `submit_order`",
                confidence=Confidence.CERTAIN,
            )


def _everywhere(program: Program) -> str | None:
    """The margin accounts of other files, where the project has no account of another kind."""
    found: list[str] = []
    for source in program.mentioning(_ACCOUNTS):
        if program.is_test(source):
            continue
        venues = [venue.arguments.value("account_type") for venue in program.venues.of(source)]
        words = [program.enum_word(source, node) if node is not None else None for node in venues]
        account = _margin_account(source, program)
        if any(word != "MARGIN" for word in words):
            return None
        found += [account] if account is not None else []
    return f"{found[0]} of another file" if found else None


def _margin_account(source: PythonSource, program: Program) -> str | None:
    """What in the file has a margin account, in words."""
    for venue in program.venues.of(source):
        node = venue.arguments.value("account_type")
        if node is not None and program.enum_word(source, node) == "MARGIN":
            return "the venue"
    for call in source.find(cst.Call):
        name = api.short(program.names.external(source, call.func)) or ""
        if not name.endswith(("ExecClientConfig", "ExecutionClientConfig")):
            continue
        if name.startswith(_ALWAYS_MARGIN):
            return f"that of `{name}`"
        node = program.arguments(call).value("account_type")
        if node is not None and program.enum_word(source, node) in _FUTURES:
            return f"that of `{name}`"
    return None
