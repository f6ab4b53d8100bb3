from collections.abc import Iterator
from decimal import Decimal

import libcst as cst

from lintkit.rule import Arguments, Definition, Example, Finding, Program, PythonSource, Rule, Severity, api

_FEES = ("maker_fee", "taker_fee")
_FREE = frozenset({"MakerTakerFeeModel"})
_SANDBOX = frozenset({"SandboxExecutionClientConfig"})


class ZeroCostVenue(Rule):
    """Backtest or paper trading for free.

    A venue without a fee model takes the fees of the instrument, and an instrument without `maker_fee` and `taker_fee`
    has none. Every fill is free: a strategy that trades often looks best, and pays its whole profit to the venue
    when it goes live. The sandbox's execution client does the same with live data: it takes the fees of the instrument,
    so one that the code itself puts into the cache without fees makes paper profits that are not there.

    Set the fees of your account on the instrument, or give the venue a `FixedFeeModel` or `PerContractFeeModel`.
    """

    id = "VEN009"
    name = "zero-cost-venue"
    severity = Severity.WARNING
    since = "0.1.0"
    mentions = frozenset({"add_venue", "BacktestVenueConfig", "add_instrument"})

    invalid = [
        Example(
            "two venues, one of which has instruments with fees",
            """
            from decimal import Decimal
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
            from nautilus_trader.model.instruments import CurrencyPair

            FREE = "FREE"
            engine = BacktestEngine()
            engine.add_venue(venue=Venue("PAID"), oms_type=NETTING, account_type=CASH, starting_balances=[])
            engine.add_venue(venue=Venue(FREE), oms_type=NETTING, account_type=CASH, starting_balances=[])  # !
            engine.add_instrument(CurrencyPair(InstrumentId.from_str("A/B.PAID"), S, taker_fee=Decimal("0.0004")))
            engine.add_instrument(CurrencyPair(InstrumentId(Symbol("A/B"), Venue("FREE")), S))
            """,
        ),
        Example(
            "no fee model, and an instrument without fees",
            """
            from decimal import Decimal
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.model.instruments import CurrencyPair, FuturesContract

            engine = BacktestEngine()
            engine.add_venue(venue=SIM, oms_type=NETTING, account_type=CASH, starting_balances=[])  # !
            engine.add_instrument(CurrencyPair(instrument_id=ID, raw_symbol=S, base_currency=EUR, quote_currency=USD))
            engine.add_instrument(FuturesContract(ID2, S, INDEX, USD, maker_fee=Decimal(0), taker_fee=Decimal("0")))
            """,
        ),
        Example(
            "an instrument that the code makes for a sandbox",
            """
            from decimal import Decimal
            from nautilus_trader.model.instruments import CurrencyPair
            from nautilus_trader.trading.strategy import Strategy

            class Listing(Strategy):
                def register(self, instrument_id, row):
                    pair = CurrencyPair(  # !
                        instrument_id=instrument_id,
                        price_increment=row.tick,
                        maker_fee=Decimal("0"),
                        taker_fee=Decimal("0"),
                    )
                    self.cache.add_instrument(pair)
            # --- node.py
            from nautilus_trader.adapters.sandbox.config import SandboxExecutionClientConfig
            from nautilus_trader.config import TradingNodeConfig

            config = TradingNodeConfig(exec_clients={"BINANCE": SandboxExecutionClientConfig(venue="BINANCE")})
            """,
        ),
    ]
    valid = [
        Example(
            "a sandbox whose instruments have fees, or come from elsewhere",
            """
            from decimal import Decimal
            from nautilus_trader.adapters.sandbox.config import SandboxExecutionClientConfig
            from nautilus_trader.model.instruments import CurrencyPair
            from nautilus_trader.trading.strategy import Strategy

            PAPER = SandboxExecutionClientConfig(venue="BINANCE")

            class Listing(Strategy):
                def register(self, instrument_id, fee, other):
                    self.cache.add_instrument(CurrencyPair(instrument_id=instrument_id, taker_fee=fee))
                    self.cache.add_instrument(CurrencyPair(instrument_id=instrument_id, taker_fee=Decimal("0.001")))
                    self.cache.add_instrument(other)
                    self.shown = CurrencyPair(instrument_id=instrument_id)
            """,
        ),
        Example(
            "a venue that tells the fees of its fills",
            """
            from nautilus_trader.model.instruments import CurrencyPair
            from nautilus_trader.trading.strategy import Strategy

            class Listing(Strategy):
                def register(self, instrument_id):
                    self.cache.add_instrument(CurrencyPair(instrument_id=instrument_id))
            """,
        ),
        Example(
            "a venue whose instruments have fees, beside one whose have none but that has a model",
            """
            from decimal import Decimal
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.backtest.models import FixedFeeModel
            from nautilus_trader.model.identifiers import InstrumentId, Venue
            from nautilus_trader.model.instruments import CurrencyPair

            engine = BacktestEngine()
            engine.add_venue(venue=Venue("PAID"), oms_type=NETTING, account_type=CASH, starting_balances=[])
            engine.add_venue(
                venue=Venue("FREE"),
                oms_type=NETTING,
                account_type=CASH,
                starting_balances=[],
                fee_model=FixedFeeModel(FEE),
            )
            engine.add_instrument(CurrencyPair(InstrumentId.from_str("A/B.PAID"), S, taker_fee=Decimal("0.0004")))
            engine.add_instrument(CurrencyPair(InstrumentId.from_str("A/B.FREE"), S))
            """,
        ),
        Example(
            "fees, or a fee model, or what cannot be seen",
            """
            from decimal import Decimal
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.backtest.models import FixedFeeModel
            from nautilus_trader.model.instruments import CurrencyPair

            def paid(engine: BacktestEngine):
                engine.add_venue(venue=SIM, oms_type=NETTING, account_type=CASH, starting_balances=[], fee_model=FEES)
                engine.add_instrument(CurrencyPair(instrument_id=ID, raw_symbol=S))
            # --- other.py
            from decimal import Decimal
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.model.instruments import CurrencyPair

            def priced(engine: BacktestEngine, options):
                engine.add_venue(venue=SIM, oms_type=NETTING, account_type=CASH, starting_balances=[])
                engine.add_instrument(CurrencyPair(instrument_id=ID, raw_symbol=S, taker_fee=Decimal("0.0004")))
                engine.add_instrument(CurrencyPair(**options))
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source) or not program.trading.sends_orders(source):
            return
        made = program.instruments.of(source)
        for venue in program.venues.of(source):
            own = [one for one in made if _may_trade_on(source, one, venue.arguments, program)]
            if not own or not all(self._is_free(source, one.call, program) for one in own):
                continue
            given = venue.arguments.value("fee_model")
            is_none = isinstance(given, cst.Name) and given.value == "None"
            name = api.short(program.names.external(source, given.func)) if isinstance(given, cst.Call) else None
            if venue.runs and (venue.lacks("fee_model") or is_none or name in _FREE):
                line = source.span(own[0].call).line
                message = (
                    f"this venue has no `fee_model` and the instrument of line {line} no fees, so every fill is free:"
                    " set `maker_fee` and `taker_fee` on it"
                )
                yield self.finding(source, venue.call.func, message)

    def check_whole(self, program: Program) -> Iterator[Finding]:
        if not any(_has_sandbox(source, program) for source in program.mentioning(_SANDBOX)):
            return
        for source in program.mentioning(frozenset({"add_instrument"})):
            if program.is_test(source):
                continue
            cached = {id(node) for node in _cached(source, program)}
            for one in program.instruments.of(source):
                if id(one.call) in cached and self._is_free(source, one.call, program):
                    message = (
                        f"`{one.name}` has no fees and the sandbox charges those of the instrument, so paper trading is"
                        " free and its profit is not there: set `maker_fee` and `taker_fee`"
                    )
                    yield self.finding(source, one.call.func, message)

    def _is_free(self, source: PythonSource, call: cst.Call, program: Program) -> bool:
        arguments = program.arguments(call)
        if arguments.unpacked:
            return False
        fees = [value for name in _FEES if (value := arguments.value(name)) is not None]
        return all(program.number(source, value) == Decimal(0) for value in fees)


def _has_sandbox(source: PythonSource, program: Program) -> bool:
    calls = source.find(cst.Call) if not program.is_test(source) else ()
    return any(api.short(program.names.external(source, call.func)) in _SANDBOX for call in calls)


def _cached(source: PythonSource, program: Program) -> Iterator[cst.BaseExpression]:
    """What is made here and put into the cache of a component."""
    for call in source.find(cst.Call):
        func = call.func
        if not (isinstance(func, cst.Attribute) and func.attr.value == "add_instrument" and call.args):
            continue
        if program.receivers.of(source, func.value) == "Cache":
            where, made = program.values.origin(source, call.args[0].value)
            if where is source:
                yield made


def _may_trade_on(source: PythonSource, one: Definition, venue: Arguments, program: Program) -> bool:
    """Unless the instrument is known to be of another venue."""
    node = venue.value("venue") or venue.value("name")
    theirs = program.text(source, node) if node is not None else None
    return one.id is None or theirs is None or one.id[1] == theirs
