import re
from collections.abc import Iterator
from difflib import get_close_matches

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Fix, Program, PythonSource, Rule, Severity

_INSTEAD = {
    ("Portfolio", "position"): "`net_position(instrument_id)` or `self.cache.positions_open(instrument_id=...)`",
    ("Portfolio", "positions"): "`self.cache.positions_open()`",
    ("Portfolio", "accounts"): "`account(venue)`",
    ("Portfolio", "get_position"): "`net_position(instrument_id)`",
    ("Cache", "position_for_instrument"): "`positions_open(instrument_id=...)`",
    ("Cache", "account_balance_total"): "`account_for_venue(venue).balance_total()`",
    ("Cache", "generate_order_id"): "nothing: the order factory makes the ids",
    ("Strategy", "subscribe_quotes"): "`subscribe_quote_ticks`",
    ("Strategy", "subscribe_trades"): "`subscribe_trade_ticks`",
    ("Strategy", "subscribe_order_book_delta"): "`subscribe_order_book_deltas`",
    ("Bar", "timestamp"): "`ts_event`",
    ("Bar", "instrument_id"): "`bar_type.instrument_id`",
    ("Instrument", "make_quantity"): "`make_qty`",
    ("Instrument", "contract_size"): "`multiplier`",
    ("OrderFactory", "market_order"): "`market`",
    ("OrderFactory", "limit_order"): "`limit`",
    ("Strategy", "info"): "`self.log.info`",
    ("Strategy", "subscribe_ticks"): "`subscribe_quote_ticks` or `subscribe_trade_ticks`",
    ("Order", "fill_price"): "`avg_px`",
    ("Position", "pnl"): "`realized_pnl`, or `unrealized_pnl(price)`",
    ("QuoteTick", "bid"): "`bid_price`",
    ("QuoteTick", "ask"): "`ask_price`",
    ("Clock", "now"): "`utc_now()`",
    ("Clock", "time"): "`timestamp()`",
}


