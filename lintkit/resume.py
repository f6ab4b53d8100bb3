"""What one look at a project leaves for the next: what rules found by file, with what that was derived from,
the shapes of files, the answers to questions. Only what an input of has changed is looked at again.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias, TypeVar

from lintkit.finding import Finding
from lintkit.program import Program
from lintkit.program.shapes import Links, Shape, Sites
from lintkit.reads import Name, file_bit, question_bit
from lintkit.source import holding

T = TypeVar("T")

_OF_CALLS = frozenset({"sites", "calls", "reached", "way", "all sites", "all calls", "all reached", "all way"})
"""Questions about the call graph; the others are answered before it is known what of the graph still holds."""

Key: TypeAlias = tuple[str, int]
"""A rule's id and the number of a file, -1 where the rule looks at the whole program at once."""


class Result(NamedTuple):
    """What a rule says of a file, and what that was derived from."""

    findings: tuple[Finding, ...]
    read: int


class Kept(NamedTuple):
    """`files` are the contents of the program's files in their order, `target` is what the project targets.

    `words` are those that functions have and those that calls of them can end in, where somebody asked for calls.
    """

    files: Mapping[str, str]
    target: str
    shapes: Mapping[int, Shape]
    stamps: Mapping[int, frozenset[str]]
    links: Mapping[int, Links]
    sites: Mapping[int, Sites]
    words: tuple[frozenset[str], frozenset[str]] | None
    answers: Mapping[Name, str]
    results: Mapping[Key, Result]


def resume(program: Program, files: Mapping[str, str], kept: Kept) -> dict[Key, Result]:
    """Give a program what still holds of an earlier run, and return the results that do.

    A file that is new or gone can change the meaning of every import, so nothing is taken then.
    """
    if list(kept.files) != list(files) or kept.target != repr(program.target):
        return {}
    changed = [number for number, path in enumerate(files) if files[path] != kept.files[path]]
    different = 0
    for number in changed:
        different |= file_bit(number)
    shapes = program.shapes
    shapes.shapes |= _except(kept.shapes, changed)
    shapes.kept_stamps |= _except(kept.stamps, changed)
    shapes.kept_links |= {n: one for n, one in _except(kept.links, changed).items() if not one[1] & different}
    program.know_questions()
    different |= _ask(program, kept, [name for name in kept.answers if name[0] not in _OF_CALLS])
    if kept.words is not None:
        still = {n: one for n, one in _except(kept.sites, changed).items() if not one[1] & different}
        shapes.kept_sites |= _except(still, _holding(program, kept.words))
        different |= _ask(program, kept, [name for name in kept.answers if name[0] in _OF_CALLS])
    return {key: result for key, result in kept.results.items() if not result.read & different}


def keep(program: Program, files: Mapping[str, str], results: Mapping[Key, Result]) -> Kept:
    """What the next run can use."""
    shapes = program.shapes
    used = 0
    for one in (*shapes.kept_links.values(), *shapes.kept_sites.values(), *results.values()):
        used |= one[1]
    words = (program.calls.callable, program.calls.spoken) if shapes.kept_sites else None
    return Kept(
        files=files,
        target=repr(program.target),
        shapes=shapes.shapes,
        stamps=shapes.kept_stamps,
        links=shapes.kept_links,
        sites=shapes.kept_sites,
        words=words,
        answers={name: answer for name, answer in program.questions.answers.items() if question_bit(name) & used},
        results=results,
    )


def _ask(program: Program, kept: Kept, names: Sequence[Name]) -> int:
    """The bits of those questions that have another answer now."""
    different = 0
    for name in names:
        if program.questions.recall(name) != kept.answers[name]:
            different |= question_bit(name)
    return different


def _holding(program: Program, words: tuple[frozenset[str], frozenset[str]]) -> list[int]:
    """The files in which calls may have been found, or not found, for words that were others then."""
    new = (words[0] ^ program.calls.callable) | (words[1] ^ program.calls.spoken)
    return [source.number for source in holding(program.python, new)] if new else []


def _except(kept: Mapping[int, T], numbers: Sequence[int]) -> dict[int, T]:
    gone = frozenset(numbers)
    return {number: one for number, one in kept.items() if number not in gone}
