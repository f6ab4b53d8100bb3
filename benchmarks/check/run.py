"""`python benchmarks/check/run.py TREE`: what `lintkit check` costs on trees of several sizes, beside its peers.

TREE is any folder with Python files; nothing in it is changed. Copies of it are cut or repeated to the sizes asked for.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from growth import svg
from measure import Cost, best, run

HERE = Path(__file__).parent
MANY = 1_000_000
"""Lines of which one round has to do."""
LINTKIT = [sys.executable, "-m", "lintkit", "check", ".", "--exit-zero", "--no-ruff"]
PEERS = {
    "ruff": ["ruff", "check", "--isolated", "--no-cache", "--select", "DTZ", "--quiet", "--exit-zero", "."],
    "flake8": ["flake8", "--isolated", "--select", "DTZ", "--exit-zero", "-j", "1", "."],
    "semgrep": [
        "semgrep", "scan", "--config", str(HERE / "semgrep.yaml"), "--metrics", "off", "--disable-version-check",
        "--quiet", ".",
    ],
    "fixit": ["fixit", "--quiet", "lint", "."],
}  # fmt: skip
"""The nearest that each can do: calls of the system clock. flake8 has flake8-datetimez, Fixit `fixit_clock.txt`."""

FIXIT = '[tool.fixit]\nroot = true\nenable = [".fixit_clock"]\ndisable = ["fixit.rules"]\n'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--lines", default="10000,150000,1500000", help="sizes, by commas")
    parser.add_argument(
        "--peers", default="ruff", help=f"of {', '.join(PEERS)}, by commas; slow ones on the small sizes"
    )
    parser.add_argument("--slow-to", type=int, default=10_000, help="the most lines for peers other than ruff")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--plot", type=Path, help="a folder for growth.svg and memory.svg")
    options = parser.parse_args()
    peers = [name for name in options.peers.split(",") if name and shutil.which(name)]
    growth: dict[str, list[tuple[int, Cost]]] = {}
    print("| lines | what | CPU s | wall s | peak MiB | x ruff (CPU) |\n| ---: | --- | ---: | ---: | ---: | ---: |")
    for lines in map(int, options.lines.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            tree = Path(folder) / "tree"
            size = copy(options.tree, tree, lines)
            some = [name for name in peers if name == "ruff" or lines <= options.slow_to]
            costs: dict[str, Cost] = {}
            for what, cost in measured(tree, some, options.rounds if lines < MANY else 1):
                costs[what] = cost
                ruff = costs.get("ruff")
                growth.setdefault(what, []).append((size, cost))
                ratio = f"{cost.cpu / ruff.cpu:.1f}" if ruff and ruff.cpu else ""
                print(
                    f"| {size:,} | {what} | {cost.cpu:.2f} | {cost.wall:.2f} | {cost.peak:.0f} | {ratio} |", flush=True
                )
            if options.plot is not None:
                draw(growth, options.plot)


def draw(growth: Mapping[str, Sequence[tuple[int, Cost]]], folder: Path) -> None:
    time = {what: [(size, cost.cpu) for size, cost in costs] for what, costs in growth.items()}
    memory = {what: [(size, cost.peak) for size, cost in costs] for what, costs in growth.items()}
    for name, unit, drawn in (("growth", "CPU s", time), ("memory", "MiB", memory)):
        (folder / f"{name}.svg").write_text(svg("What a check costs", unit, drawn), encoding="utf-8")


def measured(tree: Path, peers: list[str], rounds: int) -> Iterator[tuple[str, Cost]]:
    if "ruff" in peers:
        yield "ruff", best(PEERS["ruff"], tree, rounds)
    yield "lintkit, cold", best([*LINTKIT, "--no-cache"], tree, rounds)
    run(LINTKIT, tree)
    yield "lintkit, warm", best(LINTKIT, tree, rounds)
    files = sorted(tree.rglob("*.py"))
    changed = files[len(files) // 2]
    costs: list[Cost] = []
    for _ in range(rounds):
        with changed.open("a", encoding="utf-8") as stream:
            stream.write("\nCHANGED = 1\n")
        costs.append(run(LINTKIT, tree))
    yield "lintkit, one file changed", min(costs, key=lambda cost: cost.cpu)
    repository(tree)
    with changed.open("a", encoding="utf-8") as stream:
        stream.write("\nCHANGED = 2\n")
    yield "lintkit, --since HEAD", run([*LINTKIT, "--since", "HEAD"], tree)
    if "fixit" in peers:
        shutil.copy(HERE / "fixit_clock.txt", tree / "fixit_clock.py")
        (tree / "fixit.toml").write_text(FIXIT, encoding="utf-8")
    for name in peers:
        if name != "ruff":
            yield name, run(PEERS[name], tree)


def copy(source: Path, target: Path, lines: int) -> int:
    """Copy Python files until there are so many lines, over and over if they do not suffice. Returns the lines."""
    files = [path for path in sorted(source.rglob("*.py")) if path.is_file() and not path.is_symlink()]
    if not files:
        raise SystemExit(f"{source}: no Python files")
    found = 0
    for turn in range(lines + 1):
        for path in files:
            if found >= lines:
                return found
            place = target / f"copy{turn}" / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, place)
            found += path.read_bytes().count(b"\n")
    return found


def repository(tree: Path) -> None:
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *arguments], cwd=tree, check=True, capture_output=True)


if __name__ == "__main__":
    main()
