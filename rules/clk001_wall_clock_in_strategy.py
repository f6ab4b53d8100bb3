import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Class, Confidence, Example, Finding, Fix, Program, PythonSource, Rule, Severity, api

WALL_CLOCK = frozenset({
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.asctime", "time.strftime",
    "time.clock_gettime", "time.clock_gettime_ns", "datetime.datetime.now", "datetime.datetime.utcnow",
    "datetime.datetime.today", "datetime.date.today", "pandas.Timestamp.now", "pandas.Timestamp.utcnow",
    "pandas.Timestamp.today", "pandas.Period.now", "arrow.now", "arrow.utcnow", "arrow.Arrow.now", "arrow.Arrow.utcnow",
    "pendulum.now", "pendulum.today", "pendulum.tomorrow", "pendulum.yesterday", "pendulum.DateTime.now",
    "pendulum.DateTime.utcnow", "pendulum.DateTime.today", "pendulum.Date.today", "whenever.Instant.now",
    "whenever.ZonedDateTime.now", "whenever.ZonedDateTime.now_in_system_tz", "whenever.OffsetDateTime.now",
    "whenever.Date.today_in_system_tz", "django.utils.timezone.now", "email.utils.formatdate", "email.utils.localtime",
    "uuid.uuid1", "uuid.uuid7", "os.times",
})  # fmt: skip
"""Calls that read the clock of the machine whatever they are given, except those of `_NOW_WITHOUT`."""

_NOW_WITHOUT = {"time.localtime": 0, "time.gmtime": 0, "time.ctime": 0, "time.asctime": 0, "time.strftime": 1,
                "email.utils.formatdate": 0, "email.utils.localtime": 0, "arrow.get": 0}  # fmt: skip
"""Calls that read it only when they get no more than so many arguments."""

_NOW_TEXT = frozenset({
    "pandas.Timestamp", "pandas.to_datetime", "pandas.DatetimeIndex", "pandas.date_range", "numpy.datetime64",
})  # fmt: skip
"""Calls that read it when the text "now" or "today" is among their arguments."""

_READINGS = frozenset({"timestamp", "timestamp_ms", "timestamp_us", "timestamp_ns", "utc_now"})

_CALENDARS = ("datetime.", "pandas.", "arrow.", "pendulum.", "whenever.", "time.strftime", "time.ctime")
_EVENT_TIME = re.compile(r"ts_event|ts_init|event_time|exchange_t|self\.clock")

_RUN_TIME = re.compile(
    r"(?:created|generated|saved|exported|updated|written|loaded)_?(?:at|on|time)|run_id|metadata|\bversion\b",
    re.IGNORECASE,
)

_ZONES = {"zoneinfo.ZoneInfo", "pytz.timezone", "dateutil.tz.gettz", "datetime.timezone"}
_UTC = {"datetime.timezone.utc", "datetime.UTC", "pytz.UTC", "pytz.utc", "zoneinfo.ZoneInfo"}


