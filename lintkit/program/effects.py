"""What a call does, as far as it matters for money: orders, data, timers, only talking, only computing."""

import re
from enum import IntEnum

import libcst as cst
from libcst.helpers import get_full_name_for_node

from lintkit.program import api
from lintkit.program.names import Names
from lintkit.source import PythonSource


class Effect(IntEnum):
    """From harmless to harmful."""

    PURE = 0
    TALK = 1
    """Logs, prints, metrics, notifications to people."""
    MUTATE = 2
    """Changes the container that it is called on."""
    SEND = 3
    """Writes what it is given to a database or the network, for other systems."""
    RECORD = 4
    """Writes what it is given to a file."""
    UNKNOWN = 5
    TRADE = 6
    """Unknown, but by its name about orders or positions."""
    COMMAND = 7
    """Orders, subscriptions, data requests, timers."""


_LOG_METHODS = {"debug", "info", "warning", "warn", "error", "critical", "exception", "log", "trace", "success"}
_LOGGER = re.compile(r"(?:^|[._])(?:log|logs|logger|logging|_log|_logger|console|loguru)$", re.IGNORECASE)
_TALKER = re.compile(
    r"telegram|notif|slack|discord|statsd|prometheus|metric|gauge|histogram|counter|dashboard|tqdm|profil|heartbeat"
    r"|(?:^|_)(?:log|print|alert|emit|report)(?:_|$)|send_message",
    re.IGNORECASE,
)
_FILE_WRITERS = {
    "write", "writelines", "writerow", "writerows", "write_text", "write_bytes", "dump", "to_csv", "to_parquet",
    "to_json",
}  # fmt: skip
_SENDERS = {
    "put", "put_nowait", "send", "send_nowait", "execute", "executemany", "setex", "set", "hset", "xadd", "lpush",
    "rpush", "publish", "post", "put_item", "touch", "utime", "commit", "send_json", "sendall",
}  # fmt: skip
_TRADE = re.compile(r"order|position|trade|buy|sell|quote|entry|entries|signal|hedge|rebalance", re.IGNORECASE)
_MUTATORS = {
    "append", "appendleft", "add", "extend", "insert", "update", "setdefault", "push", "clear",
    "pop", "popleft", "popitem", "remove", "discard", "sort", "reverse",
}  # fmt: skip
_PURE_METHODS = {
    "get", "items", "keys", "values", "copy", "format", "join", "split", "strip", "replace", "upper", "lower",
    "startswith", "endswith", "strftime", "isoformat", "timestamp", "total_seconds", "date", "time", "encode",
    "decode", "as_double", "index", "count", "astimezone", "tz_localize", "tz_convert", "to_pydatetime", "floor",
    "ceil",
    "normalize",
    "isdigit", "as_decimal", "is_buy", "is_sell", "hour", "weekday", "isoweekday", "zfill", "rjust", "ljust",
    "timestamp_ns", "utc_now", "timestamp_ms", "timestamp_us", "hexdigest", "digest", "fromtimestamp", "mean", "sum",
    "std",
}  # fmt: skip
_PURE_MODULES = {
    "datetime", "math", "decimal", "pandas", "numpy", "operator", "zoneinfo", "dateutil", "pytz", "statistics", "copy",
    "time", "calendar", "collections", "itertools", "functools", "re", "typing", "fractions", "uuid", "hashlib",
    "pathlib", "json", "orjson", "ujson", "msgspec",
    "pickle", "base64", "struct", "zlib", "arrow", "pendulum", "dataclasses", "enum", "random", "string", "textwrap",
}  # fmt: skip
_FILE_NAMES = {"os", "shutil", "tempfile", "glob"}
_OPENERS = {"builtins.open", "io.open", "gzip.open", "codecs.open"}
_TALKING_BUILTINS = {"builtins.print", "warnings.warn", "pprint.pprint", "sys.stdout.write", "sys.stderr.write"}
_IMPURE_BUILTINS = {"builtins.setattr", "builtins.exec", "builtins.eval", "builtins.__import__"}
_IMPURE_TIME = {"time.sleep"}


def effect(source: PythonSource, call: cst.Call, names: Names) -> Effect:
    """What a call does by what it names; functions of the project are looked into by the caller."""
    name = names.external(source, call.func)
    if isinstance(call.func, cst.Attribute):
        command = command_name(call)
        if command is not None:
            return Effect.COMMAND
        method, owner = call.func.attr.value, get_full_name_for_node(call.func.value) or ""
        if (method in _LOG_METHODS and _LOGGER.search(owner)) or _TALKER.search(method) or _TALKER.search(owner):
            return Effect.TALK
    if name is not None:
        return _of_external(name)
    if isinstance(call.func, cst.Attribute):
        method = call.func.attr.value
        if method in _MUTATORS:
            return Effect.MUTATE
        if method in _PURE_METHODS:
            return Effect.PURE
        if method in _FILE_WRITERS:
            return Effect.RECORD
        if method in _SENDERS:
            return Effect.SEND
        return Effect.TRADE if _TRADE.search(method) else Effect.UNKNOWN
    if isinstance(call.func, cst.Name) and _TALKER.search(call.func.value):
        return Effect.TALK
    return Effect.UNKNOWN


def command_name(call: cst.Call) -> str | None:
    """The order, data or timer command that a call gives to the kernel."""
    if not isinstance(call.func, cst.Attribute):
        return None
    name, owner = call.func.attr.value, call.func.value
    if name in api.ORDER_COMMANDS or name in api.TIMERS:
        return name
    if isinstance(owner, cst.Attribute) and owner.attr.value == "order_factory" and name in api.ORDER_FACTORY:
        return f"order_factory.{name}"
    is_self = isinstance(owner, cst.Name) and owner.value == "self"
    return name if is_self and name.startswith(api.DATA_COMMANDS) else None


def is_order(call: cst.Call) -> bool:
    return isinstance(call.func, cst.Attribute) and call.func.attr.value in api.ORDER_COMMANDS


def _of_external(name: str) -> Effect:
    if name.partition(".")[0] in _FILE_NAMES or name in _OPENERS:  # they get a file's name, not what is written
        return Effect.SEND
    if name.rpartition(".")[2] in _FILE_WRITERS:
        return Effect.RECORD
    if name in _TALKING_BUILTINS or name.partition(".")[0] in {"logging", "loguru", "structlog", "rich", "tqdm"}:
        return Effect.TALK
    if name in _IMPURE_BUILTINS or name in _IMPURE_TIME:
        return Effect.UNKNOWN
    root = name.partition(".")[0]
    if root == "builtins" or root in _PURE_MODULES:
        return Effect.PURE
    if root == api.PACKAGE:  # value types, events and core helpers carry what they are given
        return Effect.PURE
    return Effect.UNKNOWN
