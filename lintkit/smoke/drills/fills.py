"""How much of a result is luck with fills: many seeds and chances of a fill, a distribution instead of a number."""

from collections.abc import Sequence
from decimal import Decimal

from lintkit.smoke.drills import figures
from lintkit.smoke.drills.lab import STILL, Lab
from lintkit.smoke.drills.outcome import Outcome, Plot, Status, Table
from lintkit.smoke.drills.sweep import Measure
from lintkit.smoke.session import Variation

SUMMARY = "many seeds and fill probabilities: the distribution of fills and P&L"
CLASSES = 12


def drill(lab: Lab) -> Outcome:
    lab.plain()
    chances = sorted(set(lab.settings.fill_probabilities))
    seeds = range(1, lab.settings.fill_seeds + 1)
    cases = [(chance, seed) for chance in chances for seed in seeds]
    variations = [
        Variation(STILL | {"market": {"fill": {"prob_fill_on_limit": chance, "random_seed": seed}}})
        for chance, seed in cases
    ]
    measures = lab.sweep("fills", variations)
    good = [(chance, m) for (chance, _), m in zip(cases, measures, strict=True) if not figures.trouble(m)]
    names = figures.currencies(m for _, m in good)
    bad = sorted({figures.trouble(m) for m in measures} - {""})
    details = (
        f"{len(chances)} chances of a limit order to be filled at its price, {len(seeds)} seeds each",
        *bad,
    )
    if not good:
        status = figures.status(measures, Status.MEASURED)
        return Outcome("fills", lab.target, status, f"no run came to its end: {bad[0]}", details[:1])
    said = "; ".join(_spread(name, [figures.realized(m, name) for _, m in good]) for name in names) or "no trade at all"
    status = figures.status(measures, Status.MEASURED)
    plots = tuple(_histogram(name, [float(figures.realized(m, name)) for _, m in good]) for name in names)
    return Outcome("fills", lab.target, status, said, details, table=_table(good, chances, names), plots=plots)


def _spread(name: str, amounts: list[Decimal]) -> str:
    ordered = sorted(amounts)
    low, middle, high = (figures.quantile(ordered, share) for share in (0.05, 0.5, 0.95))
    losing = sum(amount < 0 for amount in ordered)
    return (
        f"P&L {name}: median {figures.money(middle)}, 90 % of runs from {figures.money(low)} to {figures.money(high)}, "
        f"{losing} of {len(ordered)} lose"
    )


def _table(good: Sequence[tuple[float, Measure]], chances: Sequence[float], names: Sequence[str]) -> Table:
    columns = ["fill chance", "runs", "fills (median)"]
    for name in names:
        columns += [f"P&L {name} {part}" for part in ("5 %", "median", "95 %")] + [f"losing {name}"]
    rows: list[tuple[str, ...]] = []
    for chance in chances:
        runs = [m for at, m in good if at == chance]
        if not runs:
            continue
        fills = figures.quantile(sorted(Decimal(m.fills) for m in runs), 0.5)
        row = [f"{chance:g}", str(len(runs)), f"{float(fills):g}"]
        for name in names:
            ordered = sorted(figures.realized(m, name) for m in runs)
            row += [figures.money(figures.quantile(ordered, share)) for share in (0.05, 0.5, 0.95)]
            row.append(str(sum(amount < 0 for amount in ordered)))
        rows.append(tuple(row))
    return Table(tuple(columns), tuple(rows))


def _histogram(name: str, amounts: list[float]) -> Plot:
    low, high = min(amounts), max(amounts)
    width = (high - low) / CLASSES or 1.0
    counts = [0] * CLASSES
    for amount in amounts:
        counts[min(int((amount - low) / width), CLASSES - 1)] += 1
    points = tuple((low + (at + 0.5) * width, float(count)) for at, count in enumerate(counts))
    return Plot(f"Realized P&L, {name}", name, "runs", {"runs": points}, bars=True)
