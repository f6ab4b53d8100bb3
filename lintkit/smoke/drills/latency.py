"""What is left of a strategy when its orders arrive later: fills, P&L and adverse selection against latency."""

from collections.abc import Sequence

from lintkit.smoke.drills import figures
from lintkit.smoke.drills.lab import STILL, Lab
from lintkit.smoke.drills.outcome import Outcome, Plot, Status, Table
from lintkit.smoke.drills.sweep import Measure
from lintkit.smoke.session import Variation

SUMMARY = "latencies from 0 to 500 ms: fills, P&L, adverse selection, and where the edge is gone"
MARKOUTS_NS = (1_000_000_000, 10_000_000_000, 60_000_000_000)
_MS = 1_000_000


def drill(lab: Lab) -> Outcome:
    lab.plain()
    latencies = sorted(set(lab.settings.latencies_ms))
    variations = [
        Variation(STILL | {"market": {"latency_ns": round(latency * _MS), "markouts_ns": list(MARKOUTS_NS)}})
        for latency in latencies
    ]
    measures = lab.sweep("latency", variations)
    names = figures.currencies(measures)
    edges = {name: edge_gone(latencies, measures, name) for name in names}
    until = lab.settings.edge_until_ms
    early = [name for name, edge in edges.items() if edge is not None and until is not None and edge < until]
    runs = list(zip(latencies, measures, strict=True))
    trouble = [f"{latency:g} ms: {why}" for latency, m in runs if (why := figures.trouble(m))]
    said = "; ".join(_edge(name, edge, latencies) for name, edge in edges.items()) or "no trade at any latency"
    return Outcome(
        "latency",
        lab.target,
        Status.FAILED if early else figures.status(measures, Status.MEASURED),
        f"{said}; it must last until {until:g} ms" if early else said,
        (
            *trouble,
            *_too_sparse(latencies, measures),
            "markout: the price 1, 10 and 60 s after a fill, in its favour; below zero is adverse selection",
        ),
        table=_table(latencies, measures, names),
        plots=_plots(latencies, measures, names),
    )


def edge_gone(latencies: Sequence[float], measures: Sequence[Measure], currency: str) -> float | None:
    """The latency in ms at which realized P&L reaches zero, on a line between two runs; None: it never does.

    0 when there is no profit at the lowest latency to begin with.
    """
    before: tuple[float, float] | None = None
    for latency, measure in zip(latencies, measures, strict=True):
        if figures.trouble(measure):
            continue
        amount = float(figures.realized(measure, currency))
        if amount <= 0:
            return latency if before is None else before[0] + (latency - before[0]) * before[1] / (before[1] - amount)
        before = latency, amount
    return None


def _too_sparse(latencies: Sequence[float], measures: Sequence[Measure]) -> list[str]:
    """Say between which latencies the runs are the same: an order is matched at the next datum."""
    groups: dict[str, list[float]] = {}
    for latency, measure in zip(latencies, measures, strict=True):
        if measure.tape:
            groups.setdefault(measure.tape, []).append(latency)
    return [
        f"{group[0]:g} to {group[-1]:g} ms give the same tape: the data are too sparse to tell them apart"
        for group in groups.values()
        if len(group) > 1
    ]


def _edge(currency: str, edge: float | None, latencies: Sequence[float]) -> str:
    if edge is None:
        return f"the edge in {currency} lasts beyond {latencies[-1]:g} ms"
    if edge <= latencies[0]:
        return f"no edge in {currency} even at {latencies[0]:g} ms"
    return f"the edge in {currency} is gone at {edge:.3g} ms"


def _table(latencies: Sequence[float], measures: Sequence[Measure], names: Sequence[str]) -> Table:
    markouts = [f"markout {horizon // 1_000_000_000} s (bp)" for horizon in MARKOUTS_NS]
    money = [f"{what} {name}" for name in names for what in ("P&L", "fees")]
    rows = [
        (
            f"{latency:g} ms",
            str(m.orders),
            str(m.fills),
            str(m.refused),
            *(figures.money(amount(m, name)) for name in names for amount in (figures.realized, figures.fees)),
            *(figures.basis_points((m.markouts or {}).get(str(horizon))) for horizon in MARKOUTS_NS),
        )
        for latency, m in zip(latencies, measures, strict=True)
    ]
    return Table(("latency", "orders", "fills", "refused", *money, *markouts), tuple(rows))


def _plots(latencies: Sequence[float], measures: Sequence[Measure], names: Sequence[str]) -> tuple[Plot, ...]:
    runs = [(latency, m) for latency, m in zip(latencies, measures, strict=True) if not figures.trouble(m)]
    axis = "latency (ms)"
    fills = Plot("Fills against latency", axis, "fills", {"fills": tuple((at, float(m.fills)) for at, m in runs)})
    profits = [
        Plot(
            f"Realized P&L against latency, {name}",
            axis,
            name,
            {"P&L": tuple((at, float(figures.realized(m, name))) for at, m in runs)},
        )
        for name in names
    ]
    markouts = {
        f"after {horizon // 1_000_000_000} s": tuple(
            (at, value) for at, m in runs if (value := (m.markouts or {}).get(str(horizon))) is not None
        )
        for horizon in MARKOUTS_NS
    }
    shown = {name: points for name, points in markouts.items() if points}
    adverse = [Plot("Adverse selection: markout against latency", axis, "basis points", shown)] if shown else []
    return (fills, *profits, *adverse)
