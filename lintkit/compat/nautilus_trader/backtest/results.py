"""The result of a run."""

from dataclasses import dataclass
from typing import Any

from nautilus_trader import _refuse


@dataclass(frozen=True)
class BacktestResult:
    """Counts of a run, and statistics in `stats_*` where they can be had."""

    trader_id: str
    machine_id: str
    run_config_id: str | None
    instance_id: str
    run_id: str | None
    backtest_start: int | None
    backtest_end: int | None
    elapsed_time: float
    iterations: int
    total_events: int
    total_orders: int
    total_positions: int

    @classmethod
    def of(cls, engine: Any) -> "BacktestResult":
        start, end = engine._core.range  # noqa: SLF001
        orders = engine.cache.orders()
        return cls(
            trader_id=str(engine.trader_id),
            machine_id="",
            run_config_id=engine.run_config_id,
            instance_id=str(engine.instance_id),
            run_id=None,
            backtest_start=start,
            backtest_end=end,
            elapsed_time=0.0 if start is None or end is None else (end - start) / 1e9,
            iterations=engine.iteration,
            total_events=sum(order.event_count for order in orders),
            total_orders=len(orders),
            total_positions=engine.cache.positions_total_count(),
        )


__getattr__ = _refuse.unknown(__name__)
