import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity

_DRAWS = re.compile(
    r"random\.(?:random|randint|randrange|choice|choices|uniform|gauss|normalvariate|shuffle|sample|betavariate"
    r"|expovariate|triangular|lognormvariate|getrandbits)"
    r"|numpy\.random\.(?!seed|RandomState|Generator|default_rng|get_state|set_state)\w+"
    r"|secrets\.\w+|os\.urandom|torch\.(?:rand|randn|randint|randperm)"
)
_MAKERS = frozenset({"numpy.random.default_rng", "numpy.random.RandomState", "random.Random"})
_SEEDS = {"numpy": "numpy.random.seed", "torch": "torch.manual_seed"}


class UnseededRandomness(Rule):
    """Orders that a coin decides.

    Code that handlers reach draws random numbers from a generator without a seed, and what it draws gets into an
    order or decides about one. No two backtests agree: a change of the strategy can't be told from luck, and the best
    of many runs is the luckiest.

    Give the strategy a generator of its own, `self.rng = random.Random(config.seed)`. The global `random` is no use
    even with a seed: the fill model seeds it again and draws from it too.
    """

    id = "CLK007"
    name = "unseeded-randomness"
    severity = Severity.WARNING
    since = "0.1.0"

    invalid = [
        Example(
            "entries and sizes",
            """
            import random
            import numpy as np
            from nautilus_trader.trading.strategy import Strategy

            class Coin(Strategy):
                def on_start(self):
                    self.rng = np.random.default_rng()  # !

                def on_bar(self, bar):
                    if random.random() < 0.5:  # !
                        self.submit_order(self.make(bar))

                def on_trade_tick(self, tick):
                    if self.rng.random() < 0.5:
                        self.submit_order(self.make(tick))
            """,
        ),
    ]
    valid = [
        Example(
            "seeded, or only for logs",
            """
            import random
            import numpy as np
            from nautilus_trader.trading.strategy import Strategy

            class Good(Strategy):
                def on_start(self):
                    self.rng = random.Random(self.config.seed)
                    self.other = np.random.default_rng(7)

                def on_bar(self, bar):
                    if self.rng.random() < self.other.random():
                        self.submit_order(self.make(bar))
                    self.log.info(f"{random.random()}")
            """,
        ),
        Example(
            "numpy's global generator with a seed, and no handler",
            """
            import numpy as np
            import random
            from nautilus_trader.trading.strategy import Strategy

            np.random.seed(7)

            class Good(Strategy):
                def on_bar(self, bar):
                    if np.random.rand() < 0.5:
                        self.submit_order(self.make(bar))

            def synthetic(n):
                return [random.random() for _ in range(n)]
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            name = program.names.external(source, call.func)
            makes = name in _MAKERS and not call.args
            if name is None or not (makes or _DRAWS.fullmatch(name)):
                continue
            function = program.calls.function_of(source, call)
            path = program.calls.reached.get(function) if function is not None else None
            if path is None or _is_seeded(program, name):
                continue
            use = program.flow.of(source, call)
            if use.is_command:
                way = " -> ".join((*path, name))
                message = (
                    f"`{name}` has no seed and {use.words} ({way}), so no two backtests agree: draw from"
                    " `random.Random(seed)`"
                )
                yield self.finding(source, call, message)


def _is_seeded(program: Program, name: str) -> bool:
    seed = _SEEDS.get(name.partition(".")[0])
    if seed is None or name in _MAKERS:
        return False
    word = frozenset({seed.rpartition(".")[2]})
    return any(
        program.names.external(source, call.func) == seed and call.args
        for source in program.mentioning(word)
        for call in source.find(cst.Call)
    )
