from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity, api

_TYPES = {
    "bar_type": "BarType", "instrument_id": "InstrumentId", "position_id": "PositionId", "venue": "Venue",
    "client_order_id": "ClientOrderId", "position": "Position", "order": "Order", "quantity": "Quantity",
    "price": "Price", "trigger_price": "Price",
}  # fmt: skip
"""What parameters of these names want, in all methods of the objects below (run on 1.221 and 1.231)."""

_OWNERS = frozenset({*api.COMPONENTS, "Cache", "Portfolio", "OrderFactory"})

_MEMBERS = {
    ("Instrument", "id"): "InstrumentId", ("Bar", "bar_type"): "BarType", ("BarType", "instrument_id"): "InstrumentId",
    ("QuoteTick", "instrument_id"): "InstrumentId", ("TradeTick", "instrument_id"): "InstrumentId",
    ("Position", "instrument_id"): "InstrumentId", ("Position", "id"): "PositionId",
    ("InstrumentId", "venue"): "Venue", ("Bar", "close"): "Price",
}  # fmt: skip

_MADE = {
    "builtins.str": "str", "builtins.float": "float", "builtins.int": "int", "builtins.round": "float",
    "decimal.Decimal": "Decimal",
}  # fmt: skip

_MAKE = {
    "BarType": "`BarType.from_str(...)`", "InstrumentId": "`InstrumentId.from_str(...)`", "Venue": "`Venue(...)`",
    "Price": "`self.instrument.make_price(...)`", "Quantity": "`self.instrument.make_qty(...)`",
    "PositionId": "the id of a position, or ask for `positions_open(instrument_id=...)`",
    "Position": "a position of `self.cache`", "Order": "the order itself", "ClientOrderId": "`ClientOrderId(...)`",
}  # fmt: skip

_MAX_STEPS = 6


