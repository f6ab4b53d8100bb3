"""What a price increment off by ten would have done: instruments and market data with one decimal less or more."""

from lintkit.smoke.drills import figures
from lintkit.smoke.drills.lab import STILL, Lab
from lintkit.smoke.drills.outcome import Outcome, Status, Table
from lintkit.smoke.session import Variation

SUMMARY = "price increments ten times larger and smaller: orders refused, fills, P&L"
FACTORS = ((1.0, "as defined"), (10.0, "10 x larger"), (0.1, "10 x smaller"))


def drill(lab: Lab) -> Outcome:
    lab.plain()
    variations = [Variation(STILL | {"market": {"ticks": factor} if factor != 1.0 else {}}) for factor, _ in FACTORS]
    measures = lab.sweep("ticks", variations)
    names = figures.currencies(measures)
    rows = [
        (
            words,
            str(m.orders),
            str(m.refused),
            str(m.fills),
            *(figures.money(figures.realized(m, name)) for name in names),
        )
        for (_, words), m in zip(FACTORS, measures, strict=True)
    ]
    usual = measures[0]
    if why := figures.trouble(usual):
        return Outcome("ticks", lab.target, figures.status(measures[:1], Status.MEASURED), f"it ends with {why}")
    said: list[str] = []
    details: list[str] = []
    for (_, words), m in zip(FACTORS[1:], measures[1:], strict=True):
        if trouble := figures.trouble(m):
            said.append(f"{words}: the run ends with {trouble}")
            continue
        changes = [f"{m.fills - usual.fills:+d} fills", f"{m.refused - usual.refused:+d} refused"]
        changes += [f"P&L {figures.realized(m, n) - figures.realized(usual, n):+,.2f} {n}" for n in names]
        said.append(f"{words}: {', '.join(changes)}")
        new = {why: count for why, count in (m.refusals or {}).items() if why not in (usual.refusals or {})}
        details += [f"{words}: {count} orders refused: {why}" for why, count in list(new.items())[:3]]
    if any(m.refused > usual.refused for m in measures[1:]):
        details.append(
            "refused orders carry prices of their own precision: take it from the instrument, `make_price()`"
        )
    table = Table(("increment", "orders", "refused", "fills", *(f"P&L {name}" for name in names)), tuple(rows))
    return Outcome(
        "ticks",
        lab.target,
        figures.status([m for m in measures if m.error], Status.MEASURED),
        "; ".join(said),
        tuple(details),
        table=table,
    )
