"""pyarrow, which only catalogs need."""

from importlib import import_module
from typing import Any

from nautilus_trader import _refuse


def arrow(module: str = "") -> Any:
    """`pyarrow` or one of its modules. Raises ImportError that says how to get it."""
    try:
        return import_module(f"pyarrow.{module}" if module else "pyarrow")
    except ImportError as error:
        what = "a data catalog needs pyarrow: install it, or lintkit with its extra `nautilus-lintkit[catalog]`"
        raise ImportError(f"{what} ({_refuse.where()})") from error
