"""Events of positions."""

from lintkit._engine import PositionChanged, PositionClosed, PositionEvent, PositionOpened
from nautilus_trader import _refuse

__getattr__ = _refuse.unknown(__name__)
