"""Which of NautilusTrader's classes an expression certainly is an instance of, by the class's own name.

Stricter than `ExternalTypes`: where anything else might be bound to the name, the answer is None.
"""

from collections import defaultdict
from functools import cached_property

import libcst as cst

from lintkit.program import api
from lintkit.program.classes import Class, Classes
from lintkit.program.containers import Put, constant_key, entries_of, stores_into
from lintkit.program.names import Assigned, Names, Parameter, Symbol
from lintkit.program.shapes import owner_class
from lintkit.program.surface import Surface
from lintkit.program.types import Types, has_decorator
from lintkit.reads import Memo, Questions, traced
from lintkit.source import PythonSource

_MAX_DEPTH = 8
_ON_SELF = {
    "cache": "Cache", "portfolio": "Portfolio", "clock": "Clock", "order_factory": "OrderFactory", "log": "Logger",
}  # fmt: skip
"""What the kernel gives to every component."""

_HANDLED = {
    "on_bar": "Bar", "on_quote_tick": "QuoteTick", "on_trade_tick": "TradeTick",
    "on_order_book_deltas": "OrderBookDeltas", "on_order_filled": "OrderFilled", "on_order_rejected": "OrderRejected",
    "on_order_accepted": "OrderAccepted", "on_order_canceled": "OrderCanceled", "on_order_denied": "OrderDenied",
    "on_order_expired": "OrderExpired", "on_order_submitted": "OrderSubmitted",
    "on_position_opened": "PositionOpened", "on_position_changed": "PositionChanged",
    "on_position_closed": "PositionClosed",
}  # fmt: skip
"""What the kernel gives to a handler as its one argument."""

_RETURNED = {
    ("Cache", "instrument"): "Instrument", ("Cache", "quote_tick"): "QuoteTick", ("Cache", "trade_tick"): "TradeTick",
    ("Cache", "bar"): "Bar", ("Cache", "order_book"): "OrderBook", ("Cache", "order"): "Order",
    ("Cache", "position"): "Position", ("Cache", "account"): "Account", ("Cache", "account_for_venue"): "Account",
    ("Portfolio", "account"): "Account", ("OrderFactory", "market"): "MarketOrder",
    ("OrderFactory", "limit"): "LimitOrder", ("OrderFactory", "stop_market"): "StopMarketOrder",
    ("OrderFactory", "stop_limit"): "StopLimitOrder", ("OrderFactory", "bracket"): "OrderList",
}  # fmt: skip
"""What methods give, if not None."""

_ITEMS = {
    ("Cache", "orders"): "Order", ("Cache", "orders_open"): "Order", ("Cache", "orders_closed"): "Order",
    ("Cache", "orders_inflight"): "Order", ("Cache", "orders_emulated"): "Order",
    ("Cache", "positions"): "Position", ("Cache", "positions_open"): "Position",
    ("Cache", "positions_closed"): "Position", ("Cache", "instruments"): "Instrument", ("Cache", "bars"): "Bar",
    ("Cache", "quote_ticks"): "QuoteTick", ("Cache", "trade_ticks"): "TradeTick", ("Cache", "accounts"): "Account",
}  # fmt: skip
"""What is in the lists that methods give."""

_STORES = (cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.Element, cst.For, cst.AsName, cst.Del)
_Store = tuple[PythonSource, cst.BaseExpression | None]
_Put = tuple[PythonSource, cst.BaseExpression]


