"""The portfolio's analyzer: figures of results, returns and positions. pandas is imported when a series is wanted."""

from collections.abc import Callable, Sequence
from math import inf, isnan
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from lintkit._engine import Currency, Money, PositionId
from nautilus_trader import _refuse
from nautilus_trader._profile import LATER
from nautilus_trader.analysis._figures import Figure
from nautilus_trader.core.datetime import dt_to_unix_nanos

if TYPE_CHECKING:
    import pandas as pd

_DAY: Final = 86_400_000_000_000
_UUID: Final = 36

Trade = tuple[str, float, int | None]
"""Position id, result in its currency, time of its last fill in nanoseconds."""


def _plain(position_id: str) -> str:
    """A snapshot's id without the UUID that was added to it."""
    name, tail = position_id[: -_UUID - 1], position_id[-_UUID:]
    if not name or position_id[len(name)] != "-":
        return position_id
    try:
        return name if UUID(tail).version == 4 else position_id  # noqa: PLR2004
    except ValueError:
        return position_id


def _by_time(returns: dict[int, float]) -> "pd.Series":
    import pandas as pd  # half a second that most scripts need not pay

    if not returns:
        return pd.Series(dtype="float64")
    index = pd.DatetimeIndex(list(returns), tz="UTC")
    return pd.Series(list(returns.values()), index=index, dtype="float64")


def _by_id(trades: "list[Trade] | None") -> "pd.Series | None":
    import pandas as pd

    if trades is None:
        return None
    return pd.Series([trade[1] for trade in trades], index=[trade[0] for trade in trades], dtype="float64")


