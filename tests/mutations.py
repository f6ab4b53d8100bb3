"""Changes to a project as people make them, at random: what a cache must survive."""

import random
import re
from pathlib import Path

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
_DEFINED = re.compile(r"^( *)(?:async )?(def|class) (\w+)", re.MULTILINE)
_FLAG = re.compile(r"\b(?:True|False)\b")
_PINS = ("nautilus_trader==1.221.0\n", "nautilus_trader==1.231.0\n", "nautilus_trader>=1.200\n", "")


def mutate(root: Path, dice: random.Random) -> str:
    """Change one thing and say what."""
    python = sorted(root.rglob("*.py"))
    change = dice.choice(_CHANGES)
    path = dice.choice(python)
    text = path.read_text(encoding="utf-8")
    new = change(text, [other.read_text(encoding="utf-8") for other in python], dice)
    if new is not None:
        path.write_text(new, encoding="utf-8")
        return f"{change.__name__} in {path.relative_to(root)}"
    return dice.choice(_OF_PROJECTS)(root, python, dice)


def line_removed(text: str, others: list[str], dice: random.Random) -> str | None:
    del others
    lines = text.splitlines(keepends=True)
    if lines:
        del lines[dice.randrange(len(lines))]
    return "".join(lines)


def line_moved(text: str, others: list[str], dice: random.Random) -> str | None:
    """A line of any file, at the depth of the one before it."""
    lines = text.splitlines(keepends=True) or ["\n"]
    found = dice.choice(dice.choice(others).splitlines() or [""])
    at = dice.randrange(len(lines))
    depth = len(lines[at]) - len(lines[at].lstrip(" "))
    lines.insert(at + 1, f"{' ' * depth}{found.strip()}\n")
    return "".join(lines)


def word_exchanged(text: str, others: list[str], dice: random.Random) -> str | None:
    words, new = sorted(set(re.findall(r"\w+", text))), sorted(set(re.findall(r"\w+", dice.choice(others))))
    if not words or not new:
        return text
    return re.sub(rf"\b{dice.choice(words)}\b", dice.choice(new), text, count=dice.randrange(2))


def replaced(text: str, others: list[str], dice: random.Random) -> str | None:
    del text
    return dice.choice(others)


def appended(text: str, others: list[str], dice: random.Random) -> str | None:
    return f"{text}\n{dice.choice(others)}"


def number_changed(text: str, others: list[str], dice: random.Random) -> str | None:
    del others
    return _one(_NUMBER, text, dice.choice(["0", "1", "3", "10", "100", "0.5", "1_000_000_000"]), dice)


def flag_changed(text: str, others: list[str], dice: random.Random) -> str | None:
    del others
    return _one(_FLAG, text, dice.choice(["True", "False", "None"]), dice)


def call_added(text: str, others: list[str], dice: random.Random) -> str | None:
    """In a function of the file, of a function or class of the project."""
    names = sorted({match[3] for other in others for match in _DEFINED.finditer(other)})
    inside = [match for match in _DEFINED.finditer(text) if match[2] == "def"]
    if not inside or not names:
        return text
    match = dice.choice(inside)
    end = text.find(":\n", match.end())
    owner = dice.choice(["", "self."])
    call = f"\n{match[1]}    {owner}{dice.choice(names)}({dice.choice(['', 'self', '1'])})"
    return text if end < 0 else f"{text[: end + 1]}{call}{text[end + 1 :]}"


def nothing_of_the_file(text: str, others: list[str], dice: random.Random) -> str | None:
    del text, others, dice
    return None


def renamed_everywhere(root: Path, python: list[Path], dice: random.Random) -> str:
    del root
    names = sorted({m[3] for path in python for m in _DEFINED.finditer(path.read_text(encoding="utf-8"))})
    old = dice.choice(names) if names else "x"
    for path in python:
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(rf"\b{old}\b", f"{old}_b", text), encoding="utf-8")
    return f"{old} renamed"


def file_removed(root: Path, python: list[Path], dice: random.Random) -> str:
    path = dice.choice(python)
    if len(python) > 2:  # something stays
        path.unlink()
    return f"{path.relative_to(root)} removed"


def file_moved(root: Path, python: list[Path], dice: random.Random) -> str:
    path, other = dice.choice(python), dice.choice(python)
    new = other.with_name(f"moved_{path.name}")
    path.rename(new)
    return f"{path.relative_to(root)} moved to {new.relative_to(root)}"


def file_copied(root: Path, python: list[Path], dice: random.Random) -> str:
    path = dice.choice(python)
    new = path.with_name(f"copy_{path.name}")
    new.write_bytes(path.read_bytes())
    return f"{path.relative_to(root)} copied"


def pin_changed(root: Path, python: list[Path], dice: random.Random) -> str:
    del python
    (root / "requirements.txt").write_text(dice.choice(_PINS), encoding="utf-8")
    return "pin changed"


def config_changed(root: Path, python: list[Path], dice: random.Random) -> str:
    del python
    configs = sorted(
        p for kind in ("yaml", "yml", "toml", "json") for p in root.rglob(f"*.{kind}") if ".lintkit" not in str(p)
    )
    if not configs:
        (root / "node.yaml").write_text("trader_id: T-1\nload_state: true\n", encoding="utf-8")
        return "config added"
    path = dice.choice(configs)
    text = path.read_text(encoding="utf-8")
    change = dice.choice([line_removed, flag_changed, number_changed])
    path.write_text(change(text, [text], dice) or text, encoding="utf-8")
    return f"{change.__name__} in {path.relative_to(root)}"


def _one(pattern: re.Pattern[str], text: str, new: str, dice: random.Random) -> str:
    found = list(pattern.finditer(text))
    if not found:
        return text
    match = dice.choice(found)
    return f"{text[: match.start()]}{new}{text[match.end() :]}"


_CHANGES = (
    line_removed, line_moved, line_moved, word_exchanged, word_exchanged, replaced, appended, number_changed,
    flag_changed, call_added, call_added, call_added, nothing_of_the_file, nothing_of_the_file,
)  # fmt: skip
_OF_PROJECTS = (renamed_everywhere, file_removed, file_moved, file_copied, pin_changed, config_changed)