class Receivers:
    def __init__(self, names: Names, classes: Classes, types: Types, surface: Surface, questions: Questions) -> None:
        self._names, self._classes, self._types, self._surface = names, classes, types, surface
        self._questions = questions
        questions.define("subclassed", lambda: sorted(self._subclassed))
        self._stored: Memo[PythonSource, dict[cst.ClassDef, dict[str, list[_Store]]]] = Memo()
        self._families: Memo[Class, tuple[Class, ...]] = Memo()
        self._components: Memo[Class, tuple[Class, str] | None] = Memo()
        self._dynamic: Memo[Class, bool] = Memo()
        self._has: Memo[tuple[Class, str], bool] = Memo()
        self._put: Memo[PythonSource, list[Put]] = Memo()
        self._bodies: Memo[Class, set[str]] = Memo()
        self._known: Memo[int, str | None] = Memo()

    @property
    def subclassed(self) -> frozenset[str]:
        """The package's classes that the project derives from: a value noted as one may be the project's own."""
        self._questions.ask("subclassed")
        return traced(lambda: self._subclassed)[0]

    @cached_property
    def _subclassed(self) -> frozenset[str]:
        return frozenset(name for one in self._classes.all for full in one.external if (name := api.short(full)))

    def of(self, source: PythonSource, node: cst.CSTNode, depth: int = 0) -> str | None:
        if depth:
            return self._of(source, node, depth)
        return self._known.get(id(node), lambda: self._of(source, node, 0))

    def _of(self, source: PythonSource, node: cst.CSTNode, depth: int) -> str | None:
        if depth > _MAX_DEPTH:
            return None
        if isinstance(node, cst.Call):
            return self._made(source, node) or self._returned(_RETURNED, source, node, depth)
        if isinstance(node, cst.Subscript):
            if not _is_index(node):
                return None
            return self._returned(_ITEMS, source, node.value, depth) or self._held(source, node, depth)
        if isinstance(node, cst.Attribute):
            return self._attribute(source, node, depth)
        if isinstance(node, cst.Name):
            return self._name(source, node, depth)
        return None

    def _held(self, source: PythonSource, node: cst.Subscript, depth: int) -> str | None:
        """What a container of the object's own holds, by all that is ever put into it."""
        values = self._contents(source, node, depth)
        made = {self.of(where, value, depth + 1) for where, value in values or ()}
        return next(iter(made)) if len(made) == 1 else None

    def _contents(self, source: PythonSource, node: cst.CSTNode, depth: int) -> list[_Put] | None:
        """The expressions that a container, or an entry of one, can be; None when they cannot all be seen."""
        if depth > _MAX_DEPTH:
            return None
        if isinstance(node, cst.Name):
            bound = self._names.bindings(source, node)
            only = bound[1][0] if bound is not None and len(bound[1]) == 1 else None
            value = only.value if isinstance(only, Assigned) else None
            return self._contents(source, value, depth + 1) if value is not None else None
        if isinstance(node, cst.Subscript) and _is_index(node):
            owners = self._contents(source, node.value, depth + 1)
            found = [entries_of(where, value, constant_key(node)) for where, value in owners or ()]
            stored = self._stored_in(source, node.value, constant_key(node))
            if owners is None or stored is None or None in found:
                return None
            return [*stored, *(one for entries in found if entries is not None for one in entries)]
        if isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name) and node.value.value == "self":
            one = self._types.self_class(source, node)
            if one is None or any(member.unknown_base for member in self._family(one)):
                return None
            stored = [v for member in self._family(one) for v in self._attributes(member).get(node.attr.value, [])]
            return (
                [(where, v) for where, v in stored if v is not None and not _is_none(v)]
                if all(value is not None for _, value in stored)
                else None
            )
        return [(source, node)] if isinstance(node, cst.BaseExpression) else None

    def _stored_in(self, source: PythonSource, node: cst.BaseExpression, key: object) -> list[_Put] | None:
        """What is put into `self.name` one by one, under the key if that is a constant."""
        if not (isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name) and node.value.value == "self"):
            return []
        one = self._types.self_class(source, node)
        family = self._family(one) if one is not None else ()
        puts = [
            put
            for member in family
            for put in self._put.get(member.source, lambda member=member: stores_into(member.source))
            if put.owner is member.node and put.name == node.attr.value and (key is None or put.key in {None, key})
        ]
        return (
            [(put.source, put.value) for put in puts if put.value is not None]
            if all(put.value is not None for put in puts)
            else None
        )

    def component(self, source: PythonSource, node: cst.CSTNode) -> tuple[Class, str] | None:
        """The strategy or actor that `self` is here, with the class of the package that it derives from."""
        if not (isinstance(node, cst.Name) and node.value == "self"):
            return None
        one = self._types.self_class(source, node)
        if one is None:
            return None
        return self._components.get(one, lambda: self._component(one))

    def _component(self, one: Class) -> tuple[Class, str] | None:
        if one.has_unknown_base or not one.all_external:
            return None
        names = [api.short(name) for name in sorted(one.all_external)]
        bases = [name for name in names if name in api.COMPONENTS]
        rest = [full for full, name in zip(sorted(one.all_external), names, strict=True) if name not in api.COMPONENTS]
        plain = all(full.rpartition(".")[2] in {"ABC", "Generic", "object", "Protocol"} for full in rest)
        return (one, bases[0]) if len(bases) == 1 and plain else None

    def _made(self, source: PythonSource, call: cst.Call) -> str | None:
        name = self._names.external(source, call.func)
        if name is None or not name.startswith(f"{api.PACKAGE}.") or _is_rust(name):
            return None
        *module, owner, last = name.split(".")
        if last == "from_str" and self._surface.is_class(owner):
            return owner
        known = last[:1].isupper() and self._surface.importable(".".join([*module, owner]), last)
        return last if known and self._surface.is_class(last) else None

    def _returned(
        self, table: dict[tuple[str, str], str], source: PythonSource, node: cst.BaseExpression, depth: int
    ) -> str | None:
        if isinstance(node, cst.Name):
            bound = self._names.bindings(source, node)
            only = bound[1][0] if bound is not None and len(bound[1]) == 1 else None
            node = only.value if isinstance(only, Assigned) and only.value is not None else node
        if not (isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute)):
            return None
        owner = self.of(source, node.func.value, depth + 1)
        return table.get((owner, node.func.attr.value)) if owner is not None else None

    def _attribute(self, source: PythonSource, node: cst.Attribute, depth: int) -> str | None:
        if not (isinstance(node.value, cst.Name) and node.value.value == "self"):
            return self._field(source, node)
        found = self.component(source, node.value)
        one = found[0] if found is not None else self._types.self_class(source, node.value)
        if one is None or (found is None and self.is_dynamic(one)):
            return None
        name = node.attr.value
        family = self._family(one)
        stored = [v for member in family for v in self._attributes(member).get(name, [])]
        values = [(where, value) for where, value in stored if not _is_none(value)]
        if (
            found is not None
            and not stored
            and name in _ON_SELF
            and not any(name in member.methods for member in family)
        ):
            return _ON_SELF[name]
        if not values or any(member.unknown_base for member in family):
            return None
        made = {self.of(where, value, depth + 1) if value is not None else None for where, value in values}
        return next(iter(made)) if len(made) == 1 else None

    def _field(self, source: PythonSource, node: cst.Attribute) -> str | None:
        """A field that the class of the object is annotated to have, as a dataclass."""
        owners = self._types.of(source, node.value)
        one = owners[0] if len(owners) == 1 else None
        if one is None or self.is_dynamic_field(one, node.attr.value):
            return None
        notes = [
            (base.source, small.annotation)
            for base in one.mro
            for line in base.node.body.body
            for small in (line.body if isinstance(line, cst.SimpleStatementLine) else ())
            if isinstance(small, cst.AnnAssign) and isinstance(small.target, cst.Name)
            if small.target.value == node.attr.value
        ]
        return self._noted(*notes[0]) if notes else None

    def is_dynamic_field(self, one: Class, name: str) -> bool:
        """Whether something else than what its annotation says may be in a field."""
        return any(member.unknown_base or self._attributes(member).get(name) for member in self._family(one))

    def _name(self, source: PythonSource, node: cst.Name, depth: int) -> str | None:
        bound = self._names.bindings(source, node)
        if bound is None or len(bound[1]) != 1:
            return None
        only = bound[1][0]
        if isinstance(only, Assigned):
            if only.annotation is not None:
                return self._noted(source, only.annotation)
            if only.value is not None:
                return self.of(source, only.value, depth + 1)
            loop = only.node
            if isinstance(loop, (cst.For, cst.CompFor)) and isinstance(loop.target, cst.Name):
                return self._returned(_ITEMS, source, loop.iter, depth)
            return None
        if isinstance(only, Parameter):
            return self._noted(source, only.node.annotation) if only.node.annotation else self._handled(source, only)
        return None

    def _handled(self, source: PythonSource, parameter: Parameter) -> str | None:
        function = source.enclosing(parameter.node, cst.FunctionDef)
        owner = owner_class(source, function) if function else None
        if function is None or owner is None or function.name.value not in _HANDLED:
            return None
        own = [p for p in (*function.params.posonly_params, *function.params.params) if p.name.value != "self"]
        one = self._classes.of(owner)
        known = one.derives_from(*api.COMPONENTS) and not has_decorator(function, "staticmethod")
        return _HANDLED[function.name.value] if known and own == [parameter.node] else None

    def _noted(self, source: PythonSource, note: cst.Annotation) -> str | None:
        node = note.annotation
        symbol: Symbol | None = None
        if isinstance(node, cst.SimpleString) and isinstance(text := node.evaluated_value, str) and text.isidentifier():
            symbol = self._names.top_level(source, text)
        elif isinstance(node, (cst.Name, cst.Attribute)):
            symbol = self._names.resolve(source, node)
        if symbol is None or symbol.source is not None or _is_rust(symbol.name):
            return None
        name = api.short(symbol.name)
        if name is None or not self._surface.is_class(name):
            return None
        # An adapter's own class may share the name of one that everybody uses.
        is_other = ".adapters." in symbol.name and not any(".adapters." in m for m in self._surface.homes(name))
        return None if is_other else name

    def _attributes(self, one: Class) -> dict[str, list[_Store]]:
        """What the methods of a class assign to its attributes; None for what is not a plain assignment."""
        return self._stored.get(one.source, lambda: _stores(one.source)).get(one.node, {})

    def has_attribute(self, one: Class, name: str) -> bool:
        """Whether a class of the project, or a relative of it, defines or sets the attribute."""
        return self._has.get((one, name), lambda: any(self._holds(member, name) for member in self._family(one)))

    def _holds(self, one: Class, name: str) -> bool:
        names = self._bodies.get(one, lambda: _body_names(one))
        return name in one.methods or name in self._attributes(one) or name in names

    def is_dynamic(self, one: Class) -> bool:
        """Whether attributes may come from elsewhere: `__getattr__`, `setattr`, unknown bases, decorators."""
        return self._dynamic.get(one, lambda: self._is_dynamic(one))

    def _is_dynamic(self, one: Class) -> bool:
        for member in self._family(one):
            if member.unknown_base or member.node.decorators or "__getattr__" in member.methods:
                return True
            if member.source.holds(("setattr", "__dict__", "__getattribute__")):
                return True
        return False

    def _family(self, one: Class) -> tuple[Class, ...]:
        """A class with all that it derives from, and its subclasses with all that they derive from."""
        return self._families.get(one, lambda: self._find_family(one))

    def _find_family(self, one: Class) -> tuple[Class, ...]:
        found = dict.fromkeys(one.mro)
        for member in self._classes.subclasses(one):
            found |= dict.fromkeys(member.mro)
        return tuple(found)


