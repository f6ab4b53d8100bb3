import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity

_BAR_TYPE = re.compile(r"[^\s]+-\d+-[A-Z]+-(BID|ASK|MID|LAST)-(?:EXTERNAL|INTERNAL)(?:@.*)?")
_SIDES = frozenset({"BID", "ASK"})


class OneSidedBars(Rule):
    """Bars of one side of the market only.

    A venue that is given only BID bars has no ask, and the other way round: every market order is rejected with "no
    market". The backtest runs through, sends its orders and trades nothing.

    Load both sides, or MID or LAST bars, which make both. Reported only where all data of the file is bars.
    """

    id = "VEN016"
    name = "one-sided-bars"
    severity = Severity.ERROR
    confidence = Confidence.LIKELY
    since = "0.1.0"
    mentions = frozenset({"add_venue", "BacktestVenueConfig"})

    invalid = [
        Example(
            "bid bars",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.model.data import BarType
            from nautilus_trader.persistence.wranglers import BarDataWrangler

            engine = BacktestEngine()
            engine.add_venue(venue=SIM, oms_type=NETTING, account_type=CASH, starting_balances=[])
            BAR_TYPE = BarType.from_str("EUR/USD.SIM-1-MINUTE-BID-EXTERNAL")  # !
            wrangler = BarDataWrangler(BAR_TYPE, EURUSD)
            engine.add_data(wrangler.process(frame))
            """,
        ),
    ]
    valid = [
        Example(
            "both sides, or one price for both",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.model.data import BarType
            from nautilus_trader.persistence.wranglers import BarDataWrangler

            engine = BacktestEngine()
            engine.add_venue(venue=SIM, oms_type=NETTING, account_type=CASH, starting_balances=[])
            BID = BarType.from_str("EUR/USD.SIM-1-MINUTE-BID-EXTERNAL")
            ASK = BarType.from_str("EUR/USD.SIM-1-MINUTE-ASK-EXTERNAL")
            engine.add_data(BarDataWrangler(BID, EURUSD).process(bids))
            engine.add_data(BarDataWrangler(ASK, EURUSD).process(asks))
            """,
        ),
        Example(
            "bars made inside, from quotes",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.model.data import BarType
            from nautilus_trader.persistence.wranglers import QuoteTickDataWrangler

            engine = BacktestEngine()
            engine.add_venue(venue=SIM, oms_type=NETTING, account_type=CASH, starting_balances=[])
            BAR_TYPE = BarType.from_str("EUR/USD.SIM-1-MINUTE-BID-INTERNAL")
            engine.add_data(QuoteTickDataWrangler(EURUSD).process(frame))
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source) or not any(venue.runs for venue in program.venues.of(source)):
            return
        if program.venues.data(source) != frozenset({"Bar"}):
            return
        texts = [t for t in source.find(cst.SimpleString) if _BAR_TYPE.fullmatch(str(t.evaluated_value))]
        matches = [_BAR_TYPE.fullmatch(str(text.evaluated_value)) for text in texts]
        sides = {match[1] for match in matches if match}
        templates = re.search(r"\}?-(?:BID|ASK|MID|LAST)-|-\{", source.text) if not texts else None
        if len(sides) == 1 and sides <= _SIDES and templates is None:
            side = sides.pop()
            message = (
                f"the run has only `{side}` bars, so the venue knows no price for the other side and rejects every"
                " market order: load both, or MID or LAST bars"
            )
            yield self.finding(source, texts[0], message)
