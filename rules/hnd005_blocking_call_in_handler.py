import re
from collections.abc import Hashable, Iterator

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity

_HTTP = "get|post|put|patch|delete|head|options|request|stream|send"
_BLOCKING = re.compile(
    rf"""time\.sleep
    |requests\.(?:{_HTTP}|Session\.(?:{_HTTP})|sessions\.Session\.(?:{_HTTP}))
    |httpx\.(?:{_HTTP}|Client\.(?:{_HTTP}))
    |urllib\.request\.(?:urlopen|urlretrieve)|urllib3\.request
    |(?:subprocess\.(?:run|call|check_call|check_output|getoutput)|os\.system)
    |builtins\.input|getpass\.getpass
    |asyncio\.run|concurrent\.futures\.(?:wait|as_completed)|socket\.create_connection
    |yfinance\.(?:download|Ticker\.history)
    |smtplib\.SMTP(?:_SSL)?(?:\.(?:sendmail|send_message))?
    |(?:openai\.|anthropic\.).*\.create""",
    re.VERBOSE,
)
"""Calls that wait: for time, the network, another process or a person."""

_SLOW = re.compile(
    r"""pandas\.read_(?:csv|parquet|json|excel|sql|sql_query|sql_table|feather|pickle|hdf)
    |(?:psycopg2|psycopg|mysql\.connector|pymysql|pymongo|clickhouse_driver|clickhouse_connect)\.\w*(?:[cC]onnect|[cC]lient)\w*
    |joblib\.(?:load|dump)|torch\.(?:load|save)""",
    re.VERBOSE,
)
"""Calls that read files or open databases: milliseconds, not microseconds."""

_CLIENTS = {
    "requests.Session": _HTTP, "requests.session": _HTTP, "httpx.Client": _HTTP, "yfinance.Ticker": "history",
    "openai.OpenAI": r"chat\.completions\.create|completions\.create|responses\.create|embeddings\.create",
    "openai.AzureOpenAI": r"chat\.completions\.create|completions\.create|responses\.create",
    "anthropic.Anthropic": r"messages\.create|completions\.create",
    "redis.Redis": r"\w+", "redis.StrictRedis": r"\w+", "redis.from_url": r"\w+", "redis.Redis.from_url": r"\w+",
    "pymongo.MongoClient": r"\w+(\.\w+)+", "threading.Thread": "join", "multiprocessing.Process": "join",
    "asyncio.run_coroutine_threadsafe": "result|exception",
}  # fmt: skip
"""Objects whose methods wait for the network."""

_EXECUTOR = re.compile(r"concurrent\.futures\.(?:(?:thread\.)?Thread|(?:process\.)?Process)PoolExecutor")
_WAITS = frozenset({"result", "exception"})
_TRAINER = re.compile(
    r"(?:sklearn\.(?:ensemble|svm|neural_network|gaussian_process|mixture|model_selection)|xgboost|lightgbm|catboost)\..*"
)
"""Models whose `fit` takes from a second to hours."""

_LIVE = frozenset({"TradingNode"})
_STORE = re.compile(r"`(?:redis|pymongo)\.")
_MAX_DEPTH = 6


