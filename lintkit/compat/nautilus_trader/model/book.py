"""Order books."""

from lintkit._engine import BookLevel, OrderBook
from nautilus_trader import _refuse
from nautilus_trader._profile import LATER

if not LATER:
    for _name in ("get_all_crossed_levels", "get_quantity_at_level", "get_worst_px_for_quantity", "to_deltas_c"):
        delattr(OrderBook, _name)

__getattr__ = _refuse.unknown(__name__)
