import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from decimal import Decimal
from typing import TypeAlias

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity, Span

_UNIT_SCALE = {
    "RelativeStrengthIndex": ("value",),
    "EfficiencyRatio": ("value",),
    "VerticalHorizontalFilter": ("value",),
    "DirectionalMovement": ("pos", "neg"),
}
"""Indicators whose values lie between 0 and 1 (observed on 1.221 and 1.231), and the attributes that have them."""

_HUNDRED = Decimal(100)
_Origin: TypeAlias = tuple[int, int, int, int, int]
"""The number of a file and a place in it."""
_MAX_STEPS = 6


class IndicatorScale(Rule):
    """Indicator compared on another scale.

    NautilusTrader's RSI runs from 0 to 1, not from 0 to 100. `if self.rsi.value < 30` is always true and `> 70`
    never: the strategy buys at every bar and never sells, and the log looks like a strategy that is sure of itself.

    Divide the thresholds by 100, or multiply the value. Thresholds in a configuration are followed to their values, and
    values into the entries of a dict, where all entries of that key hold such a value. Where several comparisons read
    such an entry as 0 to 100, the mistake is one, and reported where the value is taken.
    """

    id = "IND001"
    name = "indicator-scale"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"value", "pos", "neg"})

    invalid = [
        Example(
            "textbook thresholds",
            """
            from nautilus_trader.indicators import RelativeStrengthIndex
            from nautilus_trader.trading.strategy import Strategy

            OVERSOLD = 30

            class Reversion(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self.rsi = RelativeStrengthIndex(14)

                def on_bar(self, bar):
                    if self.rsi.value < OVERSOLD:  # !
                        self.buy()
                    elif 70 <= self.rsi.value:  # !
                        self.sell()
            """,
        ),
        Example(
            "through a variable and the fields of a configuration",
            """
            from nautilus_trader.config import StrategyConfig
            from nautilus_trader.indicators import RelativeStrengthIndex
            from nautilus_trader.trading.strategy import Strategy

            class ReversionConfig(StrategyConfig, frozen=True):
                upper: float = 70.0

            class Reversion(Strategy):
                def __init__(self, config: ReversionConfig):
                    super().__init__(config)
                    self.rsi = RelativeStrengthIndex(14)
                    self.upper = config.upper
                    self.lower = 30

                def on_bar(self, bar):
                    rsi = self.rsi.value
                    if rsi > self.config.upper:  # !
                        self.sell()
                    elif self.rsi.value > self.upper:  # !
                        self.sell()
                    elif self.rsi.value < self.lower:  # !
                        self.close()
            """,
        ),
        Example(
            "converted, kept between two bars, and compared with a variable",
            """
            from nautilus_trader.config import StrategyConfig
            from nautilus_trader.indicators import RelativeStrengthIndex
            from nautilus_trader.trading.strategy import Strategy

            class CrossConfig(StrategyConfig, frozen=True):
                oversold: float = 30.0

            def from_file(table):
                return Cross(CrossConfig(oversold=table["oversold"]))

            class Base(Strategy):
                def __init__(self, config: StrategyConfig, bus=None):
                    super().__init__(config)
                    self.bus = bus

            class Cross(Base):
                def __init__(self, config: CrossConfig, bus=None):
                    super().__init__(config, bus)
                    self.rsi = RelativeStrengthIndex(14)
                    self.before = None

                def on_bar(self, bar):
                    now = float(self.rsi.value)
                    oversold = self.config.oversold
                    if self.before is not None and self.before <= oversold < now:  # !
                        self.buy()
                    self.before = now
            """,
        ),
        Example(
            "arguments of a function",
            """
            from nautilus_trader.indicators import RelativeStrengthIndex
            from nautilus_trader.trading.strategy import Strategy

            def is_hot(value, limit=70):
                return value > limit  # !

            def is_cold(value, limit=0.3):
                return value < limit

            def is_far(value, limit):
                return value > limit

            class Asking(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self.rsi = RelativeStrengthIndex(14)

                def on_bar(self, bar):
                    if is_hot(self.rsi.value) or is_cold(self.rsi.value) or is_far(bar.close, 70):
                        self.sell()
                    if is_far(self.rsi.value, 0.7):
                        self.sell()
            """,
        ),
        Example(
            "a property, and indicators in dicts",
            """
            from nautilus_trader.indicators import ExponentialMovingAverage, RelativeStrengthIndex
            from nautilus_trader.trading.strategy import Strategy

            class Base(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self.rsi = RelativeStrengthIndex(14)
                    self.named = {"rsi": RelativeStrengthIndex(7), "ema": ExponentialMovingAverage(20)}
                    self.by_id = {}
                    self.all = {}
                    for instrument_id in config.ids:
                        self.by_id[instrument_id] = RelativeStrengthIndex(14)
                        self.all[instrument_id] = {
                            "fast": RelativeStrengthIndex(2),
                            "ema": ExponentialMovingAverage(20),
                        }

                @property
                def strength(self) -> float:
                    return self.rsi.value

            class Many(Base):
                def on_bar(self, bar):
                    key = bar.bar_type.instrument_id
                    if self.strength > 70:  # !
                        self.sell()
                    if self.named["rsi"].value < 30:  # !
                        self.buy()
                    if self.by_id[key].value < 30:  # !
                        self.buy()
                    fast = self.all[key]["fast"]
                    if fast.value < 10:  # !
                        self.buy()
                    if self.named["ema"].value > 70 or self.all[key]["ema"].value > 70:
                        self.buy()
            """,
        ),
        Example(
            "an entry of a dict that one line of another file reads",
            """
            from nautilus_trader.indicators import RelativeStrengthIndex

            class Technical:
                def __init__(self):
                    self.rsi = RelativeStrengthIndex(14)

                def data(self):
                    rsi = self.rsi.value
                    return {"price": self.price, "rsi": rsi}
            # --- prompt.py
            def mood(technical):
                send({"rsi": technical.get("rsi", 0)})
                return "overbought" if technical["rsi"] > 70 else "calm"  # !
            """,
        ),
        Example(
            "an entry of a dict that everybody reads as 0 to 100",
            """
            from nautilus_trader.indicators import RelativeStrengthIndex

            class Technical:
                def __init__(self):
                    self.rsi = RelativeStrengthIndex(14)

                def data(self):
                    rsi = self.rsi.value  # !
                    return {"price": self.price, "rsi": rsi}
            # --- prompt.py
            def mood(technical):
                if technical["rsi"] > 70:
                    return "overbought"
                return f"{'oversold' if technical.get('rsi', 0) < 30 else 'neutral'}"
            """,
        ),
        Example(
            "one reader of an entry knows the scale",
            """
            from nautilus_trader.indicators import RelativeStrengthIndex

            class Technical:
                def __init__(self):
                    self.rsi = RelativeStrengthIndex(14)

                def data(self):
                    rsi = self.rsi.value
                    return {"rsi": rsi}

            def right(technical):
                return technical["rsi"] > 0.7
            # --- prompt.py
            def wrong(technical):
                return 30 < technical["rsi"] < 70  # !
            # --- exits.py
            def also_wrong(technical):
                return technical["rsi"] > 70  # !
            """,
        ),
    ]
    valid = [
        Example(
            "an entry that is filled in another way elsewhere",
            """
            from nautilus_trader.indicators import RelativeStrengthIndex

            class Technical:
                def __init__(self):
                    self.rsi = RelativeStrengthIndex(14)

                def data(self):
                    return {"rsi": self.rsi.value, "strength": self.rsi.value * 100}

                def other(self, frame):
                    return {"rsi": frame["rsi"].iloc[-1]}

            def mood(technical):
                return technical["rsi"] > 70 or technical["strength"] > 70
            """,
        ),
        Example(
            "fractions, scaled values, another indicator and what is not known",
            """
            from nautilus_trader.indicators import RelativeStrengthIndex, RelativeVolatilityIndex
            from nautilus_trader.trading.strategy import Strategy
            from mine import Rsi

            class Right(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self.rsi = RelativeStrengthIndex(14)
                    self.rvi = RelativeVolatilityIndex(14)
                    self.own = Rsi(14)
                    self.upper = config.upper
                    self.limit = 0.7
                    self.limit = 70 if config.percent else 0.7

                def on_bar(self, bar):
                    rsi = self.rsi.value * 100
                    if self.rsi.value < 0.3 or rsi < 30 or self.rvi.value > 70 or self.own.value > 70:
                        self.buy()
                    if self.rsi.value > self.config.upper or self.rsi.value > 0 or self.rsi.value <= 1:
                        self.sell()
                    if self.rsi.value > self.upper or self.rsi.value > self.limit:
                        self.sell()
            """,
        ),
    ]

    def check_whole(self, program: Program) -> Iterator[Finding]:
        entries = self._keys(program)
        read: dict[str, list[_Compared]] = {}
        for source in program.mentioning(frozenset(entries)) if entries else ():
            if not program.is_test(source):
                for key, one in _readers(source, entries, program):
                    read.setdefault(key, []).append(one)
        for key, places in read.items():
            name, origins = entries[key]
            wrong = [one for one in places if one.is_wrong]
            if len(wrong) > 1 and len(wrong) == len(places) and len(origins) == 1:
                number, *place = origins[0]
                yield self._taken(program.file(number), Span(*place), name, key, wrong)
            else:
                yield from (self._report(one, name) for one in wrong)

    def _keys(self, program: Program) -> dict[str, tuple[str, list[_Origin]]]:
        """The keys of dicts that hold an indicator's plain value wherever they are written as a literal, and whence."""
        if all(program.is_test(source) for source in program.mentioning(frozenset(_UNIT_SCALE))):
            return {}
        found: dict[str, list[tuple[str, _Origin] | None]] = {}
        for key, taken in self.gathered(program):
            found.setdefault(key, []).append((taken[0], (taken[1], *taken[2:])) if taken is not None else None)
        entries: dict[str, tuple[str, list[_Origin]]] = {}
        for key, places in found.items():
            taken = [one for one in places if one is not None]
            if len(taken) == len(places) and len({name for name, _ in taken}) == 1:
                entries[key] = (taken[0][0], list(dict.fromkeys(origin for _, origin in taken)))
        return entries

    def gather(self, source: PythonSource, program: Program) -> Iterator[object]:
        found = source.find(cst.DictElement) if not program.is_test(source) else ()
        yield from dict.fromkeys(one for element in found for one in _entry(source, element, program))

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for comparison in source.find(cst.Comparison):
            found: dict[str, list[cst.BaseExpression]] = {}
            for value, limit in _pairs(comparison):
                taken = _indicator(source, value, program)
                if taken is not None:
                    found.setdefault(taken.name, []).append(limit)
            for name, limits in found.items():
                one = _compared(source, comparison, limits, program)
                if one.is_wrong:
                    yield self._report(one, name)

    def _report(self, one: "_Compared", name: str) -> Finding:
        numbers = [number for number in one.numbers if abs(number) > 1]
        return self.finding(
            one.source,
            one.node,
            f"`{name}` runs from 0 to 1 and is compared with {_said(numbers)}, so this is always the same and the"
            f" strategy trades on nothing: compare with {_said([number / _HUNDRED for number in numbers])}",
            confidence=Confidence.CERTAIN if one.sure else Confidence.LIKELY,
        )

    def _taken(self, source: PythonSource, place: Span, name: str, key: str, places: list["_Compared"]) -> Finding:
        first, *more = places
        numbers = sorted({number for one in places for number in one.numbers if abs(number) > 1})
        others = f" and {len(more)} more {'place' if len(more) == 1 else 'places'}"
        return self.finding(
            source,
            place,
            f"`{name}` runs from 0 to 1 and whoever reads it as `{key}` compares it with {_said(numbers)}"
            f" ({first.source.path}:{first.source.span(first.node).line}{others}), so these are always the same and the"
            " strategy trades on nothing: multiply by 100 here",
            confidence=Confidence.CERTAIN if all(one.sure for one in places) else Confidence.LIKELY,
        )


