"""Imports around fixes: the name by which a fix may call something, and imports that nothing needs any more."""

from collections.abc import Iterator
from pathlib import PurePosixPath

import libcst as cst
from libcst.helpers import get_full_name_for_node

from lintkit.finding import Edit, Span
from lintkit.fix import apply
from lintkit.source import PythonSource

_PACKAGE = "nautilus_trader"


def naming(source: PythonSource, place: cst.CSTNode, module: str, name: str) -> tuple[str, tuple[Edit, ...]] | None:
    """How code at `place` can call `name` of `module`, and the edit that imports it where the file does not yet.

    None where the name means something else in the file, or where there is no import to stand beside.
    """
    imports = [(line, small) for line, small in _imports(source) if isinstance(small, cst.ImportFrom)]
    for _, small in imports:
        aliases = () if isinstance(small.names, cst.ImportStar) else small.names
        for alias in aliases:
            full = f"{_module(small)}.{get_full_name_for_node(alias.name)}"
            if full == f"{module}.{name}" or (full.endswith(f".{name}") and full.startswith(f"{_PACKAGE}.")):
                return _bound(alias), ()
    before = [line for line, small in imports if _module(small).startswith(_PACKAGE)]
    before = [line for line in before if source.order(line) < source.order(place)]
    if not before or any(_is_use(source, node) for node in source.named(cst.Name, name)):
        return None
    end = source.span(before[-1]).end_line
    if source.text.count("\n") < end:
        return None
    new_line = "\r\n" if "\r\n" in source.text else "\n"
    at = Span(end + 1, 1, end + 1, 1)
    return name, (Edit(at, f"from {module} import {name}{new_line}"),)


def without_unused(before: str, after: str) -> str:
    """`after` without the imports at module level that `before` used and it does not; other imports stay."""
    old = PythonSource(PurePosixPath("before.py"), before)
    while before != after and old.file.error is None:
        new = PythonSource(PurePosixPath("after.py"), after)
        if new.file.error is not None or "__all__" in new.words:
            break
        edit = next(_removals(old, new), None)
        if edit is None:
            break
        after = apply(after, [edit])
    return after


def _removals(old: PythonSource, new: PythonSource) -> Iterator[Edit]:
    for line, small in _imports(new):
        for alias in () if isinstance(small.names, cst.ImportStar) else small.names:
            name = _bound(alias)
            if not _is_used(new, name) and _is_used(old, name):
                edit = _removal(new, line, small, alias)
                yield from (edit,) if edit is not None else ()


def _imports(source: PythonSource) -> Iterator[tuple[cst.SimpleStatementLine, cst.Import | cst.ImportFrom]]:
    """The imports at module level that stand on lines of their own."""
    for line in source.tree.body:
        small = line.body[0] if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 else None
        if isinstance(line, cst.SimpleStatementLine) and isinstance(small, (cst.Import, cst.ImportFrom)):
            yield line, small


def _module(node: cst.ImportFrom) -> str:
    return "." * len(node.relative) + (get_full_name_for_node(node.module) or "" if node.module else "")


def _bound(alias: cst.ImportAlias) -> str:
    """The name that an import gives to the module."""
    if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
        return alias.asname.name.value
    return (get_full_name_for_node(alias.name) or "").partition(".")[0]


def _is_used(source: PythonSource, name: str) -> bool:
    return any(_is_use(source, node) for node in source.named(cst.Name, name)) or any(
        name in text.value and source.enclosing(text, cst.Annotation) is not None
        for text in source.find(cst.SimpleString)
    )


def _is_use(source: PythonSource, node: cst.Name) -> bool:
    parent = source.parent(node)
    if isinstance(parent, cst.Attribute):
        return parent.value is node and source.enclosing(node, cst.Import, cst.ImportFrom) is None
    if isinstance(parent, cst.Arg):
        return parent.keyword is not node
    return not isinstance(parent, (cst.ImportAlias, cst.AsName, cst.ImportFrom))


def _removal(
    source: PythonSource, line: cst.SimpleStatementLine, small: cst.Import | cst.ImportFrom, alias: cst.ImportAlias
) -> Edit | None:
    names = () if isinstance(small.names, cst.ImportStar) else small.names
    whole = source.span(line)
    if len(names) == 1:
        span = Span(whole.line, 1, whole.end_line + 1, 1)
        has_more = source.text.count("\n") >= whole.end_line
        code = "".join(source.lines.line(n) for n in range(whole.line, whole.end_line + 1))
        return Edit(span, "") if has_more and "#" not in code else None
    index = next(i for i, one in enumerate(names) if one is alias)
    own = source.span(alias)
    if index + 1 < len(names):
        following = source.span(names[index + 1])
        span = Span(own.line, own.column, following.line, following.column)
    else:
        former = source.span(names[index - 1])
        span = Span(former.end_line, former.end_column, own.end_line, own.end_column)
    between = "".join(source.lines.line(n) for n in range(span.line, span.end_line + 1))
    return Edit(span, "") if "#" not in between else None
