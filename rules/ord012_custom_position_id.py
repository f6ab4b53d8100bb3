from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity

_DENIED_SINCE = (1, 227)


class CustomPositionId(Rule):
    """Position id of one's own under netting.

    With a netting venue there is one position an instrument, and NautilusTrader names it. Up to release 1.226 a
    `position_id` that is given to `submit_order` is taken all the same; from 1.227 on the order is denied, so after an
    upgrade the strategy trades no more.

    Leave `position_id` out, or use `OmsType.HEDGING` where several positions are meant.
    """

    id = "ORD012"
    name = "custom-position-id"
    severity = Severity.ERROR
    confidence = Confidence.LIKELY
    since = "0.1.0"
    mentions = frozenset({"position_id"})

    invalid = [
        Example(
            "an id for a venue that nets",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.model.enums import AccountType, OmsType
            from nautilus_trader.model.identifiers import PositionId
            from nautilus_trader.trading.strategy import Strategy

            class Two(Strategy):
                def on_bar(self, bar):
                    self.submit_order(self.order, position_id=PositionId("MINE-1"))  # !

            engine = BacktestEngine()
            engine.add_venue(SIM, OmsType.NETTING, AccountType.MARGIN, CASH, latency_model=LATENCY)
            """,
            version="1.231.0",
        ),
    ]
    valid = [
        Example(
            "a hedging venue, the id of a position that is there, and an older release",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.model.enums import AccountType, OmsType
            from nautilus_trader.model.identifiers import PositionId
            from nautilus_trader.trading.strategy import Strategy

            class Two(Strategy):
                def on_bar(self, bar):
                    self.submit_order(self.order, position_id=PositionId("MINE-1"))
                    self.submit_order(self.order, position_id=self.cache.positions_open()[0].id)

            engine = BacktestEngine()
            engine.add_venue(SIM, OmsType.HEDGING, AccountType.MARGIN, CASH, latency_model=LATENCY)
            """,
            version="1.231.0",
        ),
    ]

    def check_program(self, program: Program) -> Iterator[Finding]:
        version = program.target.version
        if version is None or (version.major, version.minor) < _DENIED_SINCE:
            return
        nodes = [venue.arguments.value("oms_type") for s in program.python for venue in program.venues.of(s)]
        kinds = [
            program.enum_word(venue.source, node)
            for s in program.python
            for venue in program.venues.of(s)
            if (node := venue.arguments.value("oms_type")) is not None
        ]
        if not kinds or len(kinds) != len(nodes) or set(kinds) != {"NETTING"}:
            return
        for source in program.mentioning(self.mentions):
            yield from self._file(source, program)

    def _file(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            if not (isinstance(call.func, cst.Attribute) and call.func.attr.value == "submit_order"):
                continue
            argument = program.arguments(call, ("order", "position_id")).given.get("position_id")
            if argument is None or not _is_made(source, argument.value, program):
                continue
            yield self.finding(
                source,
                argument,
                "`position_id` is of your own making and every venue of the project nets, so the order is denied from"
                " release 1.227 on: leave it out",
            )


def _is_made(source: PythonSource, node: cst.BaseExpression, program: Program) -> bool:
    where, value = program.values.origin(source, node)
    name = program.names.external(where, value.func) if isinstance(value, cst.Call) else None
    return name is not None and name.endswith(".PositionId")
