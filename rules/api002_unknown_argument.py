from collections.abc import Iterator
from difflib import get_close_matches

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity, api

_RENAMED = {
    ("DatabaseConfig", "timeout"): "connection_timeout",
    ("CryptoPerpetual", "native_symbol"): "raw_symbol",
    ("CurrencyPair", "native_symbol"): "raw_symbol",
    ("Equity", "native_symbol"): "raw_symbol",
    ("FuturesContract", "native_symbol"): "raw_symbol",
}
"""Renames that do not look alike."""

_ENVIRONMENT = frozenset({"testnet", "demo", "is_demo", "is_testnet"})
"""CFG007's."""

_SHORT = 3
"""Statements of a `try` that tries one call."""


class UnknownArgument(Rule):
    """Argument that this NautilusTrader does not take.

    Parameters are renamed and removed between releases. Python raises TypeError when the call runs: at best the node
    does not start; in a handler it dies with positions open, and what the argument was to protect (a timeout, a
    slippage probability, a limit) protects nothing.

    Compared with the release that the project pins; without a pin with the newest release that lintkit knows, which
    the message names. Constructors, class methods and methods of the objects that every strategy has are looked at.
    """

    id = "API002"
    name = "unknown-argument"
    severity = Severity.ERROR
    since = "0.1.0"

    invalid = [
        Example(
            "removed, renamed and misspelt",
            """
            from nautilus_trader.backtest.models import FillModel
            from nautilus_trader.config import CacheConfig, DatabaseConfig

            fills = FillModel(prob_fill_on_limit=0.2, prob_fill_on_stop=0.9)  # !
            database = DatabaseConfig(timeout=20)  # !
            cache = CacheConfig(database=database, flush_on_star=False)  # !
            """,
            version="1.231.0",
        ),
        Example(
            "methods of the engine and of a strategy",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.trading.strategy import Strategy

            engine = BacktestEngine()
            engine.add_venue(venue=V, oms_type=O, account_type=A, starting_balances=B, latency=L)  # !

            class Mine(Strategy):
                def on_start(self):
                    self.subscribe_bars(self.bar_type, depth=10)  # !
                    self.clock.set_timer("t", interval=T, delay=D)  # !
            """,
        ),
        Example(
            "an argument that is required and not there",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Warm(Strategy):
                def on_start(self):
                    self.request_bars(self.bar_type)  # !
            """,
            version="1.221.0",
        ),
        Example(
            "required arguments that no release can do without, in a step that reports its failure",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.model.objects import Currency

            def run(outcome):
                try:
                    engine = BacktestEngine()
                    usd = Currency("USD")  # !
                    engine.add_venue(
                        venue=V, oms_type=O, account_type=A, starting_balances=B,
                        accounting_engine=None,  # !
                    )
                    engine.run()
                except Exception as error:
                    outcome.error = str(error)
            """,
        ),
    ]
    valid = [
        Example(
            "a field of a configuration without its name",
            """
            from nautilus_trader.backtest.modules import FXRolloverInterestConfig

            config = FXRolloverInterestConfig(rates)
            """,
        ),
        Example(
            "an older signature is tried after the newer one",
            """
            from nautilus_trader.config import DatabaseConfig

            try:
                database = DatabaseConfig(connection_timeout=20, timeout=20)
            except Exception:
                database = None
            """,
            version="1.231.0",
        ),
        Example(
            "what the pinned release takes",
            """
            from nautilus_trader.backtest.models import FillModel
            from nautilus_trader.config import DatabaseConfig

            fills = FillModel(prob_fill_on_limit=0.2, prob_fill_on_stop=0.9)
            database = DatabaseConfig(timeout=20)
            """,
            version="1.221.0",
        ),
        Example(
            "arguments that cannot be seen, and classes of the project",
            """
            from nautilus_trader.backtest.models import FillModel
            from nautilus_trader.config import StrategyConfig
            from nautilus_trader.trading.strategy import Strategy

            class Config(StrategyConfig, frozen=True):
                size: int = 1

            class Mine(Strategy):
                def subscribe_bars(self, bar_type, depth):
                    pass

                def on_start(self):
                    self.subscribe_bars(self.bar_type, depth=1)

            config = Config(size=2, order_id_tag="1")
            fills = FillModel(**OPTIONS)
            """,
        ),
        Example(
            "somebody expects that it fails",
            """
            from nautilus_trader.backtest.models import FillModel

            try:
                fills = FillModel(prob_fill_on_stop=0.9)
            except TypeError:
                fills = FillModel()
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        for call in source.find(cst.Call):
            target = _target(source, call, program)
            if target is None:
                continue
            owner, method = target
            if owner == "Logger":  # HND015's
                continue
            said = f"{owner}.{method}" if method else owner
            found = [
                *self._keywords(source, call, owner, method, said, program),
                *self._required(source, call, owner, method, said, program),
            ]
            if found and not _expects_failure(source, call):
                yield from found

    def _keywords(
        self, source: PythonSource, call: cst.Call, owner: str, method: str, said: str, program: Program
    ) -> Iterator[Finding]:
        for argument in call.args:
            name = argument.keyword.value if argument.keyword else None
            if name is None or (name in _ENVIRONMENT and owner.endswith("ClientConfig")):
                continue
            missing = program.surface.missing_parameter(owner, method, name)
            if missing is None:
                continue
            known = program.surface.parameters(owner, method)
            others = known.names if known else frozenset[str]()
            given = {a.keyword.value for a in call.args if a.keyword}
            near = get_close_matches(name, sorted(others - given), n=1, cutoff=0.8)
            better = _RENAMED.get((owner, name)) or (near[0] if near else None)
            advice = f"write `{better}`" if better and better in others else "remove it, or set what replaced it"
            fix = None
            if better and better in others and argument.keyword is not None:
                fix = self.replace(source, argument.keyword, better, f"rename to {better}", safe=False)
            yield self.finding(
                source,
                argument,
                f"`{said}` takes no argument `{name}` in {missing.words}, so the call raises TypeError and what it was"
                f" to set is not set: {advice}",
                severity=Severity.ERROR if missing.is_certain else Severity.WARNING,
                confidence=Confidence.CERTAIN if missing.is_certain else Confidence.LIKELY,
                fix=fix,
            )

    def _required(
        self, source: PythonSource, call: cst.Call, owner: str, method: str, said: str, program: Program
    ) -> Iterator[Finding]:
        """What a call lacks in every release in question: what is required changes more often than names do."""
        if any(a.star for a in call.args):
            return
        given = {a.keyword.value for a in call.args if a.keyword}
        count = sum(a.keyword is None for a in call.args)
        if count and owner.endswith("Config"):
            return  # which of a configuration's fields may come without their names is not in the data
        missing = program.surface.missing_required(owner, method, given, count)
        if missing:
            target = program.target
            names = ", ".join(f"`{name}`" for name in missing)
            release = f"nautilus_trader {target.version}" if target.exact else "every release of nautilus_trader"
            pinned = target.version is not None
            yield self.finding(
                source,
                call.func,
                f"`{said}` needs {names} in {release}, so the call raises TypeError when it runs: pass"
                f" {'it' if len(missing) == 1 else 'them'}",
                severity=Severity.ERROR if pinned else Severity.WARNING,
                confidence=Confidence.CERTAIN if pinned else Confidence.LIKELY,
            )


def _target(source: PythonSource, call: cst.Call, program: Program) -> tuple[str, str] | None:
    """Class and method that a call means; the method is empty for a constructor."""
    name = program.names.external(source, call.func)
    surface = program.surface
    if name is not None and name.startswith(f"{api.PACKAGE}."):
        *module, last = name.split(".")
        path = ".".join(module)
        if last[:1].isupper() and surface.has_module(path):
            return (last, "") if surface.is_class(last) and surface.importable(path, last) else None
        owner = module[-1]
        is_method = owner[:1].isupper() and surface.is_class(owner) and surface.parameters(owner, last) is not None
        return (owner, last) if is_method else None
    if not isinstance(call.func, cst.Attribute):
        return None
    method = call.func.attr.value
    component = program.receivers.component(source, call.func.value)
    if component is not None:
        one, base = component
        defined = one.method(method) is not None or program.receivers.has_attribute(one, method)
        return None if defined or program.receivers.is_dynamic(one) else (base, method)
    receiver = program.receivers.of(source, call.func.value)
    return (receiver, method) if receiver is not None else None


def _expects_failure(source: PythonSource, call: cst.Call) -> bool:
    """Whether somebody tries if it works. A broad handler around a whole step of a program is not about this call."""
    if any(isinstance(up, cst.With) and _raises(up) for up in source.parents(call)):
        return True
    for up in source.parents(call):
        if isinstance(up, cst.Try) and _is_under(source, call, up.body):
            words = {"TypeError", "Exception"} if len(up.body.body) <= _SHORT else {"TypeError"}
            bare = len(up.body.body) <= _SHORT
            if any(_mentions(h.type, words) if h.type is not None else bare for h in up.handlers):
                return True
    return False


def _raises(node: cst.With) -> bool:
    return any(isinstance(i.item, cst.Call) and _mentions(i.item.func, {"raises", "suppress"}) for i in node.items)


def _mentions(node: cst.CSTNode, words: set[str]) -> bool:
    if isinstance(node, cst.Name):
        return node.value in words
    return any(_mentions(child, words) for child in node.children)


def _is_under(source: PythonSource, node: cst.CSTNode, block: cst.CSTNode) -> bool:
    return any(up is block for up in source.parents(node))
