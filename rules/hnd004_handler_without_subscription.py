from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity, api

_WANTED = {
    "on_quote_tick": ("subscribe_quote_ticks", "request_quote_ticks"),
    "on_trade_tick": ("subscribe_trade_ticks", "request_trade_ticks"),
    "on_bar": ("subscribe_bars", "request_bars", "request_aggregated_bars"),
    "on_order_book": ("subscribe_order_book_at_interval", "subscribe_order_book_snapshots"),
    "on_order_book_deltas": ("subscribe_order_book_deltas", "subscribe_order_book_depth"),
    "on_order_book_depth": ("subscribe_order_book_depth",),
    "on_mark_price": ("subscribe_mark_prices",),
    "on_index_price": ("subscribe_index_prices",),
    "on_funding_rate": ("subscribe_funding_rates",),
    "on_signal": ("subscribe_signal",),
}  # fmt: skip

_BOOKS = frozenset({"on_order_book", "on_order_book_deltas", "on_order_book_depth"})
"""A class that gets the book in one form often has a handler for the other as well."""


class HandlerWithoutSubscription(Rule):
    """Handler whose data nobody asked for.

    Data comes to a handler only after `subscribe_*` (or a request). A class that defines `on_quote_tick` and nowhere
    subscribes to quotes is never called: it starts, logs, and trades nothing, or trades without the stop that the
    missing handler should move.

    Subscribe in `on_start`. Not reported where the subscription may be made elsewhere: by a base class that is not
    known, by a helper that gets the strategy, or through the message bus.
    """

    id = "HND004"
    name = "handler-without-subscription"
    severity = Severity.WARNING
    confidence = Confidence.LIKELY
    since = "0.1.0"
    mentions = frozenset(_WANTED)

    invalid = [
        Example(
            "quotes that are never subscribed",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Deaf(Strategy):
                def on_start(self):
                    self.subscribe_bars(self.config.bar_type)

                def on_bar(self, bar):
                    self.submit_order(self.make(bar))

                def on_quote_tick(self, tick):  # !
                    self.move_stop(tick)
            """,
        ),
    ]
    valid = [
        Example(
            "subscribed here, in a base, or by a helper",
            """
            from nautilus_trader.trading.strategy import Strategy
            from feeds import subscribe_all

            class Base(Strategy):
                def on_start(self):
                    self.subscribe_quote_ticks(self.config.instrument_id)

            class One(Base):
                def on_quote_tick(self, tick):
                    self.submit_order(self.make(tick))

            class Two(Strategy):
                def on_start(self):
                    subscribe_all(self)

                def on_bar(self, bar):
                    self.submit_order(self.make(bar))
            # --- feeds.py
            def subscribe_all(strategy):
                strategy.subscribe_bars(strategy.config.bar_type)
            """,
        ),
        Example(
            "a handler that the class calls itself, an abstract one, and a data engine of one's own",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Forwarded(Strategy):
                def on_start(self):
                    self.msgbus.subscribe("data.quotes", handler=self.on_quote_tick)

                def on_quote_tick(self, tick):
                    self.submit_order(self.make(tick))

            class Abstract(Strategy):
                def on_bar(self, bar):
                    raise NotImplementedError

            class Empty(Strategy):
                def on_bar(self, bar):
                    '''Bars are not used.'''
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_example(source):
            return
        for one in program.classes.components_in(source):
            if one.has_unknown_base or not _is_plain(one.all_external):
                continue
            family = {*one.mro, *program.classes.subclasses(one)}
            if any("on_start" in c.methods for c in family) is False:
                continue
            words = self._subscribed(program, {c.source for c in family})
            for name, wanted in _WANTED.items():
                method = one.methods.get(name)
                if method is None or _is_empty(method) or any(w in words for w in wanted):
                    continue
                if name in _BOOKS and any(w.startswith("subscribe_order_book") for w in words):
                    continue
                function = program.calls.functions[method]
                if program.calls.sites.get(function) or _hands_itself_on(one.source, one.node):
                    continue
                yield self.finding(
                    source,
                    method.name,
                    f"`{one.name}` has `{name}` and nothing subscribes to its data, so it is never called: call"
                    f" `self.{wanted[0]}` in `on_start`",
                )

    def _subscribed(self, program: Program, sources: set[PythonSource]) -> set[str]:
        """What is subscribed or requested in the files of the class, or by helpers anywhere that get a component."""
        words = {word for source in sources for word in source.words if word.startswith(api.DATA_COMMANDS)}
        helpers = program.trading.commands_on_others
        return words.union(*(given for source, given in helpers.items() if source not in sources))


def _is_plain(external: frozenset[str]) -> bool:
    return all(api.short(name) in api.COMPONENTS or not name.startswith("nautilus_trader") for name in external)


def _is_empty(method: cst.FunctionDef) -> bool:
    """A docstring, `pass` or `raise NotImplementedError` and nothing else."""
    for line in method.body.body:
        for small in line.body if isinstance(line, (cst.SimpleStatementLine, cst.SimpleStatementSuite)) else [line]:
            quiet = isinstance(small, (cst.Pass, cst.Raise)) or (isinstance(small, cst.Return) and small.value is None)
            if not quiet and not (isinstance(small, cst.Expr) and not isinstance(small.value, cst.Call)):
                return False
    return True


def _hands_itself_on(source: PythonSource, node: cst.ClassDef) -> bool:
    """Whether the class gives `self` to something, which may subscribe for it."""
    return any(
        isinstance(arg.value, cst.Name) and arg.value.value == "self" and source.enclosing(arg, cst.ClassDef) is node
        for arg in source.find(cst.Arg)
    )
