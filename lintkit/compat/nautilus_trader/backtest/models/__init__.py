"""Fill, latency and fee models."""

import random
from typing import Any

from lintkit._engine import Money
from nautilus_trader import _refuse
from nautilus_trader._profile import LATER
from nautilus_trader.accounting.margin_models import LeveragedMarginModel, MarginModel, StandardMarginModel


def _check_probability(name: str, value: float) -> float:
    value = float(value)
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"'{name}' out of range [0.0, 1.0], was {value}")
    return value


class _Chances:
    def _seed(self, random_seed: int | None) -> None:
        # The global generator, as the real model does: without a seed from the operating system's entropy, which also
        # undoes a seed that the user set before.
        if random_seed is not None and not isinstance(random_seed, int):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"'random_seed' argument not of type <class 'int'>, was {type(random_seed)}")
        random.seed(random_seed)

    prob_fill_on_limit: float
    prob_slippage: float
    prob_fill_on_stop = 1.0

    def is_limit_filled(self) -> bool:
        return _happens(self.prob_fill_on_limit)

    def is_stop_filled(self) -> bool:
        return _happens(self.prob_fill_on_stop)

    def is_slipped(self) -> bool:
        return _happens(self.prob_slippage)

    def fill_limit_inside_spread(self) -> bool:
        return False

    def get_orderbook_for_fill_simulation(self, instrument: Any, order: Any, best_bid: Any, best_ask: Any) -> Any:
        """A book to fill the order from instead of the venue's; none: the venue's."""
        return None


def _happens(chance: float) -> bool:
    if chance in (0.0, 1.0):
        return chance == 1.0
    return chance >= random.random()  # noqa: S311


if LATER:

    class FillModel(_Chances):  # pyright: ignore[reportRedeclaration]  # the releases differ
        """Chances of fills and of slippage."""

        def __init__(
            self,
            prob_fill_on_limit: float = 1.0,
            prob_slippage: float = 0.0,
            random_seed: int | None = None,
            config: Any = None,
        ) -> None:
            if config is not None:
                prob_fill_on_limit = config.prob_fill_on_limit
                prob_slippage = config.prob_slippage
                random_seed = config.random_seed
            self.prob_fill_on_limit = _check_probability("prob_fill_on_limit", prob_fill_on_limit)
            self.prob_slippage = _check_probability("prob_slippage", prob_slippage)
            self._seed(random_seed)

else:

    class FillModel(_Chances):  # pyright: ignore[reportRedeclaration]  # the parameters moved with 1.222
        """Chances of fills and of slippage."""

        def __init__(
            self,
            prob_fill_on_limit: float = 1.0,
            prob_fill_on_stop: float = 1.0,
            prob_slippage: float = 0.0,
            random_seed: int | None = None,
            config: Any = None,
        ) -> None:
            if config is not None:
                prob_fill_on_limit = config.prob_fill_on_limit
                prob_fill_on_stop = config.prob_fill_on_stop
                prob_slippage = config.prob_slippage
                random_seed = config.random_seed
            self.prob_fill_on_limit = _check_probability("prob_fill_on_limit", prob_fill_on_limit)
            self.prob_fill_on_stop = _check_probability("prob_fill_on_stop", prob_fill_on_stop)
            self.prob_slippage = _check_probability("prob_slippage", prob_slippage)
            self._seed(random_seed)


class LatencyModel:
    """Delays of commands in nanoseconds; those of the kinds include the base."""

    def __init__(
        self,
        base_latency_nanos: int = 1_000_000,
        insert_latency_nanos: int = 0,
        update_latency_nanos: int = 0,
        cancel_latency_nanos: int = 0,
        config: Any = None,
    ) -> None:
        if config is not None:
            base_latency_nanos = config.base_latency_nanos
            insert_latency_nanos = config.insert_latency_nanos
            update_latency_nanos = config.update_latency_nanos
            cancel_latency_nanos = config.cancel_latency_nanos
        latencies = (base_latency_nanos, insert_latency_nanos, update_latency_nanos, cancel_latency_nanos)
        if any(nanos < 0 for nanos in latencies):
            raise OverflowError("can't convert negative value to uint64_t")
        self.base_latency_nanos = int(base_latency_nanos)
        self.insert_latency_nanos = self.base_latency_nanos + int(insert_latency_nanos)
        self.update_latency_nanos = self.base_latency_nanos + int(update_latency_nanos)
        self.cancel_latency_nanos = self.base_latency_nanos + int(cancel_latency_nanos)


