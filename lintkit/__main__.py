from lintkit.cli import console

console()
