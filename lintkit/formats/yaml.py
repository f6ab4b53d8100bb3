"""YAML with places, from PyYAML's event stream: no recursion, and an alias stays an alias, so nothing can blow up.

Plain scalars mean what PyYAML's safe loader makes of them (YAML 1.1: `yes` and `on` are true).
"""

from collections.abc import Callable, Iterator
from typing import Any, cast

import yaml

from lintkit.finding import Span
from lintkit.formats.entry import MAX_DEPTH, Container, Entry, FormatError, Opaque, Path, Value

_parse = cast("Callable[[str, Any], Iterator[Any]]", yaml.parse)  # pyright: ignore[reportUnknownMemberType]  # no types for it
_RESOLVER = cast("Any", yaml.SafeLoader(""))
_BOOL = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


def read(text: str) -> tuple[Entry, ...]:
    try:
        return tuple(_entries(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise FormatError(error.problem or "not valid YAML", line, column) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        raise FormatError(f"the character {error.character!r} is not allowed", line) from None


def _entries(text: str) -> Iterator[Entry]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    documents = 0
    path: list[str | int] = []
    keys: list[Span | None] = []  # the pending key of each open mapping; a sequence's stays None
    in_mapping: list[bool] = []
    for event in _parse(text, loader):
        if isinstance(event, yaml.DocumentStartEvent):
            path = [documents]
            documents += 1
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            in_mapping.pop()
            keys.pop()
            path.pop()
            _advance(path, keys, in_mapping)
        elif isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            span = _span(event)
            is_key = bool(in_mapping) and in_mapping[-1] and keys[-1] is None
            if is_key and isinstance(event, yaml.ScalarEvent):
                path[-1] = event.value
                keys[-1] = span
                continue
            if is_key and isinstance(event, yaml.AliasEvent):
                path[-1] = f"*{event.anchor}"
                keys[-1] = span
                continue
            if is_key:
                raise FormatError("a mapping or sequence as a key is not supported", span.line, span.column)
            key = keys[-1] if keys else None
            here: Path = tuple(path)
            if isinstance(event, yaml.ScalarEvent):
                raw = text[event.start_mark.index : event.end_mark.index]
                yield Entry(here, key, _value(event), span, raw)
                _advance(path, keys, in_mapping)
            elif isinstance(event, yaml.AliasEvent):
                yield Entry(here, key, Container.ALIAS, span, "")
                _advance(path, keys, in_mapping)
            else:
                if len(in_mapping) >= MAX_DEPTH:
                    raise FormatError(f"nested deeper than {MAX_DEPTH} levels", span.line, span.column)
                mapping = isinstance(event, yaml.MappingStartEvent)
                yield Entry(here, key, Container.MAPPING if mapping else Container.SEQUENCE, span, "")
                in_mapping.append(mapping)
                keys.append(None)
                path.append("" if mapping else 0)


def _advance(path: list[str | int], keys: list[Span | None], in_mapping: list[bool]) -> None:
    """A value is complete: the mapping waits for its next key, the sequence counts on."""
    if not in_mapping:
        return
    last = path[-1]
    if in_mapping[-1]:
        keys[-1] = None
    elif isinstance(last, int):
        path[-1] = last + 1


def _value(event: Any) -> Value:
    text: str = event.value
    if event.style and event.tag is None:  # quoted
        return text
    tag = event.tag or _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))
    kind = tag.rpartition(":")[2]
    if kind == "bool":
        return _BOOL.get(text.lower(), text)
    if kind == "null":
        return None
    if kind in {"int", "float"}:
        number = _number(text)
        return text if number is None else number
    return text if kind == "str" else Opaque(text)


def _number(text: str) -> int | float | None:
    plain = text.replace("_", "").lower()
    digits = plain.lstrip("+-")
    try:
        return int(plain) if digits.isdecimal() else int(plain, 0) if digits[:2] in {"0x", "0b", "0o"} else float(plain)
    except ValueError:
        return None


def _span(event: Any) -> Span:
    start, end = event.start_mark, event.end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)
