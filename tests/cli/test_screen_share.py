"""A screen that is shared from one machine is read in a terminal on another."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from proconf_tui.control import commands, events
from tests.support.agent_child import PATIENCE_S, AgentChild
from tests.support.slides import (
    HEIGHT_PX,
    LINE_PX,
    Shades,
    likeness,
    reduced,
    shown_in,
    slide,
    tile_of,
    write_slide_film,
)
from tests.support.terminal import TmuxTerminal

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")

_PROGRAM = [sys.executable, "-m", "proconf_tui"]
_SILENT = ["--camera", "none", "--mic", "none", "--speaker", "none"]
_START = ["start", "--room", "plaza", "--name", "Grace", "--open", "--yes", "--port", "0", *_SILENT]
_JOIN = ["join", "plaza", "--name", "Ada", "--yes", "--pixels", "half", *_SILENT]
_LINES = ["--headless", "--json"]

SHARED = ("Quarterly", "Ship the guests", "Hire engineers", "Close on Monday", "Room 24 B")
ALIKE = ("Quartette", "Slip the quests", "Fire engineers", "Chase on Sunday", "Boom 71 D")
"""Of the same length, and mostly the same letters: who can tell them apart has read them."""


def test_large_writing_is_read_in_a_pinned_tile(tmp_path: Path) -> None:
    film = write_slide_film(tmp_path / "slide.avi", slide(SHARED))
    with (
        AgentChild([*_PROGRAM, *_START, *_LINES]) as grace,
        TmuxTerminal(200, 60) as ada,
    ):
        grace.wait_for(events.RoomJoined)
        ada.run([*_PROGRAM, *_JOIN])
        ada.wait_for("2 in", timeout_s=PATIENCE_S)
        grace.ask(commands.Produce("screen", str(film)))
        ada.wait_for("Grace's screen", timeout_s=PATIENCE_S)
        ada.send_keys("0")
        ada.wait_for("▲ Grace's screen", timeout_s=PATIENCE_S)
        ada.wait_until(lambda: is_read(seen_by(ada)), "it cannot be read", PATIENCE_S)
        assert stroke_contrast(seen_by(ada)) > 180
        grace.ask(commands.StopProducing("screen"))
        ada.wait_for(lambda text: "Grace's screen" not in text, PATIENCE_S)
        grace.close_input()
        grace.wait_until_ended()


def seen_by(terminal: TmuxTerminal) -> Shades | None:
    """Return what the tile shows, None while it is not there."""
    cells = tile_of("Grace's screen", terminal.cells())
    return shown_in(cells) if cells else None


def is_read(seen: Shades | None) -> bool:
    """Return whether every line is clearly more like what was written than like the other."""
    if seen is None:
        return False
    right, wrong = (reduced(slide(lines), seen) for lines in (SHARED, ALIKE))
    per_line = LINE_PX * len(seen) / HEIGHT_PX
    for line in range(len(SHARED)):
        rows = slice(round(line * per_line), round((line + 1) * per_line))
        likenesses = [likeness(seen[rows], each[rows]) for each in (right, wrong)]
        if likenesses[0] < 0.9 or likenesses[0] < likenesses[1] + 0.05:
            return False
    return True


def stroke_contrast(seen: Shades | None) -> float:
    """Return how much darker than the paper the darkest strokes of the last, small line are."""
    assert seen is not None
    per_line = LINE_PX * len(seen) / HEIGHT_PX
    last = seen[round(4 * per_line) : round(5 * per_line)]
    return float(np.median(last) - np.percentile(last, 2))
