"""How an agent begins, and what it says where it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from proconf_tui.control.codec import decode_agent_line
from proconf_tui.control.screen import AgentFailed


def test_an_agent_without_its_libraries_says_so(tmp_path: Path) -> None:
    (tmp_path / "av.py").write_text("raise ImportError('libavcodec.so is missing')")
    # The current directory, where the package under test is, comes before this one.
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-m", "proconf_tui.agent"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=environment,
        check=False,
        timeout=50,
    )
    failed = decode_agent_line(ended.stdout)
    assert isinstance(failed, AgentFailed)
    assert "libavcodec.so is missing" in failed.message
    assert ended.returncode == 1
    assert b"Traceback" not in ended.stderr
