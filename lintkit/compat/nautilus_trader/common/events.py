"""Events of components."""

from lintkit._engine import TimeEvent
from nautilus_trader import _refuse

__getattr__ = _refuse.unknown(__name__)
