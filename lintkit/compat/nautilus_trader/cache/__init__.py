"""Part of the stand-in for `nautilus_trader`; see the package's doc."""

from nautilus_trader import _refuse

__getattr__ = _refuse.exported(__name__, {"Cache": "nautilus_trader.cache.cache"})
