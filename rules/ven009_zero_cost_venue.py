from collections.abc import Iterator
from decimal import Decimal

import libcst as cst

from lintkit.rule import Arguments, Definition, Example, Finding, Program, PythonSource, Rule, Severity, api

_FEES = ("maker_fee", "taker_fee")
_FREE = frozenset({"MakerTakerFeeModel"})


class ZeroCostVenue(Rule):
    """Backtest that trades for free.

    A venue without a fee model takes the fees of the instrument, and an instrument without `maker_fee` and `taker_fee`
    has none. Every fill is free: a strategy that trades often looks best, and pays its whole profit to the venue
    when it goes live.

    Set the fees of your account on the instrument, or give the venue a `FixedFeeModel` or `PerContractFeeModel`.
    """

    id = "VEN009"
    name = "zero-cost-venue"
    severity = Severity.WARNING
    since = "0.1.0"
    mentions = frozenset({"add_venue", "BacktestVenueConfig"})

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
    ]
    valid = [
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

    def _is_free(self, source: PythonSource, call: cst.Call, program: Program) -> bool:
        arguments = program.arguments(call)
        if arguments.unpacked:
            return False
        fees = [value for name in _FEES if (value := arguments.value(name)) is not None]
        return all(program.number(source, value) == Decimal(0) for value in fees)


def _may_trade_on(source: PythonSource, one: Definition, venue: Arguments, program: Program) -> bool:
    """Unless the instrument is known to be of another venue."""
    node = venue.value("venue") or venue.value("name")
    theirs = program.text(source, node) if node is not None else None
    return one.id is None or theirs is None or one.id[1] == theirs