@dataclass(frozen=True)
class _Compared:
    """A comparison, and the numbers that an indicator's value is compared with."""

    source: PythonSource
    node: cst.Comparison
    numbers: tuple[Decimal, ...]
    sure: bool

    @property
    def is_wrong(self) -> bool:
        return any(abs(number) > 1 for number in self.numbers)


@dataclass(frozen=True)
class _Taken:
    """Where an indicator's plain value is taken."""

    source: PythonSource
    node: cst.BaseExpression
    name: str


def _pairs(comparison: cst.Comparison) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression]]:
    sides = [comparison.left, *(target.comparator for target in comparison.comparisons)]
    for left, right in itertools.pairwise(sides):
        yield from ((left, right), (right, left))


def _compared(
    source: PythonSource, comparison: cst.Comparison, limits: list[cst.BaseExpression], program: Program
) -> _Compared:
    known = [(limit, number) for limit in limits if (number := _limit(source, limit, program)) is not None]
    numbers = tuple(number for _, number in known)
    return _Compared(source, comparison, numbers, all(program.default(source, limit) is not None for limit, _ in known))


def _said(numbers: Iterable[Decimal]) -> str:
    return " and ".join(f"{number.normalize():f}" for number in numbers)


def _readers(source: PythonSource, entries: Mapping[str, object], program: Program) -> Iterator[tuple[str, _Compared]]:
    """The comparisons that read an entry against a number other than 0."""
    for comparison in source.find(cst.Comparison):
        found: dict[str, list[cst.BaseExpression]] = {}
        for value, limit in _pairs(comparison):
            key = _key(_plain(source, value, program)[1])
            if key is not None and key in entries:
                found.setdefault(key, []).append(limit)
        for key, limits in found.items():
            one = _compared(source, comparison, limits, program)
            if any(one.numbers):
                yield key, one


