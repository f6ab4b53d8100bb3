from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Example, Finding, Fix, Program, PythonSource, Rule, Severity, api

_MODELS = {"FillModel", "DefaultFillModel"}


class GlobalSeedClobbered(Rule):
    """Seed that the fill model throws away.

    A fill model draws from Python's global `random` and, when it is made without `random_seed`, calls `random.seed()`
    on it. A venue without a fill model makes one. The seed that the script set before is gone: the run that looks
    reproducible fills differently every time, and a parameter search picks the luckiest run.

    Seed the model, `fill_model=FillModel(random_seed=42)`, and give the strategy a generator of its own,
    `random.Random(7)`. A seed set after the last venue is not lost and is not reported.
    """

    id = "CLK008"
    name = "global-seed-clobbered"
    severity = Severity.WARNING
    since = "0.1.0"
    mentions = frozenset({"seed"})

    invalid = [
        Example(
            "seeded before the venue is added",
            """
            import random
            from nautilus_trader.backtest.engine import BacktestEngine

            random.seed(42)  # !
            engine = BacktestEngine()
            engine.add_venue(venue=SIM, oms_type=NETTING, account_type=CASH, starting_balances=[])
            """,
        ),
        Example(
            "a fill model without a seed",
            """
            from random import seed
            from nautilus_trader.backtest.models import FillModel

            def run(engine):
                seed(7)  # !
                model = FillModel(prob_fill_on_limit=0.4)
                engine.add_venue(
                    venue=SIM, oms_type=NETTING, account_type=CASH, starting_balances=[], fill_model=model
                )
            """,
        ),
        Example(
            "a function that seeds everything",
            """
            import random

            def seed_everything(seed=42):
                random.seed(seed)  # !
            # --- run.py
            from nautilus_trader.backtest.models import FillModel
            from strategy import seed_everything

            def run(engine):
                seed_everything()
                return FillModel(prob_fill_on_limit=0.4)
            """,
        ),
    ]
    valid = [
        Example(
            "a seeded model, and a generator of one's own",
            """
            import random
            from nautilus_trader.backtest.models import FillModel

            random.seed(42)
            rng = random.Random(7)
            engine.add_venue(
                venue=SIM, oms_type=NETTING, account_type=CASH, starting_balances=[],
                fill_model=FillModel(prob_fill_on_limit=0.4, random_seed=42),
            )
            """,
        ),
        Example(
            "a seed that is set last, one of numpy, and a model that cannot be seen",
            """
            import random
            import numpy as np

            np.random.seed(1)

            def prices():
                random.seed(42)
                return [random.random()]

            def run(engine, model):
                engine.add_venue(venue=A, oms_type=NETTING, account_type=CASH, starting_balances=[])
                random.seed(42)
                engine.add_venue(venue=B, oms_type=NETTING, account_type=CASH, starting_balances=[], fill_model=model)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        seeds = [
            call
            for call in source.find(cst.Call)
            if program.names.external(source, call.func) == "random.seed" and call.args
        ]
        if not seeds:
            return
        for seed in seeds:
            after = [one for place in _seeded(source, seed, program) for one in self._after(*place, program)]
            if after:
                where, breaker, words = after[0]
                message = (
                    f"`random.seed` is undone by {words}, which seeds the same generator at random, so no two runs"
                    " fill alike: pass `fill_model=FillModel(random_seed=...)`"
                )
                fix = self._fix(source, seed, breaker, program) if where is source else None
                yield self.finding(source, seed, message, fix=fix)

    def _fix(self, source: PythonSource, seed: cst.Call, breaker: cst.Call, program: Program) -> Fix | None:
        """The same seed for the model."""
        number = program.number(source, seed.args[0].value)
        if number is None or number != int(number):
            return None
        title = f"seed the fill model with {int(number)}"
        if api.short(program.names.external(source, breaker.func)) in _MODELS:
            return self.adding(source, breaker, [f"random_seed={int(number)}"], title, safe=False)
        is_config = api.short(program.names.external(source, breaker.func)) == "BacktestVenueConfig"
        if is_config or any(a.keyword is not None and a.keyword.value == "fill_model" for a in breaker.args):
            return None
        form = f"fill_model={{0}}(random_seed={int(number)})"
        calls = [("nautilus_trader.backtest.models", "FillModel")]
        return self.adding(source, breaker, [form], title, safe=False, calls=calls)

    def _after(
        self, source: PythonSource, node: cst.CSTNode, program: Program
    ) -> Iterator[tuple[PythonSource, cst.Call, str]]:
        """What undoes a seed after it is set at a place."""
        where = program.calls.function_of(source, node)
        for breaker, words in self._breakers(source, program):
            is_here = where is None or program.calls.function_of(source, breaker) is where
            if is_here and source.order(breaker) > source.order(node):
                yield source, breaker, words

    def _breakers(self, source: PythonSource, program: Program) -> Iterator[tuple[cst.Call, str]]:
        """What makes a fill model without a seed."""
        for call in source.find(cst.Call):
            name = api.short(program.names.external(source, call.func))
            arguments = program.arguments(call)
            if name in _MODELS and "random_seed" not in arguments.given and not arguments.unpacked:
                yield call, f"this `{name}`"
        for venue in program.venues.of(source):
            given = venue.arguments.value("fill_model")
            is_none = isinstance(given, cst.Name) and given.value == "None"
            if is_none or venue.lacks("fill_model"):
                yield venue.call, "the venue's default `FillModel`"


def _seeded(source: PythonSource, seed: cst.Call, program: Program) -> Iterator[tuple[PythonSource, cst.CSTNode]]:
    """Where the generator gets a seed: there, and where the function is called that does it."""
    yield source, seed
    function = program.calls.function_of(source, seed)
    for site in program.calls.sites.get(function, ()) if function is not None else ():
        if site.is_call and not program.is_test(site.source):
            yield site.source, site.node
