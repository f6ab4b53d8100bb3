"""Smoke outcomes as one self-contained page: verdict, balances over time on both sides, the fills on the price."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from lintkit.smoke import report, words
from lintkit.smoke.plot import Line, Mark, plot
from lintkit.smoke.suite import PASSED, Outcome
from lintkit.smoke.tape import Event, Tape
from lintkit.smoke.totals import money

_STYLE = """
:root { color-scheme: light dark; --then: #c2410c; --now: #1d4ed8; --line: #8884; --dim: #777; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; padding-top: 1rem;
  border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; } .failed { color: #b91c1c; } .passed { color: #15803d; }
pre { font: 12.5px/1.45 ui-monospace, monospace; background: #8881; padding: .7rem; overflow-x: auto; }
svg { width: 100%; height: auto; display: block; } svg text { font: 11px system-ui, sans-serif; fill: var(--dim); }
.then { stroke: var(--then); } .now { stroke: var(--now); } .market { stroke: var(--dim); opacity: .6; }
polyline { fill: none; stroke-width: 1.4; } .then polyline { stroke-dasharray: 5 3; }
path.then { fill: none; stroke-width: 1.6; } path.now { fill: var(--now); stroke: none; opacity: .75; }
.grid { stroke: var(--line); } .legend { color: var(--dim); font-size: .85rem; }
.legend b.then { color: var(--then); } .legend b.now { color: var(--now); }
"""


def render(outcomes: Sequence[Outcome]) -> str:
    """The page. Everything is inline: no script, no font, nothing from a network."""
    body = "\n".join(part for outcome in outcomes for part in _outcome(outcome))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>lintkit smoke</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>\n'
        f"<body><h1>{escape(report.summary(outcomes).plain)}</h1>\n{body}\n</body></html>\n"
    )


def _outcome(outcome: Outcome) -> Iterator[str]:
    state = "passed" if outcome.status in PASSED else "failed"
    runs = " ".join(outcome.target.runs)
    yield f'<h2>{escape(outcome.target.name)}: <span class="{state}">{escape(outcome.verdict)}</span></h2>'
    yield f'<p class="legend">{escape(runs)}; {escape(_engine(outcome))}</p>'
    details = "\n".join(line.plain for line in report.details([outcome])[1:])
    if details:
        yield f"<pre>{escape(details)}</pre>"
    if outcome.tape is None:
        return
    then = outcome.accepted if outcome.comparison else None
    if then:
        before, now = outcome.labels
        yield (
            f'<p class="legend"><b class="then">dashed, hollow: {escape(before)}</b> '
            f'<b class="now">solid: {escape(now)}</b>. Triangles up are buys, down are sells.</p>'
        )
    yield from _balances(then, outcome.tape)
    yield from _fills(then, outcome.tape, outcome.result.prices if outcome.result else {})


def _engine(outcome: Outcome) -> str:
    return (outcome.tape.get("engine") if outcome.tape else None) or "not run"


def _balances(then: Tape | None, now: Tape) -> Iterator[str]:
    sides = [(name, _curves(tape)) for name, tape in (("then", then), ("now", now)) if tape]
    for key in dict.fromkeys(key for _, curves in sides for key in curves):
        lines = [Line(curves[key], side, steps=True) for side, curves in sides if key in curves]
        yield f"<h3>Balance {escape(key)}</h3>"
        yield plot(lines, [])


def _curves(tape: Tape) -> dict[str, list[tuple[int, float]]]:
    """Totals over time by account and currency. Of a script's runs the last one."""
    curves: dict[str, list[tuple[int, float]]] = {}
    for entry in tape.entries:
        if not isinstance(entry, Event):
            curves.clear()
        elif entry.kind == "AccountState":
            for name, text in entry.fields:
                if name == "balance":
                    amount, currency = money(text.partition(" locked ")[0])
                    curves.setdefault(f"{entry.subject} {currency}", []).append((entry.time_ns, float(amount)))
    return curves


def _fills(then: Tape | None, now: Tape, prices: Mapping[str, list[tuple[int, float]]]) -> Iterator[str]:
    marks = [(side, _marks(tape, side)) for side, tape in (("then", then), ("now", now)) if tape]
    for key in dict.fromkeys(key for _, found in marks for key in found):
        market = [Line([(ts, price) for ts, price in prices[key]], "market")] if key in prices else []
        shown = [mark for _, found in marks for mark in found.get(key, ())]
        yield f"<h3>Fills {escape(key)}</h3>"
        yield plot(market, shown)


def _marks(tape: Tape, side: str) -> dict[str, list[Mark]]:
    found: dict[str, list[Mark]] = {}
    for entry in tape.entries:
        if not isinstance(entry, Event):
            found.clear()
        elif entry.kind == "OrderFilled":
            mark = Mark(entry.time_ns, float(entry["last_px"]), side, entry["side"] == "BUY", words.line(entry))
            found.setdefault(entry["instrument"], []).append(mark)
    return found
