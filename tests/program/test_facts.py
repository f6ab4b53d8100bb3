"""The facts, one by one, over small programs of several files."""

from decimal import Decimal
from pathlib import Path

import libcst as cst
import pytest

from lintkit.index import File, relevant
from lintkit.program import Program
from lintkit.program.rows import Rows
from lintkit.program.target import find_target
from lintkit.program.trading import Grain
from lintkit.program.values import FROM_ENVIRONMENT, UNKNOWN, Known, Made, Value
from lintkit.source import PythonSource
from tests.examples import program, split


def first_call(made: Program, path: str, name: str) -> tuple[PythonSource, cst.Call]:
    source = next(s for s in made.python if str(s.path) == path)
    for call in source.find(cst.Call):
        if source.code(call.func) == name:
            return source, call
    raise LookupError(name)


@pytest.mark.parametrize(
    ("imports", "call", "means"),
    [
        ("import time", "time.time", "time.time"),
        ("import time as t", "t.time", "time.time"),
        ("from time import time", "time", "time.time"),
        ("from time import time as now", "now", "time.time"),
        ("import os.path", "os.path.join", "os.path.join"),
        ("from helper import now", "now", "time.time_ns"),
        ("import helper", "helper.now", "time.time_ns"),
        ("import helper as h", "h.now", "time.time_ns"),
        ("from pkg import now", "now", "time.time_ns"),
        ("from pkg.inner import now", "now", "time.time_ns"),
        ("import pkg.inner", "pkg.inner.now", "time.time_ns"),
        ("from star import *", "now", "time.time_ns"),
        ("import time\nnow = time.time", "now", "time.time"),
        ("try:\n    from time import time as now\nexcept ImportError:\n    now = None", "now", "time.time"),
        ("def f():\n    import time as _t\n    _t.time()", "_t.time", "time.time"),
        ("import time\ndef f(time):\n    time.time()", "time.time", None),
        ("import time\ndef f():\n    time = make()\n    time.time()", "time.time", None),
        ("import time\nx = [time.time() for time in clocks]", "time.time", None),
        ("from missing.module import now", "now", "missing.module.now"),
        ("now = 1\nnow = 2", "now", None),
    ],
)
def test_names(imports: str, call: str, means: str | None) -> None:
    helper = "from time import time_ns as now\n"
    texts = {
        "strategy.py": f"{imports}\n{call}()\n",
        "helper.py": helper,
        "star.py": "from helper import *\n",
        "pkg/__init__.py": "from .inner import now\n",
        "pkg/inner.py": "from helper import now\n",
    }
    made = program(texts)
    assert made.names.external(*_func(first_call(made, "strategy.py", call))) == means


def _func(found: tuple[PythonSource, cst.Call]) -> tuple[PythonSource, cst.BaseExpression]:
    return found[0], found[1].func


def test_import_cycles_end() -> None:
    made = program({"a.py": "from b import x\nx()\n", "b.py": "from a import x\n"})
    assert made.names.external(*_func(first_call(made, "a.py", "x"))) is None


def test_classes_through_aliases_mixins_and_files() -> None:
    code = """
        from base import Root as Base
        class Mixin:
            def on_bar(self, bar): ...
        class Mine(Mixin, Base[int]): ...
        class Other: ...
        # --- base.py
        import nautilus_trader.trading.strategy as s
        class Root(s.Strategy): ...
    """
    made = program(split(code))
    assert sorted(c.name for c in made.classes.strategies) == ["Mine", "Root"]
    mine = next(c for c in made.classes.all if c.name == "Mine")
    assert mine.method("on_bar") is not None
    assert not mine.has_unknown_base


REACHED = """
    from nautilus_trader.trading.strategy import Strategy
    from functools import partial
    import risk

    class Mine(Strategy):
        def __init__(self, gate: risk.Gate | None = None):
            self.gate = gate
            self.book = risk.make()

        def on_start(self):
            self.clock.set_timer("x", callback=self.timer)
            self.msgbus.subscribe("t", handler=self.message)
            self.msgbus.subscribe("u", handler=partial(self.other))
            self.jobs = [lambda: self.job()]

        def timer(self, event): self.gate.allowed()
        def message(self, m): risk.check(m)
        def other(self, m): super().reset()
        def job(self): self.book.level
        def never(self): self.unseen()
        def unseen(self): ...
    # --- risk.py
    class Gate:
        def allowed(self): return Gate.static()
        @staticmethod
        def static(): ...
    class Book:
        @property
        def level(self): return inner()
    def make() -> "Book": return Book()
    def check(m): ...
    def inner(): ...
    def unused(): ...
"""


