from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Fix, Program, PythonSource, Rule, Severity

_VALUES = {"Price": "make_price", "Quantity": "make_qty"}


class HardCodedPrecision(Rule):
    """Order price or size of a fixed precision.

    `Price(mid, 2)` is right for one instrument. For one with other decimal places an order is denied (too many), or
    rejected in the backtests of older releases and accepted by newer ones (too few), or simply rounded to a price
    that was not meant.

    Ask the instrument: `instrument.make_price(mid)`, `instrument.make_qty(size)`. Only computed values in strategies
    and actors are reported; constants and definitions of instruments are not.
    """

    id = "ORD001"
    name = "hard-coded-precision"
    severity = Severity.WARNING
    confidence = Confidence.LIKELY
    since = "0.1.0"
    mentions = frozenset(_VALUES)

    invalid = [
        Example(
            "two places for everything",
            """
            from nautilus_trader.model.objects import Price, Quantity
            from nautilus_trader.trading.strategy import Strategy

            class Maker(Strategy):
                def on_quote_tick(self, tick):
                    mid = (float(tick.bid_price) + float(tick.ask_price)) / 2
                    self.submit_order(self.order_factory.limit(
                        tick.instrument_id,
                        SIDE,
                        Quantity.from_str(f"{self.size:.3f}"),  # !
                        Price(mid, 2),  # !
                    ))
                    self.stop = Price.from_str(str(round(mid * 0.99, 2)))  # !
            """,
        ),
    ]
    valid = [
        Example(
            "the instrument's own, constants, and known texts",
            """
            from nautilus_trader.model.objects import Price, Quantity
            from nautilus_trader.trading.strategy import Strategy

            class Maker(Strategy):
                def on_quote_tick(self, tick):
                    a = self.instrument.make_price(tick.bid_price)
                    b = Price(tick.mid, self.instrument.price_precision)
                    c = Quantity.from_int(1), Price(1.5, 1), Quantity.from_str("0.01")
                    d = Price.from_str(self.config.limit)

            def define(tick):
                return Price(tick, 2)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            name = program.names.external(source, call.func) or ""
            *_, owner, method = ("", *name.split("."))
            maker = method if method in _VALUES else owner
            if (
                maker not in _VALUES
                or not name.startswith("nautilus_trader.")
                or not _in_component(source, call, program)
            ):
                continue
            places = _from_text(source, call, program) if method == "from_str" else _given(source, call, program)
            if places is not None:
                yield self.finding(
                    source,
                    call,
                    f"`{maker}` with {places} decimal places is right for one instrument only, so for another one the"
                    f" order is rejected or rounded: use `self.instrument.{_VALUES[maker]}(...)`",
                    fix=self._fix(source, call, _VALUES[maker], program),
                )

    def _fix(self, source: PythonSource, call: cst.Call, method: str, program: Program) -> Fix | None:
        """The instrument's own, where the class keeps its instrument."""
        value = _rounded(source, call, program)
        owner = program.types.self_class(source, call)
        if value is None or owner is None or not _keeps_instrument(source, call, program):
            return None
        text = f"self.instrument.{method}({source.code(value)})"
        return self.replace(source, call, text, f"use `self.instrument.{method}`", safe=False)


def _rounded(source: PythonSource, call: cst.Call, program: Program) -> cst.BaseExpression | None:
    """What is rounded to the fixed places."""
    value = program.arguments(call, ("value",)).value("value")
    if isinstance(value, cst.FormattedString) and isinstance(value.parts[0], cst.FormattedStringExpression):
        return value.parts[0].expression
    if isinstance(value, cst.Call) and _is(source, value, "builtins.str", program):
        inner = value.args[0].value
        return inner.args[0].value if isinstance(inner, cst.Call) else None
    return value


def _keeps_instrument(source: PythonSource, node: cst.CSTNode, program: Program) -> bool:
    owner = program.types.self_class(source, node)
    for one in owner.mro if owner is not None else ():
        for assign in one.source.find(cst.Assign):
            targets = [target.target for target in assign.targets]
            is_kept = any(
                isinstance(t, cst.Attribute) and t.attr.value == "instrument" and one.source.code(t.value) == "self"
                for t in targets
            )
            if is_kept and program.receivers.of(one.source, assign.value) == "Instrument":
                return True
    return False


def _given(source: PythonSource, call: cst.Call, program: Program) -> int | None:
    """The places of `Price(computed, 2)`."""
    arguments = program.arguments(call, ("value", "precision"))
    value, precision = arguments.value("value"), arguments.value("precision")
    if value is None or not isinstance(precision, cst.Integer) or program.number(source, value) is not None:
        return None
    return int(precision.value)


def _from_text(source: PythonSource, call: cst.Call, program: Program) -> int | None:
    """The places of `f"{x:.2f}"` and `str(round(x, 2))`."""
    node = call.args[0].value if len(call.args) == 1 else None
    if isinstance(node, cst.FormattedString) and len(node.parts) == 1:
        part = node.parts[0]
        spec = part.format_spec if isinstance(part, cst.FormattedStringExpression) else None
        text = spec[0].value if spec and isinstance(spec[0], cst.FormattedStringText) and len(spec) == 1 else ""
        return int(text[1:-1]) if text[:1] == "." and text[-1:] == "f" and text[1:-1].isdecimal() else None
    inner = node.args[0].value if isinstance(node, cst.Call) and _is(source, node, "builtins.str", program) else None
    if isinstance(inner, cst.Call) and _is(source, inner, "builtins.round", program) and len(inner.args) == 2:  # noqa: PLR2004
        places = inner.args[1].value
        return int(places.value) if isinstance(places, cst.Integer) else None
    return None


def _is(source: PythonSource, call: cst.Call, name: str, program: Program) -> bool:
    return program.names.external(source, call.func) == name and bool(call.args)


def _in_component(source: PythonSource, node: cst.CSTNode, program: Program) -> bool:
    function = program.calls.function_of(source, node)
    return function is not None and function.owner is not None and program.is_component(function.owner)