def _indicator(source: PythonSource, node: cst.BaseExpression, program: Program, depth: int = 0) -> _Taken | None:
    """Where the indicator's plain value is taken that an expression is, also through variables and arguments."""
    where, value = _plain(source, node, program)
    if isinstance(value, cst.Name) and depth < _MAX_STEPS:
        given = [_indicator(*one, program, depth + 1) for one in _arguments(where, value, program)]
        taken = [one for one in given if one is not None]
        return taken[0] if taken and len(taken) == len(given) and len({one.name for one in taken}) == 1 else None
    if not isinstance(value, cst.Attribute):
        return None
    name = program.receivers.of(where, value.value)
    return _Taken(where, value, name) if name is not None and value.attr.value in _UNIT_SCALE.get(name, ()) else None


def _arguments(source: PythonSource, name: cst.Name, program: Program) -> list[tuple[PythonSource, cst.BaseExpression]]:
    """What every call of a function gives for a parameter, or its default; nothing where a call cannot be seen."""
    function = program.calls.function_of(source, name)
    bound = program.names.bindings(source, name)
    if function is None or bound is None or bound[0] is not function.node or len(bound[1]) != 1:
        return []
    parameters = [*function.node.params.posonly_params, *function.node.params.params]
    names = [one.name.value for one in parameters][1 if function.owner is not None else 0 :]
    everything = {one.name.value: one.default for one in (*parameters, *function.node.params.kwonly_params)}
    if name.value not in everything:
        return []
    found: list[tuple[PythonSource, cst.BaseExpression]] = []
    for site in program.calls.sites.get(function, ()):
        call = site.call
        arguments = program.arguments(call, names) if call is not None else None
        value = arguments.value(name.value) if arguments is not None else None
        default = everything[name.value]
        if arguments is None or arguments.unpacked or (value is None and default is None):
            return []
        found.append((site.source, value) if value is not None else (source, default or name))
    return found


