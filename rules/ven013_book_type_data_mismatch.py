from collections.abc import Iterator

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity

_BOOKS = frozenset({"OrderBookDelta", "OrderBookDeltas", "OrderBookDepth10"})
_TOPS = frozenset({"QuoteTick", "TradeTick", "Bar"})


class BookTypeDataMismatch(Rule):
    """Venue whose book never gets the data that it is made of.

    A venue with `book_type` L2_MBP or L3_MBO is built from order-book deltas or depths; given only quotes, trades or
    bars the run stops with InvalidConfiguration. The other way round is worse: a venue of the default type L1_MBP
    ignores deltas, so a strategy on book data runs to the end and not one of its orders is filled.

    Make `book_type` fit the data of the run. Reported only where all data of the file is known.
    """

    id = "VEN013"
    name = "book-type-data-mismatch"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"add_venue", "BacktestVenueConfig"})

    invalid = [
        Example(
            "a depth book fed with quotes",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.model.enums import BookType
            from nautilus_trader.persistence.wranglers import QuoteTickDataWrangler

            engine = BacktestEngine()
            engine.add_venue(  # !
                venue=SIM, oms_type=NETTING, account_type=CASH, starting_balances=[], book_type=BookType.L2_MBP
            )
            wrangler = QuoteTickDataWrangler(instrument=EURUSD)
            ticks = wrangler.process(frame)
            engine.add_data(ticks)
            """,
        ),
        Example(
            "deltas for a venue that ignores them",
            """
            from nautilus_trader.config import BacktestDataConfig, BacktestVenueConfig
            from nautilus_trader.model.data import OrderBookDelta

            venue = BacktestVenueConfig(name="X", oms_type="NETTING", account_type="CASH", starting_balances=[])  # !
            data = BacktestDataConfig(catalog_path="catalog", data_cls=OrderBookDelta, instrument_id="A.X")
            """,
        ),
    ]
    valid = [
        Example(
            "a book and its data",
            """
            from nautilus_trader.config import BacktestDataConfig, BacktestVenueConfig
            from nautilus_trader.model.data import OrderBookDelta, TradeTick

            venue = BacktestVenueConfig(name="X", starting_balances=[], oms_type="NETTING", book_type="L2_MBP")
            book = BacktestDataConfig(catalog_path="catalog", data_cls=OrderBookDelta)
            trades = BacktestDataConfig(catalog_path="catalog", data_cls=TradeTick)
            """,
        ),
        Example(
            "data that cannot be seen",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.model.enums import BookType
            from nautilus_trader.persistence.wranglers import QuoteTickDataWrangler

            def run(engine: BacktestEngine, more, kind):
                engine.add_venue(SIM, NETTING, CASH, [], book_type=BookType.L2_MBP)
                engine.add_venue(SIM, NETTING, CASH, [], book_type=kind)
                engine.add_data(QuoteTickDataWrangler(EURUSD).process(frame))
                engine.add_data(more)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        venues = [venue for venue in program.venues.of(source) if venue.runs]
        if program.is_test(source) or not venues:
            return
        kinds = program.venues.data(source)
        if not kinds:
            return
        for venue in venues:
            given = venue.arguments.value("book_type")
            if given is not None and program.is_constant(source, given, "L2_MBP", "L3_MBO") and kinds <= _TOPS:
                names = " and ".join(f"`{kind}`" for kind in sorted(kinds))
                message = (
                    f"this venue's `book_type` needs order-book deltas or depths and the run has only {names}, so it"
                    " stops with InvalidConfiguration: use `BookType.L1_MBP`"
                )
                yield self.finding(source, venue.call.func, message)
            top = venue.lacks("book_type") or (given is not None and program.is_constant(source, given, "L1_MBP"))
            if top and kinds <= _BOOKS:
                message = (
                    "this venue's book is `L1_MBP` and the run has only order-book data, which it ignores, so no order"
                    " is ever filled: set `book_type` to that of the data"
                )
                yield self.finding(source, venue.call.func, message)
