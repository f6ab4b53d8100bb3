"""What classes belong to the package."""

from typing import Any

from nautilus_trader import _refuse


def is_nautilus_class(cls: Any) -> bool:
    """Whether the package itself defines the class; those of its test kit and examples are the user's."""
    module: str = getattr(cls, "__module__", "")
    if not module.startswith("nautilus_trader"):
        return False
    return not module.startswith(("nautilus_trader.examples", "nautilus_trader.test_kit"))


__getattr__ = _refuse.unknown(__name__)
