"""Identical means the same bytes; the first divergence is the first."""

from hypothesis import given
from hypothesis import strategies as st

from lintkit.smoke.diff import divergence, first_difference
from lintkit.smoke.tape import Event, Run, Tape, format_line
from lintkit.smoke.verdict import compare

small = st.one_of(
    st.builds(Run, st.integers(1, 2), st.integers(1, 2)),
    st.builds(
        Event,
        st.integers(0, 3),
        st.sampled_from(["OrderAccepted", "OrderCanceled", "OrderSubmitted"]),
        st.sampled_from(["O-1", "O-2"]),
    ),
)
bodies = st.lists(small.map(format_line), max_size=6).map(tuple)


@given(bodies, bodies)
def test_identical_if_and_only_if_the_bytes_are(then: tuple[str, ...], now: tuple[str, ...]) -> None:
    old, new = Tape(then, (("engine", "a"),)), Tape(now, (("engine", "b"),))
    same_bytes = "\n".join(then) == "\n".join(now)
    assert (compare(old, new) is None) == same_bytes
    assert (divergence(old, new) is None) == same_bytes


@given(bodies, bodies)
def test_the_first_divergence_is_the_first(then: tuple[str, ...], now: tuple[str, ...]) -> None:
    index = first_difference(then, now)
    if index is None:
        assert then == now
    else:
        assert then[:index] == now[:index]
        assert then[index : index + 1] != now[index : index + 1]


@given(bodies, bodies, bodies)
def test_a_shared_beginning_moves_it_and_nothing_else(
    head: tuple[str, ...], then: tuple[str, ...], now: tuple[str, ...]
) -> None:
    index = first_difference(then, now)
    assert first_difference(head + then, head + now) == (None if index is None else index + len(head))


def test_the_context_around_it() -> None:
    lines = tuple(format_line(Event(n, "OrderSubmitted", f"O-{n}")) for n in range(8))
    run = format_line(Run(1, 2))
    first = divergence(Tape((run, *lines), (("engine", "a"),)), Tape((run, *lines[:5])))
    assert first is not None
    assert (first.index, first.run) == (6, Run(1, 2))
    assert [event.subject for event in first.before if isinstance(event, Event)] == ["O-2", "O-3", "O-4"]
    assert first.then.line == 9  # the format line, one of header, seven of body
    assert isinstance(first.then.entry, Event)
    assert first.then.entry.subject == "O-5"
    assert first.now.entry is None
