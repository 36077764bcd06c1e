"""A bench without its libraries says how to get them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_BENCHES = Path(__file__).parents[2] / "bench"
_RUN_WITHOUT = """
import runpy, sys
missing, sys.argv = sys.argv[1], sys.argv[2:]
sys.modules[missing] = None
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.mark.parametrize(
    ("bench", "missing"),
    [("forwarding", "psutil"), ("join_time", "psutil"), ("media_loss", "httpx")],
)
def test_a_missing_library_is_one_line(bench: str, missing: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _RUN_WITHOUT, missing, str(_BENCHES / f"{bench}.py")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == (
        f"{missing} is missing; run `make bench ARGS={bench}`, or pip install '.[bench]'.\n"
    )
