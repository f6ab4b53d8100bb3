"""Branches that a backtest never takes, by what their conditions say."""

import re
from collections.abc import Iterator

import libcst as cst

from lintkit.source import PythonSource

_BACKTEST = re.compile(r"_*(?:is|in)?_?(?:backtest|backtesting|simulation|simulated)(?:_mode|_run)?", re.IGNORECASE)
_LIVE = re.compile(r"_*(?:is|in)?_?(?:live|realtime|production)(?:_mode|_trading|_run)?", re.IGNORECASE)
_LEAVES = (cst.Return, cst.Raise, cst.Continue)


def is_live_only(source: PythonSource, node: cst.CSTNode) -> bool:
    """Whether a condition around a place, or one that leaves before it, keeps backtests away from it."""
    child = node
    for up in source.parents(node):
        if isinstance(up, (cst.If, cst.IfExp)) and child is not up.test:
            taken = child is up.body
            if _means_live(up.test, truth=taken):
                return True
        if isinstance(up, cst.BooleanOperation) and child is up.right:
            says = _means_live(up.left, truth=isinstance(up.operator, cst.And))
            if says:
                return True
        if isinstance(up, (cst.IndentedBlock, cst.Module)) and any(
            _means_live(before.test, truth=False) for before in _left_before(up, child)
        ):
            return True
        if isinstance(up, cst.FunctionDef):
            return False
        child = up
    return False


def _left_before(block: cst.IndentedBlock | cst.Module, child: cst.CSTNode) -> Iterator[cst.If]:
    for line in block.body:
        if line is child:
            return
        if isinstance(line, cst.If) and line.orelse is None and _leaves(line.body):
            yield line


def _leaves(body: cst.BaseSuite) -> bool:
    last = body.body[-1] if body.body else None
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    return isinstance(last, _LEAVES)


def _means_live(test: cst.BaseExpression, *, truth: bool) -> bool:
    """Whether a condition can have this truth only where orders are live."""
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        return _means_live(test.expression, truth=not truth)
    if isinstance(test, cst.BooleanOperation):
        both = isinstance(test.operator, cst.And) == truth
        sides = [_means_live(side, truth=truth) for side in (test.left, test.right)]
        return any(sides) if both else all(sides)
    if isinstance(test, cst.Comparison) and len(test.comparisons) == 1:
        only = test.comparisons[0]
        if isinstance(only.operator, (cst.Equal, cst.Is, cst.NotEqual, cst.IsNot)):
            equal = isinstance(only.operator, (cst.Equal, cst.Is)) == truth
            return any(_is_said(side, _LIVE if equal else _BACKTEST) for side in (test.left, only.comparator))
        return False
    return _is_said(test, _LIVE if truth else _BACKTEST)


def _is_said(node: cst.BaseExpression, words: re.Pattern[str]) -> bool:
    if isinstance(node, cst.Call) and not node.args:
        node = node.func
    if isinstance(node, cst.Attribute):
        node = node.attr
    text = node.evaluated_value if isinstance(node, cst.SimpleString) else getattr(node, "value", None)
    return isinstance(text, str) and words.fullmatch(text) is not None
