from collections import defaultdict
from collections.abc import Iterator
from dataclasses import astuple
from decimal import Decimal
from typing import TypeAlias

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity, Span

_Definition: TypeAlias = tuple[PythonSource, int, dict[str, tuple[str, tuple[int, int, int, int] | None]]]
"""The file, the line, and what is known of its fields: the number, and where it stands."""

_FIELDS = ("price_increment", "size_increment", "price_precision", "size_precision", "multiplier", "lot_size")


class ConflictingDefinitions(Rule):
    """One instrument, defined in two ways.

    The same instrument id stands in two places of the project with different increments or multipliers. Which of
    them counts depends on which file a run imports: the backtest that was tuned and the node that trades have
    different ticks, and one of them is wrong.

    Define an instrument once and import it.
    """

    id = "INS014"
    name = "conflicting-definitions"
    severity = Severity.WARNING
    confidence = Confidence.LIKELY
    since = "0.1.0"
    mentions = frozenset(
        {
            "price_increment",
            "size_increment",
            "multiplier",
            "price_precision",
            "CurrencyPair",
            "CryptoPerpetual",
            "FuturesContract",
            "Equity",
        }
    )

    invalid = [
        Example(
            "a backtest with one tick, live code with another",
            """
            # --- backtest.py
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import CryptoPerpetual
            from nautilus_trader.model.objects import Price

            sol = CryptoPerpetual(
                instrument_id=InstrumentId.from_str("WIF-PERP.DYDX"),
                price_increment=Price.from_str("0.0001"),
            )
            # --- live.py
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import CryptoPerpetual
            from nautilus_trader.model.objects import Price

            sol = CryptoPerpetual(
                instrument_id=InstrumentId.from_str("WIF-PERP.DYDX"),
                price_increment=Price.from_str("0.001"),  # !
            )
            """,
        ),
    ]
    valid = [
        Example(
            "the same twice, another venue, and a test that may do what it likes",
            """
            # --- a.py
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import CryptoPerpetual
            from nautilus_trader.model.objects import Price

            one = CryptoPerpetual(
                instrument_id=InstrumentId.from_str("WIF-PERP.DYDX"),
                price_increment=Price.from_str("0.0001"),
            )
            # --- b.py
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import CryptoPerpetual
            from nautilus_trader.model.objects import Price

            same = CryptoPerpetual(
                instrument_id=InstrumentId.from_str("WIF-PERP.DYDX"),
                price_increment=Price(0.0001, 4),
            )
            other = CryptoPerpetual(
                instrument_id=InstrumentId.from_str("WIF-PERP.SIM"),
                price_increment=Price.from_str("0.1"),
            )
            # --- tests/test_c.py
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import CryptoPerpetual
            from nautilus_trader.model.objects import Price

            fake = CryptoPerpetual(
                instrument_id=InstrumentId.from_str("WIF-PERP.DYDX"),
                price_increment=Price.from_str("5"),
            )
            """,
        ),
    ]

    def check_whole(self, program: Program) -> Iterator[Finding]:
        by_id: dict[tuple[str, ...], list[_Definition]] = defaultdict(list)
        for kind, symbol, venue, number, line, fields in self.gathered(program):
            by_id[kind, symbol, venue].append((program.file(number), line, fields))
        for (_, *name), found in by_id.items():
            for field in _FIELDS:
                yield from self._field(".".join(name), [one for one in found if field in one[2]], field)

    def gather(self, source: PythonSource, program: Program) -> Iterator[object]:
        if program.is_example(source) or source not in program.mentioning(self.mentions):
            return
        for one in program.instruments.of(source):
            if one.id is not None:
                fields = {
                    field: [str(value), astuple(source.span(node)) if node is not None else None]
                    for field in _FIELDS
                    if (value := one.number(field)) is not None
                    for node in (one.node(field),)
                }
                yield one.kind, *one.id, source.number, source.span(one.call).line, fields

    def _field(self, name: str, known: list[_Definition], field: str) -> Iterator[Finding]:
        for source, _, fields in known[1:]:
            first, at, others = known[0]
            (value, place), (other, _) = fields[field], others[field]
            if place is None or Decimal(value) == Decimal(other) or source is first:
                continue
            yield self.finding(
                source,
                Span(*place),
                f"`{field}` of `{name}` is {Decimal(value):f} here and {Decimal(other):f} in `{first.path}` line {at},"
                " so it depends on the imports which of them a run trades on: define the instrument once",
            )
