"""Base classes, identifiers and helpers."""

from lintkit._engine import Data
from nautilus_trader import _refuse
from nautilus_trader.core.message import Command, Document, Event, Request, Response
from nautilus_trader.core.uuid import UUID4

__getattr__ = _refuse.unknown(__name__)
