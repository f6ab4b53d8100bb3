"""What an answer was derived from, as bits of one number: a bit for each file that was read and each question asked.

Whoever reads a file adds its bit to `now.bits`; whoever remembers an answer remembers the bits that were added while it
was found, and adds them again for everybody who gets it. `Derived` and `Memo` do that. A fact that remembers answers
in any other way hides what they came from, and a finding is lost in silence once that changes.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any, Generic, TypeAlias, TypeVar, overload
from zlib import crc32

K = TypeVar("K")
S = TypeVar("S")
T = TypeVar("T")
Name: TypeAlias = tuple[Any, ...]


class _Now:
    __slots__ = ("bits",)

    def __init__(self) -> None:
        self.bits = 0


now = _Now()
"""What has been read since the innermost answer that is being looked for was begun."""


def traced(compute: Callable[[], T]) -> tuple[T, int]:
    """An answer and what it was derived from. The caller decides who else learns of it."""
    outer, now.bits = now.bits, 0
    try:
        return compute(), now.bits
    finally:
        now.bits = outer


class Derived(Generic[S, T]):
    """A property that is computed once; each read of it counts as a read of what it was derived from."""

    def __init__(self, function: Callable[[S], T]) -> None:
        self._function = function
        self.__doc__ = function.__doc__

    def __set_name__(self, owner: type[S], name: str) -> None:
        self._name = f"derived {name}"

    @overload
    def __get__(self, instance: None, owner: Any) -> "Derived[S, T]": ...
    @overload
    def __get__(self, instance: S, owner: Any) -> T: ...
    def __get__(self, instance: S | None, owner: Any) -> "Derived[S, T] | T":
        if instance is None:
            return self
        known: dict[str, Any] = instance.__dict__
        found = known.get(self._name)
        if found is None:
            outer, now.bits = now.bits, 0
            try:
                found = known[self._name] = (self._function(instance), now.bits)
            finally:
                now.bits = outer
        now.bits |= found[1]
        return found[0]


class Memo(Generic[K, T]):
    """Answers by key, each with what it was derived from."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[K, tuple[T, int]] = {}

    def get(self, key: K, compute: Callable[[], T]) -> T:
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = traced(compute)
        now.bits |= found[1]
        return found[0]


FILES = 1024
QUESTIONS = 3072


def file_bit(number: int) -> int:
    return 1 << (number % FILES)


class Answers:
    """Answers to questions of one kind, by what is asked about; those that were kept are decoded when that matters."""

    __slots__ = ("_kept", "_known")

    def __init__(self, kept: bytes = b"") -> None:
        self._kept = kept
        self._known: dict[Name, str] | None = None if kept else {}

    @property
    def known(self) -> Mapping[Name, str]:
        return self._decoded()

    @property
    def kept(self) -> bytes:
        """All of them as JSON."""
        if not self._kept:
            self._kept = json.dumps([[*about, answer] for about, answer in self._decoded().items()]).encode()
        return self._kept

    @property
    def is_as_kept(self) -> bool:
        """Whether nothing was added."""
        return bool(self._kept)

    def note(self, about: Name, answer: str) -> None:
        self._decoded()[about] = answer
        self._kept = b""

    def only(self, wanted: Callable[[Name], bool]) -> "Answers":
        found = Answers()
        for about, answer in self._decoded().items():
            if wanted(about):
                found.note(about, answer)
        return found

    def _decoded(self) -> dict[Name, str]:
        if self._known is None:
            plain: list[list[Any]] = json.loads(self._kept)
            self._known = {tuple(about): answer for *about, answer in plain}
        return self._known


class Questions:
    """What was asked about the whole program, and the answers.

    Whoever asks depends on the answer alone, not on all the files that it comes from. The bit of a question follows
    from its name; two that share one, or two files, make more be looked at again, never less.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Answers] = defaultdict(Answers)
        """By kind."""
        self._kinds: dict[str, Callable[..., Any]] = {}
        self._bits: dict[Name, int] = {}

    def define(self, kind: str, answer: Callable[..., Any]) -> None:
        """How questions of a kind are answered: in a form that only the answer's content sets."""
        self._kinds[kind] = answer

    def ask(self, *name: Any) -> None:
        """Note that the present answer depends on a question: its kind, and what is asked about."""
        bit = self._bits.get(name)
        if bit is None:
            bit = self._bits[name] = question_bit(name)
            answers = self.answers[name[0]]
            if name[1:] not in answers.known:
                answers.note(name[1:], self.answer(name))
        now.bits |= bit

    def recall(self, name: Name) -> str:
        """The answer to a question of an earlier run, so that it need not be looked for again."""
        self._bits[name] = question_bit(name)
        answer = self.answer(name)
        if self.answers[name[0]].known.get(name[1:]) != answer:
            self.answers[name[0]].note(name[1:], answer)
        return answer

    def answer(self, name: Name) -> str:
        """A digest of the answer to a question as things are now. What has to be read for it does not count."""
        kind, *about = name
        return digest(repr(traced(lambda: self._kinds[kind](*about))[0]).encode())


def question_bit(name: Name) -> int:
    return 1 << (FILES + crc32(repr(name).encode()) % QUESTIONS)


def digest(data: bytes) -> str:
    return blake2b(data, digest_size=12).hexdigest()
