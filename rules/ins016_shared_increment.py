from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, Definition, Example, Finding, Program, PythonSource, Rule, Severity

_COINS = frozenset({"CryptoPerpetual", "CryptoFuture", "CryptoOption"})


class SharedIncrement(Rule):
    """One price increment for every coin of a venue.

    A loop over the venue's markets that gives each instrument the same tick is right for a few of them. Coins trade
    from a hundredth of a cent to a hundred thousand dollars: with two decimal places the cheap ones have no price
    between 0.00 and 0.01, so stops, entries and profit are rounded away, and the venue rejects orders for the others.

    Take tick and precision from the same answer of the venue as the symbol.
    """

    id = "INS016"
    name = "shared-increment"
    severity = Severity.WARNING
    confidence = Confidence.LIKELY
    since = "0.1.0"
    mentions = _COINS

    invalid = [
        Example(
            "whatever the venue lists, in cents",
            """
            from nautilus_trader.model.identifiers import InstrumentId, Symbol
            from nautilus_trader.model.instruments import CryptoPerpetual
            from nautilus_trader.model.objects import Price, Quantity

            def load(meta):
                for asset in meta["universe"]:
                    coin = asset["name"]
                    instrument_id = InstrumentId(Symbol(f"{coin}-PERP"), VENUE)
                    CryptoPerpetual(
                        instrument_id=instrument_id,
                        price_precision=2,
                        price_increment=Price.from_str("0.01"),  # !
                        size_increment=Quantity.from_str(asset["step"]),
                    )
            """,
        ),
    ]
    valid = [
        Example(
            "the venue's own tick, a table, and a single instrument",
            """
            from nautilus_trader.model.identifiers import InstrumentId, Symbol
            from nautilus_trader.model.instruments import CryptoPerpetual, Equity
            from nautilus_trader.model.objects import Price

            for asset in meta:
                CryptoPerpetual(
                    instrument_id=InstrumentId(Symbol(asset["name"]), VENUE),
                    price_increment=Price.from_str(asset["tick"]),
                )
                Equity(instrument_id=InstrumentId(Symbol(asset["name"]), VENUE), price_increment=Price.from_str("0.01"))

            for coin in ["BTC", "ETH"]:
                CryptoPerpetual(
                    instrument_id=InstrumentId(Symbol(f"{coin}-PERP"), VENUE), price_increment=Price.from_str("0.1"),
                )

            for month in months:
                CryptoPerpetual(
                    instrument_id=InstrumentId(Symbol("BTC-PERP"), VENUE), price_increment=Price.from_str("0.1"),
                )
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for one in program.instruments.of(source):
            node, tick = one.node("price_increment"), one.number("price_increment")
            if one.kind not in _COINS or node is None or tick is None or one.symbol is not None:
                continue
            loop = source.enclosing(one.call, cst.For, cst.FunctionDef)
            if isinstance(loop, cst.For) and _names_each(source, one, loop, program):
                yield self.finding(
                    source,
                    node,
                    f"`price_increment` is {tick:f} for every instrument of this loop, so coins that are worth less"
                    " have no prices to trade at and orders for the others are rejected: take the tick from where the"
                    " symbol comes from",
                )


def _names_each(source: PythonSource, one: Definition, loop: cst.For, program: Program) -> bool:
    """Whether the id is made of what the loop runs over."""
    targets = {node.value for node in _names(loop.target)}
    seen: list[cst.BaseExpression] = [node] if (node := one.node("instrument_id")) is not None else []
    known: set[str] = set()
    while seen:
        for name in _names(seen.pop()):
            if name.value in targets:
                return True
            bound = program.names.bindings(source, name) if name.value not in known else None
            known.add(name.value)
            values = [getattr(binding, "value", None) for binding in bound[1]] if bound is not None else []
            seen += [value for value in values if isinstance(value, cst.BaseExpression)]
    return False


def _names(node: cst.CSTNode) -> Iterator[cst.Name]:
    if isinstance(node, cst.Name):
        yield node
    for child in node.children:
        yield from _names(child)
