"""What pictures begin with, and what changes it."""

from __future__ import annotations

import pytest

from proconf_tui.tui.launch import picture_settings
from proconf_tui.tui.options import TuiOptions
from proconf_tui.tui.video.capabilities import Capabilities
from proconf_tui.tui.video.modes import MODES
from proconf_tui.tui.video.picture_settings import (
    LOCAL_BYTES_PER_S,
    REMOTE_BYTES_PER_S,
    PictureChoice,
    PictureSettings,
)


def test_every_way_to_draw_has_its_turn() -> None:
    choice = PictureChoice(PictureSettings(mode=MODES["sextant"]))
    seen = [choice.change_mode() for _ in MODES]
    assert {mode.name for mode in seen} == MODES.keys()
    assert choice.mode is seen[-1] is MODES["sextant"]


def test_pictures_are_whole_or_fill_their_tiles() -> None:
    choice = PictureChoice()
    assert choice.fit == "letterbox"
    assert [choice.change_fit(), choice.change_fit()] == ["crop", "letterbox"]


def test_the_shape_of_a_pixel_follows_mode_and_cell() -> None:
    choice = PictureChoice(PictureSettings(mode=MODES["half"], cell_aspect=0.45))
    assert choice.pixel_aspect == pytest.approx(0.9)
    choice.mode = MODES["quadrant"]
    assert choice.pixel_aspect == pytest.approx(0.45)


@pytest.mark.parametrize(
    ("kb_per_s", "is_remote", "budget"),
    [
        (None, False, LOCAL_BYTES_PER_S),
        (None, True, REMOTE_BYTES_PER_S),
        (120, False, 120_000),
        (120, True, 120_000),
    ],
)
def test_the_budget_is_what_was_said_or_what_suits_the_way(
    kb_per_s: int | None, is_remote: bool, budget: int
) -> None:
    options = TuiOptions(mode="start", video_budget_kb_per_s=kb_per_s, video_fit="crop")
    settings = picture_settings(
        options, Capabilities(has_rgb=True, has_256=True, is_remote=is_remote, cell_px=(9, 20))
    )
    assert settings == PictureSettings(MODES["half"], 0.45, "crop", budget)
