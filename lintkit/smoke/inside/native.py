"""The wall clock as compiled extension modules see it: numpy's `datetime64("now")`, for one, asks the C library.

Linux on x86-64 and arm64. Each extension module has a table of the addresses of the C functions that it calls (the
ELF global offset table); the entries of the clock functions are pointed to ours. Python itself, the C library, the
engines and whatever is not an extension module stay as they are.
"""

import ctypes
import mmap
import platform
import sys
from collections.abc import Iterator
from importlib.machinery import ExtensionFileLoader
from pathlib import Path
from typing import Any, Protocol

CLOCK_REALTIME = 0
_SECOND = 1_000_000_000
_JUMP_SLOT_AND_GLOB_DAT = {"x86_64": {7, 6}, "aarch64": {1026, 1025}}
_PT_DYNAMIC = 2
_STRTAB, _SYMTAB, _RELA, _RELASZ, _PLTRELSZ, _JMPREL = 5, 6, 7, 8, 2, 23
_RELA_SIZE, _SYM_SIZE, _DYN_SIZE, _PHDR_SIZE = 24, 24, 16, 56
_PROT_READ_WRITE = 3
_LEFT_ALONE = ("lintkit", "nautilus_trader", "pyarrow")
"""Engines keep their own time; pyarrow's threads ask for it without Python's lock."""


class WallClock(Protocol):
    def wall_ns(self, what: str) -> int: ...


class _Info(ctypes.Structure):
    """The head of C's `struct dl_phdr_info`."""

    _fields_ = (
        ("base", ctypes.c_uint64),
        ("name", ctypes.c_char_p),
        ("headers", ctypes.c_uint64),
        ("count", ctypes.c_uint16),
    )


_Visit = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Info), ctypes.c_size_t, ctypes.c_void_p)
_GetTime = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
_GetTimeOfDay = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_Time = ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_void_p)


def install(clock: WallClock) -> None:
    kinds = _JUMP_SLOT_AND_GLOB_DAT.get(platform.machine())
    if sys.platform != "linux" or kinds is None or sys.maxsize <= 1 << 32:
        return
    functions = _functions(clock)
    tables = _Tables(functions, kinds)
    tables.patch_new()
    original: Any = ExtensionFileLoader.exec_module

    def exec_module(self: ExtensionFileLoader, module: Any) -> None:
        original(self, module)
        tables.patch_new()

    ExtensionFileLoader.exec_module = exec_module
    _replace_ctypes(functions)


def _replace_ctypes(functions: dict[bytes, Any]) -> None:
    """Who looks a function up by its name gets ours too."""
    look_up: Any = ctypes.CDLL.__getitem__

    def getitem(self: Any, name_or_ordinal: Any) -> Any:
        ours = functions.get(str(name_or_ordinal).encode())
        if ours is None:
            return look_up(self, name_or_ordinal)
        function = self._FuncPtr(ctypes.cast(ours, ctypes.c_void_p).value)
        function.__name__ = name_or_ordinal
        return function

    ctypes.CDLL.__getitem__ = getitem


def _functions(clock: WallClock) -> dict[bytes, Any]:
    real: Any = ctypes.CDLL(None).clock_gettime

    def write(address: int, seconds: int, rest: int) -> None:
        (ctypes.c_int64 * 2).from_address(address)[:] = [seconds, rest]

    def clock_gettime(clock_id: int, address: int | None) -> int:
        if clock_id != CLOCK_REALTIME or not address:
            return real(clock_id, ctypes.c_void_p(address))
        write(address, *divmod(clock.wall_ns("the C library's clock_gettime"), _SECOND))
        return 0

    def gettimeofday(address: int | None, _zone: int | None) -> int:
        if address:
            seconds, ns = divmod(clock.wall_ns("the C library's gettimeofday"), _SECOND)
            write(address, seconds, ns // 1000)
        return 0

    def time(address: int | None) -> int:
        seconds = clock.wall_ns("the C library's time") // _SECOND
        if address:
            ctypes.c_int64.from_address(address).value = seconds
        return seconds

    return {
        b"clock_gettime": _GetTime(clock_gettime),
        b"gettimeofday": _GetTimeOfDay(gettimeofday),
        b"time": _Time(time),
    }


class _Tables:
    def __init__(self, functions: dict[bytes, Any], kinds: set[int]) -> None:
        self._functions = functions  # referred to by addresses only: they must live as long as the process
        self._kinds = kinds
        self._done: set[bytes] = set()
        self._libc = ctypes.CDLL(None)

    def patch_new(self) -> None:
        found: list[tuple[int, int]] = []
        modules = tuple(sys.modules.values())
        files = {str(file) for module in modules if (file := getattr(module, "__file__", None))}
        extensions = {str(Path(file).resolve()) for file in files if file.endswith(".so")}

        def visit(info: Any, _size: int, _data: Any) -> int:
            name = info.contents.name or b""
            if name in self._done:
                return 0
            path = Path(name.decode("utf-8", "surrogateescape"))
            if str(path.resolve()) in extensions:
                self._done.add(name)
                if "site-packages" in path.parts and not set(_LEFT_ALONE) & set(path.parts):
                    found.append((info.contents.base, _dynamic(info.contents)))
            return 0

        self._libc.dl_iterate_phdr(_Visit(visit), None)
        for base, dynamic in found:
            if dynamic:
                self._patch(base, dynamic)

    def _patch(self, base: int, dynamic: int) -> None:
        tags = _tags(base, dynamic)
        for table, size in ((_JMPREL, _PLTRELSZ), (_RELA, _RELASZ)):
            for at in range(tags.get(table, 0), tags.get(table, 0) + tags.get(size, 0), _RELA_SIZE):
                offset, info = (ctypes.c_uint64 * 2).from_address(at)
                if info & 0xFFFFFFFF not in self._kinds:
                    continue
                name_at = ctypes.c_uint32.from_address(tags[_SYMTAB] + (info >> 32) * _SYM_SIZE).value
                if function := self._functions.get(ctypes.string_at(tags[_STRTAB] + name_at)):
                    self._point(base + offset, function)

    def _point(self, slot: int, function: Any) -> None:
        page = slot - slot % mmap.PAGESIZE
        if self._libc.mprotect(ctypes.c_void_p(page), ctypes.c_size_t(mmap.PAGESIZE), _PROT_READ_WRITE) != 0:
            return  # not ours to write: the module keeps the real clock
        ctypes.c_uint64.from_address(slot).value = ctypes.cast(function, ctypes.c_void_p).value or 0


def _dynamic(info: _Info) -> int:
    for index in range(info.count):
        header = info.headers + index * _PHDR_SIZE
        if ctypes.c_uint32.from_address(header).value == _PT_DYNAMIC:
            return info.base + ctypes.c_uint64.from_address(header + 16).value
    return 0


def _tags(base: int, dynamic: int) -> dict[int, int]:
    """Tables by tag; the loader has made addresses absolute, except with C libraries that leave them alone."""
    tags = dict(_entries(dynamic))
    for tag in (_STRTAB, _SYMTAB, _RELA, _JMPREL):
        if tag in tags and tags[tag] < base:
            tags[tag] += base
    return tags


def _entries(at: int) -> Iterator[tuple[int, int]]:
    while True:
        tag, value = (ctypes.c_uint64 * 2).from_address(at)
        if not tag:
            return
        yield tag, value
        at += _DYN_SIZE
