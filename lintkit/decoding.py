"""Bytes to text as Python and its tools read it, and what tells two contents apart."""

import codecs
import io
from hashlib import blake2b

from lintkit.formats.entry import FormatError
from lintkit.kind import Kind

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def digest(data: bytes) -> str:
    """Of a content, whether or not it begins with UTF-8's byte-order mark."""
    return blake2b(data.removeprefix(codecs.BOM_UTF8), digest_size=16).hexdigest()


def encoding_of(data: bytes, kind: Kind) -> str:
    """By byte-order mark, PEP 263 declaration (Python) or UTF-8."""
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    if kind is Kind.PYTHON and encoding in {"utf-8", "utf-8-sig"}:
        try:
            import tokenize  # only for what is not plain UTF-8

            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        except SyntaxError as error:
            raise FormatError(error.msg or "unknown encoding", _bad_line(data, "utf-8")) from None
    return encoding


def decode(data: bytes, kind: Kind) -> str:
    """The text without its byte-order mark."""
    encoding = encoding_of(data, kind)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        hint = "; declare the encoding in line 1 or save the file as UTF-8" if kind is Kind.PYTHON else ""
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatError(f"byte 0x{data[error.start]:02x} is not {encoding}{hint}", line) from None


def _bad_line(data: bytes, encoding: str) -> int:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    return 1
