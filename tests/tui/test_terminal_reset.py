"""The reset reaches terminals that nobody reads, past whoever is in the midst of a write."""

from __future__ import annotations

import os
import pty
import select
import threading
import tty
from collections.abc import Iterator

import pytest

from proconf_tui.tui.terminal_reset import reset

GIVEN_BACK = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1003l")


@pytest.fixture
def pair() -> Iterator[tuple[int, int]]:
    """Return what reads and what writes a terminal."""
    reader, terminal = pty.openpty()
    tty.setraw(terminal)
    yield reader, terminal
    os.close(reader)
    os.close(terminal)


def unread(reader: int) -> bytes:
    os.set_blocking(reader, False)
    data = b""
    while select.select([reader], [], [], 0.2)[0]:
        data += os.read(reader, 65536)
    return data


def test_a_terminal_that_is_read_loses_nothing(pair: tuple[int, int]) -> None:
    reader, terminal = pair
    os.write(terminal, b"before")
    reset(os.dup(terminal))
    data = unread(reader)
    assert data.startswith(b"before")
    assert all(sequence in data for sequence in GIVEN_BACK)


def test_a_terminal_that_nobody_reads(pair: tuple[int, int]) -> None:
    reader, terminal = pair
    drawn_on = os.dup(terminal)
    wrote: list[int] = []

    def draw() -> None:
        wrote.extend(os.write(drawn_on, b"x" * 400_000) for _ in range(3))

    drawing = threading.Thread(target=draw, daemon=True)
    drawing.start()
    while not select.select([reader], [], [], 0.05)[0]:
        assert drawing.is_alive()
    reset(drawn_on)
    drawing.join(10)
    assert wrote == [400_000] * 3
    data = unread(reader)
    assert all(data.count(sequence) == 1 for sequence in GIVEN_BACK)
    assert data.endswith(b"\x1b[?25h")


def test_a_terminal_that_is_gone() -> None:
    reader, terminal = pty.openpty()
    os.close(reader)
    reset(terminal)
    os.close(terminal)
