"""NautilusTrader's API by release."""

import pytest
from packaging.version import Version

from lintkit.program.surface import Surface
from lintkit.program.target import Target


def surface(version: str | None, *, exact: bool = True) -> Surface:
    return Surface(Target(Version(version) if version else None, "", exact=exact and version is not None))


def test_a_pinned_release_has_its_own_names() -> None:
    old, new = surface("1.219.0"), surface("1.231.0")
    assert old.missing_name("nautilus_trader.indicators.atr", "AverageTrueRange") is None
    missing = new.missing_name("nautilus_trader.indicators.atr", "AverageTrueRange")
    assert missing is not None
    assert missing.is_certain
    assert missing.words == "nautilus_trader 1.231.0 (the last release with it is 1.219.0)"
    assert new.homes("AverageTrueRange")[0] == "nautilus_trader.indicators"


def test_parameters_of_configs_models_and_inherited_methods() -> None:
    assert surface("1.221.0").missing_parameter("FillModel", "", "prob_fill_on_stop") is None
    assert surface("1.231.0").missing_parameter("FillModel", "", "prob_fill_on_stop") is not None
    assert surface("1.231.0").missing_parameter("TradingNodeConfig", "", "trader_id") is None
    warm = surface("1.221.0").parameters("Strategy", "request_bars")
    assert warm is not None
    assert warm.required == ("bar_type", "start")
    assert "callback" in warm.names


def test_a_release_between_two_and_a_nightly() -> None:
    nightly = surface("1.222.0a20251010")
    assert nightly.missing_parameter("FillModel", "", "prob_fill_on_stop") is None
    assert surface("1.222.0").missing_parameter("FillModel", "", "prob_fill_on_stop") is not None


def test_without_a_pin_it_is_said_with_less_confidence() -> None:
    unknown = surface(None)
    gone = unknown.missing_parameter("FillModel", "", "prob_fill_on_stop")
    never = unknown.missing_parameter("FillModel", "", "prob_fill")
    assert gone is not None
    assert not gone.is_certain
    assert never is not None
    assert (never.is_certain, never.ever) == (False, False)
    allowed = surface("1.220", exact=False).missing_parameter("FillModel", "", "prob_fill")
    assert allowed is not None
    assert allowed.is_certain
    assert unknown.missing_name("nautilus_trader.live", "LiveNode") is None  # 2.x has it


@pytest.mark.parametrize("version", ["1.90.0", "2.0.0", "2.1.0rc1"])
def test_a_release_that_nobody_looked_at(version: str) -> None:
    assert surface(version).missing_name("nautilus_trader.nowhere", "Nothing") is None
    assert surface(version).missing_member("Strategy", "nothing") is None
    assert surface(version).missing_parameter("FillModel", "", "nothing") is None


@pytest.mark.parametrize("exact", [True, False])
def test_a_candidate_of_the_next_major_release_is_told_only_what_no_release_ever_had(exact: bool) -> None:  # noqa: FBT001
    one = surface("2.0.0rc1", exact=exact)
    invented = one.missing_parameter("BacktestEngine", "add_venue", "socket_type")
    assert invented is not None
    assert (invented.is_certain, invented.ever) == (False, False)
    assert invented.words.endswith("to 2.0.0rc1")
    assert one.missing_parameter("BacktestEngine", "add_venue", "use_market_order_acks") is None
    assert one.missing_name("nautilus_trader.indicators.atr", "AverageTrueRange") is None  # gone, but 1.x had it
    assert one.missing_required("BacktestEngine", "add_venue", {"venue"}, 0) == ()


def test_members() -> None:
    one = surface("1.231.0")
    for name in ("log", "clock", "cache", "portfolio", "config", "id", "order_factory", "submit_order", "on_bar"):
        assert one.missing_member("Strategy", name) is None
    assert one.missing_member("Strategy", "subscribe_ticks") is not None
    assert one.missing_member("Portfolio", "position") is not None
    assert one.missing_member("ClassOfNobody", "position") is None
