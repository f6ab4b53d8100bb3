"""Clocks, time events, loggers and the message bus."""

from lintkit._engine import Clock, Logger, MessageBus, TestClock, TimeEvent, TimeEventHandler
from nautilus_trader import _refuse
from nautilus_trader.common._logging import (
    LogGuard,
    flush_logger,
    init_logging,
    is_logging_initialized,
    is_logging_pyo3,
    log_header,
    set_logging_pyo3,
)
from nautilus_trader.common.config import InvalidConfiguration

__getattr__ = _refuse.unknown(__name__)
