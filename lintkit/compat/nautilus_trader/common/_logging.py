"""Set-up of logging, which an engine's config does here: these do nothing."""

from typing import Any


class LogGuard:
    """What a real logging subsystem is kept alive with."""


def init_logging(*args: Any, **kwargs: Any) -> LogGuard:
    del args, kwargs
    return LogGuard()


def is_logging_initialized() -> bool:
    return True


def is_logging_pyo3() -> bool:
    return False


def set_logging_pyo3(value: bool) -> None:
    del value


def flush_logger() -> None: ...


def log_header(*args: Any, **kwargs: Any) -> None:
    del args, kwargs
