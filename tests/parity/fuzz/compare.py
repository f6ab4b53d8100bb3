"""Where two tapes part, and how to name the difference."""

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"[-+]?\d[\d_.:TZ-]*")


@dataclass(frozen=True)
class Difference:
    """The first place at which two tapes differ; a side that has ended there has nothing to say."""

    index: int
    real: str | None
    ours: str | None

    @property
    def kind(self) -> str:
        """What differences of one cause have in common, roughly: the kinds of lines, and the fields that differ."""
        real, ours = _words(self.real), _words(self.ours)
        if real[0] != ours[0]:
            return f"{real[0]} / {ours[0]}"
        fields = [a.partition("=")[0] for a, b in zip(real, ours, strict=False) if a != b]
        return f"{real[0]}: {' '.join(_NUMBER.sub('#', field) for field in fields[:4])}"


def _words(line: str | None) -> list[str]:
    if line is None:
        return ["end"]
    words = line.split()
    if line.startswith(("  ", "=", "!")):
        return [" ".join(word for word in words[:3] if not _NUMBER.match(word))[:40], *words]
    return words[1:2] + words[2:]


def difference(real: list[str], ours: list[str]) -> Difference | None:
    for index in range(max(len(real), len(ours))):
        a = real[index] if index < len(real) else None
        b = ours[index] if index < len(ours) else None
        if a != b:
            return Difference(index, a, b)
    return None
