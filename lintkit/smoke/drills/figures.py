"""Sums of runs as numbers and as text."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from lintkit.smoke.drills.outcome import Status
from lintkit.smoke.drills.sweep import Measure


def currencies(measures: Iterable[Measure]) -> tuple[str, ...]:
    return tuple(sorted({name for measure in measures for name in (*(measure.realized or {}), *(measure.fees or {}))}))


def realized(measure: Measure, currency: str) -> Decimal:
    return Decimal((measure.realized or {}).get(currency, "0"))


def fees(measure: Measure, currency: str) -> Decimal:
    return Decimal((measure.fees or {}).get(currency, "0"))


def money(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def trouble(measure: Measure) -> str:
    """Why a run has no figures."""
    return measure.error or measure.failure


def status(measures: Iterable[Measure], otherwise: Status) -> Status:
    """No verdict when some run has none; failed when a script failed."""
    every = tuple(measures)
    if any(measure.error for measure in every):
        return Status.ERROR
    return Status.FAILED if any(measure.failure for measure in every) else otherwise


def basis_points(value: float | None) -> str:
    return "-" if value is None else f"{value:+.2f}"


def quantile(ordered: Sequence[Decimal], share: float) -> Decimal:
    """By linear interpolation; `ordered` is not empty."""
    at = (len(ordered) - 1) * share
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * Decimal(str(at - low))
