"""Other data and another configuration are named before anything else."""

from lintkit.smoke.premises import Premise, compare
from lintkit.smoke.tape import Tape


def tape(**changes: str) -> Tape:
    header = {
        "script": "backtest.py",
        "engine": "bundled, profile 1.221",
        "source": "aa 3 files",
        "data": "11 2400 quotes AUD/USD.SIM",
        "config": "22",
        "config Ema-000": 'class=Ema fast_period=10 note="a b"',
        "venue SIM": "account_type=MARGIN",
    }
    return Tape((), tuple((header | {key.replace("_", " "): value for key, value in changes.items()}).items()))


def test_nothing_to_say() -> None:
    assert compare(tape(), tape()) == ()


def test_data_come_first() -> None:
    now = tape(engine="bundled, profile 1.231", data="12 2399 quotes AUD/USD.SIM")
    assert compare(tape(), now) == (
        Premise("data", "", "11 2400 quotes AUD/USD.SIM", "12 2399 quotes AUD/USD.SIM"),
        Premise("engine", "engine", "bundled, profile 1.221", "bundled, profile 1.231"),
    )


def test_the_setting_that_changed() -> None:
    header = dict(tape().header) | {"config": "23", "config Ema-000": 'class=Ema fast_period=12 note="a b"'}
    (premise,) = compare(tape(), Tape((), tuple(header.items())))
    assert premise == Premise("config", "Ema-000 fast_period", "10", "12")
    assert premise.decides


def test_a_tape_of_the_first_format_says_little() -> None:
    old = Tape((), (("script", "backtest.py"), ("engine", "nautilus_trader 1.221.0")))
    assert [premise.kind for premise in compare(old, tape())] == ["engine"]


def test_what_a_release_adds_to_a_model_is_no_other_configuration() -> None:
    def tape(release: str, digest: str, model: str) -> Tape:
        header = (("engine", f"bundled, profile {release}"), ("config", digest), ("venue SIM", f'fill_model="{model}"'))
        return Tape((), header)

    old = tape("1.221", "a", "FillModel(prob_fill_on_limit=0.5, prob_fill_on_stop=1.0)")
    new = tape("1.231", "b", "FillModel(prob_fill_on_limit=0.5)")
    assert [p.kind for p in compare(old, new)] == ["engine"]
    other = tape("1.231", "b", "FillModel(prob_fill_on_limit=0.25)")
    assert [p.kind for p in compare(old, other)] == ["config", "engine"]
    same_release = tape("1.221", "b", "FillModel(prob_fill_on_limit=0.5)")
    assert [p.kind for p in compare(old, same_release)] == ["config"]