class FeeModel:
    """What fills cost; users override `get_commission`."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        """Takes anything and keeps nothing, as the real one does (observed on 1.221.0 and 1.231.0)."""

    def get_commission(self, order: Any, fill_qty: Any, fill_px: Any, instrument: Any) -> Money:
        raise NotImplementedError("Method 'get_commission' must be implemented in a subclass.")


def _commission_of(config: Any) -> Money:
    commission = config.commission
    return commission if isinstance(commission, Money) else Money.from_str(commission)


class MakerTakerFeeModel(FeeModel):
    """The instrument's maker and taker fees."""

    def __init__(self, config: Any = None) -> None:
        del config

    def get_commission(self, order: Any, fill_qty: Any, fill_px: Any, instrument: Any) -> Money:
        notional = instrument.notional_value(quantity=fill_qty, price=fill_px)
        fee = instrument.maker_fee if order.liquidity_side.name == "MAKER" else instrument.taker_fee
        return Money(notional.as_decimal() * fee, notional.currency)


class FixedFeeModel(FeeModel):
    """The same commission for each order, or for each fill."""

    def __init__(
        self,
        commission: Money | None = None,
        charge_commission_once: bool = True,
        config: Any = None,
    ) -> None:
        if config is not None:
            commission = _commission_of(config)
            charge_commission_once = config.charge_commission_once
        self._commission = _check_commission(commission)
        self._charge_commission_once = charge_commission_once

    def get_commission(self, order: Any, fill_qty: Any, fill_px: Any, instrument: Any) -> Money:
        if not self._charge_commission_once or order.filled_qty == 0:
            return self._commission
        return Money(0, self._commission.currency)


class PerContractFeeModel(FeeModel):
    """A commission for each contract."""

    def __init__(self, commission: Money | None = None, config: Any = None) -> None:
        if config is not None:
            commission = _commission_of(config)
        self._commission = _check_commission(commission)

    def get_commission(self, order: Any, fill_qty: Any, fill_px: Any, instrument: Any) -> Money:
        return Money(self._commission.as_decimal() * fill_qty.as_decimal(), self._commission.currency)


def _check_commission(commission: Money | None) -> Money:
    if not isinstance(commission, Money):
        raise TypeError(
            "Argument 'commission' has incorrect type (expected nautilus_trader.model.objects.Money, "
            f"got {type(commission).__name__})"
        )
    if commission.as_double() < 0:
        raise ValueError(f"commission not greater than or equal to zero, was {commission}")
    return commission


def fill_parameters(model: Any) -> Any:
    """For the engine: the three chances of the built-in model; where a subclass decides, the model itself and whether
    it has books of its own.
    """

    def overrides(name: str) -> bool:
        return getattr(type(model), name) is not getattr(FillModel, name)

    if model.fill_limit_inside_spread():
        _refuse.refuse(f"fill_limit_inside_spread of {type(model).__name__}")
    simulates = overrides("get_orderbook_for_fill_simulation")
    if simulates or any(overrides(name) for name in ("is_limit_filled", "is_stop_filled", "is_slipped")):
        return model, simulates
    return model.prob_fill_on_limit, model.prob_fill_on_stop, model.prob_slippage


def fee_parameters(model: Any) -> Any:
    """For the engine: kind, commission and whether it is charged once; the model itself where it is a user's."""
    if type(model) is MakerTakerFeeModel:
        return "maker_taker", None, False
    if type(model) is FixedFeeModel:
        return "fixed", model._commission, model._charge_commission_once  # noqa: SLF001
    if type(model) is PerContractFeeModel:
        return "per_contract", model._commission, False  # noqa: SLF001
    return model


_SIMULATED = (
    "BestPriceFillModel",
    "CompetitionAwareFillModel",
    "LimitOrderPartialFillModel",
    "MarketHoursFillModel",
    "OneTickSlippageFillModel",
    "ProbabilisticFillModel",
    "SizeAwareFillModel",
    "ThreeTierFillModel",
    "TwoTierFillModel",
    "VolumeSensitiveFillModel",
)
_unknown = _refuse.unknown(__name__)


def __getattr__(name: str) -> Any:
    if name in _SIMULATED:
        from nautilus_trader.backtest import _simulated_books  # rarely used

        return getattr(_simulated_books, name)
    return _unknown(name)
