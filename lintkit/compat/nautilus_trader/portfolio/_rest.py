"""What the portfolio lacks: the engine's `Portfolio` asks here for every attribute that it does not have itself."""

from typing import Any

from nautilus_trader import _refuse


class Rest:
    """`portfolio` is the engine's."""

    def __init__(self, portfolio: Any) -> None:
        del portfolio

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"'Portfolio' object has no attribute '{name}'")
        raise AttributeError(_refuse.message(f"Portfolio.{name}"))
