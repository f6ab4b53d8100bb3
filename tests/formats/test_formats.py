"""Values and places in YAML, TOML and JSON, and what malformed or hostile files give."""

import json as stdlib_json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintkit.formats import json, toml, yaml
from lintkit.formats.entry import Container, Entry, FormatError, Opaque
from lintkit.text import Lines

Reader = Callable[[str], tuple[Entry, ...]]


def scalars(entries: tuple[Entry, ...]) -> dict[tuple[str | int, ...], object]:
    return {e.path: e.value for e in entries if not isinstance(e.value, Container)}


def shown(text: str, entry: Entry) -> str:
    lines = Lines(text)
    span = entry.span
    return text[lines.offset(span.line, span.column) : lines.offset(span.end_line, span.end_column)]


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (json.read, '{"a": {"b": [1, true, "x"]}, "ü": null}'),
        (json.read, '// settings\n{"a": {"b": [1, /* two */ true, "x",]}, "ü": null}'),
        (toml.read, 'a.b = [1, true, "x"]\n"ü" = 1979-05-27\n'),
        (toml.read, "[a]\nb = [ # first\n  1,\n  true, 'x'\n]\n"),
        (toml.read, 'a = { b = [1, true, """x"""] }'),
    ],
)
def test_values(read: Reader, text: str) -> None:
    found = scalars(read(text))
    assert (found["a", "b", 0], found["a", "b", 1], found["a", "b", 2]) == (1, True, "x")


def test_yaml_means_what_pyyaml_means() -> None:
    text = "a: yes\nb: 'yes'\nc: 010\nd: 1_000\ne: 1.5\nf: ~\ng: 2020-01-01\nh: !!str true\ni: 0x1f\n"
    found = scalars(yaml.read(text))
    assert [found[0, key] for key in "abcefhi"] == [True, "yes", 10, 1.5, None, "true", 31]
    assert found[0, "d"] == 1000
    assert found[0, "g"] == Opaque("2020-01-01")


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (yaml.read, "# é\r\nouter:\r\n  - kéy: 'välue'\r\n    other: [1, x]\r\n---\r\nkéy: 2\r\n"),
        (
            toml.read,
            "# é\r\n[outer]\r\nkéy_ = 1\r\n".replace("kéy_", '"kéy"') + "[[outer.list]]\r\nx = 'välue' # c\r\n",
        ),
        (json.read, '{\r\n  "kéy": "väl\\"ue",\r\n\t"b": [-1.5e3, false]}'),
    ],
)
def test_places_are_those_of_the_text(read: Reader, text: str) -> None:
    entries = [e for e in read(text) if not isinstance(e.value, Container)]
    assert entries
    assert all(shown(text, e) == e.raw for e in entries)


def test_arrays_of_tables_are_counted() -> None:
    found = scalars(toml.read("[[v]]\nx = 1\n[[v]]\nx = 2\n[v.sub]\ny = 3\n"))
    assert found == {("v", 0, "x"): 1, ("v", 1, "x"): 2, ("v", 1, "sub", "y"): 3}


@pytest.mark.parametrize(
    ("read", "text", "line"),
    [
        (json.read, '{\n"a": 1\n"b": 2}', 3),
        (json.read, '{\n"a": }', 2),
        (json.read, "", 1),
        (json.read, "{} {}", 1),
        (json.read, '{"a": [1\n', 2),
        (json.read, '["\\q"]', 1),
        (json.read, "[" * 100_000, 1),
        (yaml.read, "a: 1\nb: [1\nc: 2\n", 3),
        (yaml.read, "a: {{ value }}\n", 1),
        (yaml.read, "a: \x07\n", 1),
        (yaml.read, "[" * 100_000, 1),
        (toml.read, "a = 1\nb =\n", 2),
        (toml.read, "a = " + "[" * 100_000, 1),
        (toml.read, "a = 1\na = 2\n", 2),
    ],
)
def test_what_cannot_be_read_says_where(read: Reader, text: str, line: int) -> None:
    with pytest.raises(FormatError) as caught:
        read(text)
    assert caught.value.line == line
    assert caught.value.message


def test_aliases_are_not_expanded() -> None:
    laughs = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
    entries = yaml.read(laughs)
    assert len(entries) == 3 + 39 * 10
    assert sum(e.value is Container.ALIAS for e in entries) == 39 * 9


def test_a_long_list() -> None:
    text = stdlib_json.dumps({"rows": list(range(20_000)), "last": True})
    found = scalars(json.read(text))
    assert len(found) == 20_001
    assert found["last",] is True


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(_JSON)
def test_json_agrees_with_the_standard_library(value: object) -> None:
    text = stdlib_json.dumps(value, ensure_ascii=False)
    entries = json.read(text)
    assert rebuilt(entries) == value
    assert all(stdlib_json.loads(shown(text, e)) == e.value for e in entries if not isinstance(e.value, Container))


def rebuilt(entries: tuple[Entry, ...]) -> object:
    holder: dict[object, object] = {}
    places: dict[tuple[str | int, ...], dict[object, object] | list[object]] = {(): holder}
    for entry in entries:
        value: object = entry.value
        if entry.value is Container.MAPPING:
            value = places[("root", *entry.path)] = {}
        elif entry.value is Container.SEQUENCE:
            value = places[("root", *entry.path)] = []
        parent = places[("root", *entry.path)[:-1]]
        if isinstance(parent, list):
            parent.append(value)
        else:
            parent[("root", *entry.path)[-1]] = value
    return holder["root"]


@given(st.text(alphabet="ab\"\\{}[]:,#\n =.-1'&*!|>%", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (json.read, yaml.read, toml.read):
        try:
            read(text)
        except FormatError as error:
            assert 1 <= error.line <= text.count("\n") + 2  # noqa: PT017
