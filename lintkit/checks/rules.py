"""Our own rules over the program, each as a result by file with what it was derived from."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from lintkit.finding import Finding
from lintkit.program import Program
from lintkit.reads import traced
from lintkit.resume import Key, Result
from lintkit.rule import Rule, distinct

_WHOLE = -1


def run(program: Program, rules: Sequence[type[Rule]], known: Mapping[Key, Result]) -> dict[Key, Result]:
    """`known` are the results that still hold."""
    found: dict[Key, Result] = {}
    for kind in rules:
        rule = kind()
        for number, look in _looks(rule, program):
            key = (kind.id, number)
            found[key] = known[key] if key in known else _result(look, program, number)
    return found


def findings(rules: Sequence[type[Rule]], results: Mapping[Key, Result]) -> Iterator[Finding]:
    """What is reported of the results."""
    of: dict[str, list[Finding]] = {}
    for (rule, _), result in results.items():
        of.setdefault(rule, []).extend(result.findings)
    for kind in rules:
        yield from distinct(kind(), of.get(kind.id, ()))


def _looks(rule: Rule, program: Program) -> Iterator[tuple[int, Callable[[], Iterable[Finding]]]]:
    if type(rule).check_program is not Rule.check_program:
        yield _WHOLE, lambda: rule.check_program(program)
        return
    if type(rule).check_python is not Rule.check_python:
        for source in program.mentions.holding(rule.mentions) if rule.mentions else program.python:
            yield source.number, lambda source=source: rule.check_python(source, program)
    if type(rule).check_config is not Rule.check_config:
        for config in program.configs:
            yield config.number, lambda config=config: rule.check_config(config, program)
    if type(rule).check_whole is not Rule.check_whole:
        yield _WHOLE, lambda: rule.check_whole(program)


def _result(look: Callable[[], Iterable[Finding]], program: Program, number: int) -> Result:
    findings, read = traced(lambda: tuple(look()))
    return Result(findings, read | (program.sources[number].bit if number != _WHOLE else 0))
