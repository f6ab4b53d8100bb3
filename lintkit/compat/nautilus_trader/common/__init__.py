"""What components share: configuration, clocks, logs, factories."""

from enum import Enum

from nautilus_trader import _refuse


class Environment(Enum):
    BACKTEST = "backtest"
    SANDBOX = "sandbox"
    LIVE = "live"


__getattr__ = _refuse.unknown(__name__)
