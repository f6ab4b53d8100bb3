"""What wranglers give is a list to everything that one can do with a list."""

import copy
import pickle
import random
from collections import deque

import numpy as np
import pandas as pd
from nautilus_trader.model.data import BarType
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.persistence.wranglers import BarDataWrangler, TradeTickDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider

ROWS = 9
INSTRUMENT = TestInstrumentProvider.default_fx_ccy("AUD/USD", Venue("SIM"))
TIMES = pd.to_datetime(np.arange(ROWS) * 1_000_000_000, utc=True)
PRICES = 0.7 + np.arange(ROWS) * 1e-5


def trades():
    sides = ["BUY", "sell", "Buy", "SELL", None, "BUY", "x", "BUY", "SELL"]
    frame = pd.DataFrame({"price": PRICES, "quantity": 1.0, "trade_id": range(ROWS), "side": sides}, index=TIMES)
    return TradeTickDataWrangler(INSTRUMENT).process(frame)


def bars():
    frame = pd.DataFrame(dict.fromkeys(("open", "high", "low", "close"), PRICES), index=TIMES)
    return BarDataWrangler(BarType.from_str("AUD/USD.SIM-1-SECOND-BID-EXTERNAL"), INSTRUMENT).process(frame)


def mutated(items, change):
    change(items)
    return items


def shuffled(items):
    random.seed(1)
    random.shuffle(items)
    return items


def cut(items):
    del items[2:4]
    items[0] = items[-1]
    return items


def outcomes(make):
    first = make()[0]
    other = make()[3:5]
    yield "isinstance", isinstance(make(), list)
    yield "len", len(make())
    yield "truth", bool(make()), bool(make()[:0])
    yield "items", [str(item) for item in make()]
    yield "one", str(make()[2]), str(make()[-1]), str(make()[True])
    yield (
        "slices",
        [[str(i) for i in make()[part]] for part in (slice(2, 4), slice(-3, None), slice(None, None, -2), slice(5, 1))],
    )
    yield "slice of a slice", [str(i) for i in make()[2:8][1:3]]
    yield "reversed", [str(i) for i in reversed(make())]
    yield (
        "sums",
        [str(i) for i in make() + other],
        [str(i) for i in [first] + make()],
        [str(i) for i in make() + [first]],
    )
    yield "sum", len(sum([make(), make()], []))
    yield "times", len(make() * 2), len(2 * make())
    yield "unpacked", len([*make(), *make()]), len(tuple(make())), len(deque(make())), len(set(make()))
    yield "contains", first in make(), make().index(first), make().count(first)
    yield "equal", make() == make(), make() == list(make()), list(make()) == make(), make() != make()[1:]
    yield "sorted", [str(i) for i in sorted(make(), key=lambda i: -i.ts_init)]
    yield "sort", [str(i) for i in mutated(make(), lambda items: items.sort(key=lambda i: -i.ts_init))]
    yield "reverse", [str(i) for i in mutated(make(), lambda items: items.reverse())]
    yield "append", [str(i) for i in mutated(make(), lambda items: items.append(first))]
    yield "extend", [str(i) for i in mutated([first], lambda items: items.extend(make()))]
    yield "extended", [str(i) for i in mutated(make(), lambda items: items.extend(other))]
    yield "insert", [str(i) for i in mutated(make(), lambda items: items.insert(0, first))]
    yield "pop", str(make().pop()), str(make().pop(0))
    yield "remove", len(mutated(make(), lambda items: items.remove(first)))
    yield "clear", len(mutated(make(), lambda items: items.clear()))
    yield "cut", [str(i) for i in cut(make())]
    yield "shuffle", [str(i) for i in shuffled(make())]
    yield "copies", len(make().copy()), len(copy.copy(make())), copy.copy(make()) == make()
    yield "pickle", pickle.loads(pickle.dumps(make())) == make()
    yield "array", np.array(make(), dtype=object).shape
    yield "repr", repr(make()[:2])
    grown = make()
    grown += other
    yield "grown", len(grown)
    for wrong in (ROWS, -ROWS - 1, "x", None):
        try:
            make()[wrong]
        except (IndexError, TypeError) as error:
            yield "refused", type(error).__name__
    try:
        make() + 1
    except TypeError as error:
        yield "refused", str(error)[:30]


for make in (trades, bars):  # comparing quotes that differ makes the real package abort the process
    plain = list(make())
    assert list(outcomes(make)) == list(outcomes(lambda plain=plain: plain[:]))
    for outcome in outcomes(make):
        print(make.__name__, *outcome)
