"""Which release this package stands in for, read once from LINTKIT_PROFILE."""

import os
from typing import Final

RELEASE: Final = "1.221.0" if os.environ.get("LINTKIT_PROFILE") == "1.221" else "1.231.0"

# Whether the later release's additions are there.
LATER: Final = RELEASE != "1.221.0"
