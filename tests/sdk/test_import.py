"""The package is light to import, and the SDK's names are there when asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

import proconf_tui

HEAVY = ("aiortc", "av", "cv2", "numpy", "websockets", "asyncio", "jwt")


def test_importing_the_package_loads_nothing_heavy() -> None:
    program = f"import sys, proconf_tui; print([n for n in {HEAVY!r} if n in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"


def test_every_public_name_can_be_had_from_the_package() -> None:
    from proconf_tui import ProconfManager, sdk

    assert ProconfManager is sdk.ProconfManager
    assert set(proconf_tui.__all__) == {*sdk.__all__, "__version__"}
    for name in proconf_tui.__all__:
        assert getattr(proconf_tui, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = proconf_tui.nonsense
