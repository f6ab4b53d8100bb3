"""Options, spreads and later instrument classes: dict form, text, and a position's life in a backtest."""

import json
from decimal import Decimal
from typing import Any

import nautilus_trader
from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model import instruments
from nautilus_trader.model.currencies import BTC, USD, USDC
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.enums import AccountType, AssetClass, OmsType, OptionKind, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.trading.strategy import Strategy

LATER = not nautilus_trader.__version__.startswith("1.221.")
T0 = 1_600_000_000_000_000_000
DAY = 86_400_000_000_000
price, size = Price.from_str, Quantity.from_str
COMMON = {
    "instrument_id": InstrumentId.from_str("X.Y"),
    "raw_symbol": Symbol("X"),
    "price_precision": 2,
    "price_increment": price("0.01"),
    "ts_event": 1,
    "ts_init": 2,
}
CONTRACT = {
    "asset_class": AssetClass.EQUITY,
    "currency": USD,
    "multiplier": size("100"),
    "lot_size": size("1"),
    "underlying": "AAPL",
    "activation_ns": 5,
    "expiration_ns": T0 + 2 * DAY,
}
SIZED = {"size_precision": 1, "size_increment": size("0.1")}
OPTION = {"option_kind": OptionKind.PUT, "strike_price": price("149.00")}
RATES = {
    "margin_init": Decimal("0.1"),
    "margin_maint": Decimal("0.05"),
    "maker_fee": Decimal("0.001"),
    "taker_fee": Decimal("0.002"),
}
CRYPTO = {
    "underlying": BTC,
    "quote_currency": USD,
    "is_inverse": False,
    "activation_ns": 5,
    "expiration_ns": T0 + 2 * DAY,
    **SIZED,
    **OPTION,
}
CASES = {
    "OptionContract": [{**CONTRACT, **OPTION}, {**CONTRACT, **OPTION, **RATES, "exchange": "GMNI", "info": {"a": 1}}],
    "FuturesSpread": [{**CONTRACT, "strategy_type": "EQ"}, {**CONTRACT, **RATES, "strategy_type": "EQ"}],
    "OptionSpread": [{**CONTRACT, "strategy_type": "VERTICAL", "exchange": "XCME"}, {**CONTRACT, "strategy_type": " "}],
    "CryptoOption": [
        {**CRYPTO, **RATES, "settlement_currency": USD},
        {**CRYPTO, **RATES, "settlement_currency": BTC, "multiplier": size("10")},
    ],
    "BinaryOption": [
        {
            "asset_class": AssetClass.ALTERNATIVE,
            "currency": USDC,
            "activation_ns": 0,
            "expiration_ns": T0 + 2 * DAY,
            "outcome": "Yes",
            "description": "Will it?",
            "min_quantity": size("5"),
            "taker_fee": Decimal("0.01"),
            **SIZED,
        }
    ],
}
if LATER:
    TERMS = {"quote_currency": USD, **SIZED, **RATES}
    CASES |= {
        "PerpetualContract": [
            {
                **TERMS,
                "underlying": "EUR",
                "asset_class": AssetClass.FX,
                "settlement_currency": USD,
                "is_inverse": False,
            },
            {
                **TERMS,
                "underlying": "BTC",
                "asset_class": AssetClass.CRYPTOCURRENCY,
                "base_currency": BTC,
                "settlement_currency": BTC,
                "is_inverse": True,
            },
        ],
        "TokenizedAsset": [{**TERMS, "asset_class": AssetClass.EQUITY, "base_currency": BTC, "isin": "US0378331005"}],
    }


def describe(instrument: Any) -> dict[str, Any]:
    kind = type(instrument)
    values = kind.to_dict(instrument)
    names = (
        "option_kind", "strike_price", "strategy_type", "activation_utc", "expiration_utc", "outcome",
        "isin", "instrument_class", "asset_class", "settlement_currency", "is_quanto",
    )  # fmt: skip
    return {
        "repr": repr(instrument),
        "dict": values,
        "again": kind.to_dict(kind.from_dict(values)) == values,
        "fields": {name: repr(getattr(instrument, name, "absent")) for name in names},
        "notional": str(instrument.notional_value(Quantity(7, instrument.size_precision), price("0.50"))),
        "currencies": [
            str(instrument.get_base_currency()),
            str(instrument.get_settlement_currency()),
            str(instrument.get_cost_currency()),
        ],
    }


class Trader(Strategy):
    """Buys, sells more than it has, and leaves the rest."""

    def __init__(self, instrument: Any, rows: list[str]) -> None:
        super().__init__()
        self.instrument = instrument
        self.rows = rows
        self.step = 0

    def on_start(self) -> None:
        self.subscribe_quote_ticks(self.instrument.id)

    def on_quote_tick(self, tick: QuoteTick) -> None:
        del tick
        self.step += 1
        side, lots = {1: (OrderSide.BUY, 10), 2: (OrderSide.SELL, 4), 3: (OrderSide.SELL, 12)}.get(self.step, (None, 0))
        if side is not None:
            order = self.order_factory.market(self.instrument.id, side, self.instrument.make_qty(lots))
            self.submit_order(order)

    def on_event(self, event: Any) -> None:
        row = [type(event).__name__]
        for name in ("last_px", "last_qty", "commission", "signed_qty", "realized_pnl", "unrealized_pnl", "reason"):
            value = getattr(event, name, None)
            if value is not None:
                row.append(f"{name}={value}")
        account = self.portfolio.account(self.instrument.id.venue)
        row.append(str([str(balance) for balance in account.balances().values()]))
        self.rows.append(" ".join(row))


def trade(instrument: Any, account_type: AccountType) -> list[str]:
    rows: list[str] = []
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    funds = [Money(1_000_000, USD), Money(10, BTC), Money(1_000, USDC)]
    try:
        engine.add_venue(
            Venue("Y"), oms_type=OmsType.NETTING, account_type=account_type, starting_balances=funds, base_currency=None
        )
        engine.add_instrument(instrument)
        engine.add_data(
            [
                QuoteTick(
                    instrument.id,
                    instrument.make_price(bid),
                    instrument.make_price(bid + 0.02),
                    instrument.make_qty(1_000),
                    instrument.make_qty(1_000),
                    T0 + n * DAY // 2,
                    T0 + n * DAY // 2,
                )
                for n, bid in enumerate((0.50, 0.61, 0.55, 0.70, 0.20, 0.40))
            ]
        )
        engine.add_strategy(Trader(instrument, rows))
        engine.run()
        # Closing orders of expired contracts have random names.
        orders = [order for order in engine.cache.orders() if order.status_string() != "INITIALIZED"]
        rows += [f"{order.status.name} {order.filled_qty} {order.avg_px}" for order in orders]
        rows += [
            f"{p.signed_qty} {p.realized_pnl} {p.quantity} {p.settlement_currency}" for p in engine.cache.positions()
        ]
    except Exception as error:  # noqa: BLE001  # its class is what is compared
        rows.append(type(error).__name__)
    engine.dispose()
    return rows


def main() -> None:
    told: dict[str, Any] = {}
    for name, cases in CASES.items():
        for number, terms in enumerate(cases):
            try:
                instrument = getattr(instruments, name)(**COMMON, **terms)
            except Exception as error:  # noqa: BLE001
                told[f"{name} {number}"] = type(error).__name__
                continue
            told[f"{name} {number}"] = describe(instrument)
            for account_type in (AccountType.MARGIN, AccountType.CASH):
                told[f"{name} {number} {account_type.name}"] = trade(instrument, account_type)
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
