"""What the program's strategies trade on, and which strategies a script puts to work."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import PurePosixPath

import libcst as cst

from lintkit.program import api
from lintkit.program.calls import Calls
from lintkit.program.classes import Class, Classes
from lintkit.program.effects import is_order
from lintkit.program.mentions import Mentions
from lintkit.program.names import Names
from lintkit.reads import Derived, Memo
from lintkit.source import PythonSource, Words, walk


class Grain(IntEnum):
    """The finest data that a strategy acts on."""

    NO_ORDERS = 0
    BARS = 1
    TICKS = 2


@dataclass(frozen=True, slots=True)
class Style:
    """`strategy` is the class that decided on the grain; None when no strategy is known."""

    grain: Grain
    strategy: Class | None


class Trading:
    def __init__(
        self, sources: Iterable[PythonSource], names: Names, classes: Classes, calls: Calls, mentions: Mentions
    ) -> None:
        self._sources = tuple(sources)
        self._names, self._classes, self._calls = names, classes, calls
        self._mentions = mentions
        self._grains: Memo[Class, Grain] = Memo()

    @Derived
    def _spoken(self) -> Words:
        return Words(list(self._mentions.spread(frozenset(one.name for one in self._classes.components))))

    def style_of(self, source: PythonSource) -> Style:
        """Of the strategies that a file names, else of all of the program's."""
        return _finest([(self.grain(one), one) for one in (self.used_in(source) or self._deployed)])

    def used_in(self, source: PythonSource) -> tuple[Class, ...]:
        """The strategies and actors that a file names."""
        return tuple(one for one in self._named_in(source) if one in self._components)

    @Derived
    def _components(self) -> frozenset[Class]:
        return frozenset(self._classes.components)

    def sends_orders(self, source: PythonSource) -> bool:
        """False where a file puts only strategies to work that are known and send none."""
        style = self.style_of(source)
        return style.strategy is None or style.grain is not Grain.NO_ORDERS

    def grain(self, one: Class) -> Grain:
        return self._grains.get(one, lambda: self._grain(one))

    @Derived
    def commands_on_others(self) -> dict[PythonSource, frozenset[str]]:
        """The data commands that files outside of tests give to something else than `self`: helpers of a component."""
        found: dict[PythonSource, frozenset[str]] = {}
        for source in self._sources:
            attributes = (call.func for call in source.find(cst.Call) if isinstance(call.func, cst.Attribute))
            names = frozenset(
                func.attr.value
                for func in attributes
                if func.attr.value.startswith(api.DATA_COMMANDS)
                and not (isinstance(func.value, cst.Name) and func.value.value == "self")
            )
            if names and not is_test(source.path):
                found[source] = names
        return found

    @Derived
    def _deployed(self) -> tuple[Class, ...]:
        return tuple(one for one in self._classes.strategies if not is_test(one.source.path))

    def _grain(self, one: Class) -> Grain:
        """A base class that is not ours, as an example strategy of the package, may well trade."""
        own = [self._calls.functions[f] for base in one.mro for f in base.methods.values()]
        reached = dict.fromkeys(f for function in own for f in self._calls.reachable_from(function))
        calls = [n for function in reached for n, _ in walk(function.node.body) if isinstance(n, cst.Call)]
        plain = all(api.short(name) in api.COMPONENTS for name in one.all_external) and not one.has_unknown_base
        if plain and not any(is_order(call) for call in calls):
            return Grain.NO_ORDERS
        subscribed = {c.func.attr.value for c in calls if isinstance(c.func, cst.Attribute)}
        if subscribed & api.TICK_SUBSCRIPTIONS:
            return Grain.TICKS
        if plain and any(name.startswith("subscribe_") for name in subscribed):
            return Grain.BARS  # handlers of ticks that it does not ask for are never called
        return Grain.TICKS if any(api.TICK_HANDLERS & base.methods.keys() for base in one.mro) else Grain.BARS

    def _named_in(self, source: PythonSource) -> list[Class]:
        found: dict[Class, None] = {}
        for name in source.names(self._spoken):
            one = self._classes.named(self._names.resolve(source, name)) if name.value[:1].isupper() else None
            if one is not None:
                found[one] = None
        for text in source.find(cst.SimpleString):  # ImportableStrategyConfig(strategy_path="pkg.module:Class")
            path = text.evaluated_value if ":" in text.value or "\\" in text.value else None
            if isinstance(path, str) and path.count(":") == 1 and path.partition(":")[2].isidentifier():
                wanted = path.partition(":")[2]
                found |= {one: None for one in self._classes.strategies if one.qualified == wanted}
        return list(found)


def _finest(grains: list[tuple[Grain, Class]]) -> Style:
    if not grains:
        return Style(Grain.BARS, None)
    grain, strategy = max(grains, key=lambda pair: pair[0])
    return Style(grain, strategy)


def is_test(path: PurePosixPath) -> bool:
    """Whether a file is part of a test suite, by the usual names."""
    folders = {"test", "tests", "testing", "unit_tests", "integration_tests", "test_kit", "testkit"}
    return (
        any(part in folders or part.endswith("_tests") for part in path.parts[:-1])
        or path.stem.startswith("test_")
        or path.stem.endswith("_test")
        or path.stem == "conftest"
    )
