"""A stand-in for `nautilus_trader` over lintkit's bundled engine, for the smoke worker only.

It is found under this name because the worker puts `lintkit/compat` first on `sys.path`. Every package of it answers
an unknown name with an ImportError that says what is missing and what to do; see `_refuse`.

The version that it stands in for comes from LINTKIT_PROFILE, which the worker's parent sets.
"""

from typing import Any, Final

from nautilus_trader import _installed, _members, _placeholder, _refuse
from nautilus_trader._profile import RELEASE

__version__: Final = RELEASE
NAUTILUS_USER_AGENT: Final = f"NautilusTrader/{__version__}"

_placeholder.install()
_refuse.install()
_members.install()
_unknown = _refuse.unknown(__name__)


def __getattr__(name: str) -> Any:
    if name == "PACKAGE_ROOT":
        return _installed.root()
    if name == "TEST_DATA_DIR":
        return _installed.root() / "tests" / "test_data"
    return _unknown(name)
