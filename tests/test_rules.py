"""Every rule's examples are its tests."""

import re
from inspect import cleandoc

import pytest

from lintkit.registry import load_rules
from lintkit.rule import Example, Rule
from lintkit.source import read
from tests.examples import files, fixed, marked, program, split

RULES = load_rules()
CASES = [pytest.param(r, e, id=f"{r.id}: {e.title}") for r in RULES for e in (*r.invalid, *r.valid)]
INVALID = [pytest.param(r, e, id=f"{r.id}: {e.title}") for r in RULES for e in r.invalid]
FIXED = [pytest.param(r, e, id=f"{r.id}: {e.title}") for r in RULES for e in r.invalid if e.fixed is not None]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example(rule: type[Rule], example: Example) -> None:
    texts = files(example)
    found = [f for f in rule().check_program(program(texts, example.version)) if not f.pedantic]
    assert sorted((str(f.path), f.span.line) for f in found) == marked(texts), "\n".join(f.message for f in found)


@pytest.mark.parametrize(("rule", "example"), FIXED)
def test_fix(rule: type[Rule], example: Example) -> None:
    texts = files(example)
    name = next(iter(texts))
    found = [f for f in rule().check_program(program(texts, example.version)) if str(f.path) == name]
    own = [f.fix for f in found if f.fix is not None and f.fix.safe]
    assert fixed(name, texts[name], own) == split(example.fixed or "")[name]


@pytest.mark.parametrize(("rule", "example"), INVALID)
def test_all_fixes_leave_code_that_no_longer_has_the_mistake(rule: type[Rule], example: Example) -> None:
    """Also the unsafe ones. What a fix left behind, a fix would find again: so they are idempotent."""
    texts = files(example)
    found = list(rule().check_program(program(texts, example.version)))
    after = {
        name: fixed(name, text, [f.fix for f in found if f.fix is not None and str(f.path) == name])
        for name, text in texts.items()
    }
    assert all(read(text).error is None for name, text in after.items() if name.endswith(".py"))
    mended = {(str(f.path), f.message) for f in found if f.fix is not None}
    again = list(rule().check_program(program(after, example.version)))
    assert not [f.message for f in again if f.fix is not None or (str(f.path), f.message) in mended]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_messages_are_one_sentence(rule: type[Rule], example: Example) -> None:
    for finding in rule().check_program(program(files(example), example.version)):
        assert finding.message.count("`") >= 2
        assert finding.message.count("`") % 2 == 0
        assert not finding.message.endswith(".")
        assert "\n" not in finding.message


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_shape(rule: type[Rule]) -> None:
    assert rule.__module__ == f"lintkit.rules.{rule.id.lower()}_{rule.name.replace('-', '_')}"
    assert re.fullmatch(r"[A-Z]{3}\d{3}", rule.id)
    title, _, body = cleandoc(rule.__doc__ or "").partition("\n\n")
    assert title.endswith(".")
    assert "\n" not in title
    assert len(body) > 100
    assert rule.invalid
    assert rule.valid
    assert all(marked(files(e)) for e in rule.invalid)
    assert not any(marked(files(e)) for e in rule.valid)
    assert len({e.title for e in (*rule.invalid, *rule.valid)}) == len(rule.invalid) + len(rule.valid)


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_mentions_hold_for_every_report(rule: type[Rule]) -> None:
    for example in rule.invalid:
        whole = program(files(example), example.version)
        reported = {f.path for f in rule().check_program(whole)}
        assert {s.path for s in whole.python} & reported <= {s.path for s in whole.mentioning(rule.mentions)}


def test_ids_are_unique() -> None:
    assert len({r.id for r in RULES}) == len(RULES)
    assert len({r.name for r in RULES}) == len(RULES)


@pytest.mark.parametrize(
    "text", ["[]", "1", '"oms_type trader_id"', "null", "{}", '{"oms_type": [], "trader_id": {}, "strategy_path": 1}']
)
def test_config_files_of_odd_forms_are_no_crash(text: str) -> None:
    whole = program({"odd.json": text, "odd.yaml": text})
    for rule in RULES:
        assert list(rule().check_program(whole)) == []
