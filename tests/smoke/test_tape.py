"""The tape's text form: every event survives it, and nothing else is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintkit.smoke.tape import (
    FORMAT,
    Event,
    Run,
    Tape,
    TapeError,
    command_line,
    format_line,
    format_time,
    parse,
    parse_line,
    quote,
    unquote,
)
from lintkit.smoke.totals import total

YEAR_2554 = 2**64 - 1  # the largest time that an unsigned 64-bit count of nanoseconds holds
texts = st.text(max_size=20)
keys = st.from_regex(r"[a-z][a-z0-9_]*", fullmatch=True)
events = st.builds(
    Event,
    st.integers(0, YEAR_2554),
    st.from_regex(r"[A-Z][A-Za-z0-9]*", fullmatch=True),
    texts,
    st.lists(st.tuples(keys, texts), max_size=6).map(tuple),
)
entries = st.one_of(events, st.builds(Run, st.integers(1, 99), st.integers(1, 99)))
words = st.lists(texts, min_size=1, max_size=4)


@given(entries)
def test_a_line_is_read_back_as_it_was(entry: Event | Run) -> None:
    line = format_line(entry)
    assert parse_line(line) == entry
    assert line.isascii()
    assert line.isprintable()


@given(st.lists(entries, max_size=8), words)
def test_a_tape_is_read_back_as_it_was(lines: list[Event | Run], command: list[str]) -> None:
    tape = Tape(
        tuple(map(format_line, lines)), (("script", command_line(command)), ("engine", "bundled, profile 1.221"))
    )
    assert parse(tape.render()) == tape
    assert parse(tape.render()).entries == tuple(lines)


@given(texts)
def test_quoting_is_exact(text: str) -> None:
    assert unquote(quote(text)) == text


@pytest.mark.parametrize("text", ["", " ", "a b", 'a"b', "a=b", "a\\b", "a\nb", "a\u2028b", "\u00e9", "\ud800", "\0"])
def test_what_could_break_a_line_is_quoted(text: str) -> None:
    assert quote(text).startswith('"')
    assert quote(text).isprintable()


def test_times_are_utc_with_nanoseconds() -> None:
    assert format_time(0) == "1970-01-01T00:00:00.000000000Z"
    assert format_time(1_709_543_749_275_000_001) == "2024-03-04T09:15:49.275000001Z"
    assert format_time(YEAR_2554) == "2554-07-21T23:34:33.709551615Z"


def test_an_event_as_it_reads() -> None:
    event = Event(1_709_543_749_275_000_000, "OrderFilled", "O-1", (("side", "SELL"), ("commission", "5.25 USD")))
    assert format_line(event) == '2024-03-04T09:15:49.275000000Z OrderFilled O-1 side=SELL commission="5.25 USD"'


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=60))
def test_any_other_line_is_refused_or_canonical(line: str) -> None:
    try:
        entry = parse_line(line)
    except ValueError:
        return
    assert parse_line(format_line(entry)) == entry


GOOD = "2024-03-04T09:15:49.275000000Z OrderAccepted O-1"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("<<<<<<< HEAD\n", 2),
        (f"{GOOD}\n{GOOD} price\n", 3),
        (f"{GOOD}\n\n", 3),
        (f"{GOOD} \n", 2),
        (f"{GOOD} a=b=c\n", 2),
        (f'{GOOD} a="b\n', 2),
        (f'{GOOD} a="\\q"\n', 2),
        (GOOD, 2),
        ("2024-02-30T09:15:49.275000000Z OrderAccepted O-1\n", 2),
        ("2024-03-04T09:15:49.275Z OrderAccepted O-1\n", 2),
        ("2024-03-04T09:15:49.27500000\u0663Z OrderAccepted O-1\n", 2),
        ("@ engine 0 run 1\n", 2),
        (f"{GOOD}\n# script: backtest.py\n", 3),
    ],
)
def test_a_damaged_tape_names_its_line(body: str, line: int) -> None:
    with pytest.raises(TapeError) as caught:
        total(parse(f"{FORMAT}\n{body}"))
    assert caught.value.line == line


@pytest.mark.parametrize("text", ["", "\n", "# lintkit tape 3\n", "hello", f"\ufeff{FORMAT}\n"])
def test_another_format_is_refused(text: str) -> None:
    with pytest.raises(TapeError) as caught:
        parse(text)
    assert caught.value.line == 1


@pytest.mark.parametrize(
    ("place", "path", "text"),
    [
        ("strategies/ema.py:83", "strategies/ema.py", ""),
        (
            "ema.py:83 self.submit_order(order)  # flat by 15:45 UTC",
            "ema.py",
            "self.submit_order(order)  # flat by 15:45 UTC",
        ),
        ('"my strategies/e\\"ma.py":83 at("9:30") :1', 'my strategies/e"ma.py', 'at("9:30") :1'),
    ],
)
def test_a_place_in_the_code(place: str, path: str, text: str) -> None:
    tape = Tape((GOOD,), (("place 1", place),), {0: 1})
    found = tape.place_of(0)
    assert found
    assert (found.path, found.line, found.text) == (path, 83, text)
