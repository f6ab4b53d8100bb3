"""What one run leaves for the next, in one file: JSON, then parts of which most runs never decode most.

What cannot be read, or is of another form, is as good as none.
"""

import json
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import PurePosixPath
from typing import Any

from lintkit.cache import RECENT_NANOS, Store, finding_of, plain_finding
from lintkit.cards import Card
from lintkit.discover import File
from lintkit.index import File as Parsed
from lintkit.program.gathered import Piece
from lintkit.program.shapes import Facts
from lintkit.reads import Answers
from lintkit.report import RuleInfo
from lintkit.results import Results
from lintkit.resume import Kept, Spoken

_FORM = 4


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
            found = self._kept(document, _Parts(rest))
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
        pool, parts = _Pool(), _Parts()
        stamps = {str(file.path): file.stamp for file in plain}
        files = [[path, content, stamps.get(path)] for path, content in kept.files.items()]
        others = {file: parsed for file, parsed in plain.items() if str(file.path) not in kept.files}
        files += [[str(file.path), digests[file.path], file.stamp] for file in others]
        head = {
            "form": _FORM,
            "target": kept.target,
            "cards": [_plain_card(card) for card in kept.cards],
            "own": len(kept.files),
            "files": files,
            "texts": [[n, parts.add(text)] for n, text in kept.texts.items()]
            + [[n, parts.add(parsed.kept.encode())] for n, parsed in enumerate(others.values(), len(kept.files))],
            "facts": [
                [number, parts.add(one.kept), pool.number(one.links_read), pool.number(one.sites_read)]
                for number, one in kept.facts.items()
            ],
            "spoken": parts.add(kept.spoken.kept) if kept.spoken else None,
            "answers": [[kind, parts.add(answers.kept)] for kind, answers in kept.answers.items()],
            "pieces": [[*key, parts.add(one.kept), pool.number(one.read)] for key, one in kept.pieces.items()],
            "reads": [
                [rule, list(reads), [pool.number(read) for read in reads.values()]]
                for rule, reads in kept.results.reads.items()
            ],
            "findings": [
                [rule, number, [plain_finding(one) for one in findings]]
                for rule, found in kept.results.findings.items()
                for number, findings in found.items()
            ],
            "pool": [f"{bits:x}" for bits in pool.bits],
        }
        self._store.write_bytes(b"\n".join([json.dumps(head, separators=(",", ":")).encode(), *parts.added]))

    def _kept(self, plain: Any, parts: "_Parts") -> Kept:
        pool: list[int] = [int(bits, 16) for bits in plain["pool"]]
        own: int = plain["own"]
        texts: dict[int, bytes] = {}
        for number, at in plain["texts"]:
            path, content, stamp = plain["files"][number]
            text = parts.at(at)
            if stamp is not None:
                self._plain[path] = (tuple(stamp), content, text)
            if number < own:
                texts[number] = text
        results = Results()
        for rule, numbers, reads in plain["reads"]:
            known: list[int] = [pool[read] for read in reads]
            results.reads[rule] = dict(zip(numbers, known, strict=True))
        for rule, number, findings in plain["findings"]:
            results.findings[rule][number] = tuple(finding_of(one) for one in findings)
        return Kept(
            files={path: content for path, content, _ in plain["files"][:own]},
            target=plain["target"],
            cards=tuple(_card(one) for one in plain["cards"]),
            facts={
                number: Facts(parts.at(at), _of(pool, links), _of(pool, sites))
                for number, at, links, sites in plain["facts"]
            },
            texts=texts,
            spoken=Spoken(parts.at(plain["spoken"])) if plain["spoken"] else None,
            pieces={(rule, number): Piece(parts.at(at), pool[int(read)]) for rule, number, at, read in plain["pieces"]},
            answers={kind: Answers(parts.at(at)) for kind, at in plain["answers"]},
            results=results,
        )


class _Parts:
    """Parts of a file, by where they begin and end."""

    def __init__(self, data: bytes = b"") -> None:
        self._data = data
        self._end = 0
        self.added: list[bytes] = []

    def add(self, part: bytes) -> tuple[int, int]:
        start = self._end
        self.added.append(part)
        self._end += len(part) + 1
        return start, start + len(part)

    def at(self, place: tuple[int, int]) -> bytes:
        start, end = place
        return self._data[start:end]


class _Pool:
    """Sets of bits, of which there are few, by number; None stays."""

    def __init__(self) -> None:
        self.bits: dict[int, int] = {}

    def number(self, bits: int | None) -> int | None:
        return None if bits is None else self.bits.setdefault(bits, len(self.bits))


def _of(pool: list[int], number: int | None) -> int | None:
    return None if number is None else pool[number]


def _plain_card(card: Card) -> list[Any]:
    info = list(astuple(card.info))
    return [info, sorted(card.mentions), card.config_words, sorted(card.looks), card.path, card.kind, card.folder]


def _card(plain: Any) -> Card:
    info, mentions, config_words, looks, path, kind, folder = plain
    return Card(RuleInfo(*info), frozenset(mentions), config_words, frozenset(looks), path, kind, folder)
