from collections.abc import Iterator

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity


class LeverageDefaultMismatch(Rule):
    """Margin venue with a leverage that nobody chose.

    A margin account gets leverage 10 from `BacktestEngine.add_venue` and leverage 1 from `BacktestVenueConfig` when
    `default_leverage` is not given. The same strategy holds ten times the position in one of them, and drawdown,
    margin and denied orders have nothing to do with the account that you trade.

    Set `default_leverage` to that of your account.
    """

    id = "VEN011"
    name = "leverage-default-mismatch"
    severity = Severity.WARNING
    since = "0.1.0"
    mentions = frozenset({"add_venue", "BacktestVenueConfig"})

    invalid = [
        Example(
            "both ways to set up a venue",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.config import BacktestVenueConfig
            from nautilus_trader.model.enums import AccountType

            engine = BacktestEngine()
            engine.add_venue(venue=SIM, oms_type=NETTING, account_type=AccountType.MARGIN, starting_balances=[])  # !
            venue = BacktestVenueConfig(  # !
                name="SIM",
                oms_type="NETTING",
                account_type="MARGIN",
                starting_balances=["1 USD"],
            )
            """,
        ),
    ]
    valid = [
        Example(
            "a leverage, or leverages, or none to speak of",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.config import BacktestVenueConfig
            from nautilus_trader.model.enums import AccountType

            def run(engine: BacktestEngine, kind, options):
                engine.add_venue(SIM, NETTING, AccountType.MARGIN, [], default_leverage=ONE)
                engine.add_venue(SIM, NETTING, AccountType.MARGIN, [], leverages={ID: ONE})
                engine.add_venue(SIM, NETTING, AccountType.CASH, [])
                engine.add_venue(SIM, NETTING, kind, [])
                return BacktestVenueConfig(account_type="MARGIN", **options)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source) or not program.trading.sends_orders(source):
            return
        for venue in program.venues.of(source):
            account = venue.arguments.value("account_type")
            if account is None or not venue.runs or not (venue.lacks("default_leverage") and venue.lacks("leverages")):
                continue
            if not program.is_constant(source, account, "MARGIN"):
                continue
            here, there = ("`BacktestVenueConfig`", "`add_venue` 10") if venue.is_config else (
                "`add_venue`", "`BacktestVenueConfig` 1"
            )  # fmt: skip
            message = (
                f"this margin venue has no `default_leverage`: {here} takes {1 if venue.is_config else 10}, {there},"
                " and positions and margin are those of neither your account nor your other backtest: set it"
            )
            form, calls = ("1.0", ()) if venue.is_config else ("{0}(10)", (("decimal", "Decimal"),))
            title = "spell out the leverage that is in force"
            fix = self.adding(source, venue.call, [f"default_leverage={form}"], title, safe=False, calls=calls)
            yield self.finding(source, venue.call.func, message, fix=fix)
