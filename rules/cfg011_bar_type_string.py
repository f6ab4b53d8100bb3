import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, ConfigSource, Example, Finding, Program, PythonSource, Rule, Severity, Span, api

_SHAPE = re.compile(
    r"(?P<id>\S+?)-(?P<step>\d+)-(?P<unit>[A-Za-z_]+)-(?P<price>[A-Za-z_]+)(?:-(?P<source>[A-Za-z]+))?(?P<rest>@\S+)?"
)
_PERIODS = {"MILLISECOND": 1000, "SECOND": 60, "MINUTE": 60, "HOUR": 24, "MONTH": 12}
_LARGER = {"MILLISECOND": "SECOND", "SECOND": "MINUTE", "MINUTE": "HOUR", "HOUR": "DAY"}
_PERIODIC_SINCE = (1, 227)
_KEYS = ("bar_type", "bar_types")


class BarTypeString(Rule):
    """Bar type that does not parse.

    `BarType.from_str` raises for a unit that it does not know (`1-MIN`), a price that is none (`TRADES`), or a missing
    EXTERNAL or INTERNAL. From release 1.227 a step has to divide the next larger unit: 60-MINUTE, 90-MINUTE and
    24-HOUR, which older releases take, stop the strategy in `on_start`, and a live node goes on without it.

    Write 1-HOUR for 60-MINUTE, 1-DAY for 24-HOUR.
    """

    id = "CFG011"
    name = "bar-type-string"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"BarType", "BarSpecification", *_KEYS})
    config_words = re.compile(r"EXTERNAL|INTERNAL")

    invalid = [
        Example(
            "unit, price and source",
            """
            from nautilus_trader.model.data import BarType

            a = BarType.from_str("ESZ4.XCME-1-MIN-LAST-EXTERNAL")  # !
            b = BarType.from_str("ESZ4.XCME-1-MINUTE-TRADES-EXTERNAL")  # !
            c = BarType.from_str("ESZ4.XCME-1-MINUTE-LAST")  # !
            d = BarType.from_str("ESZ4-1-MINUTE-LAST-EXTERNAL")  # !
            """,
        ),
        Example(
            "sixty minutes are an hour",
            """
            from nautilus_trader.model.data import BarType

            a = BarType.from_str("ESZ4.XCME-60-MINUTE-LAST-EXTERNAL")  # !
            """,
            version="1.231.0",
        ),
        Example(
            "in a file",
            """
            # --- strategy.yaml
            instrument_id: ESZ4.XCME
            bar_type: ESZ4.XCME-5-MINS-LAST-EXTERNAL  # !
            """,
        ),
    ]
    valid = [
        Example(
            "what parses, what is not known, and sixty minutes where they are allowed",
            """
            from nautilus_trader.model.data import BarType

            a = BarType.from_str("ESZ4.XCME-15-MINUTE-LAST-EXTERNAL")
            b = BarType.from_str("BTC-USDT.OKX-1000-TICK-LAST-INTERNAL")
            c = BarType.from_str("ESZ4.XCME-5-MINUTE-LAST-INTERNAL@1-MINUTE-EXTERNAL")
            d = BarType.from_str("ESZ4.XCME-60-MINUTE-LAST-EXTERNAL")
            e = BarType.from_str(f"{name}-1-MINUTE-LAST-EXTERNAL")
            """,
            version="1.221.0",
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            name = program.names.external(source, call.func) or ""
            if name.startswith(f"{api.PACKAGE}.") and name.endswith(".BarType.from_str") and len(call.args) == 1:
                if source.enclosing(call, cst.Try) is None:
                    yield from self._text(source, call.args[0].value, program)
                continue
            if name.startswith("builtins."):
                continue
            for field in _KEYS:
                node = program.arguments(call).value(field)
                if isinstance(node, cst.SimpleString) and _looks_like_one(str(node.evaluated_value)):
                    yield from self._text(source, node, program)

    def _text(self, source: PythonSource, node: cst.BaseExpression, program: Program) -> Iterator[Finding]:
        text = program.text(source, node)
        problem = _problem(text, program) if text is not None else None
        if problem is not None:
            yield self._report(source, node, text or "", *problem)

    def check_config(self, source: ConfigSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for entry in source.entries:
            named = entry.path and any(part in _KEYS for part in entry.path[-2:])
            if named and isinstance(entry.value, str) and _looks_like_one(entry.value):
                problem = _problem(entry.value, program)
                if problem is not None:
                    yield self._report(source, entry.span, entry.value, *problem)

    def _report(
        self,
        source: PythonSource | ConfigSource,
        place: cst.BaseExpression | Span,
        text: str,
        what: str,
        is_certain: bool,  # noqa: FBT001
    ) -> Finding:
        return self.finding(
            source,
            place,
            f"the bar type `{text}` does not parse, so the strategy stops in `on_start`: {what}",
            severity=Severity.ERROR if is_certain else Severity.WARNING,
            confidence=Confidence.CERTAIN if is_certain else Confidence.LIKELY,
        )


def _looks_like_one(text: str) -> bool:
    return text.endswith(("-EXTERNAL", "-INTERNAL")) and _SHAPE.fullmatch(text) is not None


def _problem(text: str, program: Program) -> tuple[str, bool] | None:
    """What is wrong with a bar type, and whether every release that the project can mean says so."""
    match = _SHAPE.fullmatch(text)
    if match is None or "{" in text or "%" in text or "<" in text:
        return None
    unit, price, origin = match["unit"].upper(), match["price"].upper(), (match["source"] or "").upper()
    if unit not in api.ENUMS["bar_aggregation"]:
        return f"`{match['unit']}` is no unit, write SECOND, MINUTE, HOUR or DAY", True
    if price not in api.ENUMS["price_type"]:
        return f"`{match['price']}` is no price, write LAST, BID, ASK or MID", True
    if origin not in {"EXTERNAL", "INTERNAL"}:
        return "it has to end in `-EXTERNAL`, or in `-INTERNAL` for bars that NautilusTrader builds", True
    if "." not in match["id"]:
        return f"`{match['id']}` has no venue, write `{match['id']}.VENUE`", True
    step, whole = int(match["step"]), _PERIODS.get(unit)
    if step == 0:
        return "the step is 0", True
    if whole is None or (step < whole and whole % step == 0):
        return None
    version = program.target.version
    if version is not None and (version.major, version.minor) < _PERIODIC_SINCE:
        return None
    larger = f", write `{step // whole}-{_LARGER[unit]}`" if unit in _LARGER and step % whole == 0 else ""
    since = f"from release 1.227 on a step of {unit} has to divide {whole} and be less{larger}"
    return since, version is not None and program.target.exact
