import re
from collections.abc import Iterator
from difflib import get_close_matches

import libcst as cst

from lintkit.rule import (
    Confidence,
    ConfigSource,
    Edit,
    Entry,
    Example,
    Finding,
    Fix,
    Program,
    PythonSource,
    Rule,
    Severity,
    api,
)

_FIELDS = {
    "BacktestVenueConfig": ("oms_type", "account_type", "book_type"),
    "SandboxExecutionClientConfig": ("oms_type", "account_type", "book_type"),
    "StrategyConfig": ("oms_type",),
    "LoggingConfig": ("log_level", "log_level_file"),
}
_HELPERS = {f"{name}_from_str": name for name in api.ENUMS}
_KEYS = {"oms_type": "oms_type", "book_type": "book_type", "account_type": "account_type"}
_BESIDE = frozenset({"starting_balances", "oms_type", "account_type", "book_type", "base_currency"})
_LOG_BESIDE = frozenset({"log_level_file", "log_directory", "log_component_levels", "log_colors", "bypass_logging"})


class InvalidEnumString(Rule):
    """Word that an enum does not have.

    `oms_type="NETING"` or `log_level="VERBOSE"` does not raise: the Rust side panics and the process is gone, with no
    Python traceback, no `on_stop` and no saved state. In a backtest it dies when the venue is built, live when the
    node starts or a strategy is added.

    Capitals and small letters both work. Where the word is close to a real one the fix puts it in.
    """

    id = "CFG002"
    name = "invalid-enum-string"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({*_FIELDS, *_HELPERS})
    config_words = re.compile(r"oms_type|book_type|log_level_file")

    invalid = [
        Example(
            "in configurations and helpers",
            """
            from nautilus_trader.config import BacktestVenueConfig, LoggingConfig, StrategyConfig
            from nautilus_trader.model.enums import order_side_from_str

            class MyConfig(StrategyConfig, frozen=True):
                size: int = 1

            venue = BacktestVenueConfig(
                name="SIM",
                oms_type="NETING",  # !
                account_type="MARGIN",
                starting_balances=[],
            )
            log = LoggingConfig(log_level="VERBOSE")  # !
            config = MyConfig(oms_type="HEDGE")  # !
            side = order_side_from_str("LONG")  # !
            """,
        ),
        Example(
            "in a file",
            """
            # --- backtest.yaml
            venues:
              - name: SIM
                oms_type: NETING  # !
                account_type: MARGIN
                book_type: L2  # !
                starting_balances: ["1 USD"]
            """,
            fixed="""
            # --- backtest.yaml
            venues:
              - name: SIM
                oms_type: NETTING  # !
                account_type: MARGIN
                book_type: L2_MBP  # !
                starting_balances: ["1 USD"]
            """,
        ),
        Example(
            "a strategy's own",
            """
            # --- live.yaml
            strategies:
              - strategy_path: bot:Trend
                config_path: bot:TrendConfig
                config:
                  oms_type: NETTED  # !
            """,
        ),
    ]
    valid = [
        Example(
            "any case, other people's account types, and what is not known",
            """
            from nautilus_trader.adapters.binance.config import BinanceExecClientConfig
            from nautilus_trader.config import BacktestVenueConfig, LoggingConfig
            from nautilus_trader.model.enums import order_side_from_str

            a = BacktestVenueConfig(name="SIM", oms_type="hedging", account_type="cash", starting_balances=[])
            b = LoggingConfig(log_level="warn", log_level_file="debug")
            c = BinanceExecClientConfig(account_type="USDT_FUTURES")

            def side(text):
                return order_side_from_str(text)
            # --- app.yaml
            logging:
              log_level: verbose
            binance:
              account_type: spot
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            name = api.short(program.names.external(source, call.func))
            if name in _HELPERS and len(call.args) == 1:
                yield from self._word(source, call.args[0].value, _HELPERS[name], program)
                continue
            if name is None and (one := program.classes.named(program.names.resolve(source, call.func))) is not None:
                name = "StrategyConfig" if one.derives_from("StrategyConfig") else None
            given = program.arguments(call)
            for field in _FIELDS.get(name or "", ()):
                node = given.value(field)
                if node is not None:
                    yield from self._word(source, node, field.removesuffix("_file"), program)

    def _word(self, source: PythonSource, node: cst.BaseExpression, enum: str, program: Program) -> Iterator[Finding]:
        text = program.text(source, node)
        if text is None or text.upper() in api.ENUMS[enum]:
            return
        better = _nearest(text, enum)
        fix = None
        if better and isinstance(node, cst.SimpleString):
            fix = self.replace(source, node, f"{node.quote}{better}{node.quote}", f"write {better}", safe=True)
        yield self.finding(source, node, _message(text, enum, better), fix=fix)

    def check_config(self, source: ConfigSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for entry in source.entries:
            key = entry.path[-1] if entry.path else None
            if not isinstance(key, str) or not isinstance(entry.value, str) or "$" in entry.value or "{" in entry.value:
                continue
            near = {e.path[-1] for e in source.children(entry.path[:-1])} - {key}
            is_log = key in {"log_level", "log_level_file"} and near & _LOG_BESIDE
            enum = "log_level" if is_log else _KEYS.get(key)
            known = is_log or len(near & _BESIDE) > 1 or self._is_strategy(source, entry)
            if enum is None or not known or entry.value.upper() in api.ENUMS[enum]:
                continue
            better = _nearest(entry.value, enum)
            edit = Edit(entry.span, entry.raw.replace(entry.value, better)) if better else None
            yield self.finding(
                source,
                entry.span,
                _message(entry.value, enum, better),
                confidence=Confidence.LIKELY if is_log else Confidence.CERTAIN,
                fix=Fix(f"write {better}", (edit,), safe=True) if edit else None,
            )

    def _is_strategy(self, source: ConfigSource, entry: Entry) -> bool:
        """Whether an entry is a setting of a strategy that is named beside it."""
        if entry.path[-2:] != ("config", "oms_type"):
            return False
        return any(e.path[-1] == "strategy_path" for e in source.children(entry.path[:-2]))


def _nearest(text: str, enum: str) -> str | None:
    upper = text.upper().replace("-", "_").replace(" ", "_")
    starts = [word for word in sorted(api.ENUMS[enum]) if word.startswith(upper) and len(upper) > 1]
    if len(starts) == 1:
        return starts[0]
    near = get_close_matches(upper, sorted(api.ENUMS[enum]), n=1, cutoff=0.7)
    return near[0] if near else None


def _message(text: str, enum: str, better: str | None) -> str:
    words = ", ".join(sorted(api.ENUMS[enum]))
    advice = f"write `{better}`" if better else f"it is one of {words}"
    return f"`{text}` is no `{enum}`, so the process is aborted without a traceback when it is read: {advice}"
