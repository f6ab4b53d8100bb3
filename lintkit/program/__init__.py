"""The whole program, and the facts about it. A fact is computed on first use, once, and never changes."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import libcst as cst

from lintkit.program import api
from lintkit.program.arguments import Arguments, bind
from lintkit.program.calls import Calls
from lintkit.program.classes import Class, Classes
from lintkit.program.flow import Flow
from lintkit.program.gathered import Gathered
from lintkit.program.guards import is_live_only
from lintkit.program.handlers import Handlers
from lintkit.program.instruments import Instruments
from lintkit.program.latency import Latency, latency_of
from lintkit.program.mentions import Mentions
from lintkit.program.modules import Modules
from lintkit.program.names import Names, Parameter
from lintkit.program.nodes import Nodes
from lintkit.program.receivers import Receivers
from lintkit.program.shapes import Shapes
from lintkit.program.surface import Surface
from lintkit.program.target import Target, find_target
from lintkit.program.trading import Trading, is_test
from lintkit.program.types import ExternalTypes, Types
from lintkit.program.units import Units
from lintkit.program.unpacked import Given, unpacked
from lintkit.program.values import Known, Made, Member, Truth, Values, number, text_of, truth_of
from lintkit.program.venues import Venues
from lintkit.reads import Questions, file_bit
from lintkit.source import ConfigSource, PythonSource, Source

_CONFIG_NAMES = frozenset({"config", "cfg", "_config", "_cfg", "conf"})
_MAX_STEPS = 8
_EXAMPLES = frozenset({"example", "examples", "demo", "demos", "tutorial", "tutorials"})


class Program:
    """`python` includes notebooks. Each fact is a class of its own, built from sources and other facts."""

    def __init__(
        self, sources: Iterable[Source], root: Path | None = None, nautilus_version: str | None = None
    ) -> None:
        """`root` is where the project's requirements stand; `nautilus_version` overrides them."""
        self.sources = tuple(sources)
        self._root = root
        self._nautilus_version = nautilus_version
        self.questions = Questions()
        self.shapes = Shapes()
        self._opened: list[PythonSource] = []
        for place, source in enumerate(self.sources):
            source.number, source.bit = place, file_bit(place)
            if isinstance(source, PythonSource):
                source.questions, source.opened = self.questions, self._opened
        self.mentions = Mentions(self.python, self.questions)
        self.gathered = Gathered(self.python, self.questions)

    @cached_property
    def python(self) -> tuple[PythonSource, ...]:
        return tuple(s for s in self.sources if isinstance(s, PythonSource))

    def file(self, number: int) -> PythonSource:
        """The Python file of a number."""
        source = self.sources[number]
        if not isinstance(source, PythonSource):
            raise TypeError(f"{source.path} is no Python")
        return source

    def mentioning(self, words: frozenset[str]) -> Iterator[PythonSource]:
        """The Python sources that hold one of these words, or an alias or subclass; all of them if none is given."""
        return iter(self.mentions.mentioning(words) if words else self.python)

    def know_questions(self) -> None:
        """Make sure that every question can be answered that any fact asks."""
        for fact in (self.classes, self.calls, self.handlers, self.units, self.receivers):
            del fact

    @cached_property
    def configs(self) -> tuple[ConfigSource, ...]:
        return tuple(s for s in self.sources if isinstance(s, ConfigSource))

    @cached_property
    def modules(self) -> Modules:
        return Modules(self.python)

    @cached_property
    def names(self) -> Names:
        return Names(self.python, self.modules)

    @cached_property
    def classes(self) -> Classes:
        return Classes(self.python, self.names, self.shapes, self.questions, self._opened)

    @cached_property
    def types(self) -> Types:
        return Types(self.names, self.classes)

    @cached_property
    def external_types(self) -> ExternalTypes:
        return ExternalTypes(self.names)

    @cached_property
    def calls(self) -> Calls:
        return Calls(
            self.python, self.names, self.classes, self.types, self.mentions, self.shapes, self.questions, self._opened
        )

    @cached_property
    def values(self) -> Values:
        return Values(self.names)

    @cached_property
    def flow(self) -> Flow:
        return Flow(self.python, self.names, self.classes, self.types, self.calls)

    @cached_property
    def trading(self) -> Trading:
        return Trading(self.python, self.names, self.classes, self.calls, self.mentions)

    @cached_property
    def handlers(self) -> Handlers:
        return Handlers(self.calls, self.questions)

    @cached_property
    def venues(self) -> Venues:
        return Venues(self.names, self.external_types, self.values, self.mentions)

    @cached_property
    def nodes(self) -> Nodes:
        return Nodes(self.names, self.values, self.mentions)

    @cached_property
    def target(self) -> Target:
        return find_target(self._root, self._nautilus_version)

    @cached_property
    def surface(self) -> Surface:
        return Surface(self.target)

    @cached_property
    def instruments(self) -> Instruments:
        return Instruments(self.python, self.names, self.values, self.surface, self.mentions)

    @cached_property
    def units(self) -> Units:
        return Units(self.python, self.names, self.values, self.shapes, self.questions)

    @cached_property
    def receivers(self) -> Receivers:
        return Receivers(self.names, self.classes, self.types, self.surface, self.questions)

    def is_test(self, source: Source) -> bool:
        return is_test(source.path)

    def is_example(self, source: Source) -> bool:
        """Whether a file shows how something is done, by the usual names of folders: nobody's money is in it."""
        return is_test(source.path) or not _EXAMPLES.isdisjoint(source.path.parts[:-1])

    def has_clock(self, source: PythonSource, node: cst.CSTNode) -> bool:
        """Whether `self.clock` works at `node`: in a method of a component, once it is registered with the kernel."""
        function = self.calls.function_of(source, node)
        while function is not None and function.owner is None:
            function = self.calls.function_of(source, function.node)
        if function is None or function.owner is None or function.name == "__init__":
            return False
        parameters = (*function.node.params.posonly_params, *function.node.params.params)
        takes_self = bool(parameters) and parameters[0].name.value == "self"
        return takes_self and function.owner.derives_from(*api.COMPONENTS)

    def is_live_only(self, source: PythonSource, node: cst.CSTNode) -> bool:
        """Whether conditions around a place say that no backtest gets there."""
        return is_live_only(source, node)

    def arguments(self, call: cst.Call, parameters: Sequence[str] = ()) -> Arguments:
        """A call's arguments by name; positional ones take the names of `parameters`."""
        return bind(call, parameters)

    def number(self, source: PythonSource, node: cst.BaseExpression) -> Decimal | None:
        """The number that an expression is known to be, exactly as written."""
        return number(self.values.evaluate(source, node))

    def default(self, source: PythonSource, node: cst.BaseExpression, *, whole: bool = True) -> Decimal | None:
        """The least value that a field of a configuration can have: its default, and what calls of the class give.

        Also of an attribute of `self` that is set once, to such a field or to a number. Without `whole` it may have
        others that are not known.
        """
        for _ in range(_MAX_STEPS):
            number = self.number(source, node)
            if number is None and isinstance(node, cst.Name):
                source, node = self.values.origin(source, node)
            if number is not None or not isinstance(node, cst.Attribute):
                return number
            config = self._config_class(source, node.value)
            if config is not None:
                return self._least(config, node.attr.value, whole=whole)
            stored = self.types.assigned(source, node)
            if len(stored) != 1 or not (isinstance(node.value, cst.Name) and node.value.value == "self"):
                return None
            source, node = stored[0]
        return None

    def noted_field(self, source: PythonSource, node: cst.Attribute) -> str | None:
        """The class that a field of a configuration is annotated with, by its own name; None for unions."""
        config = self._config_class(source, node.value)
        for one in config.mro if config is not None else ():
            for line in one.node.body.body:
                for small in line.body if isinstance(line, cst.SimpleStatementLine) else ():
                    if not (isinstance(small, cst.AnnAssign) and isinstance(small.target, cst.Name)):
                        continue
                    if small.target.value == node.attr.value:
                        full = self.names.external(one.source, small.annotation.annotation) or ""
                        return api.short(full) or ("str" if full == "builtins.str" else None)
        return None

    def _least(self, config: Class, field: str, *, whole: bool) -> Decimal | None:
        value = next(((m.source, m.defaults[field]) for m in config.mro if field in m.defaults), None)
        calls = [
            (other, bind(call))
            for other in self.mentioning(frozenset({config.name}))
            for call in other.find(cst.Call)
            if not self.is_test(other) and self.classes.named(self.names.resolve(other, call.func)) is config
        ]
        found = [self.number(*value)] if value is not None else []
        for other, arguments in calls:
            node = arguments.value(field)
            found += [self.number(other, node)] if node is not None else [None] if arguments.unpacked else []
        known = [number for number in found if number is not None]
        return min(known) if known and (len(known) == len(found) or not whole) else None

    def _config_class(self, source: PythonSource, node: cst.BaseExpression) -> Class | None:
        """The class of a configuration, by the annotation of the constructor's parameter that it came in through."""
        if isinstance(node, cst.Attribute) and node.attr.value in _CONFIG_NAMES:
            found = self.receivers.component(source, node.value)
            method = found[0].method("__init__") if found is not None else None
            parameters = method[1].params.params if method is not None else ()
            noted = [(method[0].source, p) for p in parameters if p.name.value == "config"] if method else []
        elif isinstance(node, cst.Name) and node.value in _CONFIG_NAMES:
            bound = self.names.bindings(source, node)
            noted = [(source, b.node) for b in bound[1] if isinstance(b, Parameter)] if bound is not None else []
        else:
            noted = []
        for where, parameter in noted:
            if parameter.annotation is not None:
                return self.classes.named(self.names.resolve(where, parameter.annotation.annotation))
        return None

    def text(self, source: PythonSource, node: cst.BaseExpression) -> str | None:
        """The string that an expression is known to be."""
        return text_of(self.values.evaluate(source, node))

    def module_named(self, name: str, importer: PythonSource | None) -> PythonSource | None:
        """The file of the project that a module path means; without an importer only where one file can be meant."""
        anyone = importer or next(iter(self.python), None)
        return self.modules.find(name, anyone) if anyone is not None else None

    def has_stars(self, source: PythonSource) -> bool:
        """Whether a file has names that its text does not tell: star imports, `__getattr__`."""
        stars = any(isinstance(node.names, cst.ImportStar) for node in source.find(cst.ImportFrom))
        return stars or not source.words.isdisjoint({"__getattr__", "globals"})

    def class_at(self, importer: PythonSource | None, path: str) -> Class | None:
        """The project's class at `module:Class`."""
        module, _, name = path.partition(":")
        source = self.module_named(module, importer)
        return self.classes.named(self.names.top_level(source, name)) if source is not None else None

    def taken_config(self, one: Class) -> Class | None:
        """The project's configuration class that the constructor of a component takes, by its annotation."""
        found = one.method("__init__")
        if found is None:
            return None
        owner, method = found
        for parameter in (*method.params.params[1:], *method.params.kwonly_params):
            if parameter.name.value in _CONFIG_NAMES and parameter.annotation is not None:
                noted = self.names.resolve(owner.source, parameter.annotation.annotation)
                return self.classes.named(noted)
        return None

    def config_fields(self, importer: PythonSource | None, path: str) -> frozenset[str] | None:
        """The fields of the configuration class at `module:Class`; None when they cannot all be known."""
        module, _, name = path.partition(":")
        if module.startswith(f"{api.PACKAGE}."):
            known = self.surface.parameters(name)
            return known.names if known is not None and not known.takes_any else None
        one = self.class_at(importer, path)
        if one is None or one.has_unknown_base or not one.all_external:
            return None
        found: set[str] = set()
        for base in one.all_external:
            known = self.surface.parameters(api.short(base) or "")
            if known is None or known.takes_any:
                return None
            found |= known.names
        return frozenset(found.union(*(member.fields for member in one.mro)))

    def enum_word(self, source: PythonSource, node: cst.BaseExpression) -> str | None:
        """The member of an enum, or its word, in capitals: `AccountType.MARGIN` and "margin" are both MARGIN."""
        value = self.values.evaluate(source, node)
        inner = value.value if isinstance(value, Known) else None
        word = inner.name.rpartition(".")[2] if isinstance(inner, Member) else inner
        return word.upper() if isinstance(word, str) else None

    def is_component(self, one: Class) -> bool:
        """Whether a class is a strategy, actor or execution algorithm."""
        return one.derives_from(*api.COMPONENTS)

    def truth(self, source: PythonSource, node: cst.BaseExpression) -> Truth:
        """Whether an expression is known to be true, or comes from the environment."""
        return truth_of(self.values.evaluate(source, node))

    def is_false(self, source: PythonSource, node: cst.BaseExpression) -> bool:
        """Whether an expression is known to be False."""
        value = self.values.evaluate(source, node)
        return isinstance(value, Known) and value.value is False

    def given(self, source: PythonSource, call: cst.Call) -> tuple[dict[str, Given], bool]:
        """A call's keyword arguments, those of unpacked dicts too, and whether there may be others."""
        found = {name: Given(source, argument.value) for name, argument in bind(call).given.items()}
        is_open = False
        for argument in call.args:
            if argument.star:
                more = unpacked(self.names, source, argument.value) if argument.star == "**" else None
                is_open |= more is None
                found |= more or {}
        return found, is_open

    def is_constant(self, source: PythonSource, node: cst.BaseExpression, *names: str) -> bool:
        """Whether an expression is known to be a member of an enum, or the text, of one of these names."""
        value = self.values.evaluate(source, node)
        inner = value.value if isinstance(value, Known) else None
        text = inner.name.rpartition(".")[2] if isinstance(inner, Member) else inner
        return isinstance(text, str) and text.upper() in names

    def latency(self, source: PythonSource, node: cst.BaseExpression) -> Latency:
        return latency_of(self.values.evaluate(source, node))

    def instrument_id(self, source: PythonSource, node: cst.BaseExpression | None) -> tuple[str, str] | None:
        """Symbol and venue of an expression that is known to be an instrument id."""
        value = self.values.evaluate(source, node)
        made = value.value if isinstance(value, Known) else None
        if not isinstance(made, Made) or made.name != "InstrumentId":
            return None
        symbol, venue = text_of(made.get("symbol")), text_of(made.get("venue"))
        return (symbol, venue) if symbol and venue else None

    def is_instance(self, source: PythonSource, node: cst.BaseExpression, name: str) -> bool:
        """Whether an expression is known to be an object of NautilusTrader's class `name`, or of a subclass of ours."""
        if any(one.derives_from(name) for one in self.types.of(source, node)):
            return True
        return name in self.external_types.of(source, node)
