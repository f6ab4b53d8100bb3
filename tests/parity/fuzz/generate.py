"""Scenarios from seeds: a market that moves, venues of all sorts, and strategies that do whatever comes to mind.

Everything is drawn from one `random.Random(seed)`, so a seed names a scenario as long as this file stays as it is. Order
prices lie around the market at the order's time, so that most orders have something to do.
"""

import random
from typing import Any

Json = dict[str, Any]

_MARGINS: Json = {"margin_init": "0.03", "margin_maint": "0.02", "maker_fee": "0.0002", "taker_fee": "0.0004"}
_PERPETUAL: Json = {"kind": "perpetual", "tick": "0.01", "lot": "0.001", **_MARGINS}
_SPOT: Json = {**_PERPETUAL, "kind": "pair"}

# Kind of instrument: its definition, a price in ticks, a typical size in lots.
INSTRUMENTS: dict[str, tuple[Json, int, int]] = {
    "AUD/USD": (
        {"kind": "pair", "base": "AUD", "quote": "USD", "tick": "0.00001", "lot": "1", **_MARGINS},
        70000,
        1000,
    ),
    "USD/JPY": ({"kind": "pair", "base": "USD", "quote": "JPY", "tick": "0.001", "lot": "1", **_MARGINS}, 110000, 1000),
    "ETHUSDT-PERP": (
        {"base": "ETH", "quote": "USDT", "settlement": "USDT", "inverse": False, **_PERPETUAL},
        150000,
        500,
    ),
    "BTCUSD-PERP": (
        {"base": "BTC", "quote": "USD", "settlement": "BTC", "inverse": True, **_PERPETUAL, "tick": "0.5", "lot": "1"},
        20000,
        2000,
    ),
    "BTCUSDT": ({"base": "BTC", "quote": "USDT", **_SPOT}, 1000000, 20),
    "ACME": ({"kind": "equity", "quote": "USD", "tick": "0.01", "lot": "1", **_MARGINS}, 10000, 50),
    "ESZ0": (
        {"kind": "future", "quote": "USD", "tick": "0.25", "lot": "1", "multiplier": 50, "expires": 1e9, **_MARGINS},
        14000,
        2,
    ),
}
_FLAGS = (
    "reject_stop_orders",
    "support_gtd_orders",
    "support_contingent_orders",
    "use_position_ids",
    "use_reduce_only",
    "use_message_queue",
    "bar_execution",
)
_SIMPLE_TYPES = ("market", "limit", "stop_market", "stop_limit", "market_if_touched", "limit_if_touched")
_TRAILING_TYPES = ("trailing_stop_market", "trailing_stop_limit")
_EVENTS = ("OrderAccepted", "OrderFilled", "OrderCanceled", "OrderRejected", "OrderUpdated", "PositionOpened")


