"""What one look at a project leaves for the next: what rules found by file, with what that was derived from,
the shapes of files, the answers to questions. Only what an input of has changed is looked at again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from lintkit.delta import OF_CALLS, Delta
from lintkit.finding import Finding
from lintkit.program import Program
from lintkit.program.gathered import Piece
from lintkit.program.shapes import Facts
from lintkit.reads import Name, file_bit, question_bit
from lintkit.source import PythonSource, holding

Key: TypeAlias = tuple[str, int]
"""A rule's id and the number of a file, -1 where the rule looks at the whole program at once."""


class Result(NamedTuple):
    """What a rule says of a file, and what that was derived from."""

    findings: tuple[Finding, ...]
    read: int


@dataclass(frozen=True)
class Kept:
    """`files` are the contents of the program's files in their order, `target` is what the project targets.

    `facts` and `texts` are by number; the latter are what the index keeps of a Python file. `words` are those that
    functions have and those that calls of them can end in, where somebody asked for calls.
    """

    files: Mapping[str, str]
    target: str
    facts: Mapping[int, Facts]
    texts: Mapping[int, str]
    words: tuple[frozenset[str], frozenset[str]] | None
    pieces: Mapping[Key, Piece]
    answers: Mapping[Name, str]
    results: Mapping[Key, Result]


def resume(program: Program, files: Mapping[str, str], kept: Kept) -> dict[Key, Result]:
    """Give a program what still holds of an earlier run, and return the results that do.

    A file that is new or gone can change the meaning of every import, so nothing is taken then.
    """
    if list(kept.files) != list(files) or kept.target != repr(program.target):
        return {}
    return _Resumption(program, kept).run([n for n, path in enumerate(files) if files[path] != kept.files[path]])


class _Resumption:
    def __init__(self, program: Program, kept: Kept) -> None:
        self._program, self._kept = program, kept
        self._delta = Delta()
        self._different = 0
        """The bits of what is not what it was."""

    def run(self, changed: list[int]) -> dict[Key, Result]:
        program, kept, delta = self._program, self._kept, self._delta
        before = dict(kept.facts)
        for number in changed:
            self._different |= file_bit(number)
        program.know_questions()
        program.shapes.files |= {n: facts for n, facts in kept.facts.items() if n not in changed}
        python = [number for number in changed if number in before]
        for number in python:
            delta.compare_texts(kept.texts[number], program.file(number).file.kept)
        linked = [n for n, one in before.items() if self._stale(one.links_read) or n in changed]
        self._drop(linked, links=True)
        for number in python:
            delta.compare_shapes(program, number, before[number])
        delta.compare_links(program, [n for n in linked if before[n].links_read is not None], before)
        self._ask(name for name in kept.answers if name[0] not in OF_CALLS and name[0] != "gathered")
        if kept.words is not None:
            calling = {n for n, one in before.items() if self._stale(one.sites_read) or n in changed}
            calling.update(self._holding(kept.words))
            self._drop(calling, sites=True)
            delta.compare_sites(program, sorted(calling), before)
            self._ask(name for name in kept.answers if name[0] in OF_CALLS)
        self._take_pieces()
        return {key: result for key, result in kept.results.items() if not result.read & self._different}

    def _stale(self, read: int | None) -> bool:
        return read is not None and bool(read & self._different)

    def _drop(self, numbers: Iterable[int], *, links: bool = False, sites: bool = False) -> None:
        files = self._program.shapes.files
        for number in numbers:
            if number in files:
                files[number] = files[number].without(links=links, sites=sites)

    def _ask(self, names: Iterable[Name]) -> None:
        """Answer questions again that may have another answer, and note those that have."""
        questions = self._program.questions
        for name in names:
            known = self._kept.answers[name]
            if not self._delta.may_touch(self._program, name):
                questions.settle(name, known)
            elif questions.recall(name) != known:
                self._different |= question_bit(name)

    def _take_pieces(self) -> None:
        gathered = self._program.gathered
        gathered.kept |= {key: piece for key, piece in self._kept.pieces.items() if not piece[1] & self._different}
        self._ask(name for name in self._kept.answers if name[0] == "gathered")

    def _holding(self, words: tuple[frozenset[str], frozenset[str]]) -> Iterable[int]:
        """The files in which calls may have been found, or not found, for words that were others then."""
        delta = self._delta
        if not (delta.renames or delta.classes or delta.functions):
            self._program.calls.know_words(*words)
            return ()
        calls = self._program.calls
        new = (words[0] ^ calls.callable) | (words[1] ^ calls.spoken)
        return [source.number for source in holding(self._program.python, new)] if new else ()


def keep(program: Program, files: Mapping[str, str], results: Mapping[Key, Result]) -> Kept:
    """What the next run can use."""
    facts = {n: program.shapes.files[n] for n, one in enumerate(program.sources) if isinstance(one, PythonSource)}
    used = 0
    for one in facts.values():
        used |= (one.links_read or 0) | (one.sites_read or 0)
    for _, read in (*program.gathered.kept.values(), *results.values()):
        used |= read
    has_sites = any(one.sites_read is not None for one in facts.values())
    return Kept(
        files=files,
        target=repr(program.target),
        facts=facts,
        texts={source.number: source.file.kept for source in program.python},
        words=(program.calls.callable, program.calls.spoken) if has_sites else None,
        pieces=program.gathered.kept,
        answers={name: answer for name, answer in program.questions.answers.items() if question_bit(name) & used},
        results=results,
    )
