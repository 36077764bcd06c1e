"""Buffers of screens that were killed go away; nothing else does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from proconf_tui.tui.video.buffer_files import own_path, remove_leftovers


def test_only_buffers_of_gone_processes_are_removed(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-S", "-c", ""])
    gone.wait()
    leftover = tmp_path / f"pictures-{gone.pid}"
    kept = [
        own_path(tmp_path),
        tmp_path / f"pictures-{os.getppid()}",
        tmp_path / f"pictures-{gone.pid}x",
        tmp_path / "pictures-",
        tmp_path / f"pictures-{'9' * 40}",
        tmp_path / f"other-{gone.pid}",
    ]
    for path in (leftover, *kept):
        path.touch()
    remove_leftovers(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted(kept)


def test_one_that_cannot_be_removed_is_left(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-S", "-c", ""])
    gone.wait()
    directory = tmp_path / f"pictures-{gone.pid}"
    directory.mkdir()
    remove_leftovers(tmp_path)
    assert directory.exists()
