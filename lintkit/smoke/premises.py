"""What two tapes were made of, by their headers: other data or another configuration is named before anything."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lintkit.smoke.tape import Tape, unquote

_PAIR = re.compile(r'([\w-]+)=("(?:[^"\\]|\\.)*"|\S+)')
_MODEL = re.compile(r"(\w+)\((.*)\)")
_ATTRIBUTE = re.compile(r"(\w+)=('[^']*'|\"[^\"]*\"|[^,]+)")
_MODELS = {"fill_model", "fee_model", "latency_model"}
_PLAIN = ("engine", "script", "module", "strategy", "seeds", "source")
_SETTINGS = ("venue ", "instrument ", "config ")


@dataclass(frozen=True, slots=True)
class Premise:
    """One difference. `kind` is data, config, or a key of the header."""

    kind: str
    what: str
    then: str
    now: str

    @property
    def decides(self) -> bool:
        """Whether it alone may explain another tape."""
        return self.kind in ("data", "config")


def compare(then: Tape, now: Tape) -> tuple[Premise, ...]:
    """The differences, data first. Of a tape of format 1 only script and engine are known."""
    return (*_data(then, now), *_settings(then, now), *_plain(then, now))


def _data(then: Tape, now: Tape) -> Iterator[Premise]:
    old, new = ([value for key, value in tape.header if key == "data"] for tape in (then, now))
    if not old or not new or old == new:
        return
    for number in range(max(len(old), len(new))):
        before, after = (values[number] if number < len(values) else "none" for values in (old, new))
        if before != after:
            engine = f"engine {number + 1}" if len(old) > 1 or len(new) > 1 else ""
            yield Premise("data", engine, before, after)


def _settings(then: Tape, now: Tape) -> Iterator[Premise]:
    if then.get("config") is None or now.get("config") is None or then.get("config") == now.get("config"):
        return
    old, new = _lines(then), _lines(now)
    found = old != new
    if then.get("engine") != now.get("engine"):
        _forget_what_one_release_lacks(old, new)
    for key in dict.fromkeys((*old, *new)):
        before, after = old.get(key), new.get(key)
        if before is None or after is None:
            yield Premise(
                "config", key.removeprefix("config "), *("none" if x is None else "there" for x in (before, after))
            )
            continue
        for name in dict.fromkeys((*before, *after)):
            if before.get(name) != after.get(name):
                label = f"{key.removeprefix('config ')} {name}"
                yield Premise("config", label, before.get(name, "none"), after.get(name, "none"))
    if not found:  # more lines than the header holds
        yield Premise("config", "", then.get("config") or "", now.get("config") or "")


def _forget_what_one_release_lacks(old: dict[str, dict[str, str]], new: dict[str, dict[str, str]]) -> None:
    """Leave to models of the same class only the attributes that both releases know."""
    for key in old.keys() & new.keys():
        for name in _MODELS & old[key].keys() & new[key].keys():
            before, after = (_MODEL.fullmatch(words[key][name]) for words in (old, new))
            if before and after and before[1] == after[1]:
                known = [dict(_ATTRIBUTE.findall(match[2])) for match in (before, after)]
                for words, attributes, other in ((old, *known), (new, *reversed(known))):
                    kept = ", ".join(f"{at}={value}" for at, value in attributes.items() if at in other)
                    words[key][name] = f"{before[1]}({kept})"


def _lines(tape: Tape) -> dict[str, dict[str, str]]:
    """Settings by what they are of. Several engines may have several of one name: those count as one."""
    found: dict[str, dict[str, str]] = {}
    for key, value in tape.header:
        if key.startswith(_SETTINGS):
            for name, text in _PAIR.findall(value):
                words = found.setdefault(key, {})
                words[name] = f"{words[name]}, {unquote(text)}" if name in words else unquote(text)
    return found


def _plain(then: Tape, now: Tape) -> Iterator[Premise]:
    for key in _PLAIN:
        before, after = then.get(key), now.get(key)
        if before is not None and after is not None and before != after:
            yield Premise(key, key, before, after)
