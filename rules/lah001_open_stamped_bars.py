import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity, api

_OPEN = re.compile(
    r"\b(?:k|kline|candle|candles|klines|row|ohlcv|c|r)\[(?:0|['\"](?:open_?time|openTime|t)['\"])\]|\bopen_?time(?:_ms|_ns)?\b",
    re.IGNORECASE,
)
"""Expressions that give a bar's opening time."""

_CLOSED = re.compile(r"close_?time|\+|timedelta|delta|shift|duration|interval|period", re.IGNORECASE)
"""What makes a closing time of it."""

_MOVED = re.compile(r"close_?time|timedelta|DateOffset|shift\(|ts_init_delta", re.IGNORECASE)
"""What says that the stamps were seen to."""

_SOURCES = {
    "yfinance": ("yfinance.download", "yfinance.Ticker"), "ccxt": ("fetch_ohlcv", "fetchOHLCV"),
    "Binance klines": ("get_klines", "get_historical_klines", "futures_klines", "get_historical_klines_generator"),
}  # fmt: skip


class OpenStampedBars(Rule):
    """Bars that arrive before they have happened.

    yfinance, ccxt and the klines of most crypto exchanges stamp a bar with the time at which it opens. The wrangler
    takes that as the time at which the bar becomes known (`ts_init_delta` is 0), so the backtest hands the strategy
    the close, high and low of a bar at the moment it opens: the best results come from strategies that look into the
    future.

    Give the wrangler the bar's length, `process(df, ts_init_delta=60_000_000_000)`, or move the index to the close.
    """

    id = "LAH001"
    name = "open-stamped-bars"
    severity = Severity.ERROR
    confidence = Confidence.LIKELY
    since = "0.1.0"
    mentions = frozenset({"BarDataWrangler", "BarDataWranglerV2", "Bar"})

    invalid = [
        Example(
            "a download that goes straight into the wrangler",
            """
            import yfinance as yf
            from nautilus_trader.persistence.wranglers import BarDataWrangler

            def load(instrument, bar_type):
                df = yf.download("SPY", interval="1h")
                wrangler = BarDataWrangler(bar_type=bar_type, instrument=instrument)
                return wrangler.process(df)  # !
            """,
        ),
        Example(
            "bars made by hand from klines",
            """
            from nautilus_trader.model.data import Bar

            def bars(bar_type, klines):
                for kline in klines:
                    opened = kline[0] * 1_000_000
                    yield Bar(  # !
                        bar_type, kline[1], kline[2], kline[3], kline[4], kline[5], ts_event=opened, ts_init=opened
                    )
            """,
        ),
        Example(
            "a function that downloads",
            """
            import yfinance as yf
            from nautilus_trader.persistence.wranglers import BarDataWrangler
            from shifted import closes

            def frame(symbol):
                data = yf.download(symbol, interval="1h")
                return data.rename(columns=str.lower)

            def bars(bar_type, instrument):
                return BarDataWrangler(bar_type, instrument).process(frame("SPY"))  # !

            def right(bar_type, instrument):
                return BarDataWrangler(bar_type, instrument).process(closes("SPY"))
            # --- shifted.py
            import pandas as pd
            import yfinance as yf

            def closes(symbol):
                data = yf.download(symbol, interval="1h")
                data.index = data.index + pd.Timedelta(hours=1)
                return data
            """,
        ),
    ]
    valid = [
        Example(
            "moved to the close",
            """
            import pandas as pd
            import yfinance as yf
            from nautilus_trader.model.data import Bar
            from nautilus_trader.persistence.wranglers import BarDataWrangler

            def load(wrangler: BarDataWrangler):
                return wrangler.process(yf.download("SPY"), ts_init_delta=3_600_000_000_000)

            def shifted(bar_type, instrument):
                df = yf.download("SPY", interval="1h")
                df.index = df.index + pd.Timedelta(hours=1)
                return BarDataWrangler(bar_type, instrument).process(df)

            def bars(bar_type, kline, step):
                opened = kline["open_time"]
                one = Bar(bar_type, O, H, L, C, V, opened + step, opened + step)
                return one, Bar(bar_type, O, H, L, C, V, kline["close_time"], kline["close_time"])
            """,
        ),
        Example(
            "data of which nothing is known",
            """
            from nautilus_trader.persistence.wranglers import BarDataWrangler

            def load(instrument, bar_type, df):
                return BarDataWrangler(bar_type, instrument).process(df)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            func = call.func
            if isinstance(func, cst.Attribute) and func.attr.value == "process":
                yield from self._wrangled(source, call, func.value, program)
            elif api.short(program.names.external(source, func)) == "Bar":
                yield from self._made(source, call, program)

    def _wrangled(
        self, source: PythonSource, call: cst.Call, wrangler: cst.BaseExpression, program: Program
    ) -> Iterator[Finding]:
        arguments = program.arguments(call, ("data", "default_volume", "ts_init_delta"))
        if "ts_init_delta" in arguments.given or arguments.unpacked:
            return
        _, made = program.nodes.written(source, wrangler)
        name = api.short(program.names.external(source, made.func)) if isinstance(made, cst.Call) else None
        if name not in {"BarDataWrangler", "BarDataWranglerV2"}:
            return
        function = program.calls.function_of(source, call)
        where = function.node if function is not None else source.tree
        origin, codes = _origin(source, where, program), [source.code(where)]
        data = arguments.value("data")
        if origin is None and data is not None and (loader := _loader(source, data, program)) is not None:
            origin = _origin(*loader, program)
            codes.append(loader[0].code(loader[1]))
        if origin is None or any(_MOVED.search(code) for code in codes):
            return
        message = (
            f"bars from {origin} are stamped with their opening time, and `process` without `ts_init_delta` hands each"
            " one to the strategy at that time, close included: pass the bar's length in nanoseconds"
        )
        yield self.finding(source, call, message)

    def _made(self, source: PythonSource, call: cst.Call, program: Program) -> Iterator[Finding]:
        arguments = program.arguments(
            call, ("bar_type", "open", "high", "low", "close", "volume", "ts_event", "ts_init")
        )
        init = arguments.value("ts_init")
        if init is None:
            return
        where, value = program.nodes.written(source, init)
        code = where.code(value)
        if not isinstance(init, cst.Name):
            code += source.code(init)
        if _OPEN.search(code) and not _CLOSED.search(code):
            message = (
                "this `Bar` becomes known at its opening time, close included, so the strategy sees the future: make"
                " `ts_init` the time at which it closes"
            )
            yield self.finding(source, call, message, severity=Severity.WARNING)


def _loader(
    source: PythonSource, data: cst.BaseExpression, program: Program
) -> tuple[PythonSource, cst.FunctionDef] | None:
    """The function of the project whose call gives the data."""
    where, made = program.nodes.written(source, data)
    func = made.func if isinstance(made, cst.Call) else None
    one = program.types.self_class(where, made) if isinstance(func, cst.Attribute) else None
    if one is not None and isinstance(func, cst.Attribute) and where.code(func.value) == "self":
        found = one.method(func.attr.value)
        return (found[0].source, found[1]) if found is not None else None
    symbol = program.names.resolve(where, func) if isinstance(func, (cst.Name, cst.Attribute)) else None
    definition = program.names.definition(symbol) if symbol is not None else None
    if symbol is None or symbol.source is None or not isinstance(definition, cst.FunctionDef):
        return None
    return symbol.source, definition


def _origin(source: PythonSource, where: cst.CSTNode, program: Program) -> str | None:
    """The source of open-stamped bars that a function reads."""
    for call in source.find(cst.Call):
        if where is not source.tree and not any(up is where for up in source.parents(call)):
            continue
        name = program.names.external(source, call.func) or ""
        method = call.func.attr.value if isinstance(call.func, cst.Attribute) else name
        for origin, calls in _SOURCES.items():
            if name in calls or method in calls:
                return origin
    return None
