"""What one run leaves for the next, as JSON. What cannot be read, or is of another form, is as good as none."""

from collections.abc import Iterable, Sequence
from typing import Any

from lintkit.cache import Store, finding_of, plain_finding
from lintkit.program.shapes import ClassShape, FunctionShape, LinkShape, Shape, SiteShape
from lintkit.resume import Kept, Result

_FORM = 1


class Memory:
    def __init__(self, store: Store) -> None:
        self._store = store

    def load(self) -> Kept | None:
        try:
            document: Any = self._store.read()
            return _kept(document) if document["form"] == _FORM else None
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def save(self, kept: Kept) -> None:
        self._store.write(_plain(kept))


class _Pool:
    """Sets of bits, of which there are few, by number."""

    def __init__(self) -> None:
        self.known: dict[int, int] = {}

    def number(self, bits: int) -> int:
        return self.known.setdefault(bits, len(self.known))


def _plain(kept: Kept) -> dict[str, Any]:
    pool = _Pool()
    links = {n: [[list(one) for one in links], pool.number(read)] for n, (links, read) in kept.links.items()}
    sites = {n: [[list(one) for one in sites], pool.number(read)] for n, (sites, read) in kept.sites.items()}
    results = [
        [rule, n, pool.number(read), [plain_finding(finding) for finding in findings]]
        for (rule, n), (findings, read) in kept.results.items()
    ]
    return {
        "form": _FORM,
        "files": list(kept.files.items()),
        "target": kept.target,
        "shapes": {n: [shape.classes, shape.functions] for n, shape in kept.shapes.items()},
        "stamps": {n: sorted(names) for n, names in kept.stamps.items() if names},
        "unstamped": [n for n, names in kept.stamps.items() if not names],
        "links": links,
        "sites": sites,
        "words": [sorted(words) for words in kept.words] if kept.words else None,
        "answers": [[list(name), answer] for name, answer in kept.answers.items()],
        "results": results,
        "pool": [f"{bits:x}" for bits in pool.known],
    }


def _kept(plain: Any) -> Kept:
    pool = [int(bits, 16) for bits in plain["pool"]]
    words = plain["words"]
    return Kept(
        files=dict(plain["files"]),
        target=plain["target"],
        shapes={int(n): _shape(*shape) for n, shape in plain["shapes"].items()},
        stamps={
            **{int(n): frozenset(names) for n, names in plain["stamps"].items()},
            **{n: frozenset[str]() for n in plain["unstamped"]},
        },
        links={
            int(n): (tuple(LinkShape(_pairs(bases), tuple(names), more) for bases, names, more in links), pool[read])
            for n, (links, read) in plain["links"].items()
        },
        sites={
            int(n): (tuple(SiteShape(*one) for one in sites), pool[read]) for n, (sites, read) in plain["sites"].items()
        },
        words=(frozenset(words[0]), frozenset(words[1])) if words else None,
        answers={tuple(name): answer for name, answer in plain["answers"]},
        results={
            (rule, n): Result(tuple(finding_of(one) for one in findings), pool[read])
            for rule, n, read, findings in plain["results"]
        },
    )


def _shape(classes: Sequence[Sequence[Any]], functions: Iterable[Sequence[Any]]) -> Shape:
    return Shape(tuple(ClassShape(*one) for one in classes), tuple(FunctionShape(*one) for one in functions))


def _pairs(bases: Iterable[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((file, count) for file, count in bases)
