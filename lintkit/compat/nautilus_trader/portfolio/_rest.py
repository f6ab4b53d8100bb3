"""What the portfolio lacks, its analyzer first: the engine's `Portfolio` asks here for every attribute it has not."""

from collections.abc import Callable
from typing import Any

from nautilus_trader import _refuse
from nautilus_trader._profile import LATER
from nautilus_trader.analysis._figures import defaults
from nautilus_trader.analysis.analyzer import PortfolioAnalyzer
from nautilus_trader.model.identifiers import AccountId, Venue
from nautilus_trader.model.objects import Currency, Money

_NOT_HERE = """
dispose initialize_orders initialize_positions on_order_event on_position_event reset set_specific_venue
set_use_mark_prices set_use_mark_xrates update_account update_bar update_mark_price update_order update_position
update_quote_tick
"""


@_refuse.members(_NOT_HERE, "Portfolio")
class Rest:
    """`portfolio` is the engine's."""

    def __init__(self, portfolio: Any) -> None:
        self.analyzer = PortfolioAnalyzer()
        for statistic in defaults():
            self.analyzer.register_statistic(statistic)
        self.analyzer.follow(portfolio.closed_trades)

        if LATER:
            self._portfolio = portfolio
            self.equity = self._of_venue(portfolio.equity_of)
            self.mark_values = self._of_venue(portfolio.mark_values_of)
            self.missing_price_instruments = portfolio.missing_prices_of

    def _of_venue(self, figures: Callable[[Venue], dict[Currency, Money]]) -> Callable[..., Any]:
        def asked(venue: Venue | None = None, account_id: AccountId | None = None) -> dict[Currency, Money]:
            if account_id is None and venue is not None:
                return figures(venue)
            account = self._portfolio.account(venue, account_id)
            of_account = account and Venue(account.id.get_issuer())
            return figures(of_account) if of_account and venue in {None, of_account} else {}

        return asked

    __getattr__ = _refuse.lacking("Portfolio")
