"""The machine's clock a year off and running at another speed: in a backtest only simulated time may matter."""

from lintkit.smoke.drills.lab import Lab
from lintkit.smoke.drills.outcome import Outcome
from lintkit.smoke.drills.suspects import Change, Suspect, judge

SUMMARY = "the machine's clock shifted by a year and running at another speed"
DAY = 86_400
# Not whole years, weeks or days: month, weekday, hour, minute and second all change.
_CHANGES = (
    Change(
        "the clock 401 days ahead and 1000 times faster", {"clock": {"shift_secs": 401 * DAY + 34_631, "speed": 1000}}
    ),
    Change(
        "the clock 299 days behind and 100 times slower", {"clock": {"shift_secs": -299 * DAY - 18_787, "speed": 0.01}}
    ),
)

PASSED = "trades the same whatever the machine's clock says"


def changes(lab: Lab) -> tuple[Change, ...]:
    del lab
    return _CHANGES


def drill(lab: Lab) -> Outcome:
    return judge(lab, "clock", _CHANGES, PASSED, explain)


def explain(lab: Lab, change: Change, found: tuple[Suspect, ...], convicted: bool) -> tuple[str, ...]:  # noqa: FBT001
    del lab, change
    if not found:
        return (
            "no line of the project read the clock before the tapes part: a library, or compiled code, does it for it",
        )
    verb = "reads" if convicted else "reads, among others,"
    return (
        *(f"{suspect.place} {verb} the machine's clock ({suspect.what})" for suspect in found),
        "time in a strategy is `self.clock`, simulated in a backtest: `self.clock.timestamp_ns()`",
    )
