import re
from collections.abc import Iterator
from decimal import Decimal

from lintkit.rule import Confidence, Definition, Example, Finding, Program, PythonSource, Rule, Severity

_DECIMALS = re.compile(r"(?:FOREX_(?P<fx>[35])DECIMAL|FIXED_PRECISION_(?P<fixed>1[0-6]|\d))")
_OTHERS = frozenset({"TOPIX100"})
"""Schemes that are registered without further ado (1.221 and 1.231); the Betfair adapter brings its own."""


class TickSchemeMismatch(Rule):
    """Tick scheme of another grid.

    `next_bid_price` and `next_ask_price` take their steps from the tick scheme, everything else from
    `price_increment`; the constructor compares nothing. With `FOREX_3DECIMAL` on a pair of five decimals the next ask
    above 1.25003 is 1.251: a quote that should sit one tick away sits a hundred away, and never fills.

    Give the scheme whose step is the instrument's increment, or none. A name that nobody registered raises KeyError
    where the instrument is made.
    """

    id = "INS013"
    name = "tick-scheme-mismatch"
    severity = Severity.WARNING
    since = "0.1.0"
    mentions = frozenset({"tick_scheme_name"})

    invalid = [
        Example(
            "three decimals for five, and a name that nobody knows",
            """
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import CurrencyPair
            from nautilus_trader.model.objects import Price

            pair = CurrencyPair(
                instrument_id=InstrumentId.from_str("GBP/USD.SIM"),
                price_precision=5,
                price_increment=Price.from_str("0.00001"),
                tick_scheme_name="FOREX_3DECIMAL",  # !
            )
            yen = CurrencyPair(instrument_id=ID, price_precision=3, tick_scheme_name="FOREX_5DECIMAL")  # !
            other = CurrencyPair(instrument_id=ID, tick_scheme_name="FOREX_4DECIMAL")  # !
            """,
        ),
    ]
    valid = [
        Example(
            "the same grid, none, and one of the project's own",
            """
            from nautilus_trader.model.instruments import CurrencyPair, Equity
            from nautilus_trader.model.objects import Price

            a = CurrencyPair(
                instrument_id=ID,
                price_precision=5,
                price_increment=Price.from_str("0.00001"),
                tick_scheme_name="FOREX_5DECIMAL",
            )
            b = Equity(instrument_id=ID, price_precision=2, tick_scheme_name=None)
            c = Equity(instrument_id=ID, price_precision=1, tick_scheme_name="TOPIX100")
            """,
        ),
        Example(
            "a scheme that is registered",
            """
            from nautilus_trader.model.instruments import Equity
            from nautilus_trader.model.tick_scheme.base import register_tick_scheme

            register_tick_scheme(MINE)
            a = Equity(instrument_id=ID, tick_scheme_name="TSE_OTHER")
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        own = any(not s.words.isdisjoint({"register_tick_scheme", "betfair"}) for s in program.python)
        for one in program.instruments.of(source):
            node, scheme = one.node("tick_scheme_name"), one.plain("tick_scheme_name")
            if node is None or not isinstance(scheme, str):
                continue
            known = _DECIMALS.fullmatch(scheme)
            if known is not None:
                message = _compared(one, scheme, int(known["fx"] or known["fixed"]))
                if message is not None:
                    yield self.finding(source, node, message)
            elif scheme not in _OTHERS and not own:
                message = (
                    f"no tick scheme is called `{scheme}`, so making `{one.name}` raises KeyError and there is nothing"
                    " to trade: register it, or leave `tick_scheme_name` out"
                )
                yield self.finding(source, node, message, confidence=Confidence.LIKELY)


def _compared(one: Definition, scheme: str, decimals: int) -> str | None:
    step, increment, places = Decimal(1).scaleb(-decimals), one.number("price_increment"), one.number("price_precision")
    if (increment is None or increment == step) and (places is None or increment is not None or places == decimals):
        return None
    have = f"`price_increment` is {increment:f}" if increment is not None else f"`price_precision` is {places}"
    return (
        f"the tick scheme `{scheme}` of `{one.name}` steps by {step:f} and its {have}, so `next_bid_price` and"
        " `next_ask_price` quote at other prices than the market has: give the scheme of the increment"
    )
