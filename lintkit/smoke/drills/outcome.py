"""What a drill found, as plain data."""

from dataclasses import dataclass
from enum import Enum

from lintkit.config import Target
from lintkit.errors import LintkitError
from lintkit.smoke.session import Failure
from lintkit.smoke.verdict import Comparison


class Status(Enum):
    """What became of one drill on one target. Only `FAILED` speaks against the strategy."""

    PASSED = "passed"
    FAILED = "failed"
    MEASURED = "measured"
    SKIPPED = "not applicable"
    ERROR = "no verdict"


@dataclass(frozen=True, slots=True)
class Table:
    """Cells are ready to print; the first column is text, the others are numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """Lines over a common axis: `lines` maps a name to points (x, y). With `bars`, counts over classes instead."""

    title: str
    x_label: str
    y_label: str
    lines: dict[str, tuple[tuple[float, float], ...]]
    bars: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """`summary` says it in one line, `details` in some more; `places` are the lines to blame, as `path:line`.

    `comparison` is of the undisturbed run with the first one that differs.
    """

    drill: str
    target: Target
    status: Status
    summary: str
    details: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    comparison: Comparison | None = None
    failure: Failure | None = None
    table: Table | None = None
    plots: tuple[Plot, ...] = ()
    error: LintkitError | None = None


def exit_code(outcomes: tuple[Outcome, ...]) -> int:
    """1 if a drill failed; else 2 if one gave no verdict; else 0."""
    statuses = {outcome.status for outcome in outcomes}
    if Status.FAILED in statuses:
        return 1
    return 2 if Status.ERROR in statuses else 0
