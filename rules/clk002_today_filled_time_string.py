import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity

_PARSERS = frozenset({
    "pandas.Timestamp", "pandas.to_datetime", "pandas.DatetimeIndex", "pandas.date_range", "pandas.bdate_range",
    "dateutil.parser.parse", "pendulum.parse",
})  # fmt: skip
_TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2})?(\.\d+)?\s*(am|pm)?", re.IGNORECASE)
_TAKES_TIME = frozenset({"time", "timetz", "hour", "minute", "second", "strftime"})


class TodayFilledTimeString(Rule):
    """Time of day that becomes a time of today.

    `pd.Timestamp("09:30")` and its kin put the date of the machine in front. A session filter that compares it with
    the bars of a replay compares 2022 with today: every bar is before the open, or every bar is after the close, and
    the strategy never trades, or never stops.

    Compare times of day: `datetime.time(9, 30) <= unix_nanos_to_dt(ts).time()`.
    """

    id = "CLK002"
    name = "today-filled-time-string"
    severity = Severity.WARNING
    since = "0.1.0"
    mentions = frozenset({"Timestamp", "to_datetime", "parse", "date_range", "bdate_range", "DatetimeIndex"})

    invalid = [
        Example(
            "session hours",
            """
            import pandas as pd
            from dateutil.parser import parse
            import nautilus_trader

            OPEN = pd.Timestamp("09:30")  # !
            CLOSE = parse("16:00:00")  # !
            NOON = pd.to_datetime("12:00", utc=True)  # !
            """,
        ),
    ]
    valid = [
        Example(
            "only the time is taken, or there is a date",
            """
            import datetime as dt
            import pandas as pd
            import nautilus_trader

            OPEN = pd.Timestamp("09:30").time()
            CLOSE = dt.datetime.strptime("16:00", "%H:%M").time()
            START = pd.Timestamp("2024-01-02 09:30")
            LENGTH = pd.Timedelta("09:30:00")
            NAMED = pd.to_datetime("09:30", format="%H:%M").hour
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            texts = [a.value for a in call.args if isinstance(a.value, cst.SimpleString)]
            if not any(_TIME.fullmatch(str(text.evaluated_value).strip()) for text in texts):
                continue
            if program.names.external(source, call.func) not in _PARSERS or _only_time(source, call):
                continue
            code = source.code(texts[0])
            message = (
                f"{code.join('``')} gets the date of the machine's today, so a replay compares its bars with the wrong"
                " day: compare times of day, `datetime.time(...)`"
            )
            yield self.finding(source, call, message)


def _only_time(source: PythonSource, call: cst.Call) -> bool:
    parent = source.parent(call)
    has_format = any(a.keyword is not None and a.keyword.value == "format" for a in call.args)
    return has_format or (isinstance(parent, cst.Attribute) and parent.attr.value in _TAKES_TIME)
