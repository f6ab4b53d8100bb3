from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity, api


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
    ]
    valid = [
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
            if node.asynchronous is None or function is None or function.owner is None:
                continue
            if not function.owner.derives_from(*api.COMPONENTS):
                continue
            sites = program.calls.sites.get(function, ())
            is_handler = function.name in api.HANDLERS and not any(site.call is not None for site in sites)
            if is_handler or any(_is_timer(site.source, site.node) for site in sites if site.call is None):
                message = (
                    f"`{function.name}` is a coroutine that the kernel calls and nobody awaits, so its body never runs"
                    " and no order of it is sent: make it a plain function"
                )
                yield self.finding(source, node.name, message)


def _is_timer(source: PythonSource, node: cst.CSTNode) -> bool:
    call = source.enclosing(node, cst.Call)
    return call is not None and isinstance(call.func, cst.Attribute) and call.func.attr.value in api.TIMERS
