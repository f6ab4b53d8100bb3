from collections.abc import Iterator
from decimal import Decimal

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity, api

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
        made = [
            call
            for call in source.find(cst.Call)
            if api.short(program.names.external(source, call.func)) in api.INSTRUMENT_PARAMETERS
        ]
        if not made or not all(self._is_free(source, call, program) for call in made):
            return
        for venue in program.venues.of(source):
            given = venue.arguments.value("fee_model")
            is_none = isinstance(given, cst.Name) and given.value == "None"
            name = api.short(program.names.external(source, given.func)) if isinstance(given, cst.Call) else None
            if venue.runs and (venue.lacks("fee_model") or is_none or name in _FREE):
                line = source.span(made[0]).line
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
