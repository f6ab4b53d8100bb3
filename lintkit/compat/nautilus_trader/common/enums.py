"""Enumerations of components and logs."""

from enum import IntFlag

from nautilus_trader import _refuse
from nautilus_trader.model.enums import from_str_of, to_str_of, whole


@whole
class ComponentState(IntFlag):
    PRE_INITIALIZED = 0
    READY = 1
    STARTING = 2
    RUNNING = 3
    STOPPING = 4
    STOPPED = 5
    RESUMING = 6
    RESETTING = 7
    DISPOSING = 8
    DISPOSED = 9
    DEGRADING = 10
    DEGRADED = 11
    FAULTING = 12
    FAULTED = 13


@whole
class ComponentTrigger(IntFlag):
    INITIALIZE = 1
    START = 2
    START_COMPLETED = 3
    STOP = 4
    STOP_COMPLETED = 5
    RESUME = 6
    RESUME_COMPLETED = 7
    RESET = 8
    RESET_COMPLETED = 9
    DISPOSE = 10
    DISPOSE_COMPLETED = 11
    DEGRADE = 12
    DEGRADE_COMPLETED = 13
    FAULT = 14
    FAULT_COMPLETED = 15


@whole
class LogColor(IntFlag):
    NORMAL = 0
    GREEN = 1
    BLUE = 2
    MAGENTA = 3
    CYAN = 4
    YELLOW = 5
    RED = 6


@whole
class LogLevel(IntFlag):
    OFF = 0
    TRACE = 1
    DEBUG = 2
    INFO = 3
    WARNING = 4
    ERROR = 5


component_state_to_str = to_str_of(ComponentState)
component_state_from_str = from_str_of(ComponentState)
component_trigger_to_str = to_str_of(ComponentTrigger)
component_trigger_from_str = from_str_of(ComponentTrigger)
log_color_to_str = to_str_of(LogColor)
log_color_from_str = from_str_of(LogColor)
log_level_to_str = to_str_of(LogLevel)
log_level_from_str = from_str_of(LogLevel)

__getattr__ = _refuse.unknown(__name__)
