"""The spread analyzer's values, quote by quote."""

from nautilus_trader.indicators import SpreadAnalyzer
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.test_kit.providers import TestInstrumentProvider

AUDUSD = TestInstrumentProvider.default_fx_ccy("AUD/USD")
EURUSD = TestInstrumentProvider.default_fx_ccy("EUR/USD")


def show(analyzer: SpreadAnalyzer) -> None:
    print(analyzer, analyzer.current, analyzer.average, analyzer.initialized, analyzer.has_inputs)


for capacity in (1, 2, 3):
    analyzer = SpreadAnalyzer(AUDUSD.id, capacity)
    show(analyzer)
    for ask in (0.80010, 0.80002, 0.80003, 0.80009, 0.8, 0.80001):
        prices = AUDUSD.make_price(0.8), AUDUSD.make_price(ask)
        analyzer.handle_quote_tick(QuoteTick(AUDUSD.id, *prices, AUDUSD.make_qty(1), AUDUSD.make_qty(1), 0, 0))
        show(analyzer)
    try:
        size = EURUSD.make_qty(1)
        analyzer.handle_quote_tick(QuoteTick(EURUSD.id, EURUSD.make_price(1), EURUSD.make_price(2), size, size, 0, 0))
    except ValueError as error:
        print(type(error).__name__)
    analyzer.reset()
    show(analyzer)
