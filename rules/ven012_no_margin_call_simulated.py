import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import ConfigSource, Example, Finding, Program, PythonSource, Rule, Severity

_FIELDS = ("liquidation_enabled", "liquidation_trigger_ratio", "liquidation_cancel_open_orders")


class NoMarginCallSimulated(Rule):
    """Liquidation that never happens.

    `BacktestVenueConfig` has fields for liquidation since release 1.228, and nothing in 1.x reads them; `add_venue`
    does not take them at all. The backtest holds a position that the venue would have closed long before, and calls
    the recovery a profit.

    Check the margin in the strategy, or run the backtest on release 2.
    """

    id = "VEN012"
    name = "no-margin-call-simulated"
    severity = Severity.WARNING
    since = "0.1.0"
    config_words = re.compile(r"liquidation_")
    mentions = frozenset(_FIELDS)

    invalid = [
        Example(
            "a setting that is accepted and not used",
            """
            from nautilus_trader.config import BacktestVenueConfig

            venue = BacktestVenueConfig(
                name="X",
                starting_balances=["1 USDT"],
                liquidation_enabled=True,  # !
            )
            """,
        ),
        Example(
            "a config file",
            """
            # --- backtest.yaml
            venues:
              - name: X
                starting_balances: ["1 USDT"]
                liquidation_enabled: true  # !
            """,
        ),
    ]
    valid = [
        Example(
            "off, and settings of the project's own",
            """
            from nautilus_trader.config import BacktestVenueConfig

            venue = BacktestVenueConfig(name="X", starting_balances=[], liquidation_enabled=False)
            model = own_margin(liquidation_enabled=True)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        version = program.target.version
        if program.is_test(source) or (version is not None and version.major > 1):
            return
        for venue in program.venues.of(source):
            given = next((venue.arguments.given[f] for f in _FIELDS if f in venue.arguments.given), None)
            if given is not None and not (isinstance(given.value, cst.Name) and given.value.value in {"False", "None"}):
                yield self.finding(source, given, _message(given.keyword.value if given.keyword else _FIELDS[0]))

    def check_config(self, source: ConfigSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for entry in source.entries:
            if not entry.path or entry.path[-1] not in _FIELDS or entry.value in {False, None}:
                continue
            beside = {e.path[-1] for e in source.children(entry.path[:-1])}
            if "starting_balances" in beside:
                yield self.finding(source, entry.key or entry.span, _message(str(entry.path[-1])))


def _message(field: str) -> str:
    return (
        f"nothing in release 1.x reads `{field}`, so positions that the venue would liquidate live on in the backtest:"
        " check the margin in the strategy"
    )
