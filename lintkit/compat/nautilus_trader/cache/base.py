"""The cache as strategies see it."""

from lintkit._engine import Cache
from nautilus_trader import _refuse

CacheFacade = Cache

__getattr__ = _refuse.unknown(__name__)
