"""The bytes of an accepted tape: text while it is short; the body compressed, with checkpoints, once it is long.

A long tape keeps its header as text. `# block N: LINES BYTES CHAIN` tells of each block of its body: the number of its
lines, its compressed size, and a digest of every compared line up to its end, so that two tapes part in the first block
whose digest differs, and only that block has to be read. The blocks follow the header in their order, as zlib streams.
"""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from typing import overload

from lintkit.smoke.tape import FORMATS, Tape, TapeError, parse, parse_header, split_marks

TEXT_LIMIT = 1 << 20
"""Bytes up to which a tape stays text; code review shows no more than that of a file anyway."""
BLOCK_LINES = 2048


class Blocks(Sequence[str]):
    """The lines of a compressed body, read block by block where they are asked for."""

    def __init__(self, blocks: Sequence[tuple[int, str, bytes]]) -> None:
        """`blocks`: number of lines, chained digest, compressed text."""
        self.blocks = tuple(blocks)
        self.marks: dict[int, int] = {}
        self._starts = [0]
        for count, _, _ in blocks:
            self._starts.append(self._starts[-1] + count)
        self._read: dict[int, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return self._starts[-1]

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        index = range(len(self))[index]
        number = next(n for n in range(len(self.blocks)) if index < self._starts[n + 1])
        return self.block(number)[index - self._starts[number]]

    def __iter__(self) -> Iterator[str]:
        for number in range(len(self.blocks)):
            yield from self.block(number)

    def span(self, number: int) -> tuple[int, int]:
        """The indices of a block's lines."""
        return self._starts[number], self._starts[number + 1]

    def block(self, number: int) -> tuple[str, ...]:
        if number not in self._read:
            count, _, packed = self.blocks[number]
            try:
                *lines, rest = zlib.decompress(packed).decode("ascii").split("\n")
            except (zlib.error, UnicodeDecodeError) as error:
                raise TapeError(f"block {number + 1} is damaged", 1) from error
            if rest or len(lines) != count:
                raise TapeError(f"block {number + 1} has {len(lines)} lines, not {count}", 1)
            self._read[number], marks = split_marks(lines, self._starts[number])
            self.marks |= marks
        return self._read[number]


def chain(lines: Sequence[str], before: str = "") -> str:
    """The digest of lines and of everything before them."""
    return hashlib.blake2b("\n".join((before, *lines)).encode(), digest_size=16).hexdigest()


def first_difference(then: Sequence[str], now: Sequence[str]) -> int | None:
    """The index of the first body line that differs; None when the bodies are the same.

    Of a compressed body no more is read than the block that holds it.
    """
    start = 0
    if isinstance(then, Blocks):
        digest = ""
        for number, (_, expected, _) in enumerate(then.blocks):
            start, stop = then.span(number)
            digest = chain(now[start:stop], digest)
            if digest != expected or stop > len(now):
                break
            start = stop
        if start == len(then) == len(now):
            return None
    shared = min(len(then), len(now))
    index = next((i for i in range(start, shared) if then[i] != now[i]), shared)
    return None if index == len(then) == len(now) else index


def dump(tape: Tape) -> bytes:
    text = tape.render_lines()
    if len(text) <= TEXT_LIMIT:
        return (tape.render_header() + text).encode()
    lines = tape.lines
    digest, packed = "", list[bytes]()
    header = [pair for pair in tape.header if not pair[0].startswith("block ")]
    for number, start in enumerate(range(0, len(lines), BLOCK_LINES), 1):
        block = lines[start : start + BLOCK_LINES]
        digest = chain(block, digest)
        packed.append(zlib.compress(tape.render_lines(start, start + len(block)).encode(), 9))
        header.append((f"block {number}", f"{len(block)} {len(packed[-1])} {digest}"))
    return Tape((), tuple(header)).render().encode() + b"".join(packed)


def load(data: bytes) -> Tape:
    """The inverse of `dump`. Raises `TapeError`, `UnicodeDecodeError` where the bytes are no text."""
    end = 0
    while data.startswith(b"# ", end):
        end = data.find(b"\n", end) + 1 or len(data)
    lines = data[:end].decode("ascii", "replace").split("\n")
    header, blocks = parse_header(lines), list[tuple[int, str, bytes]]()
    if not any(key.startswith("block ") for key, _ in header):
        return parse(data.decode().replace("\r\n", "\n"))  # a checkout on Windows
    if lines[0] not in FORMATS:
        raise TapeError("not a tape of this version", 1)
    for number, (key, value) in enumerate(header, 2):
        if not key.startswith("block "):
            continue
        try:
            count, size, digest = value.split(" ")
            blocks.append((int(count), digest, data[end : end + int(size)]))
        except ValueError as error:
            raise TapeError("not a checkpoint", number) from error
        if len(blocks[-1][2]) != int(size):
            raise TapeError("the tape is cut off", number)
        end += int(size)
    body = Blocks(blocks)
    return Tape(body, header, body.marks)
