import re
from collections.abc import Iterator
from decimal import Decimal

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity

_LABEL = re.compile(
    r"(?:^|_)(?:y|label|target|future|fwd|forward|next|ahead|outcome|response|ret_n|lead)", re.IGNORECASE
)
_LABELLED = re.compile(
    r"label|target|future|forward|fwd|train|fit\b|dataset|evaluat|metric|\bic\b|research", re.IGNORECASE
)
_NEW = re.compile(r"(?:^|[._])(?:df|frame|data|close|open|high|low|price|prices|bars|returns|ret|series|signal)\b")

_OUTCOME = re.compile(r"realized_pnl|\bpnl\b|_pnl\b|\bfills?\b|slippage|avg_px", re.IGNORECASE)


class FutureIndexing(Rule):
    """Feature that looks into the future.

    `shift(-1)`, a centred rolling window, `bfill` and `merge_asof(direction="forward")` put a later row's value into
    an earlier one. As a training label that is what one wants; as a feature, a signal or a price that the backtest
    trades on it is the next bar, known in advance, and live trading will not have it.

    Use `shift(k)` with k >= 0, trailing windows, `ffill` and `direction="backward"`. Names that speak of labels,
    targets and forward returns, and functions that train or evaluate, are not reported.
    """

    id = "LAH003"
    name = "future-indexing"
    severity = Severity.WARNING
    confidence = Confidence.LIKELY
    since = "0.1.0"
    mentions = frozenset({"shift", "rolling", "bfill", "backfill", "merge_asof", "fillna"})

    invalid = [
        Example(
            "signals from later rows",
            """
            import nautilus_trader
            import pandas as pd

            def features(df: pd.DataFrame):
                df["signal"] = df["close"].shift(-1) > df["close"]  # !
                df["smooth"] = df["close"].rolling(5, center=True).mean()  # !
                df["volume"] = df["volume"].bfill()  # !
                return pd.merge_asof(df, NEWS, on="ts", direction="forward")  # !
            """,
        ),
    ]
    valid = [
        Example(
            "the trades of two runs are compared",
            """
            import pandas as pd

            def compare(paper, backtest):
                columns = ["ts_opened", "avg_px_open", "realized_pnl", "volume"]
                return pd.merge_asof(paper[columns], backtest[columns], on="ts_opened", direction="nearest")
            """,
        ),
        Example(
            "the past",
            """
            import nautilus_trader
            import pandas as pd

            def features(df: pd.DataFrame):
                df["signal"] = df["close"] > df["close"].shift(1)
                df["smooth"] = df["close"].rolling(5).mean()
                df["volume"] = df["volume"].ffill()
                return pd.merge_asof(df, NEWS, on="ts", direction="backward")
            """,
        ),
        Example(
            "labels, and other things that shift",
            """
            import nautilus_trader
            import pandas as pd

            def make_labels(df):
                df["y"] = df["close"].shift(-5) / df["close"] - 1
                return df

            def evaluate(df):
                forward_return = df["close"].pct_change().shift(-1)
                return forward_return.corr(df["signal"])

            def move(window):
                window.shift(-1)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source) or "pandas" not in source.words:
            return
        for call in source.find(cst.Call):
            what = self._looks_ahead(source, call, program)
            if what is None or _is_label(source, call, program) or not _is_market(source, call, program):
                continue
            if "merge_asof" in what and _is_outcome(source, call, program):
                continue
            message = (
                f"{what} puts a later row's value into an earlier one, so what is computed here knows the future, which"
                " live trading does not: use past rows only"
            )
            yield self.finding(source, call, message)

    def _looks_ahead(self, source: PythonSource, call: cst.Call, program: Program) -> str | None:
        if not isinstance(call.func, cst.Attribute):
            return None
        method, owner = call.func.attr.value, source.code(call.func.value)
        arguments = program.arguments(call, ("periods",))
        if method == "shift" and (_NEW.search(owner) or isinstance(call.func.value, cst.Subscript)):
            periods = arguments.value("periods")
            number = program.number(source, periods) if periods is not None else None
            return f"`shift({number})`" if number is not None and number < Decimal(0) else None
        if method == "rolling" and _is_true(arguments.value("center")):
            return "`rolling(center=True)`"
        if method in {"bfill", "backfill"}:
            return f"`{method}`"
        if method == "fillna" and _text(arguments.value("method")) in {"bfill", "backfill"}:
            return '`fillna(method="bfill")`'
        if method == "merge_asof" and _text(arguments.value("direction")) in {"forward", "nearest"}:
            return f'`merge_asof(direction="{_text(arguments.value("direction"))}")`'
        return None


def _is_market(source: PythonSource, call: cst.Call, program: Program) -> bool:
    """Whether the code around it speaks of prices."""
    function = program.calls.function_of(source, call)
    statement = source.enclosing(call, cst.SimpleStatementLine) or call
    code = source.code(function.node if function is not None else statement)
    return (
        re.search(r"\b(?:adj_?)?(?:close|price|returns?|ohlcv?|signal|volume|bars?)\b", code, re.IGNORECASE) is not None
    )


def _is_label(source: PythonSource, call: cst.Call, program: Program) -> bool:
    """Whether the value is a label or belongs to training and evaluation, by the names around it."""
    function = program.calls.function_of(source, call)
    names = [str(source.path)] + ([function.name] if function is not None else [])
    names += [function.owner.name] if function is not None and function.owner is not None else []
    if any(_LABELLED.search(name) for name in names):
        return True
    for up in source.parents(call):
        if isinstance(up, cst.Assign):
            code = source.code(up.targets[0].target)
            return any(_LABEL.search(word) for word in re.findall(r"\w+", code))
        if isinstance(up, (cst.Arg, cst.DictElement)):
            key = up.keyword if isinstance(up, cst.Arg) else up.key
            if key is not None and _LABEL.search(source.code(key).strip("\"'")):
                return True
        if isinstance(up, cst.BaseSmallStatement):
            return False
    return False


def _is_outcome(source: PythonSource, call: cst.Call, program: Program) -> bool:
    """Whether fills and profits are matched: what came of a run, not what it decides on."""
    function = program.calls.function_of(source, call)
    statement = source.enclosing(call, cst.SimpleStatementLine) or call
    return _OUTCOME.search(source.code(function.node if function is not None else statement)) is not None


def _is_true(node: cst.BaseExpression | None) -> bool:
    return isinstance(node, cst.Name) and node.value == "True"


def _text(node: cst.BaseExpression | None) -> str | None:
    return str(node.evaluated_value) if isinstance(node, cst.SimpleString) else None
