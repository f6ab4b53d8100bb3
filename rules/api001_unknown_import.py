from collections.abc import Iterator

import libcst as cst
from libcst.helpers import get_full_name_for_node

from lintkit.rule import Confidence, Edit, Example, Finding, Fix, Program, PythonSource, Rule, Severity, api


class UnknownImport(Rule):
    """Import that this NautilusTrader does not have.

    Modules and names move between releases. An import that fails stops the node before it trades, or, inside a
    function, at the moment that it is needed, with positions open.

    Compared with the release that the project pins (lock file, requirements, installed package); without a pin with
    the newest release that lintkit knows, which the message names. Where the name has moved, the fix follows it.
    """

    id = "API001"
    name = "unknown-import"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({api.PACKAGE})

    invalid = [
        Example(
            "a module that became flat, and a name that nobody ever had",
            """
            from nautilus_trader.indicators.atr import AverageTrueRange  # !
            from nautilus_trader.trading.strategy import Strategy, StrategyResult  # !
            """,
            version="1.221.0",
            fixed="""
            from nautilus_trader.indicators import AverageTrueRange  # !
            from nautilus_trader.trading.strategy import Strategy, StrategyResult  # !
            """,
        ),
        Example(
            "inside a function, and by import alone",
            """
            import nautilus_trader.backtest.exchange_v2  # !

            def load():
                from nautilus_trader.model.data import BarKind  # !
                return BarKind
            """,
        ),
    ]
    valid = [
        Example(
            "names that are there, submodules, and private names",
            """
            import nautilus_trader
            from nautilus_trader import indicators
            from nautilus_trader.backtest import engine
            from nautilus_trader.model.data import Bar, BarType, QuoteTick
            from nautilus_trader.model.objects import _secret
            from nautilus_trader.core.nautilus_pyo3 import Whatever
            """,
        ),
        Example(
            "an adapter of the project that is installed into the package",
            """
            # --- lightning/data.py
            from nautilus_trader.adapters.lightning.config import LightningConfig
            # --- lightning/config.py
            class LightningConfig:
                venue = "LIGHTNING"
            """,
        ),
        Example(
            "several releases in turn",
            """
            try:
                from nautilus_trader.indicators.atr import AverageTrueRange
            except ImportError:
                from nautilus_trader.indicators.volatility import AverageTrueRange
            """,
        ),
        Example(
            "only for type checkers",
            """
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                from nautilus_trader.model.nowhere import Bar
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        for node in source.find(cst.ImportFrom):
            module = get_full_name_for_node(node.module) if node.module and not node.relative else None
            if module is None or module.partition(".")[0] != api.PACKAGE or _is_guarded(source, node):
                continue
            if _is_brought_along(module, program):
                continue
            if isinstance(node.names, cst.ImportStar):
                yield from self._module(source, node, module, program)
            else:
                yield from self._names(source, node, module, list(node.names), program)
        for plain in source.find(cst.Import):
            for alias in plain.names:
                module = alias.evaluated_name
                is_ours = module.startswith(f"{api.PACKAGE}.") and not _is_brought_along(module, program)
                if is_ours and not _is_guarded(source, plain):
                    yield from self._module(source, alias, module, program)

    def _module(self, source: PythonSource, node: cst.CSTNode, module: str, program: Program) -> Iterator[Finding]:
        missing = program.surface.missing_module(module)
        if missing is not None:
            message = f"the module `{module}` is not in {missing.words}, so this import fails and nothing runs"
            yield self._found(source, node, message, None, is_certain=missing.is_certain)

    def _names(
        self, source: PythonSource, node: cst.ImportFrom, module: str, aliases: list[cst.ImportAlias], program: Program
    ) -> Iterator[Finding]:
        fix = self._fix(source, node, module, aliases, program) if program.target.exact else None
        for alias in aliases:
            name = alias.evaluated_name
            missing = program.surface.missing_name(module, name)
            if missing is None:
                continue
            home = next((h for h in program.surface.homes(name) if h != module), None)
            where = f": import it from `{home}`" if home else ""
            yield self._found(
                source,
                alias,
                f"`{name}` cannot be imported from `{module}` in {missing.words}, so this import fails and nothing"
                f" after it runs{where}",
                fix,
                is_certain=missing.is_certain,
            )
            fix = None  # one fix mends the whole statement

    def _fix(
        self, source: PythonSource, node: cst.ImportFrom, module: str, aliases: list[cst.ImportAlias], program: Program
    ) -> Fix | None:
        """Another module for the whole statement, when one has all of its names and the old one once had them."""
        surface = program.surface
        names = [alias.evaluated_name for alias in aliases]
        if node.module is None or (surface.missing_module(module) is None and len(names) > 1):
            return None
        homes = [set(surface.homes(name)) for name in names]
        shared = [h for h in surface.homes(names[0]) if all(h in other for other in homes) and h != module]
        if not shared or any("test_kit" in h or "examples" in h for h in shared[:1]):
            return None
        edit = Edit(source.span(node.module), shared[0])
        return Fix(f"import from {shared[0]}", (edit,), safe=all(surface.is_class(name) for name in names))

    def _found(
        self, source: PythonSource, node: cst.CSTNode, message: str, fix: Fix | None, *, is_certain: bool
    ) -> Finding:
        return self.finding(
            source,
            node,
            message,
            severity=Severity.ERROR if is_certain else Severity.WARNING,
            confidence=Confidence.CERTAIN if is_certain else Confidence.LIKELY,
            fix=fix,
        )


def _is_brought_along(module: str, program: Program) -> bool:
    """Whether the first part that no release has is a folder or file of the project: an adapter, or a fork."""
    if program.target.exact:
        return False
    parts = module.split(".")
    unknown = next((p for n, p in enumerate(parts, 1) if not program.surface.has_module(".".join(parts[:n]))), None)
    return unknown is not None and unknown in program.modules.parts


def _is_guarded(source: PythonSource, node: cst.CSTNode) -> bool:
    """Inside a `try`, its handlers, or under a condition such as TYPE_CHECKING: somebody knows that it may fail."""
    for up in source.parents(node):
        if isinstance(up, (cst.Try, cst.TryStar)):
            return True
        if isinstance(up, cst.If) and "TYPE_CHECKING" in (get_full_name_for_node(up.test) or ""):
            return True
        if isinstance(up, cst.If) and any("version" in name for name in _names(up.test)):
            return True
    return False


def _names(node: cst.CSTNode) -> Iterator[str]:
    if isinstance(node, cst.Name):
        yield node.value.lower()
    for child in node.children:
        yield from _names(child)