def _plain(source: PythonSource, node: cst.BaseExpression, program: Program) -> tuple[PythonSource, cst.BaseExpression]:
    """What stands behind variables and conversions that keep a number as it is."""
    for _ in range(_MAX_STEPS):
        if isinstance(node, cst.Name):
            where, value = program.values.origin(source, node)
            if value is node:
                break
            source, node = where, value
        elif isinstance(node, cst.Call) and _converts(source, node, program):
            node = node.args[0].value
        elif (returned := _property(source, node, program)) is not None:
            source, node = returned
        else:
            break
    return source, node


def _property(
    source: PythonSource, node: cst.BaseExpression, program: Program
) -> tuple[PythonSource, cst.BaseExpression] | None:
    """What a property of the object's own returns, where that is one expression."""
    one = program.types.self_class(source, node) if isinstance(node, cst.Attribute) else None
    if one is None or not (isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name)):
        return None
    found = one.method(node.attr.value) if node.value.value == "self" else None
    if found is None or not found[1].decorators:
        return None
    owner, method = found
    is_property = any("property" in owner.source.code(one.decorator) for one in method.decorators)
    last = method.body.body[-1] if method.body.body else None
    only = last.body[-1] if isinstance(last, cst.SimpleStatementLine) and len(method.body.body) == 1 else None
    value = only.value if isinstance(only, cst.Return) else None
    return (owner.source, value) if is_property and value is not None else None


def _converts(source: PythonSource, call: cst.Call, program: Program) -> bool:
    if isinstance(call.func, cst.Name) and len(call.args) == 1 and call.func.value.endswith("float"):
        return True  # also a `safe_float` of the project's own
    return program.names.external(source, call.func) == "builtins.round" and bool(call.args)


def _entry(
    source: PythonSource, element: cst.DictElement, program: Program
) -> Iterator[tuple[str, tuple[object, ...] | None]]:
    """The key of an element, and the indicator that is its value with the place where that is taken."""
    key = element.key.evaluated_value if isinstance(element.key, cst.SimpleString) else None
    passed_on = key is not None and _key(_plain(source, element.value, program)[1]) == key
    if isinstance(key, str) and key.isidentifier() and not passed_on:
        one = _indicator(source, element.value, program)
        yield key, (one.name, one.source.number, *astuple(one.source.span(one.node))) if one is not None else None


def _key(node: cst.BaseExpression) -> str | None:
    """The constant key of `table["key"]` and `table.get("key", 0)`."""
    text: cst.BaseExpression | None = None
    if isinstance(node, cst.Subscript) and len(node.slice) == 1 and isinstance(node.slice[0].slice, cst.Index):
        text = node.slice[0].slice.value
    elif isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == "get":
        text = node.args[0].value if node.args else None
    key = text.evaluated_value if isinstance(text, cst.SimpleString) else None
    return key if isinstance(key, str) else None


def _limit(source: PythonSource, node: cst.BaseExpression, program: Program) -> Decimal | None:
    known = program.default(source, node, whole=False)
    if known is None and isinstance(node, cst.Name):
        given = [program.default(*one, whole=False) for one in _arguments(source, node, program)]
        numbers = [number for number in given if number is not None]
        known = min(numbers, key=abs) if numbers and len(numbers) == len(given) else None
    return known
