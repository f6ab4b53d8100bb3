from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity, api

_METHODS = frozenset({"debug", "info", "warning", "error"})
_MISSING = {"warn": "warning", "critical": "error", "fatal": "error", "log": "info", "trace": "debug"}
_STDLIB = frozenset({"exc_info", "stack_info", "stacklevel", "extra"})


class LoggerArguments(Rule):
    """Log call that raises.

    `self.log` of a strategy or actor is not a logger of the standard library. It takes a message and a colour:
    `exc_info=True`, `extra=...` and arguments for `%s` raise TypeError. Such calls stand where things go wrong
    already: the TypeError hides the real error, leaves the `except` block, and in a live node ends the process with
    orders left working.

    Write the message out, `self.log.error(f"cannot quote: {e}")`, or use `self.log.exception("cannot quote", e)`.
    """

    id = "HND015"
    name = "logger-arguments"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"log", "Logger"})

    invalid = [
        Example(
            "arguments of the standard library, and methods that are not there",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Noisy(Strategy):
                def on_bar(self, bar):
                    try:
                        self.trade(bar)
                    except Exception as e:
                        self.log.error("cannot trade", exc_info=True)  # !
                        self.log.error("cannot trade: %s", e)  # !
                        self.log.warn("cannot trade")  # !
                        self.log.exception("cannot trade")  # !
                        self.log.info("a", "b", "c")  # !
            """,
            fixed="""
            from nautilus_trader.trading.strategy import Strategy

            class Noisy(Strategy):
                def on_bar(self, bar):
                    try:
                        self.trade(bar)
                    except Exception as e:
                        self.log.error("cannot trade", exc_info=True)  # !
                        self.log.error("cannot trade: %s", e)  # !
                        self.log.warning("cannot trade")  # !
                        self.log.exception("cannot trade")  # !
                        self.log.info("a", "b", "c")  # !
            """,
        ),
    ]
    valid = [
        Example(
            "what it takes",
            """
            import logging
            from nautilus_trader.common.enums import LogColor
            from nautilus_trader.trading.strategy import Strategy

            logger = logging.getLogger(__name__)

            class Fine(Strategy):
                def on_bar(self, bar):
                    try:
                        self.log.info(f"bar {bar}", color=LogColor.GREEN)
                        self.log.info("bar", LogColor.GREEN)
                        self.log.info("bar", self.color)
                    except Exception as e:
                        self.log.exception("cannot trade", e)
                        logger.error("cannot trade", exc_info=True)

            class Other:
                def run(self):
                    self.log.error("not a component: %s", 1, exc_info=True)
            """,
        ),
        Example(
            "a logger of the class's own",
            """
            from nautilus_trader.common.actor import Actor

            class Own(Actor):
                @property
                def log(self):
                    return self._logger

                def on_start(self):
                    self.log.error("x", exc_info=True)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            func = call.func
            if isinstance(func, cst.Attribute) and self._is_kernel_logger(source, func.value, program):
                yield from self._call(source, call, func.attr, program)

    def _is_kernel_logger(self, source: PythonSource, node: cst.BaseExpression, program: Program) -> bool:
        if not (isinstance(node, cst.Attribute) and node.attr.value == "log"):
            return False
        if not (isinstance(node.value, cst.Name) and node.value.value == "self"):
            return False
        owner = program.types.self_class(source, node)
        return owner is not None and owner.derives_from(*api.COMPONENTS) and owner.method("log") is None

    def _call(self, source: PythonSource, call: cst.Call, method: cst.Name, program: Program) -> Iterator[Finding]:
        name = method.value
        if name in _MISSING:
            right = _MISSING[name]
            fix = self.replace(source, method, right, f"use `{right}`", safe=True) if name == "warn" else None
            message = f"`self.log` has no `{name}`, so this raises AttributeError: use `self.log.{right}`"
            yield self.finding(source, call, message, fix=fix)
            return
        if name not in _METHODS and name != "exception":
            return
        arguments = program.arguments(call, ("message", "ex" if name == "exception" else "color"))
        extra = [a for a in call.args if a.keyword is None and not a.star][2:]
        foreign = sorted(_STDLIB & arguments.given.keys())
        color = arguments.value("color")
        if foreign or extra:
            what = f"`{foreign[0]}`" if foreign else "arguments for the message"
            message = (
                f"`self.log.{name}` is not the standard library's: it takes no {what} and raises TypeError, which hides"
                " what was to be logged: write the message out"
            )
            yield self.finding(source, call, message)
        elif name == "exception" and "ex" not in arguments.given and not arguments.unpacked:
            message = "`self.log.exception` needs the exception too and raises TypeError: pass it, `(message, e)`"
            yield self.finding(source, call, message)
        elif color is not None and _formats(call) and "color" not in _keywords(call):
            message = (
                f"`self.log.{name}` takes a colour in second place, not an argument for the message, and raises"
                " TypeError: write the message out"
            )
            yield self.finding(source, call, message)


def _keywords(call: cst.Call) -> set[str]:
    return {a.keyword.value for a in call.args if a.keyword is not None}


def _formats(call: cst.Call) -> bool:
    """A message with a place for an argument: `%s`, `%.2f`."""
    first = call.args[0].value if call.args else None
    text = first.evaluated_value if isinstance(first, (cst.SimpleString, cst.ConcatenatedString)) else None
    return isinstance(text, str) and "%" in text.replace("%%", "").replace("% ", "")
