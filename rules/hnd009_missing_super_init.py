from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Edit, Example, Finding, Fix, Program, PythonSource, Rule, Severity, Span, api


class MissingSuperInit(Rule):
    """Configuration that never reaches the strategy.

    A strategy whose `__init__` takes a config and does not hand it to `super().__init__` runs with a bare
    `StrategyConfig`: `order_id_tag`, `oms_type`, `external_order_claims` and every field of its own are gone without
    a word. Orders carry another strategy's tag, and `self.config.size` raises in the first handler.

    Call `super().__init__(config)`.
    """

    id = "HND009"
    name = "missing-super-init"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"__init__"})

    invalid = [
        Example(
            "called without the config, and not called",
            """
            from nautilus_trader.config import StrategyConfig
            from nautilus_trader.trading.strategy import Strategy

            class One(Strategy):
                def __init__(self, config: StrategyConfig) -> None:
                    super().__init__()  # !
                    self.size = config.size

            class Two(Strategy):
                def __init__(self, config):  # !
                    self.size = config.size
            """,
            fixed="""
            from nautilus_trader.config import StrategyConfig
            from nautilus_trader.trading.strategy import Strategy

            class One(Strategy):
                def __init__(self, config: StrategyConfig) -> None:
                    super().__init__(config)  # !
                    self.size = config.size

            class Two(Strategy):
                def __init__(self, config):  # !
                    self.size = config.size
            """,
        ),
    ]
    valid = [
        Example(
            "handed on, in any way",
            """
            from nautilus_trader.config import StrategyConfig
            from nautilus_trader.trading.strategy import Strategy

            class One(Strategy):
                def __init__(self, config):
                    super().__init__(config)

            class Two(Strategy):
                def __init__(self, config):
                    super().__init__(config=config)

            class Three(Strategy):
                def __init__(self, config):
                    Strategy.__init__(self, config)

            class Four(One):
                def __init__(self, *args, **kwargs):
                    super().__init__(*args, **kwargs)

            class Five(Strategy):
                def __init__(self, size):
                    super().__init__()
                    self.size = size

            class Settings:
                size = 1

            class Own(Strategy):
                def __init__(self, config: Settings):
                    super().__init__()
                    self.size = config.size

            class Six(One):
                def __init__(self):
                    super().__init__(StrategyConfig(order_id_tag="6"))
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for one in program.classes.components_in(source):
            init = one.methods.get("__init__")
            if init is None or any(base.methods.get("__init__") for base in one.mro[1:]):
                continue
            config = next((p.name.value for p in init.params.params[1:] if p.name.value == "config"), None)
            supers = [c for c in source.find(cst.Call) if _is_init(c) and source.enclosing(c, cst.FunctionDef) is init]
            if config is None or one.has_unknown_base or not _is_plain(one.all_external):
                continue
            if self._is_foreign(source, init, program):
                continue
            if not supers:
                message = (
                    f"`{one.name}` does not call `super().__init__(config)`, so its configuration is lost: call it"
                )
                yield self.finding(source, init.name, message)
            elif len(supers) == 1 and not supers[0].args and _is_super(supers[0]):
                span = source.span(supers[0])
                at = Span(span.end_line, span.end_column - 1, span.end_line, span.end_column - 1)
                message = (
                    f"`{one.name}` does not pass its config to `super().__init__`, so order id tag, OMS type and all"
                    " fields of its own are lost: pass it"
                )
                fix = Fix("pass `config`", (Edit(at, config),), safe=True)
                yield self.finding(source, supers[0], message, fix=fix)

    def _is_foreign(self, source: PythonSource, init: cst.FunctionDef, program: Program) -> bool:
        """Whether the config is of a class of the project that is none of NautilusTrader's configurations."""
        note = next((p.annotation for p in init.params.params[1:] if p.name.value == "config"), None)
        own = program.classes.named(program.names.resolve(source, note.annotation)) if note is not None else None
        if own is None or own.has_unknown_base:
            return False
        return not any((api.short(name) or "").endswith("Config") for name in own.all_external)


def _is_init(call: cst.Call) -> bool:
    return isinstance(call.func, cst.Attribute) and call.func.attr.value == "__init__"


def _is_super(call: cst.Call) -> bool:
    owner = call.func.value if isinstance(call.func, cst.Attribute) else None
    return isinstance(owner, cst.Call) and isinstance(owner.func, cst.Name) and owner.func.value == "super"


def _is_plain(external: frozenset[str]) -> bool:
    """Only NautilusTrader's own bases: another one may take the config along."""
    return all(api.short(name) in api.COMPONENTS for name in external)
