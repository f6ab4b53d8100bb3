"""Where two tapes part: the first line that differs, with what both did before and after."""

from dataclasses import dataclass

from lintkit.smoke.archive import first_difference
from lintkit.smoke.tape import Event, Run, Tape

CONTEXT = 3


@dataclass(frozen=True, slots=True)
class Place:
    """One tape from the divergence on. `entry` is None when that tape ends here; `line` is 1-based, in its file."""

    line: int
    entry: Event | Run | None
    after: tuple[Event | Run, ...]


@dataclass(frozen=True, slots=True)
class Divergence:
    """`index` counts body lines from 0; everything before it is the same in both."""

    index: int
    run: Run | None
    before: tuple[Event | Run, ...]
    then: Place
    now: Place


def divergence(then: Tape, now: Tape) -> Divergence | None:
    index = first_difference(then.lines, now.lines)
    if index is None:
        return None
    runs = (entry for entry in reversed(then.entries[:index]) if isinstance(entry, Run))
    before = then.entries[max(0, index - CONTEXT) : index]
    return Divergence(index, next(runs, None), before, _place(then, index), _place(now, index))


def _place(tape: Tape, index: int) -> Place:
    entries = tape.entries[index : index + 1 + CONTEXT]
    return Place(tape.line_of(index), entries[0] if entries else None, entries[1:])
