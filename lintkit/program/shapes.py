"""What each file adds to facts about the whole program, as plain data: it can be kept from one run to the next.

A file's own shape follows from its text. What its classes derive from and what it calls come from other files too, so
these carry what they were derived from.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

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


class Facts:
    """What is known of one file; what was kept is made into objects once somebody asks for it."""

    __slots__ = ("_kept", "_links", "_plain", "_shape", "_sites", "_stamps", "links_read", "sites_read")

    def __init__(self, kept: bytes = b"", links_read: int | None = None, sites_read: int | None = None) -> None:
        self._kept = kept
        self._plain: Any = None
        self._shape: Shape | None = None
        self._stamps: frozenset[str] | None = None
        self._links: tuple[LinkShape, ...] | None = None
        self._sites: tuple[SiteShape, ...] | None = None
        self.links_read, self.sites_read = links_read, sites_read
        """What these were derived from; None where they are not known."""

    @property
    def kept(self) -> bytes:
        """All of it as JSON."""
        if not self._kept:
            stamps = sorted(self.stamps) if self.stamps is not None else None
            parts = {"shape": self.shape, "stamps": stamps, "links": self.links, "sites": self.sites}
            self._kept = json.dumps(parts, separators=(",", ":")).encode()
        return self._kept

    def _part(self, name: str) -> Any:
        plain = self._plain
        if plain is None:
            plain = self._plain = json.loads(self._kept) if self._kept else {}
        return (plain or {}).get(name)

    @property
    def shape(self) -> Shape | None:
        if self._shape is None and (plain := self._part("shape")) is not None:
            classes, functions = plain
            self._shape = Shape(
                tuple(ClassShape(*one) for one in classes), tuple(FunctionShape(*one) for one in functions)
            )
        return self._shape

    @property
    def stamps(self) -> frozenset[str] | None:
        if self._stamps is None and (plain := self._part("stamps")) is not None:
            self._stamps = frozenset(plain)
        return self._stamps

    @property
    def links(self) -> tuple[LinkShape, ...] | None:
        if self.links_read is not None and self._links is None:
            self._links = tuple(
                LinkShape(tuple((file, count) for file, count in bases), tuple(external), unknown)
                for bases, external, unknown in self._part("links")
            )
        return self._links

    @property
    def sites(self) -> tuple[SiteShape, ...] | None:
        if self.sites_read is not None and self._sites is None:
            self._sites = tuple(SiteShape(*one) for one in self._part("sites"))
        return self._sites

    def add(
        self,
        *,
        shape: Shape | None = None,
        stamps: frozenset[str] | None = None,
        links: Links | None = None,
        sites: Sites | None = None,
    ) -> None:
        """Note what has been found."""
        self._shape, self._stamps = shape or self.shape, self.stamps if stamps is None else stamps
        self._links, self._sites = self.links, self.sites
        if links is not None:
            self._links, self.links_read = links
        if sites is not None:
            self._sites, self.sites_read = sites
        self._kept, self._plain = b"", {}

    def without(self, *, links: bool, sites: bool) -> "Facts":
        """The same, but without what no longer holds."""
        if not (links or sites):
            return self
        found = Facts(self.kept, None if links else self.links_read, None if sites else self.sites_read)
        found.add()
        return found


class Shapes:
    """By the numbers of files: what an earlier run has kept and what is found now."""

    def __init__(self) -> None:
        self.files: dict[int, Facts] = defaultdict(Facts)

    def of(self, source: PythonSource) -> Shape:
        facts = self.files[source.number]
        found = facts.shape
        if found is None:
            found = traced(lambda: _shape(source))[0]
            facts.add(shape=found)
        return found

    def stamps(self, source: PythonSource, find: Callable[[PythonSource], frozenset[str]]) -> frozenset[str]:
        """A part of the shape that few rules ask for."""
        facts = self.files[source.number]
        found = facts.stamps
        if found is None:
            found = traced(lambda: find(source))[0]
            facts.add(stamps=found)
        return found

    def links(self, source: PythonSource, find: Callable[[], tuple[LinkShape, ...]]) -> tuple[LinkShape, ...]:
        facts = self.files[source.number]
        found = facts.links
        if found is None:
            links = traced(find)
            found = links[0]
            facts.add(links=links)
        return found

    def sites(self, source: PythonSource, find: Callable[[], tuple[SiteShape, ...]]) -> tuple[SiteShape, ...]:
        facts = self.files[source.number]
        found = facts.sites
        if found is None:
            sites = traced(find)
            found = sites[0]
            facts.add(sites=sites)
        return found


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
