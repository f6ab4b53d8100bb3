"""Turns the examples of rule files into programs."""

from lintkit.examples import files, marked, problems, program, source, split

__all__ = ["files", "marked", "problems", "program", "source", "split"]
