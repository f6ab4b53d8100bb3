"""Which files of a project differ from a git revision. Asks git, which is told to run nothing of the repo's own."""

from pathlib import Path, PurePosixPath

from lintkit.errors import LintkitError

_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")


def changed_since(root: Path, revision: str) -> frozenset[PurePosixPath]:
    """Paths from `root` of files that were changed, added or are not tracked; deleted ones are not among them."""
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").strip()
    if not commit:
        raise LintkitError(f"git knows no revision `{revision}`", path=root, hint="fetch it, or name another one")
    differing = ("diff", "--name-only", "--relative", "--no-ext-diff", "--no-textconv", "--diff-filter=d", "-z")
    changed = _git(root, *differing, commit, "--")
    untracked = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    return frozenset(PurePosixPath(path) for path in (changed + untracked).split("\0") if path)


def _git(root: Path, *arguments: str) -> str:
    import subprocess

    try:
        done = subprocess.run(  # noqa: S603  # a fixed program, no shell; the revision stands after --end-of-options
            [*_GIT, "-C", str(root), *arguments], capture_output=True, check=False
        )
    except OSError as error:
        raise LintkitError(f"git cannot be run: {error.strerror}", hint="install git, or do without --since") from None
    if done.returncode and done.stderr:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[0]
        raise LintkitError(f"git: {said}", path=root, hint="--since needs a git repository")
    return done.stdout.decode("utf-8", "surrogateescape")
