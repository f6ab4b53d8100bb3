import re
from collections.abc import Iterator
from difflib import get_close_matches

import libcst as cst

from lintkit.rule import Confidence, ConfigSource, Example, Finding, Program, PythonSource, Rule, Severity, api

_MONEY = re.compile(r"\s*[\d_,.]+\s+(?P<code>\w+)\s*")
_FIELDS = frozenset({"base_currency", "quote_currency", "settlement_currency", "currency"})
_CONFIG_FIELDS = frozenset({"starting_balances", "base_currency"})


class UnknownCurrencyCode(Rule):
    """Currency code that NautilusTrader makes a new coin of.

    An unknown code is not an error: `Currency.from_str("UDS")`, `Money.from_str("1000 usd")` and a starting balance
    of "100000 UDST" silently make a new crypto currency with 8 decimal places. The account then holds a coin that
    nothing is quoted in: orders are denied for lack of money, or converted at no rate, and results are in UDST.

    Codes are written in capitals. A coin that NautilusTrader really does not have is not reported, unless it is one
    letter away from one that it has.
    """

    id = "INS009"
    name = "unknown-currency-code"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"Currency", "Money", "starting_balances", "base_currency"})
    config_words = re.compile(r"starting_balances")

    invalid = [
        Example(
            "transposed, and in small letters",
            """
            from nautilus_trader.config import BacktestVenueConfig
            from nautilus_trader.model.objects import Currency, Money

            usd = Currency.from_str("usd")  # !
            cash = Money.from_str("1_000 UDST")  # !
            venue = BacktestVenueConfig(
                name="SIM",
                starting_balances=["1_000_000 USDD", "10 BTC"],  # !
                base_currency="UDS",  # !
            )
            """,
        ),
        Example(
            "in a config file",
            """
            # --- backtest.yaml
            venues:
              - name: BINANCE
                oms_type: NETTING
                starting_balances: ["10000 UDST"]  # !
            """,
        ),
    ]
    valid = [
        Example(
            "known codes, coins that only others know, and what is not known",
            """
            from nautilus_trader.config import BacktestVenueConfig
            from nautilus_trader.model.objects import Currency, Money

            usd = Currency.from_str("USD")
            coin = Currency.from_str("PENGU")
            point = Currency.from_str("WIFI")
            cash = Money.from_str("1_000 USDT")
            venue = BacktestVenueConfig(name="SIM", starting_balances=["1_000_000 USD"], base_currency="USD")

            def currency(code):
                return Currency.from_str(code)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            name = program.names.external(source, call.func) or ""
            if not name.startswith(f"{api.PACKAGE}."):
                continue
            owner, _, method = name.rpartition(".")
            if method == "from_str" and owner.endswith((".Currency", ".Money")) and call.args:
                yield from self._text(source, call.args[0].value, program, is_code=owner.endswith(".Currency"))
            elif method == "BacktestVenueConfig":
                given = program.arguments(call)
                for field in ("starting_balances", "base_currency"):
                    node = given.value(field)
                    nodes = [e.value for e in node.elements] if isinstance(node, (cst.List, cst.Tuple)) else [node]
                    for one in nodes:
                        if one is not None:
                            yield from self._text(source, one, program, is_code=field == "base_currency")

    def _text(
        self, source: PythonSource, node: cst.BaseExpression, program: Program, *, is_code: bool
    ) -> Iterator[Finding]:
        text = program.text(source, node)
        message, is_certain = _problem(text, is_code=is_code) if text is not None else (None, False)
        if message and text is not None:
            confidence = Confidence.CERTAIN if is_certain else Confidence.LIKELY
            severity = Severity.ERROR if is_certain else Severity.WARNING
            code, better = message.split("`")[1], message.split("`")[-2]
            fix = None
            if isinstance(node, cst.SimpleString) and code in node.value:
                fix = self.replace(source, node, node.value.replace(code, better), f"write `{better}`", safe=False)
            yield self.finding(source, node, message, severity=severity, confidence=confidence, fix=fix)

    def check_config(self, source: ConfigSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for entry in source.entries:
            field = next((p for p in reversed(entry.path) if isinstance(p, str)), "")
            owner = entry.path[: -1 if entry.path[-1:] == (field,) else -2]
            near = {str(e.path[-1]) for e in source.children(owner)}
            if field not in _CONFIG_FIELDS or "starting_balances" not in near or not isinstance(entry.value, str):
                continue
            message, is_certain = _problem(entry.value, is_code=field == "base_currency")
            if message:
                confidence = Confidence.CERTAIN if is_certain else Confidence.LIKELY
                severity = Severity.ERROR if is_certain else Severity.WARNING
                yield self.finding(source, entry.span, message, severity=severity, confidence=confidence)


def _problem(text: str, *, is_code: bool) -> tuple[str | None, bool]:
    """What is wrong with a code or an amount of money, and whether that is certain."""
    match = _MONEY.fullmatch(text)
    code = text.strip() if is_code else match["code"] if match else ""
    if not code or code in api.CURRENCIES or not code.isalpha():
        return None, False
    better = code.upper() if code.upper() in api.CURRENCIES else None
    is_case = better is not None
    near = get_close_matches(code.upper(), sorted(_COMMON), n=1, cutoff=0.6)
    if better is None and near and _is_slip(code.upper(), near[0]):
        better = near[0]
    if better is None:
        return None, False
    message = (
        f"`{code}` is no currency that NautilusTrader knows, so it becomes a new coin with 8 decimal places and nothing"
        f" is priced in it: write `{better}`"
    )
    return message, is_case or code.upper() not in _REAL


_COMMON = frozenset({"USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD", "NZD", "USDT", "USDC", "BTC", "ETH", "BUSD"})
_REAL = frozenset({"USDD", "USDE", "USDS", "USDP", "USDX", "USDB", "EURC", "EURT", "USDQ", "BTCB", "USDM"})
"""Coins that exist and look like another: said with less confidence."""


def _is_slip(code: str, known: str) -> bool:
    """Two letters exchanged, one doubled or one wrong in a code of four."""
    if sorted(code) == sorted(known):
        return True
    if len(code) == len(known) > 3:  # noqa: PLR2004
        return sum(a != b for a, b in zip(code, known, strict=True)) == 1
    return len(code) == len(known) + 1 and any(code[:i] + code[i + 1 :] == known for i in range(len(code)))
