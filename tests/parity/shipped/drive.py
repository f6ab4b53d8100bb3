"""Drives one strategy that NautilusTrader ships, from its file, on generated data; prints the tape.

Runs under both engines: `drive.py FILE WORLD`. The file is the real package's own, read where that is installed.
"""

import importlib.util
import random
import sys
from decimal import Decimal
from pathlib import Path

from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import ExecAlgorithmConfig, LoggingConfig, StrategyConfig
from nautilus_trader.model.currencies import USDT
from nautilus_trader.model.data import Bar, BarType, BookOrder, OrderBookDelta, QuoteTick, TradeTick
from nautilus_trader.model.enums import AccountType, AggressorSide, BookAction, BookType, OmsType, OrderSide
from nautilus_trader.model.identifiers import ExecAlgorithmId, TradeId, Venue
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

T0 = 1_600_000_000_000_000_000
SECOND = 1_000_000_000
INSTRUMENT = TestInstrumentProvider.ethusdt_perp_binance()
ID = INSTRUMENT.id
BARS = {
    "quotes": f"{ID}-20-TICK-MID-INTERNAL",
    "trades": f"{ID}-15-SECOND-LAST-INTERNAL",
    "bars": f"{ID}-1-MINUTE-LAST-EXTERNAL",
    "book": f"{ID}-10-SECOND-LAST-INTERNAL",
}
VALUES = {
    "instrument_id": ID,
    "trade_size": Decimal("0.500"),
    "order_qty": Decimal("0.500"),
    "max_size": Decimal("5.000"),
    "max_trade_size": Decimal("3.000"),
    "max_position": Quantity.from_str("5.000"),
    "trigger_min_size": 1.0,
    "fast_ema_period": 5,
    "slow_ema_period": 12,
    "atr_period": 10,
    "atr_multiple": 2.0,
    "trailing_atr_multiple": 2.0,
    "trailing_offset_type": "PRICE",
    "trailing_offset": Decimal("1.00"),
    "trigger_type": "BID_ASK",
    "bb_period": 8,
    "rsi_period": 6,
    "rsi_buy_threshold": 0.45,
    "rsi_sell_threshold": 0.55,
    "twap_horizon_secs": 20.0,
    "twap_interval_secs": 5.0,
    "entry_exec_algorithm_id": ExecAlgorithmId("TWAP"),
    "entry_exec_algorithm_params": {"horizon_secs": 20.0, "interval_secs": 5.0},
    "book_type": "L2_MBP",
    "snapshots": True,
    "trade_ticks": True,
    "quote_ticks": True,
    "bars": True,
}


def walk(count: int) -> list[tuple[int, float]]:
    """Times a second or so apart, and a price that wanders."""
    draw = random.Random(11)
    ts, price, points = T0, 400.0, []
    for _ in range(count):
        ts += draw.randint(200, 1800) * 1_000_000
        price += draw.choice([-0.4, -0.2, -0.1, 0.1, 0.2, 0.4]) + 0.05 * draw.choice([-1, 1])
        points.append((ts, price))
    return points


def size(draw: random.Random) -> Quantity:
    return Quantity(draw.randint(1, 40) / 10, 3)


def quotes(count: int) -> list[QuoteTick]:
    draw = random.Random(5)
    return [
        QuoteTick(ID, Price(p - 0.05, 2), Price(p + 0.05, 2), size(draw), size(draw), ts, ts) for ts, p in walk(count)
    ]


def trades(count: int) -> list[TradeTick]:
    draw = random.Random(6)
    sides = (AggressorSide.BUYER, AggressorSide.SELLER)
    return [
        TradeTick(ID, Price(p, 2), size(draw), draw.choice(sides), TradeId(str(n)), ts, ts)
        for n, (ts, p) in enumerate(walk(count))
    ]


def bars(count: int) -> list[Bar]:
    bar_type = BarType.from_str(BARS["bars"])
    draw = random.Random(7)
    result = []
    for n, (_, price) in enumerate(walk(count)):
        ts = T0 + (n + 1) * 60 * SECOND
        close = price + draw.choice([-0.5, 0.5])
        high, low = max(price, close) + draw.random(), min(price, close) - draw.random()
        prices = [Price(value, 2) for value in (price, high, low, close)]
        result.append(Bar(bar_type, *prices, Quantity(draw.randint(10, 90), 3), ts, ts))
    return result


