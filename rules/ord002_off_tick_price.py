from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity, api, reference

_ORDERS = {
    "limit": ("instrument_id", "order_side", "quantity", "price"),
    "stop_market": ("instrument_id", "order_side", "quantity", "trigger_price"),
    "market_if_touched": ("instrument_id", "order_side", "quantity", "trigger_price"),
    "stop_limit": ("instrument_id", "order_side", "quantity", "price", "trigger_price"),
    "limit_if_touched": ("instrument_id", "order_side", "quantity", "price", "trigger_price"),
    "bracket": ("instrument_id", "order_side", "quantity"),
    "modify_order": ("order", "quantity", "price", "trigger_price"),
}
_PRICES = ("price", "trigger_price", "entry_price", "entry_trigger_price", "sl_trigger_price", "tp_price")
_ELSEWHERE = frozenset({"TestInstrumentProvider", "ParquetDataCatalog", "BacktestDataConfig", "TradingNode"})
"""Where instruments come from that no definition in the project tells of."""

_PLAIN = frozenset({"float", "Decimal", "as_double", "as_decimal", "abs", "min", "max"})


class OffTickPrice(Rule):
    """Order price between two ticks.

    `make_price` rounds to decimal places, not to the tick: with a tick of 0.25 it makes 4001.13 of 4001.13. Nothing in
    a backtest checks the grid, so the order fills at a price that does not exist; the live venue rejects it.

    Round to the increment: `Price.from_str(str(round(x / tick) * tick))` in Decimal, or `instrument.next_bid_price(x)`
    with a tick scheme. Prices that are known are compared with the tick; computed ones are reported only where the
    tick is known not to be a power of ten.
    """

    id = "ORD002"
    name = "off-tick-price"
    severity = Severity.ERROR
    confidence = Confidence.LIKELY
    since = "0.1.0"
    mentions = frozenset({"make_price", *_ORDERS})

    invalid = [
        Example(
            "known prices and a computed one, all of quarters",
            """
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import FuturesContract
            from nautilus_trader.model.objects import Price
            from nautilus_trader.trading.strategy import Strategy

            ID = InstrumentId.from_str("ESZ24.GLBX")
            ES = FuturesContract(instrument_id=ID, price_precision=2, price_increment=Price.from_str("0.25"))
            LIMIT = ES.make_price(4001.13)  # !

            class Mine(Strategy):
                def on_start(self):
                    self.instrument = self.cache.instrument(self.config.instrument_id)

                def on_bar(self, bar):
                    price = Price.from_str("4001.10")
                    self.submit_order(self.order_factory.limit(ID, SIDE, SIZE, price))  # !
                    self.submit_order(self.order_factory.stop_market(
                        instrument_id=bar.bar_type.instrument_id,
                        order_side=SIDE,
                        quantity=SIZE,
                        trigger_price=self.instrument.make_price(float(bar.close) * 0.995),  # !
                    ))
            """,
        ),
        Example(
            "a future that is known from its exchange",
            """
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.objects import Price
            from nautilus_trader.trading.strategy import Strategy

            class Mine(Strategy):
                def on_bar(self, bar):
                    es = InstrumentId.from_str("ESZ24.XCME")
                    self.submit_order(self.order_factory.limit(es, SIDE, SIZE, Price(4001.13, 2)))  # !
            """,
        ),
    ]
    valid = [
        Example(
            "on the grid, rounded to it, steps along it, and a threshold that is no order",
            """
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import FuturesContract
            from nautilus_trader.model.objects import Price
            from nautilus_trader.trading.strategy import Strategy

            ID = InstrumentId.from_str("ESZ24.GLBX")
            ES = FuturesContract(instrument_id=ID, price_precision=2, price_increment=Price.from_str("0.25"))

            class Mine(Strategy):
                def on_bar(self, bar):
                    tick = float(self.instrument.price_increment)
                    if bar.close > Price.from_str("4001.13"):
                        a = self.order_factory.limit(ID, SIDE, SIZE, Price.from_str("4001.25"))
                        b = ES.make_price(4001.5)
                        c = self.instrument.make_price(round(float(bar.close) * 0.995 / tick) * tick)
                        d = self.instrument.make_price(float(bar.close) - 2 * 0.25)
                        e = self.instrument.make_price(self.snap(bar.close * 0.995))
            """,
        ),
        Example(
            "decimal ticks, to which make_price rounds, and an instrument that is not known",
            """
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import CurrencyPair
            from nautilus_trader.model.objects import Price
            from nautilus_trader.trading.strategy import Strategy

            ID = InstrumentId.from_str("EUR/USD.SIM")
            PAIR = CurrencyPair(instrument_id=ID, price_precision=5, price_increment=Price.from_str("0.00001"))
            OTHER = InstrumentId.from_str("SOMETHING.ELSE")

            class Mine(Strategy):
                def on_bar(self, bar):
                    a = self.order_factory.limit(ID, SIDE, SIZE, PAIR.make_price(1.123456789))
                    b = self.instrument.make_price(float(bar.close) * 0.995)
                    c = self.order_factory.limit(OTHER, SIDE, SIZE, Price.from_str("1.1234567"))
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            if not isinstance(call.func, cst.Attribute):
                continue
            if call.func.attr.value == "make_price" and len(call.args) == 1:
                yield from self._made(source, call, program)
            elif call.func.attr.value in _ORDERS and _is_order(source, call):
                yield from self._order(source, call, program)

    def _made(self, source: PythonSource, call: cst.Call, program: Program) -> Iterator[Finding]:
        ticks = _ticks(source, call, program)
        value = call.args[0].value
        number = program.number(source, value)
        if not ticks:
            return
        if number is not None:
            rounded = {t: number.quantize(_decimal(t), ROUND_HALF_EVEN) for t in ticks}
            if all(rounded[t] % t for t in ticks):
                yield self._report(source, call, number, ticks[0])
        elif all(_decimal(t) != t for t in ticks) and _leaves_grid(
            *program.values.origin(source, value), program, ticks
        ):
            yield self.finding(
                source,
                call,
                f"`make_price` rounds to decimal places and not to the tick of {ticks[0]:f}, so this computed price"
                " mostly lies between two ticks: fills in a backtest, rejected live; round it to the increment",
                severity=Severity.WARNING,
            )

    def _order(self, source: PythonSource, call: cst.Call, program: Program) -> Iterator[Finding]:
        func = call.func
        given = program.arguments(call, _ORDERS[func.attr.value] if isinstance(func, cst.Attribute) else ())
        for name in _PRICES:
            node = given.value(name)
            number = program.number(source, node) if node is not None else None
            if node is None or number is None:
                continue
            ticks = _ticks(source, node, program)
            if ticks and all(number % t for t in ticks):
                yield self._report(source, node, number, ticks[0])

    def _report(self, source: PythonSource, node: cst.CSTNode, number: Decimal, tick: Decimal) -> Finding:
        return self.finding(
            source,
            node,
            f"`{number:f}` is no multiple of the tick of {tick:f}, so the order fills in a backtest at a price that"
            " does not exist, and a live venue rejects it: round to the increment",
        )


def _is_order(source: PythonSource, call: cst.Call) -> bool:
    func = call.func
    owner = source.code(func.value) if isinstance(func, cst.Attribute) else ""
    modifies = isinstance(func, cst.Attribute) and func.attr.value == "modify_order"
    return owner == "self" if modifies else owner.endswith("order_factory")


def _ticks(source: PythonSource, node: cst.CSTNode, program: Program) -> tuple[Decimal, ...]:
    """The ticks that the instrument of a price can have; empty where they are not known."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == "make_price":
        where, made = program.values.origin(source, node.func.value)
        one = next((d for d in program.instruments.of(where) if d.call is made), None)
        if one is not None:
            tick = one.number("price_increment")
            return (tick,) if tick else ()
    for up in source.parents(node):
        if isinstance(up, cst.Call) and isinstance(up.func, cst.Attribute) and up.func.attr.value in _ORDERS:
            given = program.arguments(up, _ORDERS[up.func.attr.value])
            known = program.instrument_id(source, given.value("instrument_id"))
            if known is not None:
                return _ticks_of(known, program)
            break
    function = program.calls.function_of(source, node)
    if function is None or function.owner is None or not function.owner.derives_from(*api.COMPONENTS):
        return ()
    return _only_ticks(program)


def _ticks_of(known: tuple[str, str], program: Program) -> tuple[Decimal, ...]:
    own = [one.number("price_increment") for one in program.instruments.all if one.id == known]
    if own:
        return _all_known(own)
    row = reference.find(*known, "FuturesContract")
    return (row.price_increment, *row.former) if row is not None and row.kind == "FuturesContract" else ()


def _only_ticks(program: Program) -> tuple[Decimal, ...]:
    """Of every instrument of the project, where nothing else brings instruments."""
    if next(program.mentioning(_ELSEWHERE), None) is not None:
        return ()
    return _all_known([d.number("price_increment") for d in program.instruments.all if not program.is_test(d.source)])


def _all_known(ticks: list[Decimal | None]) -> tuple[Decimal, ...]:
    known = sorted({tick for tick in ticks if tick is not None and tick > 0})
    return tuple(known) if None not in ticks else ()


def _decimal(tick: Decimal) -> Decimal:
    """The step of the decimal places that a tick has: 0.01 of 0.25."""
    return Decimal(1).scaleb(min(int(tick.normalize().as_tuple().exponent), 0))


def _leaves_grid(source: PythonSource, node: cst.CSTNode, program: Program, ticks: tuple[Decimal, ...]) -> bool:
    """Whether plain arithmetic multiplies with a fraction, or divides, and rounds nothing."""
    nodes = list(_walk(node))
    calls = [_last(n.func) for n in nodes if isinstance(n, cst.Call)]
    if any(name not in _PLAIN for name in calls) or any(isinstance(n, (cst.FloorDivide, cst.Modulo)) for n in nodes):
        return False
    if any(isinstance(n, cst.Name) and any(w in n.value.lower() for w in ("tick_size", "increment")) for n in nodes):
        return False
    for one in nodes:
        if isinstance(one, cst.BinaryOperation) and isinstance(one.operator, cst.Multiply):
            factors = [program.number(source, side) for side in (one.left, one.right)]
            number = next((f for f in factors if f is not None), None)
            if None in factors and number is not None and number % 1 and all(number % t for t in ticks):
                return True
    return False


def _last(node: cst.BaseExpression) -> str:
    return node.attr.value if isinstance(node, cst.Attribute) else node.value if isinstance(node, cst.Name) else ""


def _walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from _walk(child)
