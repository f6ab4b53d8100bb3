from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity

_MONOTONIC = frozenset({
    "time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns", "time.process_time",
    "time.process_time_ns", "time.thread_time", "time.thread_time_ns", "timeit.default_timer",
})  # fmt: skip


class MonotonicClockAsLogic(Rule):
    """Stopwatch that decides about orders.

    `time.monotonic` and `time.perf_counter` measure the seconds of the machine. A backtest runs through a day in a few
    of them, so a cooldown or a timeout that they decide never passes in a replay, and the strategy that is tested is
    not the one that trades.

    Use `self.clock.timestamp_ns()`. Measuring how long code takes is what they are for and is not reported.
    """

    id = "CLK004"
    name = "monotonic-clock-as-logic"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset(name.partition(".")[2] for name in _MONOTONIC)

    invalid = [
        Example(
            "a cooldown",
            """
            import time
            from nautilus_trader.trading.strategy import Strategy

            class Patient(Strategy):
                def on_quote_tick(self, tick):
                    if time.monotonic() - self.last < 5:  # !
                        return
                    self.last = time.monotonic()  # !
                    self.submit_order(self.make(tick))
            """,
        ),
    ]
    valid = [
        Example(
            "how long it took",
            """
            import time
            from nautilus_trader.trading.strategy import Strategy

            class Measured(Strategy):
                def on_quote_tick(self, tick):
                    start = time.perf_counter()
                    self.submit_order(self.make(tick))
                    self.log.info(f"{time.perf_counter() - start}")
            """,
        ),
        Example(
            "no handler gets there",
            """
            import time
            from nautilus_trader.live.data_client import LiveMarketDataClient

            class Feed(LiveMarketDataClient):
                def beat(self):
                    if time.monotonic() > self.until:
                        self.cancel_all_orders()
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            name = program.names.external(source, call.func)
            if name not in _MONOTONIC:
                continue
            function = program.calls.function_of(source, call)
            path = program.calls.reached.get(function) if function is not None else None
            use = program.flow.of(source, call) if path is not None else None
            if path is None or use is None or not use.is_command:
                continue
            way = " -> ".join((*path, name))
            message = (
                f"`{name}` measures the machine's seconds, not the backtest's, and {use.words} ({way}): use"
                " `self.clock.timestamp_ns()`"
            )
            yield self.finding(source, call, message)
