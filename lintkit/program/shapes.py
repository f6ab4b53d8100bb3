"""What each file adds to facts about the whole program, as plain data: it can be kept from one run to the next.

A file's own shape follows from its text. What its classes derive from and what it calls come from other files too, so
these carry what they were derived from.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import libcst as cst

from lintkit.program.names import qualified_name
from lintkit.reads import traced
from lintkit.source import PythonSource


class ClassShape(NamedTuple):
    """`line` is that of the name; `methods` are the functions of the body by their numbers in the file."""

    name: str
    qualified: str
    line: int
    methods: dict[str, int]


class FunctionShape(NamedTuple):
    """`owner` is the number of the class that it is a method of, -1 without one."""

    name: str
    owner: int


class Shape(NamedTuple):
    classes: tuple[ClassShape, ...]
    functions: tuple[FunctionShape, ...]


class LinkShape(NamedTuple):
    """What a class derives from: classes by file and number, full names, whether there is more."""

    bases: tuple[tuple[int, int], ...]
    external: tuple[str, ...]
    unknown_base: bool


class SiteShape(NamedTuple):
    """A place that calls or hands on a function. All but `flags`, which are those of `Site`, are numbers.

    `file` and `function` are the target's; `caller` is of the same file as the place, -1 for none.
    """

    file: int
    function: int
    caller: int
    place: int
    flags: int


Links = tuple[tuple[LinkShape, ...], int]
Sites = tuple[tuple[SiteShape, ...], int]


class Shapes:
    """By the numbers of files. What an earlier run has kept and what is found now."""

    def __init__(self) -> None:
        self.shapes: dict[int, Shape] = {}
        self.kept_stamps: dict[int, frozenset[str]] = {}
        self.kept_links: dict[int, Links] = {}
        self.kept_sites: dict[int, Sites] = {}

    def of(self, source: PythonSource) -> Shape:
        if source.number not in self.shapes:
            self.shapes[source.number] = traced(lambda: _shape(source))[0]
        return self.shapes[source.number]

    def stamps(self, source: PythonSource, find: Callable[[PythonSource], frozenset[str]]) -> frozenset[str]:
        """A part of the shape that few rules ask for."""
        if source.number not in self.kept_stamps:
            self.kept_stamps[source.number] = traced(lambda: find(source))[0]
        return self.kept_stamps[source.number]

    def links(self, source: PythonSource, find: Callable[[], tuple[LinkShape, ...]]) -> Links:
        if source.number not in self.kept_links:
            self.kept_links[source.number] = traced(find)
        return self.kept_links[source.number]

    def sites(self, source: PythonSource, find: Callable[[], tuple[SiteShape, ...]]) -> Sites:
        if source.number not in self.kept_sites:
            self.kept_sites[source.number] = traced(find)
        return self.kept_sites[source.number]


def _shape(source: PythonSource) -> Shape:
    classes = tuple(source.find(cst.ClassDef))
    functions = tuple(source.find(cst.FunctionDef))
    numbers = {id(node): number for number, node in enumerate(classes)}
    places = {id(node): number for number, node in enumerate(functions)}
    return Shape(
        tuple(
            ClassShape(
                node.name.value,
                qualified_name(source, node),
                source.span(node.name).line,
                {f.name.value: places[id(f)] for f in body_functions(node)},
            )
            for node in classes
        ),
        tuple(FunctionShape(node.name.value, _owner(source, node, numbers)) for node in functions),
    )


def _owner(source: PythonSource, node: cst.FunctionDef, numbers: dict[int, int]) -> int:
    owner = owner_class(source, node)
    return numbers[id(owner)] if owner is not None else -1


def owner_class(source: PythonSource, function: cst.FunctionDef) -> cst.ClassDef | None:
    """The class that a function is a method of."""
    outer = source.enclosing(function, cst.ClassDef, cst.FunctionDef, cst.Lambda)
    return outer if isinstance(outer, cst.ClassDef) else None


def body_functions(node: cst.ClassDef) -> Sequence[cst.FunctionDef]:
    """The functions in a class body, also those under `if`."""
    found: list[cst.FunctionDef] = []
    todo: list[cst.CSTNode] = [node.body]
    while todo:
        inner = todo.pop(0)
        if isinstance(inner, cst.FunctionDef):
            found.append(inner)
        elif isinstance(inner, (cst.IndentedBlock, cst.If, cst.Else, cst.Try)):
            todo = [*inner.children, *todo]
    return found