@pytest.mark.parametrize(
    "alias",
    [
        "from helper import work as Mine",
        "import helper\nMine = helper.work",
        "import helper\nMine = Other = helper.work",
        "import helper\nOther = Mine = helper.work",
        "from helper import work\nMine: object = work",
        "from helper import work\nif (Mine := work):\n    pass",
        "from helper import Base\nclass Mine(Base): pass",
    ],
)
def test_another_name_for_something_is_heard_and_followed(alias: str) -> None:
    made = program({"helper.py": "def work(): pass\nclass Base:\n    def __init__(self): pass\n", "strategy.py":
                    f"{alias}\ndef f():\n    Mine()\n", "other.py": "from strategy import Mine\ndef g():\n    Mine()\n"})  # fmt: skip
    name = "Base" if "Base" in alias else "work"
    assert {str(s.path) for s in made.mentioning(frozenset({name}))} == {"helper.py", "strategy.py", "other.py"}
    callers = {f.name: {t.name for t in targets} for f, targets in made.calls.called_by.items()}
    called = {"__init__"} if name == "Base" else {"work"}
    assert callers == {"f": called, "g": called}


def test_reachability_keeps_the_way() -> None:
    made = program(split(REACHED))
    found = {f.name: " -> ".join(path) for f, path in made.calls.reached.items()}
    assert found == {
        "on_start": "on_start",
        "timer": "timer (timer)",
        "message": "on_start -> message",
        "other": "on_start -> other",
        "job": "on_start -> job",
        "allowed": "timer (timer) -> Gate.allowed",
        "static": "timer (timer) -> Gate.allowed -> static",
        "check": "on_start -> message -> risk.check",
        "level": "on_start -> job -> Book.level",
        "inner": "on_start -> job -> Book.level -> inner",
    }


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", Known(7)),
        ("10**-5", Known(1e-05)),
        ("-X / 4", Known(-2.5)),
        ("settings.NAME + 'x'", Known("BTCx")),
        ("f'{settings.NAME}-PERP'", Known("BTC-PERP")),
        ("Decimal('0.10')", Known(Decimal("0.10"))),
        ("int(0.12 * 1e9)", Known(120_000_000)),
        ("[1, 'a', None]", Known((1, "a", None))),
        ("{'a': {'b': X}}['a']['b']", Known(10)),
        ("settings.Venue.NAME", Known("SIM")),
        ("1 if X > 5 else 2", Known(1)),
        ("not X", Known(False)),  # noqa: FBT003
        ("X or unknown", Known(10)),
        ("os.environ['A']", FROM_ENVIRONMENT),
        ("int(os.getenv('A', '1')) * 2", FROM_ENVIRONMENT),
        ("unknown", UNKNOWN),
        ("CHANGED", UNKNOWN),
        ("LOOPED", UNKNOWN),
        ("9**9**9", UNKNOWN),
        ("10**10**10", UNKNOWN),
        ("'a' * 10**9", UNKNOWN),
        ("1 / 0", UNKNOWN),
        ("[] + 1", UNKNOWN),
        ("CYCLE", UNKNOWN),
        ("f'{X:>10}'", Known("        10")),
        ("f'{X:>9999999}'", UNKNOWN),
        ("'ab' * 2", Known("abab")),
        ("'ab' * 10**9", UNKNOWN),
    ],
)
def test_values(expression: str, value: Value) -> None:
    code = f"""
        import os
        import settings
        from decimal import Decimal
        X = 10
        CHANGED = 1
        CYCLE = OTHER
        OTHER = CYCLE
        for LOOPED in range(3): pass
        def f():
            global CHANGED
            CHANGED = 2
        f({expression})
        # --- settings.py
        NAME = "BTC"
        class Venue:
            NAME = "SIM"
    """
    made = program(split(code))
    source, call = first_call(made, "strategy.py", "f")
    found = made.values.evaluate(source, call.args[0].value)
    assert repr(found) == repr(value)


@pytest.mark.parametrize(
    ("expression", "number", "precision"),
    [
        ("Price(0.25, 1)", "0.3", 1),
        ("Price.from_str('0.00_10')", "0.0010", 4),
        ("Price.from_str('1e-5')", "0.00001", 5),
        ("Quantity.from_int(3)", "3", 0),
        ("Quantity(value=0.5, precision=0)", "1", 0),
    ],
)
def test_prices(expression: str, number: str, precision: int) -> None:
    made = program({"strategy.py": f"from nautilus_trader.model.objects import Price, Quantity\nf({expression})\n"})
    source, call = first_call(made, "strategy.py", "f")
    value = made.values.evaluate(source, call.args[0].value)
    assert made.number(source, call.args[0].value) == Decimal(number)
    assert isinstance(value, Known)
    assert isinstance(value.value, Made)
    assert value.value.get("precision") == Known(precision)


def test_deep_expressions_are_unknown() -> None:
    made = program({"strategy.py": f"f({' + '.join(['1'] * 900)})\n"})
    source, call = first_call(made, "strategy.py", "f")
    assert made.values.evaluate(source, call.args[0].value) == UNKNOWN


