"""A call's arguments by parameter name."""

from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst


@dataclass(frozen=True, slots=True)
class Arguments:
    """`given` are the arguments that have a name; with `unpacked` (`*args`, `**kwargs`) there may be others."""

    given: dict[str, cst.Arg]
    unpacked: bool

    def value(self, name: str) -> cst.BaseExpression | None:
        argument = self.given.get(name)
        return argument.value if argument else None


def bind(call: cst.Call, parameters: Sequence[str] = ()) -> Arguments:
    """Positional arguments take the names of `parameters` in order."""
    given: dict[str, cst.Arg] = {}
    unpacked = False
    for index, argument in enumerate(call.args):
        if argument.star:
            unpacked = True
        elif argument.keyword is not None:
            given[argument.keyword.value] = argument
        elif index < len(parameters) and not unpacked:
            given[parameters[index]] = argument
    return Arguments(given, unpacked)