class BlockingCallInHandler(Rule):
    """Call that stops the market while it waits.

    Handlers, timer callbacks and the order book all run on one thread. While one of them sleeps or waits for an HTTP
    answer, a database or another process, no quote is seen, no fill is booked and no stop is sent: a second of sleep
    delays every event of that second, and then they come all at once. In a backtest the clock does not move in the
    meantime, so it looks free there.

    Hand the work to `self.run_in_executor(function, args)` and set a timer instead of sleeping. A call that is only
    reached when the strategy starts or stops is a warning; so is reading files and opening databases, where the
    project has a live node.
    """

    id = "HND005"
    name = "blocking-call-in-handler"
    severity = Severity.ERROR
    since = "0.1.0"

    invalid = [
        Example(
            "sleep in a handler, and a request two calls away from a timer",
            """
            import time
            from datetime import timedelta
            from nautilus_trader.trading.strategy import Strategy
            from news import News

            class Slow(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self.news = News()

                def on_start(self):
                    self.clock.set_timer("news", timedelta(minutes=1), callback=self.look)

                def look(self, event):
                    self.mood = self.news.mood()  # !

                def on_quote_tick(self, tick):
                    time.sleep(1)  # !
            # --- news.py
            import requests

            class News:
                def __init__(self):
                    self.session = requests.Session()

                def mood(self):
                    self.session.get("https://example.com/b")
                    return requests.get("https://example.com/a").json()["mood"]
            """,
        ),
        Example(
            "a client of the network that the strategy keeps",
            """
            from openai import OpenAI
            from nautilus_trader.trading.strategy import Strategy

            class Asking(Strategy):
                def on_start(self):
                    self.client = OpenAI()

                def on_bar(self, bar):
                    answer = self.client.chat.completions.create(model="m", messages=[])  # !
                    self.submit_order(self.read(answer))
            """,
        ),
        Example(
            "while the strategy starts, and files in a handler",
            """
            import time
            import pandas as pd
            import redis
            from nautilus_trader.live.node import TradingNode
            from nautilus_trader.trading.strategy import Strategy

            class Warm(Strategy):
                def on_start(self):
                    time.sleep(2)  # !
                    self.store = redis.Redis("localhost", socket_timeout=5)

                def on_bar(self, bar):
                    self.table = pd.read_parquet("features.parquet")  # !
                    self.store.lpush("bars", str(bar))  # !
                    self.store.ltrim("bars", 0, 999)
                    self.submit_order(self.order(bar))
            """,
        ),
        Example(
            "waiting for what another thread does",
            """
            import asyncio
            import threading
            from concurrent.futures import ThreadPoolExecutor
            from nautilus_trader.trading.strategy import Strategy

            class Waiting(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self.pool = ThreadPoolExecutor(2)

                def on_quote_tick(self, tick):
                    future = self.pool.submit(self.score, tick)
                    if future.result(timeout=1) > 0:  # !
                        self.buy()

                def on_bar(self, bar):
                    loop = asyncio.get_event_loop()
                    loop.run_until_complete(self.ask(bar))  # !
                    worker = threading.Thread(target=self.score)
                    worker.start()
                    worker.join()  # !

                def on_order_filled(self, event):
                    asyncio.run_coroutine_threadsafe(self.ask(event), self.loop).result()  # !
            """,
        ),
        Example(
            "a timer by a lambda",
            """
            import time
            from nautilus_trader.trading.strategy import Strategy

            class Beating(Strategy):
                def on_start(self):
                    self.clock.set_timer("beat", INTERVAL, callback=lambda event: self.beat(event))

                def beat(self, event):
                    time.sleep(0.2)  # !
            """,
        ),
        Example(
            "a model that is trained while a live node trades",
            """
            from nautilus_trader.live.node import TradingNode
            from nautilus_trader.trading.strategy import Strategy
            from sklearn.ensemble import RandomForestClassifier

            class Learning(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self.model = RandomForestClassifier()

                def on_bar(self, bar):
                    self.model.fit(self.x, self.y)  # !
            """,
        ),
    ]
    valid = [
        Example(
            "a result that is there already",
            """
            from concurrent.futures import ThreadPoolExecutor
            from nautilus_trader.trading.strategy import Strategy

            class Polling(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self.pool = ThreadPoolExecutor(2)

                def on_quote_tick(self, tick):
                    future = self.pool.submit(self.score, tick)
                    future.add_done_callback(self.done)
                    later = self.pool.submit(self.score, tick)
                    if later.done():
                        self.value = later.result()
                    self.last = self.cell.result()
            """,
        ),
        Example(
            "a thread that is waited for at the end",
            """
            import threading
            from nautilus_trader.trading.strategy import Strategy

            class Ending(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self.worker = threading.Thread(target=serve)

                def on_stop(self):
                    self.worker.join(timeout=1)
            """,
        ),
        Example(
            "on another thread",
            """
            import asyncio
            import threading
            import time
            import requests
            from nautilus_trader.trading.strategy import Strategy

            class Good(Strategy):
                def on_start(self):
                    self.table = self.read()
                    threading.Thread(target=self.watch, daemon=True).start()

                def read(self):
                    return {}

                def watch(self):
                    while True:
                        time.sleep(1)

                def on_quote_tick(self, tick):
                    self.run_in_executor(self.ask, (tick,))

                def on_bar(self, bar):
                    asyncio.get_running_loop().run_in_executor(None, self.ask, bar)
                    asyncio.create_task(self.later(bar))

                async def later(self, bar):
                    await asyncio.sleep(1)
                    await asyncio.to_thread(lambda: self.ask(bar))

                def ask(self, what):
                    return requests.get("https://example.com")
            """,
        ),
        Example(
            "no handler gets there, and things of the same name",
            """
            import time
            from nautilus_trader.live.data_client import LiveMarketDataClient
            from nautilus_trader.trading.strategy import Strategy

            class Client(LiveMarketDataClient):
                def wait(self):
                    time.sleep(1)

            class Own(Strategy):
                def on_bar(self, bar):
                    self.requests.get("bars").sleep(1)

            if __name__ == "__main__":
                time.sleep(5)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        for call in () if program.is_test(source) else source.find(cst.Call):
            yield from self._call(source, call, program)

    def once(self, finding: Finding) -> Hashable:
        store = _STORE.search(finding.message)  # a strategy talks to its store everywhere: once a file
        return finding.path, store[0] if store is not None else finding.span

    def _call(self, source: PythonSource, call: cst.Call, program: Program) -> Iterator[Finding]:
        """The finding stands where the strategy calls out of its own class: there it can be moved to a thread."""
        function = program.calls.function_of(source, call)
        way = program.handlers.way_to(function) if function is not None else None
        name = _name(source, call, program) if way is not None else None
        if way is None or name is None or isinstance(source.parent(call), cst.Await):
            return
        is_slow = _SLOW.fullmatch(name) is not None or name.endswith(".fit")
        if is_slow and next(program.mentioning(_LIVE), None) is None:
            return
        waits = name.endswith((".join", ".result", ".exception"))  # at the end somebody has to wait for the threads
        if ((is_slow or waits) and not way.trades) or program.handlers.is_elsewhere(source, call):
            return
        site = program.handlers.site_in_component(way)
        where, place = (site.source, site.call or site.node) if site is not None else (source, call)
        path = " -> ".join((*way.steps, name))
        if way.trades and not is_slow:
            message = (
                f"`{name}` waits on the thread of the event loop: until it returns no quote, fill or stop is handled"
                f" ({path}): use `self.run_in_executor` or a timer"
            )
            yield self.finding(where, place, message)
        else:
            when = "on the thread of the event loop" if way.trades else "while the strategy starts or stops"
            message = (
                f"`{name}` waits {when}, and no event of any strategy of the node is handled until it returns ({path}):"
                " use `self.run_in_executor`, or do it before the node runs"
            )
            severity, confidence = Severity.WARNING, Confidence.LIKELY
            yield self.finding(where, place, message, severity=severity, confidence=confidence)


def _name(source: PythonSource, call: cst.Call, program: Program) -> str | None:
    """The full name of a call that waits."""
    name = program.names.external(source, call.func)
    if name is not None:
        return name if _BLOCKING.fullmatch(name) or _SLOW.fullmatch(name) else None
    methods: list[str] = []
    node: cst.BaseExpression = call.func
    if isinstance(node, cst.Attribute) and node.attr.value == "run_until_complete":
        return "run_until_complete" if not program.types.of(source, node.value) else None
    while isinstance(node, cst.Attribute):
        methods.insert(0, node.attr.value)
        node = node.value
        if methods[0] in _WAITS and len(methods) == 1 and _is_submitted(source, node, program):
            return f"Future.{methods[0]}"
        for made in _makers(source, node, program):
            if methods == ["fit"] and _TRAINER.fullmatch(made):
                return f"{made}.fit"
            wanted = _CLIENTS.get(made)
            if wanted is not None and re.fullmatch(wanted, ".".join(methods)):
                return f"{made}.{'.'.join(methods)}"
    return None


def _is_submitted(source: PythonSource, node: cst.BaseExpression, program: Program) -> bool:
    """Whether a value is the future of what an executor was given."""
    where, made = program.nodes.written(source, node)
    if not (isinstance(made, cst.Call) and isinstance(made.func, cst.Attribute)) or _is_done(source, node):
        return False
    makers = _makers(where, made.func.value, program)
    return made.func.attr.value == "submit" and any(_EXECUTOR.fullmatch(maker) for maker in makers)


def _is_done(source: PythonSource, node: cst.BaseExpression) -> bool:
    """Whether a condition around asks `future.done()`."""
    asked = f"{source.code(node)}.done()"
    return any(isinstance(up, (cst.If, cst.IfExp)) and asked in source.code(up.test) for up in source.parents(node))


def _makers(source: PythonSource, node: cst.BaseExpression, program: Program, depth: int = 0) -> Iterator[str]:
    """The full names of what a variable or attribute is made by."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(node, cst.Call):
        name = program.names.external(source, node.func)
        yield from (name,) if name else ()
    elif isinstance(node, cst.Attribute):
        for where, value in program.types.assigned(source, node):
            yield from _makers(where, value, program, depth + 1)
    elif isinstance(node, cst.Name):
        where, value = program.nodes.written(source, node)
        if value is not node:
            yield from _makers(where, value, program, depth + 1)
