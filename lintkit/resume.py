"""What one look at a project leaves for the next: what rules found by file, with what that was derived from,
the shapes of files, the answers to questions. Only what an input of has changed is looked at again.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from lintkit.cards import Card
from lintkit.delta import OF_CALLS, Delta
from lintkit.looks import looks, looks_into
from lintkit.program import Program
from lintkit.program.gathered import Piece
from lintkit.program.shapes import Facts
from lintkit.reads import Answers, Name, file_bit, question_bit
from lintkit.results import Results
from lintkit.source import PythonSource, holding


class Spoken:
    """The words that functions have, and those that calls of them can end in, where somebody asked for calls."""

    def __init__(self, kept: bytes) -> None:
        self.kept = kept

    @cached_property
    def words(self) -> tuple[frozenset[str], frozenset[str]]:
        callable_, spoken = json.loads(self.kept)
        return frozenset(callable_), frozenset(spoken)


@dataclass(frozen=True)
class Kept:
    """`files` are the contents of the program's files in their order, `target` is what the project targets.

    `facts` and `texts` are by number; the latter are what the index keeps of a Python file. `cards` are of all rules.
    """

    files: Mapping[str, str]
    target: str
    cards: tuple[Card, ...]
    facts: Mapping[int, Facts]
    texts: Mapping[int, bytes]
    spoken: Spoken | None
    pieces: Mapping[tuple[str, int], Piece]
    answers: Mapping[str, Answers]
    results: Results


class Rest:
    """What still holds of an earlier run."""

    def __init__(self, program: Program, before: Results, different: int, changed: list[int], delta: Delta) -> None:
        self._program, self._before, self._changed, self._delta = program, before, changed, delta
        self.results = before.without(different)

    def looks(self, card: Card) -> Iterable[int]:
        """Which files a rule looks at now: it looked at those that hold its words, and only some have other words."""
        before = self._before.reads.get(card.id)
        if self._delta.renames or before is None:
            return looks(self._program, card)
        gone = {n for n in self._changed if n in before and not looks_into(self._program, card, n)}
        new = [n for n in self._changed if n not in before and looks_into(self._program, card, n)]
        return [*(n for n in before if n not in gone), *new]


def resume(program: Program, files: Mapping[str, str], kept: Kept) -> Rest | None:
    """Give a program what still holds of an earlier run, and return the results that do.

    A file that is new or gone can change the meaning of every import, so nothing is taken then.
    """
    if list(kept.files) != list(files) or kept.target != repr(program.target):
        return None
    return _Resumption(program, kept).run([n for n, path in enumerate(files) if files[path] != kept.files[path]])


class _Resumption:
    def __init__(self, program: Program, kept: Kept) -> None:
        self._program, self._kept = program, kept
        self._delta = Delta()
        self._different = 0
        """The bits of what is not what it was."""

    def run(self, changed: list[int]) -> Rest:
        program, kept, delta = self._program, self._kept, self._delta
        before = kept.facts
        for number in changed:
            self._different |= file_bit(number)
        program.know_questions()
        program.shapes.files |= {n: facts for n, facts in before.items() if n not in changed}
        python = [number for number in changed if number in before]
        for number in python:
            delta.compare_texts(kept.texts[number].decode(), program.file(number).file.kept)
        linked = [n for n, one in before.items() if self._stale(one.links_read) or n in changed]
        self._drop(linked, links=True)
        for number in python:
            delta.compare_shapes(program, number, before[number])
        delta.compare_links(program, [n for n in linked if before[n].links_read is not None], before)
        self._ask(kind for kind in kept.answers if kind not in OF_CALLS and kind != "gathered")
        if kept.spoken is not None:
            calling = {n for n, one in before.items() if self._stale(one.sites_read) or n in changed}
            calling.update(self._holding(kept.spoken))
            self._drop(calling, sites=True)
            delta.compare_sites(program, sorted(calling), before)
            self._ask(kind for kind in kept.answers if kind in OF_CALLS)
        self._take_pieces()
        return Rest(program, kept.results, self._different, python, delta)

    def _stale(self, read: int | None) -> bool:
        return read is not None and bool(read & self._different)

    def _drop(self, numbers: Iterable[int], *, links: bool = False, sites: bool = False) -> None:
        files = self._program.shapes.files
        for number in numbers:
            if number in files:
                files[number] = files[number].without(links=links, sites=sites)

    def _ask(self, kinds: Iterable[str]) -> None:
        """Answer questions again that may have another answer, and note those that have."""
        questions = self._program.questions
        for kind in kinds:
            answers = self._kept.answers[kind]
            before = dict(answers.known) if self._delta.may_touch(kind) else {}
            questions.answers[kind] = answers
            for about, known in before.items():
                name: Name = (kind, *about)
                if self._delta.may_change(self._program, name) and questions.recall(name) != known:
                    self._different |= question_bit(name)

    def _take_pieces(self) -> None:
        """What rules gathered; only of files where that may be something else it is gathered again."""
        gathered, before = self._program.gathered, self._kept.pieces
        gathered.pieces |= {key: piece for key, piece in before.items() if not piece.read & self._different}
        stale = [key for key in before if key not in gathered.pieces]
        touched = {name for name, number in stale if gathered.piece(name, number).kept != before[name, number].kept}
        if "gathered" in self._kept.answers:
            self._program.questions.answers["gathered"] = self._kept.answers["gathered"]
        for name in sorted(touched):
            self._program.questions.recall(("gathered", name))
            self._different |= question_bit(("gathered", name))

    def _holding(self, spoken: Spoken) -> Iterable[int]:
        """The files in which calls may have been found, or not found, for words that were others then."""
        delta, calls = self._delta, self._program.calls
        if not (delta.renames or delta.classes or delta.functions):
            calls.know_words(*spoken.words)
            return ()
        new = (spoken.words[0] ^ calls.callable) | (spoken.words[1] ^ calls.spoken)
        return [source.number for source in holding(self._program.python, new)] if new else ()


def keep(program: Program, files: Mapping[str, str], results: Results, cards: tuple[Card, ...]) -> Kept:
    """What the next run can use."""
    facts = {n: program.shapes.files[n] for n, one in enumerate(program.sources) if isinstance(one, PythonSource)}
    used = 0
    for one in facts.values():
        used |= (one.links_read or 0) | (one.sites_read or 0)
    for piece in program.gathered.pieces.values():
        used |= piece.read
    for read in {read for reads in results.reads.values() for read in reads.values()}:
        used |= read
    has_sites = any(one.sites_read is not None for one in facts.values())
    words = [sorted(some) for some in (program.calls.callable, program.calls.spoken)] if has_sites else None
    return Kept(
        files=files,
        target=repr(program.target),
        cards=cards,
        facts=facts,
        texts={source.number: source.file.kept.encode() for source in program.python},
        spoken=Spoken(json.dumps(words).encode()) if words else None,
        pieces=program.gathered.pieces,
        answers={kind: _used(kind, answers, used) for kind, answers in program.questions.answers.items()},
        results=results,
    )


def _used(kind: str, answers: Answers, used: int) -> Answers:
    """Without answers that nothing was derived from any more; where none was added there is none of these."""
    return answers if answers.is_as_kept else answers.only(lambda about: bool(question_bit((kind, *about)) & used))