class WrongArgumentType(Rule):
    """Argument of another type.

    NautilusTrader's methods are compiled and check what they are given: a `str` for a `BarType`, an `InstrumentId` for
    a `PositionId` or a number for a `Price` raises TypeError when the call runs. In `on_start` the node then runs on
    without the strategy; in a handler it ends with orders working. Type checkers do not see it, as compiled modules
    have no annotations.

    A field of a configuration has the type that it is annotated with: what is annotated `str` is a warning, because
    nothing stops a caller from giving the right object.
    """

    id = "API007"
    name = "wrong-argument-type"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"self"})

    invalid = [
        Example(
            "text and numbers for objects, one id for another",
            """
            from decimal import Decimal
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.trading.strategy import Strategy

            class Mine(Strategy):
                def on_start(self):
                    self.instrument_id = InstrumentId.from_str("AAPL.XNAS")
                    self.instrument = self.cache.instrument(self.instrument_id)
                    self.subscribe_bars("AAPL.XNAS-1-MINUTE-LAST-EXTERNAL")  # !
                    self.subscribe_quote_ticks(str(self.instrument_id))  # !

                def on_bar(self, bar):
                    position = self.cache.position(self.instrument_id)  # !
                    if position is None and self.portfolio.is_flat(bar.bar_type.instrument_id):
                        order = self.order_factory.limit(
                            self.instrument.id, SIDE,
                            Decimal(1),  # !
                            price=bar.close * 0.99,  # !
                        )
                        self.submit_order(order)
                    self.close_position(self.instrument.id)  # !
            """,
        ),
        Example(
            "a field that is text",
            """
            from nautilus_trader.config import StrategyConfig
            from nautilus_trader.trading.strategy import Strategy

            class MineConfig(StrategyConfig, frozen=True):
                bar_type: str

            class Mine(Strategy):
                def __init__(self, config: MineConfig):
                    super().__init__(config)
                    self.bar_type = config.bar_type

                def on_start(self):
                    self.subscribe_bars(self.bar_type)  # !
            """,
        ),
    ]
    valid = [
        Example(
            "the right objects, and what is not known",
            """
            from nautilus_trader.config import StrategyConfig
            from nautilus_trader.model.data import BarType
            from nautilus_trader.model.identifiers import InstrumentId, PositionId
            from nautilus_trader.trading.strategy import Strategy

            class MineConfig(StrategyConfig, frozen=True):
                bar_type: BarType
                symbol: str
                instrument_id: InstrumentId | str

            class Mine(Strategy):
                def __init__(self, config: MineConfig):
                    super().__init__(config)
                    self.bar_type = BarType.from_str(config.symbol)
                    self.other = config.symbol
                    self.other = InstrumentId.from_str(config.symbol)

                def on_start(self):
                    self.subscribe_bars(self.config.bar_type)
                    self.subscribe_bars(self.bar_type)
                    self.subscribe_quote_ticks(self.config.instrument_id)
                    self.subscribe_quote_ticks(self.other)
                    if isinstance(self.config.symbol, InstrumentId):
                        self.subscribe_quote_ticks(self.config.symbol)

                def on_bar(self, bar):
                    self.cache.position(PositionId("P-1"))
                    self.cache.positions_open(None, self.bar_type.instrument_id)
                    self.mine("AAPL.XNAS")
                    order = self.order_factory.limit(bar.bar_type.instrument_id, SIDE, QUANTITY, bar.close)
                    self.submit_order(order)

                def mine(self, bar_type):
                    print(bar_type)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        for call in source.find(cst.Call):
            method = call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
            owner = _owner(source, call, method, program)
            known = program.surface.parameters(owner, method) if owner is not None else None
            if owner is None or known is None or any(a.star for a in call.args) or _is_tried(source, call):
                continue
            for name, argument in program.arguments(call, known.positional).given.items():
                wanted = _TYPES.get(name)
                given, is_certain = _type_of(source, argument.value, program) if wanted else (None, False)
                if wanted is None or given is None or given == wanted or given in program.surface.subclasses(wanted):
                    continue
                if not _is_asked(source, argument.value):
                    yield self.finding(
                        source,
                        argument,
                        f"`{owner}.{method}` takes a `{wanted}` as `{name}` and this is a `{given}`, so the call raises"
                        f" TypeError and what it was to do is not done: give it {_MAKE[wanted]}",
                        severity=Severity.ERROR if is_certain else Severity.WARNING,
                        confidence=Confidence.CERTAIN if is_certain else Confidence.LIKELY,
                    )


def _owner(source: PythonSource, call: cst.Call, method: str, program: Program) -> str | None:
    """The class of the package whose method is called."""
    if not isinstance(call.func, cst.Attribute):
        return None
    component = program.receivers.component(source, call.func.value)
    if component is not None:
        one, base = component
        own = one.method(method) is not None or program.receivers.has_attribute(one, method)
        return None if own or program.receivers.is_dynamic(one) else base
    owner = program.receivers.of(source, call.func.value)
    return owner if owner in _OWNERS else None


def _type_of(source: PythonSource, node: cst.BaseExpression, program: Program) -> tuple[str | None, bool]:
    """The class of an expression by its own name, and whether that is more than an annotation."""
    for _ in range(_MAX_STEPS):
        found = _plain(source, node, program) or program.receivers.of(source, node)
        if found is not None or not isinstance(node, (cst.Name, cst.Attribute)):
            return found, True
        if isinstance(node, cst.Attribute):
            inner, is_certain = _type_of(source, node.value, program)
            if inner is not None:
                return _MEMBERS.get((inner, node.attr.value)), is_certain
            noted = program.noted_field(source, node)
            if noted is not None:
                return noted, noted != "str"
        step = _assigned(source, node, program)
        if step is None:
            return None, False
        source, node = step
    return None, False


def _plain(source: PythonSource, node: cst.BaseExpression, program: Program) -> str | None:
    """The type of a literal, of a conversion and of a scaled number."""
    if isinstance(node, (cst.SimpleString, cst.FormattedString, cst.ConcatenatedString)):
        return "str"
    if isinstance(node, (cst.Integer, cst.Float)):
        return "int" if isinstance(node, cst.Integer) else "float"
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, (cst.Multiply, cst.Divide)):
        return "float" if any(isinstance(side, (cst.Integer, cst.Float)) for side in (node.left, node.right)) else None
    return _MADE.get(program.names.external(source, node.func) or "") if isinstance(node, cst.Call) else None


def _assigned(
    source: PythonSource, node: cst.Name | cst.Attribute, program: Program
) -> tuple[PythonSource, cst.BaseExpression] | None:
    if isinstance(node, cst.Name):
        where, value = program.values.origin(source, node)
        return (where, value) if value is not node else None
    stored = program.types.assigned(source, node)
    own = isinstance(node.value, cst.Name) and node.value.value == "self"
    return stored[0] if own and len(stored) == 1 else None


def _is_tried(source: PythonSource, call: cst.Call) -> bool:
    """In a `try` that takes a TypeError: releases differ."""
    tries = (up for up in source.parents(call) if isinstance(up, cst.Try))
    return any(h.type is not None and "TypeError" in source.code(h.type) for up in tries for h in up.handlers)


def _is_asked(source: PythonSource, node: cst.BaseExpression) -> bool:
    """Whether the function asks `isinstance` of the value."""
    function = source.enclosing(node, cst.FunctionDef)
    return function is not None and f"isinstance({source.code(node)}," in source.code(function)
