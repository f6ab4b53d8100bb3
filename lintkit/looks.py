"""Which files a rule looks at, by number."""

from collections.abc import Iterator

from lintkit.cards import Card
from lintkit.program import Program
from lintkit.results import WHOLE


def looks(program: Program, card: Card) -> Iterator[int]:
    if "check_program" in card.looks:
        yield WHOLE
        return
    if "check_python" in card.looks:
        sources = program.mentions.holding(card.mentions) if card.mentions else program.python
        yield from (source.number for source in sources)
    if "check_config" in card.looks:
        yield from (config.number for config in program.configs)
    if "check_whole" in card.looks:
        yield WHOLE


def looks_into(program: Program, card: Card, number: int) -> bool:
    """Whether it looks at one Python file."""
    if "check_program" in card.looks or "check_python" not in card.looks:
        return False
    words = program.mentions.everywhere(card.mentions)
    return not card.mentions or program.file(number).file.holds(list(words))
