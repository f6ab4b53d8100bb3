"""What one run leaves for the next, in one file: JSON, then a text and facts for each file, mostly never decoded.

What cannot be read, or is of another form, is as good as none.
"""

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from lintkit.cache import RECENT_NANOS, Store, finding_of, plain_finding
from lintkit.discover import File
from lintkit.index import File as Parsed
from lintkit.program.shapes import Facts
from lintkit.resume import Kept, Result

_FORM = 3


class Memory:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._plain: dict[str, tuple[tuple[int, int, int], str, bytes]] = {}
        self._since = 0
        """A file that was changed later may have been changed again without a trace in its time."""

    def load(self) -> Kept | None:
        try:
            written = self._store.file.stat().st_mtime_ns
            head, _, rest = self._store.read_bytes().partition(b"\n")
            document: Any = json.loads(head)
            if document["form"] != _FORM:
                return None
            found = self._kept(document, rest)
        except (OSError, ValueError, LookupError, TypeError):
            return None
        self._since = written - RECENT_NANOS
        return found

    def known(self, file: File) -> tuple[Parsed, str] | None:
        """A Python file that surely is as it was, with the digest of its content: it need not be read."""
        row, stamp = self._plain.get(str(file.path)), file.stamp
        if row is None or stamp is None or stamp != row[0] or stamp[1] > self._since:
            return None
        return Parsed.known(file.absolute, stamp[0], stamp[1], row[2].decode()), row[1]

    def save(self, kept: Kept, plain: Mapping[File, Parsed], digests: Mapping[PurePosixPath, str | None]) -> None:
        """`plain` are the files that `known` can give to the next run, also those that are no part of the program."""
        pool = _Pool()
        blobs: list[bytes] = []
        files: list[list[Any]] = []
        stamps = {str(file.path): file.stamp for file in plain}
        for number, (path, content) in enumerate(kept.files.items()):
            facts = kept.facts.get(number)
            text = kept.texts[number].encode() if facts else b""
            more = facts.kept if facts else b""
            reads = [pool.known(facts.links_read), pool.known(facts.sites_read)] if facts else [None, None]
            files.append([path, content, stamps.get(path), len(text), len(more), *reads])
            blobs += [text, more]
        for file, parsed in plain.items():
            if str(file.path) not in kept.files:
                text = parsed.kept.encode()
                files.append([str(file.path), digests[file.path], file.stamp, len(text), 0, None, None])
                blobs.append(text)
        results: dict[str, list[Any]] = {}
        for (rule, number), (findings, read) in kept.results.items():
            results.setdefault(rule, []).append(
                [number, pool.number(read), *([plain_finding(one) for one in findings],) * bool(findings)]
            )
        head = {
            "form": _FORM,
            "target": kept.target,
            "files": files,
            "own": len(kept.files),
            "words": [sorted(words) for words in kept.words] if kept.words else None,
            "answers": [[*name, answer] for name, answer in kept.answers.items()],
            "results": results,
            "pieces": [[*key, piece, pool.number(read)] for key, (piece, read) in kept.pieces.items()],
            "pool": [f"{bits:x}" for bits in pool.bits],
        }
        text = json.dumps(head, separators=(",", ":"))
        self._store.write_bytes(b"\n".join([text.encode(), b"".join(blobs)]))

    def _kept(self, plain: Any, blobs: bytes) -> Kept:
        pool: list[int] = [int(bits, 16) for bits in plain["pool"]]
        words = plain["words"]
        facts: dict[int, Facts] = {}
        texts: dict[int, str] = {}
        at = 0
        for number, (path, content, stamp, text, more, links, sites) in enumerate(plain["files"]):
            middle, end = at + text, at + text + more
            if stamp is not None:
                self._plain[path] = (tuple(stamp), content, blobs[at:middle])
            if more:
                texts[number] = blobs[at:middle].decode()
                facts[number] = Facts(blobs[middle:end], _of(pool, links), _of(pool, sites))
            at = end
        return Kept(
            files={path: content for path, content, *_ in plain["files"][: plain["own"]]},
            target=plain["target"],
            facts=facts,
            texts=texts,
            words=(frozenset(words[0]), frozenset(words[1])) if words else None,
            pieces={(str(rule), int(number)): (piece, pool[read]) for rule, number, piece, read in plain["pieces"]},
            answers={tuple(name): answer for *name, answer in plain["answers"]},
            results={
                (rule, number): Result(tuple(finding_of(one) for one in findings[0]) if findings else (), pool[read])
                for rule, rows in plain["results"].items()
                for number, read, *findings in rows
            },
        )


def _of(pool: list[int], number: int | None) -> int | None:
    return None if number is None else pool[number]


class _Pool:
    """Sets of bits, of which there are few, by number."""

    def __init__(self) -> None:
        self.bits: dict[int, int] = {}

    def number(self, bits: int) -> int:
        return self.bits.setdefault(bits, len(self.bits))

    def known(self, bits: int | None) -> int | None:
        return None if bits is None else self.number(bits)
