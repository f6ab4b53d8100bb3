"""Long tapes: compressed, read where they differ, and back to what they were."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintkit.smoke import archive
from lintkit.smoke.archive import Blocks, dump, first_difference, load
from lintkit.smoke.tape import FORMATS, Event, Tape, TapeError, format_line


def long_tape(count: int = 9_000, changed: int | None = None) -> Tape:
    lines = [
        format_line(Event(number * 1_000, "OrderSubmitted", f"O-{number}", (("account", "SIM-001" * 20),)))
        for number in range(count)
    ]
    if changed is not None:
        lines[changed] = lines[changed].replace("SIM-001", "SIM-002", 1)
    header = (("script", "backtest.py"), ("place 1", "strategies/ema.py:83 self.submit_order(order)"))
    return Tape(tuple(lines), header, {7: 1, 8_000: 1})


def test_short_tapes_stay_text() -> None:
    tape = long_tape(100)
    assert dump(tape).decode() == tape.render()


def test_long_tapes_are_compressed_behind_a_header_that_reads() -> None:
    tape = long_tape()
    packed = dump(tape)
    assert len(packed) < len(tape.render()) / 5
    head = packed[: packed.index(b"\n# block 1: ")].decode().splitlines()
    assert head == [FORMATS[-1], "# script: backtest.py", "# place 1: strategies/ema.py:83 self.submit_order(order)"]
    back = load(packed)
    assert tuple(back.lines) == tape.lines
    assert str(back.place_of(8_000)) == "strategies/ema.py:83"
    assert back.place_of(8_001) is None
    assert dump(back) == packed


@pytest.mark.parametrize("changed", [0, 2_047, 2_048, 8_999])
def test_no_more_is_read_than_the_block_that_differs(changed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    then = load(dump(long_tape()))
    read: list[int] = []
    decompress = zlib.decompress

    def count(data: bytes) -> bytes:
        read.append(len(data))
        return decompress(data)

    monkeypatch.setattr(archive.zlib, "decompress", count)
    assert first_difference(then.lines, long_tape().lines) is None
    assert not read
    assert first_difference(then.lines, long_tape(changed=changed).lines) == changed
    assert len(read) == 1


@given(st.integers(0, 9_000), st.integers(0, 9_000))
def test_the_first_difference_is_that_of_the_text(shorter: int, changed: int) -> None:
    then, now = long_tape(), long_tape(changed=min(changed, 8_999))
    cut = now.lines[:shorter]
    packed = load(dump(then)).lines
    assert isinstance(packed, Blocks)
    assert first_difference(packed, cut) == first_difference(then.lines, cut)


@pytest.mark.parametrize("filler", [b"", b"\0" * 50])
def test_a_damaged_block_is_an_error(filler: bytes) -> None:
    packed = dump(long_tape())[:-50] + filler
    with pytest.raises(TapeError):
        tuple(load(packed).lines)
