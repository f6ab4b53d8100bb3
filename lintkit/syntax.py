"""Python text to a libcst tree, guarded: what would overflow the parser's native stack is refused, never tried."""

import ast
import io
import tokenize
import warnings

import libcst as cst

MAX_TOKENS_IN_STATEMENT = 4_000
"""libcst parses any 4,000 tokens of one statement on an 8 MiB stack, and overflows at about 20,000."""

MAX_BRACKETS = 100


class PythonError(Exception):
    """Not Python. `line` is 1-based."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


def check(text: str) -> None:
    """Raise `PythonError` when the text does not parse or is nested too deeply to be read safely.

    The interpreter's own parser comes first: it is many times faster than libcst and bounds its recursion. What it
    refuses may be grammar newer than this interpreter, so libcst has the last word.
    """
    if "\0" in text:
        raise PythonError("it holds a NUL character", text.count("\n", 0, text.index("\0")) + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as error:
        if _too_deep(text):
            raise PythonError(f"{error.msg}", error.lineno or 1) from None
        try:
            cst.parse_module(text)
        except cst.ParserSyntaxError as refused:
            raise PythonError(error.msg, error.lineno or refused.raw_line) from None
    except (RecursionError, MemoryError):
        raise PythonError("nested too deeply to be read", 1) from None


def parse(text: str) -> cst.Module:
    check(text)
    return cst.parse_module(text)


def _too_deep(text: str) -> bool:
    tokens = depth = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            tokens = 0 if token.type in {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT} else tokens + 1
            depth += (token.string in "([{") - (token.string in ")]}") if token.type == tokenize.OP else 0
            if tokens > MAX_TOKENS_IN_STATEMENT or depth > MAX_BRACKETS:
                return True
    except (tokenize.TokenError, SyntaxError):
        return sum(text.count(c) for c in "([{+-*/.~") > MAX_TOKENS_IN_STATEMENT
    return False
