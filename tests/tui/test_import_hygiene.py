"""The screen process loads no media library, and its first paint waits for little."""

from __future__ import annotations

import subprocess
import sys

FORBIDDEN = ("aiortc", "av", "cv2", "sounddevice", "websockets", "starlette", "uvicorn")

_LIST_MODULES = """
import importlib, pkgutil, sys
import proconf_tui.tui
for module in pkgutil.walk_packages(proconf_tui.tui.__path__, "proconf_tui.tui."):
    importlib.import_module(module.name)
print(" ".join(sys.modules))
"""

_FIRST_PAINT = """
import sys
import proconf_tui.tui.launch, proconf_tui.tui.screens.prejoin
print(" ".join(sys.modules))
"""


def _modules(source: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=30
    )
    return set(done.stdout.split())


def test_no_module_of_the_screen_loads_a_media_library() -> None:
    loaded = _modules(_LIST_MODULES)
    assert "proconf_tui.tui.screens.meeting" in loaded
    assert not {name for name in loaded if name.split(".")[0] in FORBIDDEN}
    assert not {
        name for name in loaded if name.startswith(("proconf_tui.sdk", "proconf_tui.media"))
    }


def test_the_first_paint_waits_for_one_screen_only() -> None:
    loaded = _modules(_FIRST_PAINT)
    assert "proconf_tui.tui.screens.prejoin" in loaded
    late = ("proconf_tui.tui.screens.meeting", "segno", "rich.markdown")
    assert not loaded.intersection(late)
