from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity, api

_BUS = frozenset({"subscribe", "register", "request"})
_EXECUTORS = frozenset({"run_in_executor", "queue_for_executor"})


class AsyncHandler(Rule):
    """Handler that is a coroutine.

    The kernel calls handlers and timer callbacks as plain functions. Calling an `async def` only makes a coroutine,
    which nobody awaits: the body never runs, no order is sent or cancelled, and all there is to see is a
    RuntimeWarning when the garbage collector finds it.

    Make it a plain function, and hand slow work to `self.run_in_executor(function, args)`.
    """

    id = "HND001"
    name = "async-handler"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"async"})

    invalid = [
        Example(
            "a handler and a timer callback",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Waiting(Strategy):
                def on_start(self):
                    self.clock.set_timer("t", interval=INTERVAL, callback=self.tick)

                async def tick(self, event):  # !
                    self.cancel_all_orders(self.id)

                async def on_quote_tick(self, tick):  # !
                    self.submit_order(await self.ask(tick))
            """,
        ),
        Example(
            "a function inside a method",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Inner(Strategy):
                def on_start(self):
                    async def refresh(event):  # !
                        await self.load()

                    async def fetch():
                        await self.load()

                    self.clock.set_timer("refresh", INTERVAL, callback=refresh)
                    self.task = start(fetch())
            """,
        ),
        Example(
            "callbacks of requests, of the message bus, by `partial` and lambda, and code for an executor",
            """
            from functools import partial
            from nautilus_trader.trading.strategy import Strategy

            class Waiting(Strategy):
                def on_start(self):
                    self.request_bars(self.bar_type, start=START, callback=self.warm)
                    self.msgbus.subscribe(topic="news", handler=self.news)
                    self.clock.set_timer("a", INTERVAL, callback=partial(self.tick, "a"))
                    self.clock.set_timer("b", INTERVAL, callback=lambda event: self.tock(event))
                    self.run_in_executor(self.fetch, ("url",))

                async def warm(self, request_id):  # !
                    self.ready = True

                async def news(self, message):  # !
                    self.cancel_all_orders(self.id)

                async def tick(self, name, event):  # !
                    self.cancel_all_orders(self.id)

                async def tock(self, event):  # !
                    self.cancel_all_orders(self.id)

                async def fetch(self, url):  # !
                    self.page = await self.http.get(url)
            """,
        ),
    ]
    valid = [
        Example(
            "callbacks that start a task, and coroutines that others await",
            """
            import asyncio
            from nautilus_trader.trading.strategy import Strategy

            class Plain(Strategy):
                def on_start(self):
                    self.clock.set_timer("a", INTERVAL, callback=lambda event: asyncio.ensure_future(self.tick(event)))
                    self.run_in_executor(asyncio.run, (self.fetch("url"),))
                    self.queue.subscribe(self.news)

                async def tick(self, event):
                    self.page = await self.fetch("url")

                async def fetch(self, url):
                    return await self.http.get(url)

                async def news(self, message):
                    self.page = message
            """,
        ),
        Example(
            "plain handlers that start a task of their own",
            """
            import asyncio
            from nautilus_trader.trading.strategy import Strategy

            class Plain(Strategy):
                def on_quote_tick(self, tick):
                    asyncio.create_task(self.on_answer(tick))

                async def on_answer(self, tick):
                    self.log.info(str(tick))
            """,
        ),
        Example(
            "no component of the kernel",
            """
            from nautilus_trader.live.data_client import LiveMarketDataClient

            class Feed(LiveMarketDataClient):
                async def on_bar(self, bar):
                    return bar
            """,
        ),
        Example(
            "a handler whose coroutine is awaited by another method",
            """
            from nautilus_trader.common.actor import Actor

            class Both(Actor):
                async def on_signal(self, signal):
                    return signal

                async def relay(self, signal):
                    await self.on_signal(signal)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for node in source.find(cst.FunctionDef):
            function = program.calls.functions.get(node)
            if node.asynchronous is None or function is None:
                continue
            sites = program.calls.sites.get(function, ())
            owners = [function.owner, *(site.caller.owner for site in sites if site.caller is not None)]
            if not any(owner is not None and owner.derives_from(*api.COMPONENTS) for owner in owners):
                continue
            is_handler = (
                function.owner is not None
                and function.name in api.HANDLERS
                and not any(site.call is not None for site in sites)
            )
            if is_handler or any(_is_called_by_kernel(site.source, site.node) for site in sites):
                message = (
                    f"`{function.name}` is a coroutine that the kernel calls and nobody awaits, so its body never runs"
                    " and no order of it is sent: make it a plain function"
                )
                yield self.finding(source, node.name, message)


def _is_called_by_kernel(source: PythonSource, node: cst.CSTNode) -> bool:
    """Whether a method goes to a timer, a request, the message bus or an executor: as it is, by `partial` or lambda."""
    child = node
    for up in source.parents(node):
        if isinstance(up, cst.Call):
            is_called_here = up.func is child
            if not is_called_here and _registers(up):
                return True
            if is_called_here and not isinstance(source.parent(up), cst.Lambda):
                return False
            if not is_called_here and not _is_partial(up):
                return False
        elif not isinstance(up, (cst.Arg, cst.Lambda)):
            return False
        child = up
    return False


def _registers(call: cst.Call) -> bool:
    if not isinstance(call.func, cst.Attribute):
        return False
    name, owner = call.func.attr.value, call.func.value
    if name in api.TIMERS or name in _EXECUTORS or name.startswith("request_"):
        return True
    bus = owner.attr.value if isinstance(owner, cst.Attribute) else getattr(owner, "value", "")
    return name in _BUS and str(bus).lstrip("_") in {"msgbus", "message_bus", "bus"}


def _is_partial(call: cst.Call) -> bool:
    name = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
    return isinstance(name, cst.Name) and name.value in {"partial", "WeakMethod"}
