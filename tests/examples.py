"""Turns the examples of rule files into programs."""

from lintkit.examples import files, fixed, marked, problems, program, source, split

__all__ = ["files", "fixed", "marked", "problems", "program", "source", "split"]