def test_a_method_that_calls_itself_has_an_end() -> None:
    code = """
        import time
        from nautilus_trader.trading.strategy import Strategy
        class Mine(Strategy):
            def on_bar(self, bar): self.x = self.again(time.time())
            def again(self, t): return self.again(self.x) + t
    """
    made = program(split(code))
    source, call = first_call(made, "strategy.py", "time.time")
    assert not made.flow.of(source, call).is_command


@pytest.mark.parametrize(
    ("body", "grain"),
    [
        ("def on_quote_tick(self, t): self.submit_order(t)", Grain.TICKS),
        (
            "def on_start(self): self.subscribe_order_book_deltas(i)\n    def on_stop(self): self.cancel_all_orders(i)",
            Grain.TICKS,
        ),
        ("def on_bar(self, b): self.submit_order(b)", Grain.BARS),
        (
            """def on_start(self): self.subscribe_bars(x)
    def on_bar(self, b): self.submit_order(b)
    def on_quote_tick(self, t): self.log.info(t)""",
            Grain.BARS,
        ),
        ("def on_bar(self, b): self.log.info(b)", Grain.NO_ORDERS),
    ],
)
def test_grain(body: str, grain: Grain) -> None:
    text = f"from nautilus_trader.trading.strategy import Strategy\nclass A(Strategy):\n    {body}\n"
    made = program({"a.py": text, "run.py": "from a import A\nA()\n"})
    assert made.trading.style_of(next(s for s in made.python if s.path.stem == "run")).grain is grain


def test_relevance_follows_names_both_ways() -> None:
    texts = {
        "a.py": "import nautilus_trader\nimport helper",
        "helper.py": "import deep",
        "deep.py": "x = 1",
        "user.py": "from a import b",
        "alone.py": "import json",
    }
    matters = relevant([File(text) for text in texts.values()], [name.removesuffix(".py") for name in texts])
    assert dict(zip(texts, matters, strict=True)) == {name: name != "alone.py" for name in texts}


@pytest.mark.parametrize(
    ("name", "text", "version", "exact"),
    [
        ("pyproject.toml", '[project]\ndependencies = ["nautilus_trader[ib]==1.221.0"]', "1.221.0", True),
        ("pyproject.toml", '[tool.poetry.dependencies]\nnautilus-trader = "^1.219.0"', "1.219.0", False),
        ("pyproject.toml", '[dependency-groups]\ndev = ["nautilus_trader>=1.220,<2"]', "1.220", False),
        ("requirements.txt", "pandas\nnautilus_trader==1.225.0  # pinned\n", "1.225.0", True),
        ("uv.lock", '[[package]]\nname = "nautilus-trader"\nversion = "1.226.0"', "1.226.0", True),
        ("requirements.txt", "nautilus_trader\n", None, False),
        ("pyproject.toml", "not [ toml", None, False),
    ],
)
def test_target(tmp_path: Path, name: str, text: str, version: str | None, exact: bool) -> None:  # noqa: FBT001
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = find_target(tmp_path)
    assert (str(found.version) if found.version else None, found.exact) == (version, exact)
    assert str(find_target(tmp_path, "1.231.0").version) == "1.231.0"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("for a, b in [('X', 1), ('Y', 2)]:\n    f(a, b)", [("X", 1), ("Y", 2)]),
        ("TABLE = {'X': {'n': 1}}\nfor a, one in TABLE.items():\n    n = one['n'] + 1\n    f(a, n)", [("X", 2)]),
        ("[f(a, b) for a, b in (('X', 1), ('Y', 2))]", [("X", 1), ("Y", 2)]),
        ("def g(a, b=3):\n    f(a, b)\ng('X')\ng('Y', 4)", [("X", 3), ("Y", 4)]),
        ("def g(a, b):\n    f(a, b)\nfor s in ('X', 'Y'):\n    g(s, 1)", [("X", 1), ("Y", 1)]),
        ("class C:\n    def g(self, a):\n        f(a, 1)\n    def h(self):\n        self.g('X')", [("X", 1)]),
        ("def g(a):\n    a = a.upper()\n    f(a, 1)\ng('x')", [(None, 1)]),
        ("for a in ('X', 'Y'):\n    pass\nfor a in rows:\n    f(a, 1)", [(None, 1)]),
        ("def g(a):\n    g(a)\n    f(a, 1)\ng('X')", [("X", 1)]),
    ],
)
def test_rows(code: str, expected: list[tuple[object, ...]]) -> None:
    made = program({"strategy.py": f"{code}\n"})
    source, call = first_call(made, "strategy.py", "f")
    found = [
        tuple(
            value.value if isinstance(value := made.values.evaluate(source, a.value, row), Known) else None
            for a in call.args
        )
        for row in Rows(made.python, made.names, made.values).of(source, call)
    ]
    assert list(dict.fromkeys(found)) == expected
