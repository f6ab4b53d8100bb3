"""Our own rules over the program, each as a result by file with what it was derived from."""

from collections.abc import Iterable, Iterator, Sequence

from lintkit.cards import Card
from lintkit.finding import Finding
from lintkit.looks import looks
from lintkit.program import Program
from lintkit.reads import traced
from lintkit.results import WHOLE, Results
from lintkit.resume import Rest
from lintkit.rule import distinct
from lintkit.source import PythonSource


def run(program: Program, cards: Sequence[Card], rest: Rest | None = None) -> Results:
    """`rest` is what still holds of an earlier run."""
    found = Results()
    for card in cards:
        reads = rest.results.reads[card.id] if rest else {}
        findings = rest.results.findings[card.id] if rest else {}
        for number in rest.looks(card) if rest else looks(program, card):
            if number in reads:
                found.add(card.id, number, findings.get(number, ()), reads[number])
            else:
                found.add(card.id, number, *_look(program, card, number))
    return found


def findings(cards: Sequence[Card], results: Results) -> Iterator[Finding]:
    """What is reported of the results."""
    for card in cards:
        found = results.of(card.id)
        yield from distinct(card.rule, found) if "once" in card.looks else found


def _look(program: Program, card: Card, number: int) -> tuple[tuple[Finding, ...], int]:
    found, read = traced(lambda: tuple(_findings(program, card, number)))
    return found, read | (program.sources[number].bit if number != WHOLE else 0)


def _findings(program: Program, card: Card, number: int) -> Iterable[Finding]:
    rule = card.rule
    if number == WHOLE:
        return rule.check_program(program) if "check_program" in card.looks else rule.check_whole(program)
    source = program.sources[number]
    if isinstance(source, PythonSource):
        return rule.check_python(source, program)
    return rule.check_config(source, program)
