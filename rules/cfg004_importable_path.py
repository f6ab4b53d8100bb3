import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import ConfigSource, Edit, Example, Finding, Fix, Program, PythonSource, Rule, Severity, api

_FIELDS = frozenset({
    "strategy_path", "config_path", "actor_path", "exec_algorithm_path", "controller_path", "fill_model_path",
    "latency_model_path", "fee_model_path",
})  # fmt: skip
_DOTTED = re.compile(r"(?P<module>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\.(?P<name>[A-Z]\w*)")


class ImportablePath(Rule):
    """Path to a class that cannot be imported.

    The paths of importable configurations are `module:Class`. With a dot for the colon, or a class that the module
    does not have, the node stops when it builds its strategies; a config file that was changed last is often only
    read at the next restart, in the middle of the night.

    Modules of the project and of NautilusTrader are looked into; others are not.
    """

    id = "CFG004"
    name = "importable-path"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = _FIELDS
    config_words = re.compile("|".join(sorted(_FIELDS)))

    invalid = [
        Example(
            "a dot, and a class that was renamed",
            """
            # --- run.py
            from nautilus_trader.config import ImportableStrategyConfig

            a = ImportableStrategyConfig(
                strategy_path="mine.Strategy",  # !
                config_path="mine:OldConfig",  # !
                config={},
            )
            # --- mine.py
            from nautilus_trader.config import StrategyConfig
            from nautilus_trader.trading.strategy import Strategy

            class NewConfig(StrategyConfig, frozen=True):
                pass
            """,
            fixed="""
            # --- run.py
            from nautilus_trader.config import ImportableStrategyConfig

            a = ImportableStrategyConfig(
                strategy_path="mine:Strategy",  # !
                config_path="mine:OldConfig",  # !
                config={},
            )
            # --- mine.py
            """,
        ),
        Example(
            "in a file",
            """
            # --- node.yaml
            strategies:
              - strategy_path: strategies.cross.Cross  # !
                config_path: strategies.cross:CrossConfig
            """,
            fixed="""
            # --- node.yaml
            strategies:
              - strategy_path: strategies.cross:Cross  # !
                config_path: strategies.cross:CrossConfig
            """,
        ),
    ]
    valid = [
        Example(
            "module and class, of the project, of the package, of somebody else",
            """
            # --- run.py
            from nautilus_trader.config import ImportableStrategyConfig

            a = ImportableStrategyConfig(strategy_path="mine:Mine", config_path="mine:MineConfig", config={})
            b = ImportableStrategyConfig(
                strategy_path="nautilus_trader.examples.strategies.ema_cross:EMACross",
                config_path="elsewhere.module:Config",
                config={},
            )
            c = load(config_path="settings/Live.yaml")
            d = load(config_path="settings.Live")
            # --- mine.py
            from nautilus_trader.config import StrategyConfig
            from nautilus_trader.trading.strategy import Strategy

            class MineConfig(StrategyConfig, frozen=True):
                pass

            class Mine(Strategy):
                pass
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            name = api.short(program.names.external(source, call.func)) or ""
            if not name.startswith("Importable"):
                continue
            for field, argument in program.arguments(call).given.items():
                text = program.text(source, argument.value) if field in _FIELDS else None
                problem = _problem(text, source, program) if text is not None else None
                if text is None or problem is None:
                    continue
                fix = None
                if isinstance(argument.value, cst.SimpleString) and problem[1]:
                    written = argument.value.value.replace(text, problem[1])
                    fix = self.replace(source, argument.value, written, f"write {problem[1]}", safe=True)
                yield self.finding(source, argument.value, f"`{field}` {problem[0]}", fix=fix)

    def check_config(self, source: ConfigSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for entry in source.entries:
            field = entry.path[-1] if entry.path else None
            if field not in _FIELDS or not isinstance(entry.value, str):
                continue
            near = {e.path[-1] for e in source.children(entry.path[:-1])} & _FIELDS
            problem = _problem(entry.value, None, program) if len(near) > 1 else None
            if problem is not None:
                edit = Edit(entry.span, entry.raw.replace(entry.value, problem[1]))
                fix = Fix(f"write {problem[1]}", (edit,), safe=True) if problem[1] else None
                yield self.finding(source, entry.span, f"`{field}` {problem[0]}", fix=fix)


def _problem(text: str, source: PythonSource | None, program: Program) -> tuple[str, str] | None:
    """What is wrong with a path, and the right one if that is known."""
    if ":" not in text:
        match = _DOTTED.fullmatch(text)
        if match is None:
            return None
        better = f"{match['module']}:{match['name']}"
        return (
            f"is `{text}`, without the colon, so the class is never found and the node stops: write `{better}`",
            better,
        )
    module, _, name = text.partition(":")
    if module.startswith(f"{api.PACKAGE}."):
        missing = program.surface.missing_name(module, name)
        if missing is not None and missing.is_certain:
            return f"names `{text}`, which is not in {missing.words}, so the node stops: correct the path", ""
        return None
    found = program.module_named(module, source)
    if found is not None and program.names.top_level(found, name) is None and not program.has_stars(found):
        return f"names `{name}`, which `{found.path}` does not have, so the node stops: correct the path", ""
    return None
