"""Makes its engines itself, as the real node does."""

from nautilus_trader.backtest.engine import BacktestEngine, fill


class BacktestNode:
    def run(self) -> None:
        engine = BacktestEngine()
        engine.add_data([fill(1)])
        engine.run()
