"""Where two tapes part, and how to name the difference."""

import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from tests.parity.fuzz.engines import DIED, Engine

HASH_SEEDS = 3

_NUMBER = re.compile(r"[-+]?\d[\d_.:TZ-]*")


class Verdict(Enum):
    """What there is to say of a scenario without an unexplained difference."""

    EQUAL = "equal"
    ORDERED = "equal but for the order of exits, which the real package takes from a set"
    REFUSED = "refused by the bundled engine"
    UNSTABLE = "not reproducible on the real package"


@dataclass(frozen=True)
class Difference:
    """The first place at which two tapes differ; a side that has ended there has nothing to say."""

    index: int
    real: str | None
    ours: str | None

    @property
    def kind(self) -> str:
        """What differences of one cause have in common, roughly: the kinds of lines, and the fields that differ."""
        real, ours = _words(self.real), _words(self.ours)
        if real[0] != ours[0]:
            return f"{real[0]} / {ours[0]}"
        fields = [a.partition("=")[0] for a, b in zip(real, ours, strict=False) if a != b]
        return f"{real[0]}: {' '.join(_NUMBER.sub('#', field) for field in fields[:4])}"


def _words(line: str | None) -> list[str]:
    if line is None:
        return ["end"]
    words = line.split()
    if line.startswith(("  ", "=", "!")):
        return [" ".join(word for word in words[:3] if not _NUMBER.match(word))[:40], *words]
    return words[1:2] + words[2:]


def difference(real: list[str], ours: list[str]) -> Difference | None:
    for index in range(max(len(real), len(ours))):
        a = real[index] if index < len(real) else None
        b = ours[index] if index < len(ours) else None
        if a != b:
            return Difference(index, a, b)
    return None


# Reduce-only exits follow their position in the order of a set, which is another with another hash seed.
EXITS = frozenset({"OrderCanceled", "OrderUpdated", "OrderModifyRejected"})


def settled(rows: list[str], word: int) -> list[str]:
    """The rows with what exits are told at one time in the order of the text; of the account states between the last.

    `word` is where a row names its event.
    """
    done: list[str] = []
    exits: list[str] = []
    state: list[str] = []
    for row in [*rows, ""]:
        kind = "".join(row.split(maxsplit=word + 1)[word : word + 1])
        if kind in EXITS:
            exits.append(row)
        elif kind == "AccountState" and exits:
            state = [row]
        else:
            done += [*sorted(exits), *state, *([row] if row else [])]
            exits, state = [], []
    return done


class Judge:
    """Plays a scenario on both sides and says where they part.

    The real package goes through sets of orders whose order depends on the interpreter's hash seed. Where that moves its
    tape, any of its tapes will do, and beyond the place where its own tapes part nothing can be compared.
    """

    def __init__(self, profile: str, python: str, cache: Path | None = None) -> None:
        self.profile = profile
        self.ours = Engine(profile)
        self._reals = [Engine(profile, python, cache, seed) for seed in range(HASH_SEEDS)]

    def close(self) -> None:
        for engine in (self.ours, *self._reals):
            engine.close()

    def real(self, scenario: dict[str, Any]) -> list[str]:
        return self._reals[0].play(scenario)

    def judge(self, scenario: dict[str, Any]) -> Difference | Verdict:
        ours = self.ours.play(scenario)
        if ours and ours[0].startswith("refused"):
            return Verdict.REFUSED
        real = self.real(scenario)
        if real == DIED:  # the real core ends the process on some input: nothing to compare with
            return Verdict.UNSTABLE
        found = difference(real, ours)
        if found is None:
            return Verdict.EQUAL
        if settled(real, 1) == settled(ours, 1):
            return Verdict.ORDERED
        for engine in self._reals[1:]:
            other = engine.play(scenario)
            if other == ours:
                return Verdict.EQUAL
            own = difference(real, other)
            if own is not None and own.index <= found.index:
                return Verdict.UNSTABLE
        return found
