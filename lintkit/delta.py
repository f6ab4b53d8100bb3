"""What is different since an earlier run, as far as answers to questions about the whole program come from it.

Most changes are in the body of a function: no class, no name of a function and no call of one is another. Questions
that come from these alone then have the answers that they had, and need not be answered again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lintkit.program import Program
from lintkit.program.shapes import Facts, Shape
from lintkit.reads import Name

_OF_CLASSES = frozenset({"links", "subclasses", "classes", "components", "indicators", "subclassed"})
OF_CALLS = frozenset({"sites", "calls", "reached", "way", "all sites", "all calls", "all reached", "all way"})
"""Questions about the call graph, which also come from all that those about classes and functions come from."""


@dataclass(slots=True)
class Delta:
    """`words` are those that a file that was changed held and no longer holds, or the other way round."""

    words: frozenset[str] = frozenset()
    renames: bool = False
    classes: bool = False
    functions: bool = False
    stamps: bool = False
    sites: bool = False

    def may_touch(self, kind: str) -> bool:
        """Whether any question of a kind may have another answer now."""
        if kind in _OF_CLASSES:
            return self.classes
        if kind in OF_CALLS:
            return self.classes or self.functions or self.sites
        words = bool(self.words) or self.renames
        one = {"word": words, "mentioning": words, "spread": self.renames, "callable": self.functions}
        return {**one, "own stamp": self.stamps}.get(kind, True)

    def may_change(self, program: Program, name: Name) -> bool:
        """Whether one of a kind of which some may have another answer has one."""
        kind, *about = name
        if kind == "word":
            return about[0] in self.words
        if kind == "mentioning" and not self.renames:
            return not self.words.isdisjoint(program.mentions.everywhere(frozenset(about)))
        return True

    def compare_texts(self, before: str, after: str) -> None:
        """Of what the index keeps of a file."""
        (old, were), (new, are) = (_split(kept) for kept in (before, after))
        self.words |= old ^ new
        self.renames |= were != are

    def compare_shapes(self, program: Program, number: int, before: Facts) -> None:
        """Of the classes and functions of a file that was changed, and of time stamps where somebody asked for them."""
        after = program.shapes.of(program.file(number))
        self.classes |= before.shape is None or _classes(before.shape) != _classes(after)
        self.functions |= before.shape is None or before.shape.functions != after.functions
        if before.stamps is not None:
            self.stamps |= before.stamps != program.units.own_stamps(program.file(number))

    def compare_links(self, program: Program, numbers: Iterable[int], before: Mapping[int, Facts]) -> None:
        """Of what the classes of files derive from."""
        for number in numbers:
            self.classes |= before[number].links != program.classes.link_shapes(number)

    def compare_sites(self, program: Program, numbers: Iterable[int], before: Mapping[int, Facts]) -> None:
        """Of the places that call something; where in the file they stand is no part of an answer."""
        for number in numbers:
            source = program.file(number)
            self.sites |= _calls(before[number]) != [one._replace(place=0) for one in program.calls.site_shapes(source)]


def _split(kept: str) -> tuple[frozenset[str], frozenset[str]]:
    words, _, renames = kept.partition("\0")
    return frozenset(words.split("\n")), frozenset(renames.split("\n"))


def _classes(shape: Shape) -> list[object]:
    return [one._replace(line=0) for one in shape.classes]


def _calls(facts: Facts) -> list[object] | None:
    return [one._replace(place=0) for one in facts.sites] if facts.sites is not None else None
