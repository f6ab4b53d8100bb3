"""The whole program, and the facts about it. A fact is computed on first use, once, and never changes."""

from collections.abc import Iterable
from functools import cached_property

from lintkit.program.classes import Classes
from lintkit.program.modules import Modules
from lintkit.program.names import Names
from lintkit.source import ConfigSource, PythonSource, Source


class Program:
    """`python` includes notebooks. Each fact is a class of its own, built from sources and other facts."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources = tuple(sources)

    @cached_property
    def python(self) -> tuple[PythonSource, ...]:
        return tuple(s for s in self.sources if isinstance(s, PythonSource))

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
        return Classes(self.python, self.names)
