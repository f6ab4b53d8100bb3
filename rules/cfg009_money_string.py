import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import ConfigSource, Edit, Example, Finding, Fix, Program, PythonSource, Rule, Severity, api

_GOOD = re.compile(r"-?(?:\d[\d_]*)?(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)? \S+")
_COMMAS = re.compile(r"(?P<amount>-?\d{1,3}(?:,\d{3})+(?:\.\d+)?) *(?P<currency>[A-Za-z]\w*)?")


class MoneyString(Rule):
    """Amount of money that cannot be read.

    `"1000000"` has no currency and raises ValueError, `"1,000,000 USD"` raises decimal.InvalidOperation, whose message
    names neither the text nor the field. A backtest stops when the venue is built, a sandbox when the node starts.

    Write the amount, one space and the currency: `"1_000_000 USD"`.
    """

    id = "CFG009"
    name = "money-string"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"Money", "starting_balances"})
    config_words = re.compile(r"starting_balances")

    invalid = [
        Example(
            "no currency, commas, and the wrong order",
            """
            from nautilus_trader.config import BacktestVenueConfig
            from nautilus_trader.model.objects import Money

            cash = Money.from_str("1000000")  # !
            venue = BacktestVenueConfig(
                name="SIM",
                starting_balances=[
                    "1,000,000 USD",  # !
                    "USD 1000",  # !
                ],
            )
            """,
            fixed="""
            from nautilus_trader.config import BacktestVenueConfig
            from nautilus_trader.model.objects import Money

            cash = Money.from_str("1000000")  # !
            venue = BacktestVenueConfig(
                name="SIM",
                starting_balances=[
                    "1_000_000 USD",  # !
                    "USD 1000",  # !
                ],
            )
            """,
        ),
        Example(
            "in a file",
            """
            # --- backtest.yaml
            venues:
              - name: SIM
                oms_type: NETTING
                account_type: CASH
                starting_balances: ["1,000,000 USD"]  # !
            """,
            fixed="""
            # --- backtest.yaml
            venues:
              - name: SIM
                oms_type: NETTING
                account_type: CASH
                starting_balances: ["1_000_000 USD"]  # !
            """,
        ),
    ]
    valid = [
        Example(
            "amounts, and what is not known",
            """
            from nautilus_trader.config import BacktestVenueConfig
            from nautilus_trader.model.objects import Money

            def venue(cash, currency):
                return BacktestVenueConfig(
                    name="SIM",
                    starting_balances=["1_000_000 USD", "0.5 BTC", "1e6 USDT", cash, f"{cash} {currency}"],
                ), Money.from_str(f"1000 {currency}")
            # --- paper.yaml
            starting_balances: 1000
            other:
              starting_balances: "${CASH}"
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            name = program.names.external(source, call.func) or ""
            nodes: list[cst.BaseExpression] = []
            if name.startswith(f"{api.PACKAGE}.") and name.endswith(".Money.from_str") and len(call.args) == 1:
                nodes = [call.args[0].value]
            elif api.short(name) in {"BacktestVenueConfig", "SandboxExecutionClientConfig"}:
                given = program.arguments(call).value("starting_balances")
                nodes = [e.value for e in given.elements] if isinstance(given, (cst.List, cst.Tuple)) else []
            for node in nodes:
                text = program.text(source, node)
                if text is None or _GOOD.fullmatch(text) or source.enclosing(node, cst.Try, cst.With) is not None:
                    continue
                better = _better(text)
                fix = None
                if better is not None and isinstance(node, cst.SimpleString) and text in node.value:
                    title = f"write `{better}`"
                    fix = self.replace(source, node, node.value.replace(text, better), title, safe=True)
                yield self.finding(source, node, _message(text, better), fix=fix)

    def check_config(self, source: ConfigSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for entry in source.entries:
            text = entry.value
            is_balance = "starting_balances" in entry.path[-2:] and isinstance(text, str)
            if not is_balance or not isinstance(text, str) or _GOOD.fullmatch(text) or "$" in text or "{" in text:
                continue
            better = _better(text)
            edit = Edit(entry.span, entry.raw.replace(text, better)) if better is not None else None
            fix = Fix(f"write `{better}`", (edit,), safe=True) if edit is not None else None
            yield self.finding(source, entry.span, _message(text, better), fix=fix)


def _better(text: str) -> str | None:
    match = _COMMAS.fullmatch(text.strip())
    return f"{match['amount'].replace(',', '_')} {match['currency']}" if match and match["currency"] else None


def _message(text: str, better: str | None) -> str:
    advice = f"write `{better}`" if better is not None else "write amount, space and currency, as `1_000_000 USD`"
    return f"`{text}` is no amount of money, so reading it raises and the run stops before the first trade: {advice}"
