"""Part of the stand-in for `nautilus_trader`; see the package's doc."""

from nautilus_trader import _refuse
from nautilus_trader.backtest.models import FeeModel, FixedFeeModel, MakerTakerFeeModel, PerContractFeeModel

__getattr__ = _refuse.unknown(__name__)
