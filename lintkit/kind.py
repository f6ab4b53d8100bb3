"""The kinds of files that rules read."""

from enum import Enum


class Kind(Enum):
    PYTHON = "python"
    NOTEBOOK = "notebook"
    YAML = "yaml"
    TOML = "toml"
    JSON = "json"
