from collections import defaultdict
from collections.abc import Iterator

from lintkit.rule import Confidence, Definition, Example, Finding, Program, Rule, Severity

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

    def check_program(self, program: Program) -> Iterator[Finding]:
        by_id: dict[tuple[str, str, str], list[Definition]] = defaultdict(list)
        for source in program.mentioning(self.mentions):
            for one in () if program.is_example(source) else program.instruments.of(source):
                if one.id is not None:
                    by_id[(one.kind, *one.id)].append(one)
        for found in by_id.values():
            for field in _FIELDS:
                yield from self._field(found, field)

    def _field(self, found: list[Definition], field: str) -> Iterator[Finding]:
        given = [(one, one.number(field)) for one in found]
        known = [(one, value) for one, value in given if value is not None]
        first = known[0] if known else None
        for one, value in known[1:]:
            node = one.node(field)
            if first is None or node is None or value == first[1] or one.source is first[0].source:
                continue
            at = first[0].source.span(first[0].call).line
            yield self.finding(
                one.source,
                node,
                f"`{field}` of `{one.name}` is {value:f} here and {first[1]:f} in `{first[0].source.path}` line {at},"
                " so it depends on the imports which of them a run trades on: define the instrument once",
            )
