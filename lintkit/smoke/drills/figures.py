"""Sums of runs as numbers and as text."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

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
    return measure.error or measure.failure


def basis_points(value: float | None) -> str:
    return "-" if value is None else f"{value:+.2f}"


def quantile(ordered: Sequence[Decimal], share: float) -> Decimal:
    """By linear interpolation; `ordered` is not empty."""
    at = (len(ordered) - 1) * share
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * Decimal(str(at - low))