class WallClockInStrategy(Rule):
    """System clock in a strategy.

    A backtest replays months in seconds, but `time.time()` and its kin keep telling the time of the machine. Code
    that handlers reach and that looks at it is right live and silently wrong in every replay: timeouts never pass,
    cooldowns never end, windows of history reach into the simulated future. `self.clock` is simulated in a backtest
    and real in live trading, so it is right in both.

    A value that gets into an order, a subscription, a request or a timer, or that decides about one, is an error;
    one that changes what the program keeps, goes to unknown code or dates a record in a file a warning. A value
    that only feeds logs, metrics, elapsed times or time stamps for other systems is not reported unless you ask
    with `--pedantic`.
    """

    id = "CLK001"
    name = "wall-clock-in-strategy"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"LiveClock", *(n.rpartition(".")[2] for n in {*WALL_CLOCK, *_NOW_WITHOUT, *_NOW_TEXT})})

    invalid = [
        Example(
            "through a dict into an order's tags",
            """
            from datetime import datetime, timedelta
            from nautilus_trader.adapters.interactive_brokers.common import IBOrderTags
            from nautilus_trader.model.orders import LimitOrder
            from nautilus_trader.trading.strategy import Strategy

            class Conditional(Strategy):
                def on_start(self):
                    later = datetime.now() + timedelta(minutes=5)  # !
                    condition = {"type": "time", "time": later.strftime("%Y%m%d-%H:%M:%S")}
                    tags = IBOrderTags(conditions=[condition])
                    self.submit_order(LimitOrder(tags=[tags.value], ts_init=self.clock.timestamp_ns()))
            """,
        ),
        Example(
            "guards that are not about backtests, or the other way round",
            """
            import time
            from nautilus_trader.trading.strategy import Strategy

            class Guarded(Strategy):
                def on_bar(self, bar):
                    if self._is_backtest_mode or self.max_age > 0:
                        if time.time() - bar.ts_event / 1e9 > self.max_age:  # !
                            return
                    if self.live_orders and time.time() > self.until:  # !
                        return
                    if self.is_live:
                        self.note(bar)
                    elif time.time() > self.until:  # !
                        return
                    self.submit_order(self.order)
            """,
        ),
        Example(
            "a cooldown that no replay ever passes",
            """
            import time
            from nautilus_trader.trading.strategy import Strategy

            class Patient(Strategy):
                def on_quote_tick(self, tick):
                    if time.time() - self.last > 5:  # !
                        self.submit_order(self.order)
            """,
            fixed="""
            from nautilus_trader.trading.strategy import Strategy

            class Patient(Strategy):
                def on_quote_tick(self, tick):
                    if self.clock.timestamp() - self.last > 5:  # !
                        self.submit_order(self.order)
            """,
        ),
        Example(
            "clocks that are kept, and readings that decide between expressions and cases",
            """
            import time
            from datetime import datetime
            from nautilus_trader.trading.strategy import Strategy

            class Throttle:
                def __init__(self, clock=time.time):
                    self._clock = clock

                def ok(self):
                    return self._clock() > self.until  # !

            class Kept(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self._now = time.time
                    self.throttle = Throttle()
                    self.started = time.time()  # !

                def on_bar(self, bar):
                    if self.throttle.ok() or bar.ts_event > self.started:
                        self.submit_order(self.order)
                    self._now() > 5 and self.cancel_all_orders(self.id)  # !
                    self.close_position(self.one) if time.time() > 3 else None  # !
                    match datetime.now().weekday():  # !
                        case 4:
                            self.submit_order(self.order)
            """,
        ),
        Example(
            "a strategy that leaves the market after an hour of the machine's",
            """
            import time
            from nautilus_trader.trading.strategy import Strategy

            class Short(Strategy):
                def on_bar(self, bar):
                    self.submit_order(self.make(bar))
                    if time.time() > self.until:  # !
                        self.stop()
            """,
        ),
        Example(
            "behind a helper module, an alias and a subclass of a subclass",
            """
            from nautilus_trader.trading import Strategy
            import risk

            class Base(Strategy):
                def on_quote_tick(self, tick):
                    if risk.fresh(tick):
                        self.trade()

                def trade(self):
                    raise NotImplementedError

            class Fast(Base):
                def trade(self):
                    self.submit_order(self.order)
            # --- risk.py
            from time import time_ns as now

            def fresh(tick):
                return now() - tick.ts_event < 1_000_000  # !
            """,
        ),
        Example(
            "a timer callback that dates an order",
            """
            import datetime as dt
            from nautilus_trader.trading.strategy import Strategy

            class Timed(Strategy):
                def on_start(self):
                    self.clock.set_timer("t", dt.timedelta(seconds=1), callback=self.tick)

                def tick(self, event):
                    expiry = dt.datetime.now(dt.timezone.utc) + dt.timedelta(minutes=1)  # !
                    self.submit_order(self.order_factory.limit(self.id, expire_time=expiry))
            """,
            fixed="""
            import datetime as dt
            from nautilus_trader.trading.strategy import Strategy

            class Timed(Strategy):
                def on_start(self):
                    self.clock.set_timer("t", dt.timedelta(seconds=1), callback=self.tick)

                def tick(self, event):
                    expiry = self.clock.utc_now() + dt.timedelta(minutes=1)  # !
                    self.submit_order(self.order_factory.limit(self.id, expire_time=expiry))
            """,
        ),
        Example(
            "the history that is asked for ends now",
            """
            import pandas as pd
            from nautilus_trader.common.actor import Actor

            class Warm(Actor):
                def on_start(self):
                    self.request_bars(self.bar_type, end=pd.Timestamp("now", tz="UTC"))  # !
            """,
        ),
        Example(
            "milliseconds and nanoseconds",
            """
            import time
            from nautilus_trader.trading.strategy import Strategy

            class Units(Strategy):
                def on_bar(self, bar):
                    self.clock.set_time_alert_ns("a", time.time_ns() + 5)  # !
                    if int(time.time() * 1000) > self.until:  # !
                        self.cancel_all_orders(self.id)
            """,
            fixed="""
            from nautilus_trader.trading.strategy import Strategy

            class Units(Strategy):
                def on_bar(self, bar):
                    self.clock.set_time_alert_ns("a", self.clock.timestamp_ns() + 5)  # !
                    if self.clock.timestamp_ms() > self.until:  # !
                        self.cancel_all_orders(self.id)
            """,
        ),
        Example(
            "the trading day of a time zone",
            """
            from datetime import datetime
            from zoneinfo import ZoneInfo
            from nautilus_trader.trading.strategy import Strategy

            NEW_YORK = ZoneInfo("America/New_York")

            class Day(Strategy):
                def on_bar(self, bar):
                    if datetime.now(NEW_YORK).hour >= 16:  # !
                        self.close_all_positions(self.id)
            """,
        ),
        Example(
            "a window of host time, kept and used by another handler",
            """
            from datetime import datetime
            from nautilus_trader.trading.strategy import Strategy

            class Window(Strategy):
                def on_trade_tick(self, tick):
                    self.seen = datetime.now()  # !

                def on_bar(self, bar):
                    if bar.ts_event > self.seen.timestamp():
                        self.close_all_positions(bar.id)
            """,
        ),
        Example(
            "a trade history in which every replayed trade is dated today",
            """
            from datetime import datetime
            from nautilus_trader.trading.strategy import Strategy

            class History(Strategy):
                def on_order_filled(self, event):
                    stamp = datetime.now().strftime("%Y-%m-%d %H:%M:%S")  # !
                    with open("trades.csv", "a") as f:
                        f.write(f"{stamp},{event.last_px}")
            """,
        ),
        Example(
            "an entry of a dict that is kept, as against its neighbours",
            """
            import time
            from nautilus_trader.trading.strategy import Strategy

            class Signals(Strategy):
                def on_bar(self, bar):
                    signal = {"side": bar.side, "made": time.time(), "price": bar.close}  # !
                    shown = {"side": bar.side, "made": time.time()}
                    self.log.info(str(shown))
                    if shown["side"] and signal.get("made") < self.limit:
                        self.submit_order(self.order)
            """,
        ),
        Example(
            "an object of the project between strategy and clock",
            """
            from nautilus_trader.trading.strategy import Strategy
            from health import Health

            class Maker(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self.health = Health()

                def on_quote_tick(self, tick):
                    if not self.health.allowed():
                        return
                    self.submit_order(self.quote(tick))
            # --- health.py
            import time

            class Health:
                def allowed(self) -> bool:
                    return time.time() - self.beat < 3  # !
            """,
        ),
        Example(
            "a clock of its own",
            """
            from nautilus_trader.common.component import LiveClock
            from nautilus_trader.trading.strategy import Strategy

            class Mine(Strategy):
                def on_start(self):
                    self.real = LiveClock()

                def on_bar(self, bar):
                    if self.real.timestamp_ns() > bar.ts_event:  # !
                        self.submit_order(self.order)
            """,
            fixed="""
            from nautilus_trader.common.component import LiveClock
            from nautilus_trader.trading.strategy import Strategy

            class Mine(Strategy):
                def on_start(self):
                    self.real = LiveClock()

                def on_bar(self, bar):
                    if self.clock.timestamp_ns() > bar.ts_event:  # !
                        self.submit_order(self.order)
            """,
        ),
    ]
    valid = [
        Example(
            "where NautilusTrader is not installed",
            """
            from datetime import datetime

            try:
                from nautilus_trader.trading.strategy import Strategy
                AVAILABLE = True
            except ImportError:
                AVAILABLE = False
                Strategy = object

            class Mine(Strategy):
                def on_bar(self, bar):
                    if AVAILABLE:
                        now = self.clock.utc_now()
                    else:
                        now = datetime.now()
                    if now.hour > 8:
                        self.submit_order(self.order)
            """,
        ),
        Example(
            "timing and receive times written to a file",
            """
            import json
            import time
            from datetime import datetime
            from nautilus_trader.trading.strategy import Strategy

            class Recorder(Strategy):
                def on_stop(self):
                    day = datetime.now().strftime("%Y%m%d")
                    with open(f"report_{day}.json", "w") as file:
                        json.dump({"created_at": datetime.now().isoformat(), "rows": self.rows}, file)

                def on_quote_tick(self, tick):
                    if time.time() - self.cached_at < self.cache_ttl:
                        return
                    start = time.time()
                    row = {"exchange": tick.ts_event, "local": time.time_ns()}
                    self.file.write(f"{row} {time.time() - start}")
            """,
        ),
        Example(
            "throttled messages of several instruments, each with a dict of its own",
            """
            import time
            from nautilus_trader.trading.strategy import Strategy

            class Several(Strategy):
                def on_trade_tick(self, tick):
                    data = self.states[tick.instrument_id]
                    now = time.time()
                    if now - data.get("said", 0) > 60:
                        data["said"] = now
                        if self.screen:
                            self.screen.put(f"{tick}")
                    self.states[tick.instrument_id] = data
                    if data["entry"]:
                        self.submit_order(data["entry"])
            """,
        ),
        Example(
            "what only live trading does",
            """
            import time
            from datetime import datetime, timezone
            from nautilus_trader.trading.strategy import Strategy

            class Guarded(Strategy):
                def on_bar(self, bar):
                    if not self._is_backtest_mode and self.max_age > 0:
                        if time.time() - bar.ts_event / 1e9 > self.max_age:
                            return
                    if self.config.mode == "live" and datetime.now(timezone.utc).hour > 20:
                        return
                    self.trade(bar)

                def trade(self, bar):
                    if self.is_backtest:
                        return
                    if time.time() > self.until:
                        self.submit_order(self.order)
            """,
        ),
        Example(
            "whether a time is set, not which time it is",
            """
            import time
            from nautilus_trader.trading.strategy import Strategy

            class Once(Strategy):
                def on_bar(self, bar):
                    if self.since is None:
                        self.since = time.time()
                        self.submit_order(self.order)
                    self.log.info(f"{self.since}")
            """,
        ),
        Example(
            "a recorder that stops after an hour",
            """
            import time
            from nautilus_trader.common.actor import Actor

            class Recorder(Actor):
                def on_start(self):
                    self.started = time.time()

                def on_quote_tick(self, tick):
                    if time.time() - self.started > 3600:
                        self.stop()
            """,
        ),
        Example(
            "the clock of the kernel",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Right(Strategy):
                def on_quote_tick(self, tick):
                    if self.clock.timestamp_ns() - self.last > 5_000_000_000:
                        self.submit_order(self.order)
            """,
        ),
        Example(
            "profiling: the value only gets into a log",
            """
            import time
            from nautilus_trader.trading.strategy import Strategy

            class Profiled(Strategy):
                def on_bar(self, bar):
                    start = time.time()
                    self.compute(bar)
                    elapsed = time.time() - start
                    self.total += elapsed
                    self.log.info(f"took {elapsed:.3f} of {self.total}")

                def compute(self, bar):
                    self.value = bar.close
            """,
        ),
        Example(
            "a log line every minute",
            """
            import time
            from nautilus_trader.trading.strategy import Strategy

            class Chatty(Strategy):
                def on_bar(self, bar):
                    now = time.time()
                    if now - self.said > 60:
                        self.said = now
                        self.log.info("alive")
                    self.submit_order(self.order)
            """,
        ),
        Example(
            "no handler gets there",
            """
            import time
            from nautilus_trader.trading.strategy import Strategy

            class Offline(Strategy):
                def train(self):
                    self.submit_order(time.time())

            if __name__ == "__main__":
                print(time.time())
            """,
        ),
        Example(
            "formats a time that it is given",
            """
            import time
            from datetime import datetime, timezone
            from nautilus_trader.trading.strategy import Strategy

            class Formats(Strategy):
                def on_bar(self, bar):
                    at = datetime.fromtimestamp(bar.ts_event / 1e9, timezone.utc)
                    self.tag = time.strftime("%H:%M", at.timetuple())
                    self.submit_order(self.make(self.tag))
            """,
        ),
        Example(
            "other objects have methods of these names too",
            """
            import time
            from nautilus_trader.trading.strategy import Strategy

            class Named(Strategy):
                def on_bar(self, bar):
                    self.decide(bar)

                def decide(self, time):
                    if time.time() > self.session.now():
                        self.submit_order(self.order)
            """,
        ),
        Example(
            "a network adapter is always live",
            """
            import time
            from nautilus_trader.live.data_client import LiveMarketDataClient

            class Feed(LiveMarketDataClient):
                def on_message(self, raw):
                    self.request_bars(time.time())
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            name = program.names.external(source, call.func) or _kept(source, call, program)
            if name is None or not _reads_clock(source, call, name):
                name = _live(source, call, program)
            if name is None or _is_without_package(source, call, program) or program.is_live_only(source, call):
                continue
            function = program.calls.function_of(source, call)
            path = program.calls.reached.get(function) if function else None
            if path is not None:
                yield self._report(source, call, name, path, program)
            elif function is not None and function.name == "__init__" and _is_component(function.owner):
                yield from self._at_birth(source, call, name, program)

    def _at_birth(self, source: PythonSource, call: cst.Call, name: str, program: Program) -> Iterator[Finding]:
        """A reading that `__init__` keeps for the handlers."""
        use = program.flow.of(source, call)
        if use.is_command:
            message = (
                f"`{name}` is the machine's time, not the backtest's, and {use.words} (`__init__`): read `self.clock`"
                " in `on_start`"
            )
            yield self.finding(source, call, message)

    def _report(
        self, source: PythonSource, call: cst.Call, name: str, path: tuple[str, ...], program: Program
    ) -> Finding:
        use = program.flow.of(source, call)
        way = " -> ".join((*path, name))
        instead, fix = self._fix(source, call, name, program)
        verb = "use" if program.has_clock(source, call) else "pass in"
        cure = f"{verb} `{instead}`" if instead else "pass in the time of `self.clock`"
        if use.is_command:
            message = f"`{name}` is the machine's time, not the backtest's, and {use.words} ({way}): {cure}"
            return self.finding(source, call, message, fix=fix)
        if use.is_end and not _trades(source, call, program):
            message = f"`{name}` is the machine's time and {use.words}, in a class that sends no orders ({way})"
            return self.finding(source, call, message, severity=Severity.NOTE, pedantic=True)
        if use.is_state or (use.is_record and _dates_an_event(source, call, name)):
            message = f"`{name}` is the machine's time, not the backtest's, and {use.words} ({way}): {cure}"
            return self.finding(source, call, message, severity=Severity.WARNING, confidence=Confidence.LIKELY, fix=fix)
        message = f"`{name}` is the machine's time and {use.words} ({way})"
        return self.finding(source, call, message, severity=Severity.NOTE, pedantic=True)

    def _fix(self, source: PythonSource, call: cst.Call, name: str, program: Program) -> tuple[str, Fix | None]:
        """What to write instead, and the fix where `self.clock` is at hand."""
        node, text, safe = _instead(source, call, name, program)
        if text is None or not program.has_clock(source, call):
            return text or "", None
        return text, self.replace(source, node, text, f"use `{text}`", safe=safe)


def _is_component(owner: object) -> bool:
    return isinstance(owner, Class) and owner.derives_from(*api.COMPONENTS)


def _kept(source: PythonSource, call: cst.Call, program: Program) -> str | None:
    """The clock that an attribute stands for: `self.now = time.time`, also as the default of a parameter."""
    if not isinstance(call.func, cst.Attribute):
        return None
    for where, value in program.types.assigned(source, call.func):
        name = program.names.external(where, value) if isinstance(value, (cst.Name, cst.Attribute)) else None
        if name is None and isinstance(value, cst.Name):
            function = where.enclosing(value, cst.FunctionDef)
            parameters = [*function.params.params, *function.params.kwonly_params] if function is not None else []
            default = next((p.default for p in parameters if p.name.value == value.value), None)
            name = program.names.external(where, default) if default is not None else None
        if name in WALL_CLOCK:
            return name
    return None


def _is_without_package(source: PythonSource, call: cst.Call, program: Program) -> bool:
    """In the `else` of `if NAUTILUS_AVAILABLE`, where the flag is False once the import of the package has failed."""
    child: cst.CSTNode = call
    for up in source.parents(call):
        if isinstance(up, cst.If) and isinstance(up.test, cst.Name) and child is up.orelse:
            bound = program.names.bindings(source, up.test)
            for binding in bound[1] if bound is not None else ():
                handler = source.enclosing(binding.node, cst.ExceptHandler)
                if handler is not None and handler.type is not None and "ImportError" in source.code(handler.type):
                    return True
        child = up
    return False


def _live(source: PythonSource, call: cst.Call, program: Program) -> str | None:
    """A reading of a `LiveClock` that the strategy made for itself."""
    func = call.func
    if not isinstance(func, cst.Attribute) or func.attr.value not in _READINGS:
        return None
    return f"LiveClock.{func.attr.value}" if program.is_instance(source, func.value, "LiveClock") else None


def _trades(source: PythonSource, call: cst.Call, program: Program) -> bool:
    """False in a strategy or actor that is known and sends no orders: a recorder may well stop by the clock."""
    owner = program.types.self_class(source, call)
    return owner is None or program.trading.grain(owner).value > 0


def _dates_an_event(source: PythonSource, call: cst.Call, name: str) -> bool:
    """A calendar date on a record that has no time of the event itself: a replay dates its trades today."""
    statement = source.enclosing(call, cst.SimpleStatementLine) or call
    has_event_time = _EVENT_TIME.search(source.code(statement)) is not None
    code = source.code(statement)
    return name.startswith(_CALENDARS) and not has_event_time and _RUN_TIME.search(code) is None


def _reads_clock(source: PythonSource, call: cst.Call, name: str) -> bool:
    if name in _NOW_WITHOUT:
        return len(call.args) <= _NOW_WITHOUT[name]
    if name in _NOW_TEXT:
        code = source.code(call)
        return re.search(r"""["'](?:now|today)["']""", code) is not None
    return name in WALL_CLOCK


def _instead(source: PythonSource, call: cst.Call, name: str, program: Program) -> tuple[cst.CSTNode, str | None, bool]:
    if name == "time.time" and not call.args:
        scaled = _scaled(source, call)
        return scaled or (call, "self.clock.timestamp()", True)
    if name.startswith("LiveClock."):
        return call, f"self.clock.{name.partition('.')[2]}()", True
    if name == "time.time_ns":
        return call, "self.clock.timestamp_ns()", True
    if name == "datetime.datetime.utcnow":
        return call, "self.clock.utc_now().tz_localize(None).to_pydatetime()", False
    if name == "pandas.Timestamp.utcnow":
        return call, "self.clock.utc_now()", True
    zones = [a.value for a in call.args if not a.star and (a.keyword is None or a.keyword.value in {"tz", "tzinfo"})]
    if name in {"datetime.datetime.now", "pandas.Timestamp.now"} and len(zones) == len(call.args) == 1:
        if _is_utc(source, zones[0], program):
            return call, "self.clock.utc_now()", True
        local = f"self.clock.local_now({source.code(zones[0])})" if _is_zone(source, zones[0], program) else None
        return call, local, False
    if name == "pandas.Timestamp" and len(call.args) == 2:  # noqa: PLR2004  # ("now", tz="UTC")
        zone = next((a.value for a in call.args if a.keyword and a.keyword.value in {"tz", "tzinfo"}), None)
        return call, "self.clock.utc_now()" if zone is not None and _is_utc(source, zone, program) else None, True
    return call, None, False


def _is_utc(source: PythonSource, zone: cst.BaseExpression, program: Program) -> bool:
    if isinstance(zone, cst.SimpleString):
        return zone.evaluated_value == "UTC"
    return program.names.external(source, zone) in _UTC


def _is_zone(source: PythonSource, zone: cst.BaseExpression, program: Program) -> bool:
    """A time zone, also by the name of a constant: `local_now` refuses text."""
    where, made = program.values.origin(source, zone)
    return isinstance(made, cst.Call) and program.names.external(where, made.func) in _ZONES


_UNITS = {"1000": "timestamp_ms", "1e3": "timestamp_ms", "1_000": "timestamp_ms",
          "1000000": "timestamp_us", "1e6": "timestamp_us", "1_000_000": "timestamp_us"}  # fmt: skip


def _scaled(source: PythonSource, call: cst.Call) -> tuple[cst.CSTNode, str, bool] | None:
    """`int(time.time() * 1000)` as a whole."""
    product = source.parent(call)
    if not (isinstance(product, cst.BinaryOperation) and isinstance(product.operator, cst.Multiply)):
        return None
    factor = product.right if product.left is call else product.left
    argument = source.parent(product)
    outer = source.parent(argument) if isinstance(argument, cst.Arg) else None
    if not (isinstance(factor, (cst.Integer, cst.Float)) and isinstance(outer, cst.Call) and len(outer.args) == 1):
        return None
    if not (isinstance(outer.func, cst.Name) and outer.func.value in {"int", "round"}):
        return None
    unit = _UNITS.get(factor.value.removesuffix(".0"))
    return (outer, f"self.clock.{unit}()", True) if unit else None
