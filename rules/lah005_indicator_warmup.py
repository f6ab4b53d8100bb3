from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity, api

_READS = frozenset({"value", "upper", "lower", "middle", "signal", "value_k", "value_d", "trend"})
_ASKS = frozenset({"initialized", "indicators_initialized", "has_inputs"})
_COUNTS = frozenset({
    "count", "bar_count", "_bar_count", "bars_seen", "warmup", "warmup_bars", "bars_required", "min_bars",
})  # fmt: skip


class IndicatorWarmup(Rule):
    """Indicator that is traded on before it is warm.

    An indicator has a `value` from its first bar on; until it has seen its whole period that is an average of too few
    bars, or zero. The first signals of every run, and the first ones after every restart of a live node, are noise
    that is traded with full size.

    Return early: `if not self.indicators_initialized(): return`, or test the indicator's own `initialized`. Load
    history with `request_bars` in `on_start`.
    """

    id = "LAH005"
    name = "indicator-warmup"
    severity = Severity.WARNING
    confidence = Confidence.LIKELY
    since = "0.1.0"
    mentions = _READS

    invalid = [
        Example(
            "a crossing that is traded from the first bar on",
            """
            from nautilus_trader.indicators import ExponentialMovingAverage
            from nautilus_trader.trading.strategy import Strategy

            class Cross(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self.fast = ExponentialMovingAverage(10)
                    self.slow = ExponentialMovingAverage(20)

                def on_bar(self, bar):
                    if self.fast.value > self.slow.value:  # !
                        self.submit_order(self.make(bar))
            """,
        ),
    ]
    valid = [
        Example(
            "asked first, by a base too, or counted",
            """
            from nautilus_trader.indicators import ExponentialMovingAverage
            from nautilus_trader.trading.strategy import Strategy

            class Base(Strategy):
                def on_bar(self, bar):
                    if self.indicators_initialized():
                        self.decide(bar)

            class Cross(Base):
                def __init__(self, config):
                    super().__init__(config)
                    self.fast = ExponentialMovingAverage(10)

                def decide(self, bar):
                    if self.fast.value > bar.close:
                        self.submit_order(self.make(bar))

            class Counted(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self.fast = ExponentialMovingAverage(10)

                def on_bar(self, bar):
                    if self.fast.count < 10:
                        return
                    if self.fast.value > bar.close:
                        self.submit_order(self.make(bar))
            """,
        ),
        Example(
            "not an indicator, and only logged",
            """
            from nautilus_trader.indicators import ExponentialMovingAverage
            from nautilus_trader.trading.strategy import Strategy

            class Shown(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self.fast = ExponentialMovingAverage(10)
                    self.mode = config.mode

                def on_bar(self, bar):
                    self.log.info(f"{self.fast.value} {self.mode.value}")
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_example(source):
            return
        done: set[object] = set()
        for node in source.find(cst.Attribute):
            if node.attr.value not in _READS or not isinstance(node.value, cst.Attribute):
                continue
            owner = program.types.self_class(source, node)
            if owner is None or owner in done or not owner.derives_from(*api.COMPONENTS):
                continue
            if not self._is_indicator(source, node.value, program):
                continue
            if any(not one.source.words.isdisjoint(_ASKS | _COUNTS) for one in owner.mro):
                continue
            if program.flow.of(source, node).is_command:
                done.add(owner)
                name = node.value.attr.value
                message = (
                    f"`{owner.name}` trades on `self.{name}.{node.attr.value}` and never asks whether the indicator has"
                    " seen its period, so its first orders are noise: return while `self.indicators_initialized()` is"
                    " false"
                )
                yield self.finding(source, node, message)

    def _is_indicator(self, source: PythonSource, node: cst.Attribute, program: Program) -> bool:
        for where, value in program.types.assigned(source, node):
            name = program.names.external(where, value.func) if isinstance(value, cst.Call) else None
            if name is not None and name.startswith("nautilus_trader.indicators."):
                return True
        return False
