"""What every test gets: directories of its own, and Hypothesis without chance or stopwatch."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("house", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("house")

# Whoever starts the tests in the background may have them ignore Ctrl-C, which every program under
# test would inherit.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a developer's settings out of the tests, and the tests' files out of their home."""
    for name in [name for name in os.environ if name.startswith("PROCONF_")]:
        monkeypatch.delenv(name)
    for kind in ("config", "data", "log", "runtime"):
        monkeypatch.setenv(f"PROCONF_{kind.upper()}_DIR", str(tmp_path / kind))
