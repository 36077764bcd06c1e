"""What the benches share; every bench itself is one script beside this folder.

It is imported before anything else of this folder, so it says what is not installed.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Final

_NEEDED: Final = ("httpx", "psutil")
_MISSING: Final = [name for name in _NEEDED if importlib.util.find_spec(name) is None]

if _MISSING:
    sys.exit(
        f"{_MISSING[0]} is missing; run `make bench ARGS={Path(sys.argv[0]).stem}`, "
        "or pip install '.[bench]'."
    )
