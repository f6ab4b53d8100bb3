"""The wranglers' lists: their items lie in the engine's columns until somebody asks for them.

A backtest adds a wrangler's list to the engine and looks at none of its items, so that a million objects would be made
for nothing. `Rows` is a list to `isinstance` and to every method: length, items, slices and iteration leave the columns
as they are, anything else first makes it the plain list that it stands for.
"""

import operator
from collections.abc import Callable, Iterator
from typing import Any, Final, SupportsIndex

from lintkit._engine import Columns

_PIECE: Final = 4096


class _Filled(list[Any]):
    """What `Rows` turns into: a list with nothing of its own."""

    __slots__ = ("_columns",)

    _columns: Columns

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        del protocol
        return list, (list(self),)


class Rows(_Filled):  # a subclass, so that Python asks it first when it stands on the right of an operator
    __slots__ = ()

    def __init__(self, columns: Columns) -> None:
        super().__init__()
        self._columns = columns

    def __len__(self) -> int:
        return len(self._columns)

    def __iter__(self) -> Iterator[Any]:
        columns = self._columns
        for start in range(0, len(columns), _PIECE):
            yield from columns.items(start, min(start + _PIECE, len(columns)))

    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        columns = self._columns
        if not isinstance(index, slice):
            at = operator.index(index)
            return columns[at + len(columns) if at < 0 else at]
        start, stop, step = index.indices(len(columns))
        if step == 1:
            return Rows(columns.part(start, max(start, stop)))
        return [columns[at] for at in range(start, stop, step)]

    def __reversed__(self) -> Iterator[Any]:
        columns = self._columns
        return (columns[at] for at in reversed(range(len(columns))))

    def __add__(self, other: Any) -> Any:
        return list(self) + list(other) if type(other) is Rows else list(self) + other

    def __radd__(self, other: Any) -> Any:
        return [*other, *self] if isinstance(other, list) else NotImplemented

    def copy(self) -> "Rows":
        return Rows(self._columns)

    __copy__ = copy


def _filling(name: str) -> Callable[..., Any]:
    method = getattr(list, name)

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        items = list(self)
        self.__class__ = _Filled
        del self._columns
        self.extend(items)
        # The list's own methods look past ours at what the other one holds: nothing.
        return method(self, *(list(other) if type(other) is Rows else other for other in args), **kwargs)

    call.__name__ = name
    return call


for _name in (
    *("__contains__", "__delitem__", "__eq__", "__ge__", "__gt__", "__iadd__", "__imul__", "__le__", "__lt__"),
    *("__mul__", "__ne__", "__repr__", "__rmul__", "__setitem__"),
    *("append", "clear", "count", "extend", "index", "insert", "pop", "remove", "reverse", "sort"),
):
    setattr(Rows, _name, _filling(_name))


def columns_of(items: Any) -> Columns | None:
    """The columns behind a wrangler's list; none once it is a plain one."""
    return items._columns if type(items) is Rows else None  # noqa: SLF001
