"""Which release this package stands in for, read once from LINTKIT_PROFILE."""

import os
from typing import Final

_RELEASES = {"1.221": "1.221.0", "1.231": "1.231.0"}
_named = os.environ.get("LINTKIT_PROFILE", "1.231")
if _named not in _RELEASES:
    raise ImportError(f"LINTKIT_PROFILE={_named}: the bundled engine has the profiles {' and '.join(_RELEASES)}")

RELEASE: Final = _RELEASES[_named]

# Whether the later release's additions are there.
LATER: Final = RELEASE != "1.221.0"
