import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Fix, Program, PythonSource, Rule, Severity

_MAKERS = frozenset({"pandas.to_datetime", "pandas.DatetimeIndex", "pandas.date_range", "pandas.bdate_range"})
_INDEX_MAKERS = frozenset({"pandas.DatetimeIndex", "pandas.date_range", "pandas.bdate_range"})
_INTEGERS = frozenset({"int64", "int", "i8", "uint64", "<i8"})
_INTEGER_TYPES = frozenset({"builtins.int", "numpy.int64", "numpy.uint64"})
_UNIT = re.compile(r"""as_unit\(\s*["']ns["']\s*\)|datetime64\[ns""")
_EITHER = 'put `.as_unit("ns")` before it (for a column `.dt.as_unit("ns")`)'
_PANDAS_3_SINCE = (1, 229)


class PandasDatetimeToInt(Rule):
    """Nanoseconds from a pandas datetime by cast.

    Up to pandas 2 `index.astype("int64")` gives nanoseconds. From pandas 3 on, which NautilusTrader allows since
    1.229, dates are microseconds unless they were made otherwise, and the same line gives a thousandth: every event is
    in January 1970, with no error anywhere.

    Say the unit before the cast: `index.as_unit("ns").astype("int64")`, for a column `.dt.as_unit("ns")`.
    """

    id = "UNI003"
    name = "pandas-datetime-to-int"
    severity = Severity.WARNING
    confidence = Confidence.LIKELY
    since = "0.1.0"
    mentions = frozenset({"astype", "asi8", "view"})

    invalid = [
        Example(
            "an index and a column",
            """
            import pandas as pd
            from nautilus_trader.model.data import Bar

            def bars(df):
                index = pd.to_datetime(df["t"], utc=True)
                stamps = index.astype("int64")  # !
                other = pd.DatetimeIndex(df["t"]).asi8  # !
                df["open_time"] = pd.to_datetime(df["open_time"])
                third = df["open_time"].view("int64")  # !
                fourth = df.index.astype("int64")  # !
                return [Bar(T, O, H, L, C, V, ts, ts) for ts in (*stamps, *other, *third, *fourth)]
            """,
            fixed="""
            import pandas as pd
            from nautilus_trader.model.data import Bar

            def bars(df):
                index = pd.to_datetime(df["t"], utc=True)
                stamps = index.astype("int64")  # !
                other = pd.DatetimeIndex(df["t"]).as_unit("ns").asi8  # !
                df["open_time"] = pd.to_datetime(df["open_time"])
                third = df["open_time"].dt.as_unit("ns").view("int64")  # !
                fourth = df.index.as_unit("ns").astype("int64")  # !
                return [Bar(T, O, H, L, C, V, ts, ts) for ts in (*stamps, *other, *third, *fourth)]
            """,
        ),
    ]
    valid = [
        Example(
            "with the unit, of numbers, or with a pandas that cannot be newer than 2",
            """
            import pandas as pd
            from nautilus_trader.model.data import Bar

            def bars(df):
                a = pd.to_datetime(df["t"]).dt.as_unit("ns").astype("int64")
                b = df["volume"].astype("int64"), df["ts_event"].astype("int64")
                c = df["open_time"].astype("datetime64[ns, UTC]").astype("int64")
                return a, b, c, df["count"].astype(int)
            """,
        ),
        Example(
            "an old release",
            """
            import pandas as pd
            import nautilus_trader

            stamps = pd.to_datetime(["2024-01-01"]).astype("int64")
            """,
            version="1.221.0",
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        version = program.target.version
        too_old = program.target.exact and version is not None and (version.major, version.minor) < _PANDAS_3_SINCE
        if too_old or program.is_test(source):
            return
        for attribute in source.find(cst.Attribute):
            call = source.parent(attribute)
            if attribute.attr.value == "asi8":
                place: cst.CSTNode = attribute
            elif attribute.attr.value in {"astype", "view"} and isinstance(call, cst.Call) and call.func is attribute:
                if len(call.args) != 1 or not _is_integer(source, call.args[0].value, program):
                    continue
                place = call
            else:
                continue
            if _is_datetime(source, attribute.value, program):
                fix = self._fix(source, attribute, program)
                cure = fix.title if fix is not None else _EITHER
                yield self.finding(
                    source,
                    place,
                    f"`{attribute.attr.value}` gives nanoseconds up to pandas 2 and microseconds from pandas 3 on, so"
                    f" events land in 1970: {cure}",
                    fix=fix,
                )

    def _fix(self, source: PythonSource, attribute: cst.Attribute, program: Program) -> Fix | None:
        """The unit, where it is plain whether an index or a column is cast."""
        where, value = program.values.origin(source, attribute.value)
        name = program.names.external(where, value.func) if isinstance(value, cst.Call) else None
        is_index = _is_index(value) or attribute.attr.value == "asi8" or name in _INDEX_MAKERS
        if not is_index and not isinstance(value, cst.Subscript):
            return None
        unit = '.as_unit("ns")' if is_index else '.dt.as_unit("ns")'
        code = f"{source.code(attribute.value)}{unit}"
        return self.replace(source, attribute.value, code, f"put `{unit}` before it", safe=True)


def _is_integer(source: PythonSource, node: cst.BaseExpression, program: Program) -> bool:
    if isinstance(node, cst.SimpleString):
        return node.evaluated_value in _INTEGERS
    return program.names.external(source, node) in _INTEGER_TYPES


def _is_datetime(source: PythonSource, node: cst.BaseExpression, program: Program) -> bool:
    """Whether a value is made as dates, or is a column that is called a time; not where the unit is said."""
    where, value = program.values.origin(source, node)
    text = where.code(value)
    if _UNIT.search(text) or _UNIT.search(source.code(node)):
        return False
    if _is_index(value):
        return not _is_number_index(where, value)
    if isinstance(value, cst.Call):
        name = program.names.external(where, value.func)
        if name in _MAKERS:
            return True
        return isinstance(value.func, cst.Attribute) and (
            value.func.attr.value in {"tz_localize", "tz_convert"} and _is_datetime(where, value.func.value, program)
        )
    index = value.slice[0].slice if isinstance(value, cst.Subscript) and len(value.slice) == 1 else None
    key = index.value if isinstance(index, cst.Index) else None
    column = key.evaluated_value if isinstance(key, cst.SimpleString) else None
    return isinstance(column, str) and column in _date_columns(where, program)


def _is_index(node: cst.BaseExpression) -> bool:
    """`frame.index`."""
    return isinstance(node, cst.Attribute) and node.attr.value == "index"


def _is_number_index(source: PythonSource, node: cst.BaseExpression) -> bool:
    """Whether the file numbers the rows of that frame: then its index is no time."""
    frame = source.code(node).removesuffix(".index")
    return f"{frame}.reset_index(" in source.text or "RangeIndex" in source.words


def _date_columns(source: PythonSource, program: Program) -> set[str]:
    """Columns that the file itself fills with dates: `df["t"] = pd.to_datetime(...)`."""
    found: set[str] = set()
    for assign in source.find(cst.Assign):
        value = assign.value
        if not isinstance(value, cst.Call) or program.names.external(source, value.func) not in _MAKERS:
            continue
        for target in assign.targets:
            index = target.target.slice[0].slice if isinstance(target.target, cst.Subscript) else None
            key = index.value if isinstance(index, cst.Index) else None
            if isinstance(key, cst.SimpleString) and isinstance(key.evaluated_value, str):
                found.add(key.evaluated_value)
    return found
