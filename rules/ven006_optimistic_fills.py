from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity, api

_BEST = "BestPriceFillModel"
_PARAMETERS = ("prob_fill_on_limit", "prob_slippage", "random_seed")


class OptimisticFills(Rule):
    """Fill model that never disappoints.

    `FillModel()` fills every limit order as soon as the market touches its price, as if nobody stood before it, and
    every market order without slippage; `BestPriceFillModel` fills any size at the best price. A backtest on them
    earns the spread that live trading pays, most of all for strategies that quote or trade often.

    Give probabilities that you can defend, `FillModel(prob_fill_on_limit=0.3, prob_slippage=0.5, random_seed=1)`, or
    run on order-book data with a `book_type` of their own, where slippage comes from the book. A venue without any
    fill model has the same defaults and is reported with `--pedantic` only.
    """

    id = "VEN006"
    name = "optimistic-fills"
    severity = Severity.WARNING
    since = "0.1.0"
    mentions = frozenset({"add_venue", "BacktestVenueConfig"})

    invalid = [
        Example(
            "a model of defaults, one that says the same, and one that fills all at the best price",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.backtest.models import BestPriceFillModel, FillModel

            engine = BacktestEngine()
            engine.add_venue(
                venue=A, oms_type=O, account_type=T, starting_balances=B,
                fill_model=FillModel(),  # !
            )
            perfect = FillModel(prob_fill_on_limit=1.0, prob_slippage=0.0, random_seed=42)
            engine.add_venue(
                venue=C, oms_type=O, account_type=T, starting_balances=B,
                fill_model=perfect,  # !
            )
            engine.add_venue(
                venue=D, oms_type=O, account_type=T, starting_balances=B,
                fill_model=BestPriceFillModel(),  # !
            )
            engine.run()
            """,
        ),
    ]
    valid = [
        Example(
            "probabilities, a book of its own, and what cannot be seen",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.backtest.models import FillModel
            from nautilus_trader.model.enums import BookType
            from mine import make

            engine = BacktestEngine()
            engine.add_venue(venue=A, fill_model=FillModel(prob_fill_on_limit=0.2, prob_slippage=0.5, random_seed=1))
            engine.add_venue(venue=B, fill_model=FillModel(), book_type=BookType.L2_MBP)
            engine.add_venue(venue=C, book_type=BookType.L3_MBO)
            engine.add_venue(venue=D, fill_model=make())
            engine.add_venue(venue=E, **options)
            engine.add_venue(venue=F, oms_type=O, account_type=T, starting_balances=B)
            engine.run()
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_example(source) or not program.trading.sends_orders(source):
            return
        for venue in program.venues.of(source):
            book = venue.arguments.value("book_type")
            if not venue.runs or (book is not None and not program.is_constant(source, book, "L1_MBP")):
                continue
            given = venue.arguments.value("fill_model")
            if given is None and venue.lacks("fill_model"):
                message = (
                    "this venue has no `fill_model`, so every limit order fills at a touch and no market order slips:"
                    " set `FillModel(prob_fill_on_limit=..., prob_slippage=..., random_seed=...)`"
                )
                yield self.finding(source, venue.call.func, message, severity=Severity.NOTE, pedantic=True)
            elif given is not None and (what := _optimistic(source, given, program)) is not None:
                message = (
                    f"`{what}` fills every limit order at a touch and every market order without slippage, so the"
                    " backtest earns what live trading pays: set `prob_fill_on_limit` and `prob_slippage`"
                )
                yield self.finding(source, given, message, confidence=Confidence.LIKELY)


def _optimistic(source: PythonSource, node: cst.BaseExpression, program: Program) -> str | None:
    """The name of a model that fills everything."""
    where, call = program.values.origin(source, node) if isinstance(node, cst.Name) else (source, node)
    name = api.short(program.names.external(where, call.func)) if isinstance(call, cst.Call) else None
    if not isinstance(call, cst.Call) or name not in {"FillModel", _BEST}:
        return None
    arguments = program.arguments(call, _PARAMETERS)
    given = {key: program.number(where, a.value) for key, a in arguments.given.items() if key != "random_seed"}
    perfect = given.get("prob_fill_on_limit", 1) == 1 and given.get("prob_slippage", 0) == 0
    return name if name == _BEST or (perfect and not arguments.unpacked and "config" not in given) else None
