"""Instrument definitions in code: which constructor, for which instrument, with which values."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import libcst as cst

from lintkit.program import api
from lintkit.program.arguments import Arguments, bind
from lintkit.program.mentions import Mentions
from lintkit.program.names import Names
from lintkit.program.reference import Reference, find, future, futures_on
from lintkit.program.rows import Rows
from lintkit.program.surface import Surface
from lintkit.program.trading import is_test
from lintkit.program.values import UNKNOWN, Known, Made, Value, Values, currency_of, number, text_of
from lintkit.reads import Derived, Memo
from lintkit.source import PythonSource

KINDS = frozenset({
    "CurrencyPair", "CryptoPerpetual", "CryptoFuture", "CryptoOption", "FuturesContract", "FuturesSpread",
    "OptionContract", "OptionSpread", "Equity", "Cfd", "Commodity", "IndexInstrument", "BinaryOption",
    "BettingInstrument", "PerpetualContract",
})  # fmt: skip


@dataclass(frozen=True, eq=False)
class Definition:
    """One constructor call. `id` is (symbol, venue) where that is known."""

    source: PythonSource
    call: cst.Call
    kind: str
    arguments: Arguments
    values: Mapping[str, Value]

    def node(self, name: str) -> cst.BaseExpression | None:
        return self.arguments.value(name)

    def value(self, name: str) -> Value:
        return self.values.get(name, UNKNOWN)

    def number(self, name: str) -> Decimal | None:
        """The value that the argument has after the constructors' own rounding; of money its amount."""
        value = self.value(name)
        inner = value.value if isinstance(value, Known) else None
        return number(inner.get("value")) if isinstance(inner, Made) and inner.name == "Money" else number(value)

    def written(self, name: str) -> Decimal | None:
        """The number that a price or quantity is made of, before its precision rounds it."""
        value = self.value(name)
        inner = value.value if isinstance(value, Known) else None
        return number(inner.get("value")) if isinstance(inner, Made) else None

    def plain(self, name: str) -> object:
        """A bool, number or text that an argument is known to be; None when it is not known."""
        value = self.value(name)
        return value.value if isinstance(value, Known) and not isinstance(value.value, Made) else None

    def currency(self, name: str) -> str | None:
        """The code of a currency, or of an amount of money."""
        return currency_of(self.value(name))

    def precision(self, name: str) -> int | None:
        """The decimal places of a price or quantity."""
        value = self.value(name)
        inner = value.value if isinstance(value, Known) else None
        places = number(inner.get("precision")) if isinstance(inner, Made) else None
        return int(places) if places is not None else None

    def is_given(self, name: str) -> bool:
        """Whether the argument is there and not None."""
        return name in self.values and self.value(name) != Known(None)

    def is_absent(self, name: str) -> bool:
        return name not in self.values and not self.arguments.unpacked

    @cached_property
    def id(self) -> tuple[str, str] | None:
        value = self.value("instrument_id")
        made = value.value if isinstance(value, Known) else None
        if not isinstance(made, Made) or made.name != "InstrumentId":
            return None
        symbol, venue = text_of(made.get("symbol")), text_of(made.get("venue"))
        return (symbol, venue) if symbol and venue else None

    @property
    def symbol(self) -> str | None:
        """The symbol where only the venue is unknown, too; else the venue's own symbol."""
        value = self.value("instrument_id")
        made = value.value if isinstance(value, Known) else None
        symbol = text_of(made.get("symbol")) if isinstance(made, Made) and made.name == "InstrumentId" else None
        return symbol or text_of(self.value("raw_symbol"))

    @property
    def name(self) -> str:
        return ".".join(self.id) if self.id else self.symbol or f"this {self.kind}"

    @property
    def products(self) -> tuple[Reference, ...]:
        """The rows of the reference that it may be: by its id, else a future's by its root, else by its underlying."""
        if self.id is not None and (row := find(*self.id, self.kind)) is not None:
            return (row,)
        if self.kind != "FuturesContract":
            return ()
        if self.symbol is not None:
            row = future(self.symbol)
            return (row,) if row is not None else ()
        underlying = text_of(self.value("underlying"))
        return futures_on(underlying) if underlying else ()


class Instruments:
    def __init__(
        self, sources: Iterable[PythonSource], names: Names, values: Values, surface: Surface, mentions: Mentions
    ) -> None:
        self._names, self._values, self._surface, self._mentions = names, values, surface, mentions
        self._rows = Rows([one for one in sources if not is_test(one.path)], names, values)
        self._found: Memo[PythonSource, tuple[Definition, ...]] = Memo()

    @Derived
    def all(self) -> tuple[Definition, ...]:
        return tuple(one for source in self._mentions.mentioning(KINDS) for one in self.of(source))

    def of(self, source: PythonSource) -> tuple[Definition, ...]:
        """The definitions in a file, in source order."""
        if source not in self._mentions.mentioning(KINDS):
            return ()
        return self._found.get(source, lambda: tuple(self._find(source)))

    def _find(self, source: PythonSource) -> Iterator[Definition]:
        return (one for call in source.find(cst.Call) for one in self._definitions(source, call))

    def _definitions(self, source: PythonSource, call: cst.Call) -> Iterator[Definition]:
        """One for each row of the table, or each call of the function, that the values come from."""
        kind = api.short(self._names.external(source, call.func))
        if kind not in KINDS:
            return
        known = self._surface.parameters(kind)
        arguments = bind(call, known.positional if known else api.INSTRUMENT_PARAMETERS.get(kind, ()))
        seen: list[Mapping[str, Value]] = []
        for row in self._rows.of(source, call):
            values = {name: self._values.evaluate(source, a.value, row) for name, a in arguments.given.items()}
            if values not in seen:
                seen.append(values)
                yield Definition(source, call, kind, arguments, values)