class Generator:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(f"scenario {seed}")  # noqa: S311  # not for secrets
        self.names = 0
        self.market: list[dict[int, tuple[int, int]]] = []

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def scenario(self) -> Json:
        rng = self.rng
        symbols = rng.sample(list(INSTRUMENTS), rng.choice((1, 1, 1, 2)))
        names = ["SIM", "EXCH"] if len(symbols) > 1 and self.chance(0.5) else ["SIM"]
        instruments = [
            {**INSTRUMENTS[symbol][0], "id": f"{symbol}.{names[n % len(names)]}"} for n, symbol in enumerate(symbols)
        ]
        self.kinds = symbols
        book = "L2_MBP" if self.chance(0.12) else "L1_MBP"
        self.fill = self.fill_model() if self.chance(0.4) else None
        venues = [self.venue(name, book, [i for i in instruments if i["id"].endswith(name)]) for name in names]
        self.emulates = self.chance(0.12)
        data = self.data(len(symbols), book)
        strategies = [self.strategy(len(symbols), book) for _ in range(rng.choice((1, 1, 1, 2)))]
        count = rng.choice((3, 6, 10, 16, 24))
        actions = [self.action(rng.randrange(len(strategies)), data) for _ in range(count)]
        scenario: Json = {
            "venues": venues,
            "instruments": instruments,
            "strategies": strategies,
            "data": data,
            "actions": actions,
        }
        if self.chance(0.04):
            scenario["again"] = True
        return scenario

    def venue(self, name: str, book: str, instruments: list[Json]) -> Json:
        rng = self.rng
        currencies = sorted({c for i in instruments for c in (i.get("base"), i["quote"], i.get("settlement")) if c})
        derives = any(i["kind"] in {"perpetual", "future"} for i in instruments)
        cash = self.chance(0.02 if derives else 0.4)
        made: Json = {
            "name": name,
            "oms": rng.choice(("NETTING", "NETTING", "HEDGING")),
            "account": "CASH" if cash else "MARGIN",
            "book": book,
        }
        amount = rng.choice((1_000_000, 1_000_000, 10_000))
        if self.chance(0.4) and "USD" in currencies:
            made |= {"base": "USD", "balances": [f"{amount} USD"]}
        else:
            amounts = {"BTC": 100, "ETH": 1000, "JPY": amount * 100}
            made["balances"] = [f"{amounts.get(code, amount)} {code}" for code in currencies]
        if not cash and self.chance(0.4):
            made["leverage"] = rng.choice(("1", "10", "50"))
        options: Json = {flag: False for flag in _FLAGS if self.chance(0.06)}
        if self.chance(0.1):
            options["bar_adaptive_high_low_ordering"] = True
        if self.chance(0.3):
            options["trade_execution"] = self.chance(0.6)
        if cash and self.chance(0.05):
            options["allow_cash_borrowing"] = True
        if self.chance(0.03):
            options["frozen_account"] = True
        made["options"] = options
        later: Json = {}
        for option in ("liquidity_consumption", "queue_position", "use_market_order_acks"):
            if self.chance(0.06):
                later[option] = True
        if self.chance(0.06):
            later["oto_trigger_mode"] = "FULL"
        made["later"] = later
        if self.fill:
            made["fill"] = self.fill
        if self.chance(0.25):
            code = made.get("base") or instruments[0].get("settlement") or instruments[0]["quote"]
            unit = "0.00001" if code == "BTC" else "1.5"
            made["fee"] = {
                "kind": rng.choice(("fixed", "contract", "maker_taker")),
                "amount": f"{unit} {code}",
                "once": self.chance(0.5),
            }
        if self.chance(0.25):
            made["latency"] = [rng.choice((0, 1, 7)), rng.choice((0, 3)), rng.choice((0, 5)), rng.choice((0, 2))]
        return made

    def fill_model(self) -> Json:
        """The same for all venues: each model seeds the one generator that they share."""
        rng = self.rng
        chances = (1.0, 0.0, 0.5, 0.3)
        chosen: Json = {"limit": rng.choice(chances), "stop": rng.choice(chances)}
        return {**chosen, "slip": rng.choice((0.0, 0.5)), "seed": rng.randrange(100)}

    def strategy(self, count: int, book: str) -> Json:
        made: Json = {"instruments": list(range(count))}
        if self.chance(0.25):
            made["oms"] = self.rng.choice(("HEDGING", "NETTING"))
        if self.chance(0.1):
            made["manage_gtd"] = True
        if book != "L1_MBP":
            made["books"] = list(range(count))
        made["bars"] = [[n, suffix] for n, suffix in self.bars]
        return made

    # Data

    def data(self, count: int, book: str) -> list[list[Any]]:
        rng = self.rng
        self.bars: list[tuple[int, str]] = []
        self.market = [{} for _ in range(count)]
        sources: list[str] = []
        for n in range(count):
            if book != "L1_MBP":
                sources.append(rng.choice(("deltas", "deltas and trades")))
                continue
            sources.append(rng.choice(("quotes", "quotes", "quotes and trades", "trades", "bars", "quote bars")))
            if sources[-1] == "bars":
                self.bars.append((n, rng.choice(("1-MINUTE-LAST-EXTERNAL", "1-SECOND-LAST-EXTERNAL"))))
            elif sources[-1] == "quote bars":
                self.bars += [(n, "1-MINUTE-BID-EXTERNAL"), (n, "1-MINUTE-ASK-EXTERNAL")]
            elif self.chance(0.2):
                side = "LAST" if sources[-1] == "trades" else "BID"
                spec = rng.choice((f"3-TICK-{side}-INTERNAL", f"1-SECOND-{side}-INTERNAL"))
                self.bars.append((n, spec))
        mids = [INSTRUMENTS[kind][1] for kind in self.kinds]
        swing = rng.choice((1, 2, 5, 20))
        gaps = rng.choice(((0, 1, 1, 5), (1, 10, 100), (500, 1000, 1500)))
        data: list[list[Any]] = []
        levels: list[dict[tuple[str, int], int]] = [{} for _ in range(count)]
        ms = 0
        for _ in range(rng.choice((12, 25, 50))):
            n = rng.randrange(count)
            mids[n] = max(200, mids[n] + rng.randint(-swing, swing))
            ms += rng.choice(gaps)
            if sources[n] in {"quotes", "quotes and trades"}:
                trade = sources[n] != "quotes" and self.chance(0.4)
                data.append(self.trade(n, ms, mids[n]) if trade else self.quote(n, ms, mids[n]))
            elif sources[n] == "trades":
                data.append(self.trade(n, ms, mids[n]))
            elif sources[n] == "bars":
                spec = next(suffix for at, suffix in self.bars if at == n)
                data.append(self.bar(n, spec, ms, mids[n], swing))
            elif sources[n] == "quote bars":
                bid = self.bar(n, "1-MINUTE-BID-EXTERNAL", ms, mids[n], swing)
                spread = rng.choice((1, 2))
                data += [bid, [*bid[:1], n, ms, "1-MINUTE-ASK-EXTERNAL", *(px + spread for px in bid[4:8]), bid[8]]]
            elif sources[n] == "deltas and trades" and levels[n] and self.chance(0.3):
                data.append(self.trade(n, ms, mids[n]))
            else:
                data.append(self.deltas(n, ms, mids[n], levels[n]))
        return data

    def size(self, n: int) -> int:
        typical = INSTRUMENTS[self.kinds[n]][2]
        return max(1, int(typical * self.rng.choice((0.5, 1, 2, 2, 10, 1000))))

    def quote(self, n: int, ms: int, mid: int) -> list[Any]:
        spread = self.rng.choice((1, 2, 2, 3, 0))
        self.market[n][ms] = (mid, mid + spread)
        return ["quote", n, ms, mid, mid + spread, self.size(n), self.size(n)]

    def trade(self, n: int, ms: int, mid: int) -> list[Any]:
        self.market[n][ms] = (mid, mid)
        return ["trade", n, ms, mid, self.size(n), self.rng.choice(("BUYER", "SELLER", "NO_AGGRESSOR"))]

    def bar(self, n: int, suffix: str, ms: int, mid: int, swing: int) -> list[Any]:
        first, last = mid + self.rng.randint(-swing, swing), mid
        high = max(first, last) + self.rng.randint(0, swing)
        low = min(first, last) - self.rng.randint(0, swing)
        self.market[n][ms] = (mid, mid)
        return ["bar", n, ms, suffix, first, high, low, last, self.size(n) * self.rng.choice((4, 1, 3))]

    def deltas(self, n: int, ms: int, mid: int, levels: dict[tuple[str, int], int]) -> list[Any]:
        """A new book, or a few changes of the last one that keep it uncrossed."""
        self.market[n][ms] = (mid, mid + 2)
        if not levels or self.chance(0.5):
            levels.clear()
            made: list[Any] = [["CLEAR", "BUY", 0, 0]]
            for step in range(self.rng.choice((1, 2, 3))):
                for side, px in (("BUY", mid - step), ("SELL", mid + 2 + step)):
                    levels[side, px] = self.size(n)
                    made.append(["ADD", side, px, levels[side, px]])
            return ["delta", n, ms, made]
        side, px = self.rng.choice(sorted(levels))
        if self.chance(0.3) and sum(1 for s, _ in levels if s == side) > 1:
            size = levels.pop((side, px))
            return ["delta", n, ms, [["DELETE", side, px, size]]]
        levels[side, px] = self.size(n)
        return ["delta", n, ms, [["UPDATE", side, px, levels[side, px]]]]

    # Actions

    def moment(self, by: int, data: list[list[Any]]) -> tuple[Json, int]:
        """When an action happens, and about what time that is."""
        ms = self.rng.choice(data)[2]
        roll = self.rng.random()
        if roll < 0.8:
            return {"by": by, "at": ms}, ms
        if roll < 0.9:
            return {"by": by, "alarm": ms + self.rng.choice((0, 1, 0.5))}, ms
        if roll < 0.98:
            return {"by": by, "after": [self.rng.choice(_EVENTS), self.rng.randint(1, 4)]}, ms
        return {"by": by, "stop": True}, ms

    def price(self, n: int, ms: int) -> int:
        known = [at for at in self.market[n] if at <= ms]
        bid, ask = self.market[n][max(known)] if known else (INSTRUMENTS[self.kinds[n]][1],) * 2
        return self.rng.choice((bid, ask)) + self.rng.choice((-10, -4, -3, -2, -1, 0, 0, 1, 2, 3, 4, 10))

    def action(self, by: int, data: list[list[Any]]) -> Json:
        when, ms = self.moment(by, data)
        n = self.rng.randrange(len(self.kinds))
        roll = self.rng.random()
        if roll < 0.5 or not self.names:
            return {**when, "do": "order", **self.order(n, ms)}
        if roll < 0.62:
            return {**when, "do": "bracket", **self.bracket(n, ms)}
        if roll < 0.69:
            parts = [self.order(n, ms, simple=True) for _ in range(self.rng.choice((1, 2, 3)))]
            return {**when, "do": "list", "inst": n, "orders": parts}
        if roll < 0.79:
            change: Json = {"qty": self.quantity(n)} if self.chance(0.5) else {}
            if self.chance(0.6):
                change["price"] = self.price(n, ms)
            if self.chance(0.5):
                change["trigger_price"] = self.price(n, ms)
            return {**when, "do": "modify", "name": self.known(), **change}
        if roll < 0.86:
            return {**when, "do": "cancel", "name": self.known()}
        if roll < 0.88:
            return {**when, "do": "cancel_many", "names": [self.known(), self.known()]}
        if roll < 0.91:
            sides = ("NO_ORDER_SIDE", "NO_ORDER_SIDE", "BUY", "SELL")
            return {**when, "do": "cancel_all", "inst": n, "side": self.rng.choice(sides)}
        if roll < 0.95:
            return {**when, "do": "close_position", "inst": n, "nth": self.rng.randrange(3)}
        if roll < 0.98:
            return {**when, "do": "close_all", "inst": n}
        return {**when, "do": "look", "inst": n}

    def known(self) -> str:
        name = str(self.rng.randint(1, self.names))
        return name if self.chance(0.6) else f"{name}.{self.rng.randrange(3)}"

    def named(self) -> str:
        self.names += 1
        return str(self.names)

    def quantity(self, n: int) -> int:
        return max(1, int(INSTRUMENTS[self.kinds[n]][2] * self.rng.choice((0.2, 0.5, 1, 1, 1, 2, 3))))

    def order(self, n: int, ms: int, *, simple: bool = False) -> Json:
        rng = self.rng
        kinds = _SIMPLE_TYPES if simple else (*_SIMPLE_TYPES, "market", "limit", "market_to_limit", *_TRAILING_TYPES)
        kind = rng.choice(kinds)
        made: Json = {
            "name": self.named(),
            "type": kind,
            "inst": n,
            "side": rng.choice(("BUY", "SELL")),
            "qty": self.quantity(n),
        }
        roll = rng.random()
        if roll < 0.1 and kind in {"market", "limit"}:
            made["tif"] = rng.choice(("IOC", "FOK"))
        elif roll < 0.2 and kind != "market":
            made |= {"tif": "GTD", "expire": ms + rng.choice((0.5, 5, 10, 100, 2000))}
        elif roll < 0.25:
            made["tif"] = rng.choice(("DAY", "AT_THE_OPEN", "AT_THE_CLOSE", "IOC", "FOK"))
        if self.chance(0.15):
            made["reduce_only"] = True
        if self.chance(0.02):
            made["quote_quantity"] = True
        if "limit" in kind and kind != "market_to_limit":
            if self.chance(0.2):
                made["post_only"] = True
            if kind != "trailing_stop_limit" or self.chance(0.2):
                made["price"] = self.price(n, ms)
        if kind in {"stop_market", "stop_limit", "market_if_touched", "limit_if_touched"}:
            made["trigger_price"] = self.price(n, ms)
        if kind in _TRAILING_TYPES:
            made |= self.trailing(n, ms, kind)
        if self.emulates and self.chance(0.4) and kind not in {"market", "market_to_limit"}:
            made["emulation"] = rng.choice(("DEFAULT", "BID_ASK", "LAST_PRICE"))
        if self.chance(0.05):
            made["position"] = rng.randrange(3)
        return made

    def trailing(self, n: int, ms: int, kind: str) -> Json:
        rng = self.rng
        offset_type = rng.choice(("PRICE", "TICKS", "BASIS_POINTS"))
        tick = float(INSTRUMENTS[self.kinds[n]][0]["tick"])
        step = {
            "PRICE": f"{tick * rng.choice((1, 2, 5)):.5f}",
            "TICKS": str(rng.choice((1, 2, 5))),
            "BASIS_POINTS": "1",
        }
        made: Json = {"offset": step[offset_type], "offset_type": offset_type}
        made["trigger_type"] = rng.choice(("DEFAULT", "BID_ASK", "LAST_PRICE", "LAST_OR_BID_ASK"))
        if kind == "trailing_stop_limit":
            made["limit_offset"] = step[offset_type]
        if self.chance(0.3):
            made["activation_price"] = self.price(n, ms)
        if self.chance(0.3):
            made["trigger_price"] = self.price(n, ms)
        return made

    def bracket(self, n: int, ms: int) -> Json:
        rng = self.rng
        side = rng.choice(("BUY", "SELL"))
        sign = 1 if side == "BUY" else -1
        mid = self.price(n, ms)
        made: Json = {
            "name": self.named(),
            "inst": n,
            "side": side,
            "qty": self.quantity(n),
            "entry": rng.choice(("MARKET", "MARKET", "LIMIT", "LIMIT", "STOP_LIMIT", "MARKET_IF_TOUCHED")),
            "tp": rng.choice(("LIMIT", "LIMIT", "LIMIT", "MARKET_IF_TOUCHED")),
            "sl": "STOP_MARKET",
            "contingency": rng.choice(("OUO", "OUO", "OCO")),
            "sl_trigger_price": mid - sign * rng.choice((1, 2, 3, 5, 10)),
        }
        target = mid + sign * rng.choice((1, 2, 3, 5, 10))
        made["tp_price" if made["tp"] == "LIMIT" else "tp_trigger_price"] = target
        if "LIMIT" in made["entry"]:
            made["entry_price"] = mid
        if made["entry"] in {"STOP_LIMIT", "MARKET_IF_TOUCHED"}:
            made["entry_trigger_price"] = self.price(n, ms)
        if self.chance(0.1):
            made["tp_post_only"] = False
        if self.chance(0.1):
            made["post_only"] = True
        if self.emulates and self.chance(0.3):
            made["emulation"] = "BID_ASK"
        return made


def generate(seed: int) -> Json:
    return Generator(seed).scenario()
