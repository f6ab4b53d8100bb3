"""The result of a run."""

from dataclasses import dataclass
from typing import Any

from nautilus_trader import _refuse
from nautilus_trader._profile import LATER


@dataclass
class BacktestResult:
    """Counts and statistics of a run.

    `run_started` and `run_finished` are the backtest's own start and end: results do not depend on the wall clock.
    """

    trader_id: str
    machine_id: str
    run_config_id: str | None
    instance_id: str
    run_id: str | None
    run_started: int | None
    run_finished: int | None
    backtest_start: int | None
    backtest_end: int | None
    elapsed_time: float
    iterations: int
    total_events: int
    total_orders: int
    total_positions: int
    if LATER:
        summary: dict[str, str]
    stats_pnls: dict[str, dict[str, float]]
    stats_returns: dict[str, float]


def result_of(engine: Any) -> BacktestResult:
    """Of a `BacktestEngine`, as it stands."""
    start, end = engine._core.range  # noqa: SLF001
    cache, analyzer = engine.cache, engine.portfolio.analyzer
    gone = LATER and engine._is_disposed  # noqa: SLF001  # 1.231 empties the cache with the engine
    values: dict[str, Any] = {
        "trader_id": str(engine.trader_id),
        "machine_id": "lintkit",
        "run_config_id": engine.run_config_id,
        "instance_id": str(engine.instance_id),
        "run_id": None if engine.run_id is None else str(engine.run_id),
        "run_started": start,
        "run_finished": end,
        "backtest_start": start,
        "backtest_end": end,
        "elapsed_time": 0 if start is None or end is None else (end - start) / 1e9,
        "iterations": engine.iteration,
        "total_events": engine._core.order_events,  # noqa: SLF001
        "total_orders": 0 if gone else cache.orders_total_count(),
        "total_positions": 0 if gone else cache.positions_total_count(),
        "stats_pnls": {
            currency.code: analyzer.get_performance_stats_pnls(currency) for currency in analyzer.currencies
        },
        "stats_returns": analyzer.get_performance_stats_returns(),
    }
    if LATER:
        values["total_positions"] += 0 if gone else len(cache.position_snapshots())
        values["summary"] = _summary(engine, values, gone)
    return BacktestResult(**values)


def _summary(engine: Any, values: dict[str, Any], gone: bool) -> dict[str, str]:
    cache = engine.cache
    counts = {
        "iterations": values["iterations"],
        "total_events": values["total_events"],
        "orders.total": values["total_orders"],
        **{f"orders.{kind}": 0 if gone else getattr(cache, f"orders_{kind}_count")() for kind in _ORDERS},
        **{f"positions.{kind}": 0 if gone else getattr(cache, f"positions_{kind}_count")() for kind in _POSITIONS},
        "positions.snapshots": 0 if gone else len(cache.position_snapshots()),
        "positions.total_with_snapshots": values["total_positions"],
        "venues.total": len(engine.list_venues()),
    }
    for venue in sorted(engine.list_venues(), key=str):
        account = None if gone else cache.account_for_venue(venue)
        if account is not None:
            base = account.base_currency
            counts |= {
                f"account.{venue}.id": account.id,
                f"account.{venue}.type": account.type.name,
                f"account.{venue}.base_currency": None if base is None else base.code,
                f"account.{venue}.event_count": account.event_count,
            }
            for currency, balance in sorted(account.balances().items(), key=lambda item: item[0].code):
                for part in ("total", "free", "locked"):
                    counts[f"account.{venue}.balance.{currency.code}.{part}"] = getattr(balance, part)
    return {key: str(value) for key, value in counts.items()}


_ORDERS = ("open", "closed", "emulated", "inflight")
_POSITIONS = ("total", "open", "closed")

__getattr__ = _refuse.unknown(__name__)
