"""Part of the stand-in for `nautilus_trader`; see the package's doc."""

from typing import Any

from nautilus_trader.backtest import models


def __getattr__(name: str) -> Any:
    return getattr(models, name)