class UnknownMember(Rule):
    """Method or attribute that this NautilusTrader does not have.

    Handlers run long after the start. A call of a method that is not there raises AttributeError at the first bar or
    the first fill: a backtest stops, and a live node exits with its orders working.

    Looked at are strategies and actors themselves, the objects that they all have (`self.cache`, `self.portfolio`,
    `self.clock`, `self.order_factory`), what handlers are given, and variables of a class that is plain to see.
    Compared with the release that the project pins; without a pin with the newest that lintkit knows.
    """

    id = "API003"
    name = "unknown-member"
    severity = Severity.ERROR
    since = "0.1.0"

    invalid = [
        Example(
            "plausible names that nobody ever had",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Mine(Strategy):
                def on_bar(self, bar):
                    if self.portfolio.position(bar.bar_type.instrument_id):  # !
                        self.close_everything()  # !
                    self.last = bar.timestamp  # !

                def on_order_filled(self, event):
                    self.log.info(f"{event.fill_price}")  # !
            """,
        ),
        Example(
            "on what the cache and the order factory give",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Mine(Strategy):
                def on_start(self):
                    self.instrument = self.cache.instrument(self.config.instrument_id)

                def on_bar(self, bar):
                    share = 1 / self.instrument.contract_size  # !
                    size = self.instrument.make_quantity(share)  # !
                    for position in self.cache.positions_open(instrument_id=self.instrument.id):
                        if position.profit > 0:  # !
                            self.close_position(position)
                    account = self.portfolio.account(self.instrument.id.venue)
                    if account.available_balance > 0:  # !
                        self.submit_order(self.order_factory.market(self.instrument.id, BUY, size))
            """,
        ),
        Example(
            "a method of another release",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Mine(Strategy):
                def on_start(self):
                    self.subscribe_quotes(self.instrument_id)  # !
                    self.market_exit()  # !
            """,
            version="1.221.0",
        ),
        Example(
            "the items of a list",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Looks(Strategy):
                def on_bar(self, bar):
                    bars = self.cache.bars(self.bar_type)
                    return bars[0].close_price, bars[0].close  # !
            """,
        ),
    ]
    valid = [
        Example(
            "what is there, what the project defines, and what may come from elsewhere",
            """
            from nautilus_trader.model.data import Bar
            from nautilus_trader.trading.strategy import Strategy
            from elsewhere import Mixin

            class Base(Strategy):
                def on_bar(self, bar: Bar):
                    self.decide(bar)
                    self.model.fit(bar.close)
                    self.log.info(f"{bar.ts_event} {self.cache.positions_open()}")

                def on_start(self):
                    self.model = load()
                    self.callback = print
                    self.callback("started")

            class Child(Base):
                def decide(self, bar):
                    self.portfolio.net_position(bar.bar_type.instrument_id)

            class Mixed(Mixin, Strategy):
                def on_bar(self, bar):
                    self.from_the_mixin()
            """,
        ),
        Example(
            "for objects of another kind",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Mine(Strategy):
                def on_bar(self, bar):
                    id = bar.bar_type.instrument_id if hasattr(bar.bar_type, "instrument_id") else bar.id
                    self.seen = id
            """,
        ),
        Example(
            "asked before it is used",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Mine(Strategy):
                def on_start(self):
                    if hasattr(self.portfolio, "unrealized_total"):
                        self.portfolio.unrealized_total()
            """,
        ),
        Example(
            "an attribute of a subclass, of the package or of the project",
            """
            from nautilus_trader.model.instruments import Instrument
            from nautilus_trader.model.orders import Order

            def price(order: Order, instrument: Instrument):
                return order.price, instrument.underlying
            # --- provider.py
            from nautilus_trader.common.providers import InstrumentProvider

            class Mine(InstrumentProvider):
                quote = "USDT"

            def quote(provider: InstrumentProvider):
                return provider.quote
            """,
        ),
        Example(
            "the Rust class of the same name",
            """
            from nautilus_trader.core import nautilus_pyo3
            from nautilus_trader.core.nautilus_pyo3 import OrderBook

            def bids(book: OrderBook, report: nautilus_pyo3.FillReport):
                return book.bids_to_dict(), nautilus_pyo3.QuoteTick.from_dict(report.to_dict()).as_pycapsule()
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        asked = _asked(source)
        for node in source.find(cst.Attribute):
            name = node.attr.value
            if name in asked or name.startswith("_") or not isinstance(node.value, _HOLDERS):
                continue
            owner = _owner(source, node, program)
            missing = program.surface.missing_in_family(owner, name) if owner is not None else None
            if owner is None or missing is None or _is_stored(source, node) or _expects_failure(source, node):
                continue
            fix, advice = self._advice(source, node, owner, name, program)
            called = "method" if _is_called(source, node) else "attribute"
            yield self.finding(
                source,
                node,
                f"`{owner}` has no {called} `{name}` in {missing.words}, so this raises AttributeError when it is"
                f" reached and the strategy stops there{advice}",
                severity=Severity.ERROR if missing.is_certain else Severity.WARNING,
                confidence=Confidence.CERTAIN if missing.is_certain else Confidence.LIKELY,
                fix=fix,
            )

    def _advice(
        self, source: PythonSource, node: cst.Attribute, owner: str, name: str, program: Program
    ) -> tuple[Fix | None, str]:
        if (owner, name) in _INSTEAD:
            return None, f": use {_INSTEAD[owner, name]}"
        near = get_close_matches(name, sorted(program.surface.members(owner)), n=1, cutoff=0.8)
        if not near:
            return None, ""
        return self.replace(source, node.attr, near[0], f"rename to {near[0]}", safe=False), f": perhaps `{near[0]}`"


_HOLDERS = (cst.Name, cst.Attribute, cst.Subscript)


def _owner(source: PythonSource, node: cst.Attribute, program: Program) -> str | None:
    """The class whose member is looked up; None when it may be another one."""
    component = program.receivers.component(source, node.value)
    if component is not None:
        one, base = component
        known = program.receivers.has_attribute(one, node.attr.value) or program.receivers.is_dynamic(one)
        return None if known or not _is_called(source, node) else base
    owner = program.receivers.of(source, node.value)
    if owner is None or not program.receivers.subclassed.isdisjoint({owner, *program.surface.subclasses(owner)}):
        return None
    return owner


def _asked(source: PythonSource) -> set[str]:
    """Names that `hasattr` or `getattr` of this file ask for."""
    if source.words.isdisjoint({"hasattr", "getattr"}):
        return set()
    found: set[str] = set()
    for call in source.find(cst.Call):
        if isinstance(call.func, cst.Name) and call.func.value in {"hasattr", "getattr"} and len(call.args) > 1:
            text = call.args[1].value
            value = text.evaluated_value if isinstance(text, cst.SimpleString) else None
            found |= {value} if isinstance(value, str) else set()
    return found


def _is_called(source: PythonSource, node: cst.Attribute) -> bool:
    parent = source.parent(node)
    return isinstance(parent, cst.Call) and parent.func is node


def _is_stored(source: PythonSource, node: cst.Attribute) -> bool:
    parent = source.parent(node)
    return isinstance(parent, (cst.AssignTarget, cst.Del)) or (
        isinstance(parent, (cst.AnnAssign, cst.AugAssign)) and parent.target is node
    )


def _expects_failure(source: PythonSource, node: cst.CSTNode) -> bool:
    """In a `try` whose handlers take an AttributeError; a broad handler around a whole strategy step does not count."""
    child = node
    for up in source.parents(node):
        if isinstance(up, (cst.If, cst.IfExp)) and child is not up.test and _asks(source, up.test, node):
            return True
        if isinstance(up, cst.Try) and child is up.body:
            types = [handler.type for handler in up.handlers]
            if any(t is not None and _names(t) & {"AttributeError"} for t in types):
                return True
        if isinstance(up, cst.FunctionDef):
            return False
        child = up
    return False


def _asks(source: PythonSource, test: cst.BaseExpression, node: cst.CSTNode) -> bool:
    """Whether a condition asks what the object, or a part of it, has: the other branch is for other objects."""
    owner = source.code(node.value) if isinstance(node, cst.Attribute) else ""
    code = source.code(test)
    return "hasattr(" in code and re.search(rf"hasattr\({re.escape(owner)}\b", code) is not None


def _names(node: cst.CSTNode) -> set[str]:
    found = {node.value} if isinstance(node, cst.Name) else set[str]()
    for child in node.children:
        found |= _names(child)
    return found