def book(count: int) -> list[OrderBookDelta]:
    draw = random.Random(8)
    deltas: list[OrderBookDelta] = []
    for n, (ts, price) in enumerate(walk(count)):
        deltas.append(OrderBookDelta.clear(ID, n, ts, ts))
        for depth in range(4):
            for side, sign in ((OrderSide.BUY, -1), (OrderSide.SELL, 1)):
                order = BookOrder(side, Price(price + sign * (0.05 + 0.1 * depth), 2), size(draw), 0)
                flags = 128 if depth == 3 and sign == 1 else 0
                deltas.append(OrderBookDelta(ID, BookAction.ADD, order, flags, n, ts, ts))
    return deltas


WORLDS = {
    "quotes": lambda: quotes(900),
    "trades": lambda: quotes(300) + trades(600),
    "bars": lambda: bars(300),
    "book": lambda: book(200) + trades(200),
}


def load(path: str) -> object:
    spec = importlib.util.spec_from_file_location("shipped", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["shipped"] = module
    spec.loader.exec_module(module)
    return module


def classes(module: object, base: type) -> list[type]:
    own = [value for value in vars(module).values() if isinstance(value, type) and value.__module__ == "shipped"]
    return [value for value in own if issubclass(value, base)]


def settings(config: type, world: str) -> dict[str, object]:
    values = VALUES | {"bar_type": BarType.from_str(BARS[world])}
    return {name: values[name] for name in config.__struct_fields__ if name in values}


def render(event: object) -> str:
    """What an event says, but for ids that are drawn at random."""
    name = type(event).__name__
    if name == "AccountState":
        balances = [f"{b.total}/{b.locked}/{b.free}" for b in event.balances]
        margins = [f"{m.initial}/{m.maintenance}" for m in event.margins]
        return f"{name} {event.ts_event} {balances} {margins} {event.is_reported}"
    fields = (
        "client_order_id", "venue_order_id", "trade_id", "position_id", "order_type", "order_side", "side", "quantity",
        "time_in_force", "price", "trigger_price", "options", "last_qty", "last_px", "commission", "liquidity_side",
        "signed_qty", "avg_px_open", "avg_px_close", "realized_pnl", "reason", "reduce_only", "post_only", "tags",
        "contingency_type", "linked_order_ids", "parent_order_id", "exec_algorithm_id", "exec_spawn_id",
    )  # fmt: skip
    shown = [f"{field}={getattr(event, field)}" for field in fields if getattr(event, field, None) is not None]
    return f"{name} {event.ts_event} {' '.join(shown)}"


def main(path: str, world: str) -> None:
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    engine.add_venue(
        Venue("BINANCE"),
        OmsType.HEDGING if "hedge" in path else OmsType.NETTING,
        AccountType.MARGIN,
        [Money(1_000_000, USDT)],
        book_type=BookType.L2_MBP if world == "book" else BookType.L1_MBP,
    )
    engine.add_instrument(INSTRUMENT)
    engine.add_data(WORLDS[world]())
    for topic in ("events.order.*", "events.position.*", "events.account.*"):
        engine.kernel.msgbus.subscribe(topic, lambda event: print(render(event)))
    module = load(path)
    from nautilus_trader.execution.algorithm import ExecAlgorithm

    for algorithm in classes(module, ExecAlgorithm):
        (config,) = classes(module, ExecAlgorithmConfig) or (ExecAlgorithmConfig,)
        engine.add_exec_algorithm(algorithm(config()))
    for strategy in classes(module, Strategy):
        configs = classes(module, StrategyConfig)
        if configs:
            engine.add_strategy(strategy(configs[0](**settings(configs[0], world))))
        else:
            engine.add_strategy(strategy(ID, VALUES["trade_size"], VALUES["max_size"]))
    if Path(path).parent.name == "strategies" and ("algo" in Path(path).stem or "twap" in Path(path).stem):
        twap = load(str(path).replace("strategies", "algorithms").rpartition("/")[0] + "/twap.py")
        engine.add_exec_algorithm(twap.TWAPExecAlgorithm())
    try:
        engine.run()
    except Exception as error:  # noqa: BLE001  # that it fails, and why, is part of the comparison
        print("raised", type(error).__name__)
    for order in engine.cache.orders():
        print(order.client_order_id, order.status.name, order.filled_qty, order.quantity, order.avg_px)
    for position in engine.cache.positions():
        print(position.id, position.side.name, position.quantity, position.realized_pnl)
    print(engine.cache.account_for_venue(Venue("BINANCE")).balances_total())


if __name__ == "__main__":
    main(*sys.argv[1:])
