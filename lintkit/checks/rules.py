"""Our own rules over the program."""

from collections.abc import Iterator, Sequence

from lintkit.finding import Finding
from lintkit.program import Program
from lintkit.rule import Rule


def run(program: Program, rules: Sequence[type[Rule]]) -> Iterator[Finding]:
    for rule in rules:
        yield from rule().check_program(program)
