"""`PyCondition`: checks of arguments, with NautilusTrader's messages."""

from collections.abc import Sized
from typing import Any

from nautilus_trader import _refuse

_Error = type[Exception] | None


def _fail(error: _Error, default: type[Exception], message: str) -> None:
    raise (default if error is None else error)(message)


class PyCondition:
    """Each check raises its usual error, or `ex_type` where given."""

    @staticmethod
    def is_true(predicate: bool, fail_msg: str, ex_type: _Error = None) -> None:
        if not predicate:
            _fail(ex_type, ValueError, fail_msg)

    @staticmethod
    def is_false(predicate: bool, fail_msg: str, ex_type: _Error = None) -> None:
        if predicate:
            _fail(ex_type, ValueError, fail_msg)

    @staticmethod
    def none(argument: Any, param: str, ex_type: _Error = None) -> None:
        if argument is not None:
            _fail(ex_type, TypeError, f"'{param}' argument was not `None`")

    @staticmethod
    def not_none(argument: Any, param: str, ex_type: _Error = None) -> None:
        if argument is None:
            _fail(ex_type, TypeError, f"'{param}' argument was `None`")

    @staticmethod
    def type(argument: Any, expected: Any, param: str, ex_type: _Error = None) -> None:
        if not isinstance(argument, expected):
            _fail(ex_type, TypeError, f"'{param}' argument not of type {expected}, was {type(argument)}")

    @staticmethod
    def type_or_none(argument: Any, expected: Any, param: str, ex_type: _Error = None) -> None:
        if argument is not None:
            PyCondition.type(argument, expected, param, ex_type)

    @staticmethod
    def callable(argument: Any, param: str, ex_type: _Error = None) -> None:
        if not callable(argument):
            _fail(ex_type, TypeError, f"'{param}' object was not callable")

    @staticmethod
    def callable_or_none(argument: Any, param: str, ex_type: _Error = None) -> None:
        if argument is not None:
            PyCondition.callable(argument, param, ex_type)

    @staticmethod
    def equal(argument1: Any, argument2: Any, param1: str, param2: str, ex_type: _Error = None) -> None:
        if argument1 != argument2:
            _fail(
                ex_type,
                ValueError,
                f"'{param1}' {type(argument1)} of {argument1} was not equal to "
                f"'{param2}' {type(argument2)} of {argument2}",
            )

    @staticmethod
    def not_equal(argument1: Any, argument2: Any, param1: str, param2: str, ex_type: _Error = None) -> None:
        if argument1 == argument2:
            _fail(
                ex_type,
                ValueError,
                f"'{param1}' {type(argument1)} of {argument1} was equal to '{param2}' {type(argument2)} of {argument2}",
            )

    @staticmethod
    def list_type(argument: Any, expected_type: Any, param: str, ex_type: _Error = None) -> None:
        PyCondition.not_none(argument, param, ex_type)
        if not isinstance(argument, list):
            raise TypeError(f"Expected list, got {argument.__class__.__name__}")
        _all_of_type(argument, expected_type, param, ex_type)  # pyright: ignore[reportUnknownArgumentType]

    @staticmethod
    def dict_types(argument: Any, key_type: Any, value_type: Any, param: str, ex_type: _Error = None) -> None:
        PyCondition.not_none(argument, param, ex_type)
        _all_of_type(list(argument.keys()), key_type, f"{param} keys", ex_type)
        _all_of_type(list(argument.values()), value_type, f"{param} values", ex_type)

    @staticmethod
    def is_in(element: Any, collection: Any, param1: str, param2: str, ex_type: _Error = None) -> None:
        if element not in collection:
            _fail(ex_type, KeyError, f"'{param1}' {element} not contained in '{param2}' collection")

    @staticmethod
    def not_in(element: Any, collection: Any, param1: str, param2: str, ex_type: _Error = None) -> None:
        if element in collection:
            _fail(ex_type, KeyError, f"'{param1}' {element} already contained in '{param2}' collection")

    @staticmethod
    def not_empty(argument: Sized | None, param: str, ex_type: _Error = None) -> None:
        PyCondition.not_none(argument, param, ex_type)
        if not argument:
            _fail(ex_type, ValueError, f"'{param}' collection was empty")

    @staticmethod
    def empty(argument: Sized | None, param: str, ex_type: _Error = None) -> None:
        PyCondition.not_none(argument, param, ex_type)
        if argument:
            _fail(ex_type, ValueError, f"'{param}' collection was not empty")

    @staticmethod
    def positive(value: float, param: str, ex_type: _Error = None) -> None:
        if not value > 0:
            _fail(ex_type, ValueError, f"'{param}' not a positive real, was {float(value)}")

    @staticmethod
    def positive_int(value: int, param: str, ex_type: _Error = None) -> None:
        if not value > 0:
            _fail(ex_type, ValueError, f"'{param}' not a positive integer, was {value}")

    @staticmethod
    def not_negative(value: float, param: str, ex_type: _Error = None) -> None:
        if not value >= 0:
            _fail(ex_type, ValueError, f"'{param}' not greater than or equal to zero (>= 0), was {float(value)}")

    @staticmethod
    def not_negative_int(value: int, param: str, ex_type: _Error = None) -> None:
        if not value >= 0:
            _fail(ex_type, ValueError, f"'{param}' not greater than or equal to zero (>= 0), was {value}")

    @staticmethod
    def in_range(value: float, start: float, end: float, param: str, ex_type: _Error = None) -> None:
        if not start <= value <= end:
            limits = f"[{float(start)}, {float(end)}]"
            _fail(ex_type, ValueError, f"'{param}' out of range {limits}, was {float(value)}")

    @staticmethod
    def in_range_int(value: int, start: int, end: int, param: str, ex_type: _Error = None) -> None:
        if not start <= value <= end:
            _fail(ex_type, ValueError, f"'{param}' out of range [{start}, {end}], was {value}")

    @staticmethod
    def valid_string(argument: str | None, param: str, ex_type: _Error = None) -> None:
        PyCondition.not_none(argument, param, ex_type)
        if argument is None or not argument.strip():
            _fail(ex_type, ValueError, f"'{param}' string was invalid, was '{argument}'")


def _all_of_type(values: list[Any], expected: type, param: str, error: _Error) -> None:
    if not all(isinstance(value, expected) for value in values):
        _fail(error, TypeError, f"'{param}' collection contained an element with type other than {expected}")


__getattr__ = _refuse.unknown(__name__)