def _is_rust(name: str) -> bool:
    """Whether a class is the Rust one, which shares its name and little else with the one that strategies see."""
    return "nautilus_pyo3" in name


def _is_index(node: cst.Subscript) -> bool:
    """`items[-1]`, not `items[:3]`."""
    return len(node.slice) == 1 and isinstance(node.slice[0].slice, cst.Index)


def _is_none(value: cst.BaseExpression | None) -> bool:
    return isinstance(value, cst.Name) and value.value == "None"


def _stores(source: PythonSource) -> dict[cst.ClassDef, dict[str, list[_Store]]]:
    found: dict[cst.ClassDef, dict[str, list[_Store]]] = defaultdict(lambda: defaultdict(list))
    for attribute in source.find(cst.Attribute):
        if not (isinstance(attribute.value, cst.Name) and attribute.value.value == "self"):
            continue
        parent = source.parent(attribute)
        if not isinstance(parent, _STORES) or getattr(parent, "target", attribute) is not attribute:
            continue
        owner = source.enclosing(attribute, cst.ClassDef)
        assign = source.parent(parent) if isinstance(parent, cst.AssignTarget) else parent
        value = assign.value if isinstance(assign, (cst.Assign, cst.AnnAssign)) else None
        if owner is not None:
            found[owner][attribute.attr.value].append((source, value))
    return found


def _body_names(one: Class) -> set[str]:
    found: set[str] = set()
    for line in one.node.body.body:
        if isinstance(line, cst.SimpleStatementLine):
            for small in line.body:
                if isinstance(small, cst.AnnAssign) and isinstance(small.target, cst.Name):
                    found.add(small.target.value)
                elif isinstance(small, cst.Assign):
                    found |= {t.target.value for t in small.targets if isinstance(t.target, cst.Name)}
        elif isinstance(line, cst.ClassDef):
            found.add(line.name.value)
    return found
