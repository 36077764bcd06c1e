"""`serve`: it announces itself, keeps its rooms where it should, and stops when told."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from proconf_tui.cli.main import run
from proconf_tui.config.paths import data_dir

_PROGRAM = (sys.executable, "-m", "proconf_tui")


@contextlib.contextmanager
def _serving(*arguments: str) -> Iterator[str]:
    """A server with these arguments; its address."""
    command = [*_PROGRAM, "serve", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        assert server.stdout is not None
        line = server.stdout.readline().decode()
        assert line.startswith("Serving at http://127.0.0.1:")
        yield line.split()[2].rstrip(";")
        server.terminate()
        assert server.wait(40) == 0


def test_serve_keeps_its_rooms_in_a_file_of_its_port() -> None:
    with _serving():
        assert run(["rooms", "create", "plaza"]) == 0
    assert (data_dir() / "rooms-0.sqlite").exists()


def test_serve_keeps_its_rooms_where_it_is_told_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "deep" / "rooms.sqlite"
    with _serving("--store", f"sqlite:{store}", "--history-kept", "1h"):
        assert store.exists()
    monkeypatch.setenv("PROCONF_STORE", "memory")
    with _serving():
        assert run(["rooms", "create", "plaza"]) == 0
    assert not list(data_dir().glob("*.sqlite"))