@_refuse.members("record_trade")
class PortfolioAnalyzer:
    """Statistics of a run; of its last venue, where there are several, as in the real one."""

    def __init__(self) -> None:
        self._statistics: dict[str, Any] = {}
        self._positions: list[Any] = []
        self._recorded: Callable[[], list[tuple[str, Money, int]]] = list
        self._due: Callable[[], None] | None = None
        self._forget()

    def _forget(self) -> None:
        self._starting: dict[Currency, Money] = {}
        self._balances: dict[Currency, Money] = {}
        self._trades: dict[Currency, dict[Any, Trade]] = {}
        self._returns: dict[int, float] = {}
        self._of_account: dict[int, float] = {}

    def settle(self) -> None:
        """What the end of a run left to be calculated: nobody may ever ask for it."""
        due, self._due = self._due, None
        if due is not None:
            due()

    def defer(self, calculate: Callable[[], None]) -> None:
        self.settle()
        self._due = calculate

    def follow(self, recorded: Callable[[], list[tuple[str, Money, int]]]) -> None:
        """Where the trades come from that the portfolio notes as positions close; 1.221 notes none."""
        self._recorded = recorded

    def register_statistic(self, statistic: Any) -> None:
        if statistic is None:
            raise TypeError("'statistic' argument was `None`")
        self._statistics[statistic.name] = statistic

    def deregister_statistic(self, statistic: Any) -> None:
        self._statistics.pop(statistic.name, None)

    def deregister_statistics(self) -> None:
        self._statistics.clear()

    def statistic(self, name: str) -> Any:
        return self._statistics.get(name)

    def reset(self) -> None:
        self.settle()
        self._forget()
        if LATER:
            self._positions = []

    @property
    def currencies(self) -> list[Currency]:
        self.settle()
        return list(self._balances)

    # What it is fed with

    def calculate_statistics(self, account: Any, positions: list[Any]) -> None:
        self._forget()
        self._starting = account.starting_balances()
        self._balances = account.balances_total()
        if LATER:
            self._positions = []
        self.add_positions(positions)
        if LATER:
            self._returns = dict(sorted(self._returns.items()))
            self._of_account = _account_returns(account)

    def add_positions(self, positions: list[Any]) -> None:
        self._positions += positions
        for position in positions:
            if position.realized_pnl is None:
                continue
            self.add_trade(position.id, position.realized_pnl, position.ts_last)
            if not LATER or position.ts_closed > 0:  # an open position's return counts as of 1970 in 1.221
                self._add_return(position.ts_closed, position.realized_return)

    def add_trade(self, position_id: PositionId, realized_pnl: Money, ts_event: int | None = None) -> None:
        trades = self._trades.setdefault(realized_pnl.currency, {})
        name = position_id.value
        key = (name, len(trades)) if LATER else name  # 1.221 keeps one result a position
        trades[key] = (name, realized_pnl.as_double(), ts_event)

    def add_return(self, timestamp: Any, value: float) -> None:
        self._add_return(dt_to_unix_nanos(timestamp), float(value))

    add_position_return = add_return

    def _add_return(self, time: int, value: float) -> None:
        self._returns[time] = self._returns.get(time, 0.0) + value

    # What it tells

    def returns(self) -> "pd.Series":
        """Of the account by day where that can be told, else of positions by the time they closed."""
        self.settle()
        return _by_time(self._of_account or self._returns)

    def position_returns(self) -> "pd.Series":
        self.settle()
        return _by_time(self._returns)

    def portfolio_returns(self) -> "pd.Series":
        self.settle()
        return _by_time(self._of_account)

    def _one_currency(self, currency: Currency | None) -> Currency:
        if currency is not None:
            return currency
        if len(self._balances) > 1:
            raise ValueError("`currency` was `None` for multi-currency portfolio")
        return next(iter(self._balances))

    def _results(self, currency: Currency | None) -> list[Trade] | None:
        self.settle()
        recorded: dict[Currency, list[Trade]] = {}
        for name, money, time in self._recorded():
            recorded.setdefault(money.currency, []).append((name, money.as_double(), time))
        if not self._trades and not recorded:
            return None
        if currency is None and LATER and len(self._balances) != 1:
            currencies = list(dict.fromkeys([*self._trades, *recorded]))
            if len(currencies) != 1:
                return None
            currency = currencies[0]
        currency = self._one_currency(currency)
        kept, noted = self._trades.get(currency), recorded.get(currency)
        trades = None if kept is None else list(kept.values())
        if trades is None or noted is None:
            return noted if trades is None else trades
        keys = {(_plain(name), time) for name, _, time in noted}
        names = {name for name, _ in keys}
        rest = [
            trade
            for trade in trades
            if not (_plain(trade[0]) in names if trade[2] is None else (_plain(trade[0]), trade[2]) in keys)
        ]
        return rest + noted

    def realized_pnls(self, currency: Currency | None = None) -> "pd.Series | None":
        """By position; `None` without any. ValueError where there are several currencies and none is named."""
        return _by_id(self._results(currency))

    def _amounts(self, currency: Currency | None, unrealized_pnl: Money | None) -> tuple[Money, Money, float] | None:
        """Starting balance, the balance, what open positions would add; nothing without such a balance."""
        self.settle()
        if not self._balances:
            return None
        currency = self._one_currency(currency)
        if unrealized_pnl is not None and unrealized_pnl.currency != currency:
            raise ValueError(f"unrealized PnL currency is not {currency}")
        balance = self._balances.get(currency)
        if balance is None:
            return None
        starting = self._starting.get(currency, Money(0, currency))
        return starting, balance, 0.0 if unrealized_pnl is None else unrealized_pnl.as_double()

    def total_pnl(self, currency: Currency | None = None, unrealized_pnl: Money | None = None) -> float:
        amounts = self._amounts(currency, unrealized_pnl)
        if amounts is None:
            return 0.0
        starting, balance, unrealized = amounts
        return float(balance.as_decimal() - starting.as_decimal()) + unrealized

    def total_pnl_percentage(self, currency: Currency | None = None, unrealized_pnl: Money | None = None) -> float:
        amounts = self._amounts(currency, unrealized_pnl)
        if amounts is None or not amounts[0].as_decimal():
            return 0.0
        starting, balance, unrealized = amounts
        first = starting.as_double()
        return (balance.as_double() + unrealized - first) / first * 100

    def get_performance_stats_pnls(
        self, currency: Currency | None = None, unrealized_pnl: Money | None = None
    ) -> dict[str, Any]:
        trades = self._results(currency)
        values = [] if trades is None else [trade[1] for trade in trades]
        totals = {
            "PnL (total)": self.total_pnl(currency, unrealized_pnl),
            "PnL% (total)": self.total_pnl_percentage(currency, unrealized_pnl),
        }
        return totals | self._figures("calculate_from_realized_pnls", values, lambda: _by_id(trades))

    def get_performance_stats_returns(self) -> dict[str, Any]:
        self.settle()
        return self._of(self._of_account or self._returns, self.returns)

    def get_performance_stats_position_returns(self) -> dict[str, Any]:
        self.settle()
        return self._of(self._returns, self.position_returns)

    def get_performance_stats_portfolio_returns(self) -> dict[str, Any]:
        self.settle()
        return self._of(self._of_account, self.portfolio_returns)

    def get_performance_stats_returns_vs_benchmark(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        _refuse.refuse("PortfolioAnalyzer.get_performance_stats_returns_vs_benchmark")

    def get_performance_stats_general(self) -> dict[str, Any]:
        self.settle()
        return self._figures("calculate_from_positions", self._positions, lambda: self._positions)

    def _of(self, returns: dict[int, float], series: Callable[[], Any]) -> dict[str, Any]:
        return self._figures("calculate_from_returns", returns, series)

    def _figures(self, method: str, values: Any, series: Callable[[], Any]) -> dict[str, Any]:
        """Our statistics take plain values, the user's a series."""
        figures: dict[str, Any] = {}
        for name, statistic in self._statistics.items():
            value = getattr(statistic, method)(values if isinstance(statistic, Figure) else series())
            if value is not None:
                figures[name] = value if isinstance(value, int | float | str | bool) else str(value)
        return figures

    # The same for reading

    def get_stats_pnls_formatted(
        self, currency: Currency | None = None, unrealized_pnl: Money | None = None
    ) -> list[str]:
        return self._lines(self.get_performance_stats_pnls(currency, unrealized_pnl))

    def get_stats_returns_formatted(self) -> list[str]:
        return self._lines(self.get_performance_stats_returns())

    def get_stats_position_returns_formatted(self) -> list[str]:
        return self._lines(self.get_performance_stats_position_returns())

    def get_stats_portfolio_returns_formatted(self) -> list[str]:
        return self._lines(self.get_performance_stats_portfolio_returns())

    def get_stats_general_formatted(self) -> list[str]:
        return self._lines(self.get_performance_stats_general())

    def _lines(self, figures: dict[str, Any]) -> list[str]:
        width = max(map(len, self._statistics), default=0)
        texts = {
            name: f"{value:_}" if isinstance(value, int | float) else str(value) for name, value in figures.items()
        }
        return [f"{name}: {' ' * (width - len(name) + 1)}{text}" for name, text in texts.items()]


def _account_returns(account: Any) -> dict[int, float]:
    """From day to day, by the last balance of each; none where the account holds several currencies."""
    days: dict[int, float] = {}
    currencies: set[Currency] = set()
    states: Sequence[Any] = sorted(account.events, key=lambda state: state.ts_event)
    for state in states:
        if len(state.balances) > 1:
            return {}
        for balance in state.balances:
            currencies.add(balance.currency)
            days[state.ts_event // _DAY] = balance.total.as_double()
    if len(currencies) != 1 or len(days) < 2:  # noqa: PLR2004
        return {}
    returns: dict[int, float] = {}
    before = days[min(days)]
    for day in range(min(days) + 1, max(days) + 1):
        now = days.get(day, before)
        change = now / before - 1.0 if before else inf
        if not isnan(change) and abs(change) != inf:
            returns[day * _DAY] = change
        before = now
    return returns


if not LATER:
    _KINDS: Final = ("position_returns", "portfolio_returns")
    for _name in (
        *("add_position_return", "get_performance_stats_returns_vs_benchmark", *_KINDS),
        *(f"get_performance_stats_{kind}" for kind in _KINDS),
        *(f"get_stats_{kind}_formatted" for kind in _KINDS),
    ):
        delattr(PortfolioAnalyzer, _name)

__getattr__ = _refuse.unknown(__name__)
