"""The size that is sent follows the largest that is watched: up at once, down after a while."""

from __future__ import annotations

import pytest

from proconf_tui.media.picture_sizes import CAMERA, LESS_AFTER_S, SCREEN, Ladder, Size, SizeChoice

HD = (1280, 720)


def _first(wanted: Size | None, source: Size, ladder: Ladder = CAMERA) -> Size:
    return SizeChoice(ladder).choose(wanted, source, 0.0).size


@pytest.mark.parametrize(
    ("wanted", "sent"),
    [
        ((40, 24), (160, 90)),
        ((160, 90), (160, 90)),
        ((161, 91), (320, 180)),
        ((240, 120), (320, 180)),
        ((321, 180), (320, 180)),
        ((640, 360), (640, 360)),
        ((641, 361), HD),
        ((4000, 4000), HD),
    ],
)
def test_the_smallest_size_that_covers_what_is_watched_is_sent(wanted: Size, sent: Size) -> None:
    assert _first(wanted, HD) == sent


@pytest.mark.parametrize(
    ("source", "wanted", "sent"),
    [
        ((640, 480), (40, 24), (120, 90)),
        ((640, 480), (200, 100), (240, 180)),
        ((360, 640), (160, 90), (50, 90)),
        ((360, 640), (4000, 100), (100, 180)),
        ((1000, 300), (500, 500), (600, 180)),
        # Never enlarged, and always even.
        ((640, 360), (1280, 720), (640, 360)),
        ((161, 121), (1280, 720), (160, 120)),
        ((161, 121), None, (160, 120)),
        ((1920, 1080), None, (1920, 1080)),
        ((3, 1), (1, 1), (2, 2)),
    ],
)
def test_a_picture_keeps_its_aspect_and_is_never_enlarged(
    source: Size, wanted: Size | None, sent: Size
) -> None:
    assert _first(wanted, source) == sent


def test_more_is_sent_at_once_and_less_after_a_second_of_wanting_less() -> None:
    choice = SizeChoice(CAMERA)
    assert choice.choose((40, 24), HD, 0.0).size == (160, 90)
    assert choice.choose((600, 300), HD, 0.1).size == (640, 360)
    assert choice.choose((40, 24), HD, 0.2).size == (640, 360)
    assert choice.choose((40, 24), HD, 0.1 + LESS_AFTER_S).size == (640, 360)
    assert choice.choose((40, 24), HD, 0.2 + LESS_AFTER_S).size == (160, 90)


def test_who_wants_more_in_between_begins_the_wait_anew() -> None:
    choice = SizeChoice(CAMERA)
    for now, wanted, height in (
        (0.0, (640, 360), 360),
        (0.5, (40, 24), 360),
        (1.0, (640, 360), 360),
        (1.6, (40, 24), 360),
        (2.5, (300, 160), 360),
        (2.6, (300, 160), 180),
    ):
        assert choice.choose(wanted, HD, now).size[1] == height, now


def test_when_nobody_has_watched_for_a_moment_less_is_sent_at_once() -> None:
    choice = SizeChoice(CAMERA)
    choice.choose(None, HD, 0.0)
    choice.forget()
    assert choice.choose((40, 24), HD, 0.1).size == (160, 90)


def test_another_source_is_sent_in_its_own_aspect_at_once() -> None:
    choice = SizeChoice(CAMERA)
    assert choice.choose((40, 24), HD, 0.0).size == (160, 90)
    assert choice.choose((40, 24), (640, 480), 0.1).size == (120, 90)


def test_large_pictures_are_smooth_and_small_ones_few() -> None:
    choice = SizeChoice(CAMERA)
    rates = [choice.choose(each, HD, 0.0).fps for each in ((40, 24), (320, 180), (640, 360))]
    assert rates == [15.0, 15.0, 30.0]
    assert SizeChoice(CAMERA).choose(None, (160, 120), 0.0).fps == 30.0


def test_a_screen_is_finer_than_it_is_shown_and_comes_less_often() -> None:
    full_hd = (1920, 1080)
    assert _first((160, 90), full_hd, SCREEN) == (320, 180)
    assert _first((240, 135), full_hd, SCREEN) == (640, 360)
    assert _first((640, 400), full_hd, SCREEN) == HD
    assert _first((1280, 720), full_hd, SCREEN) == full_hd
    assert _first(None, (2560, 1440), SCREEN) == (2560, 1440)
    assert SizeChoice(SCREEN).choose(None, full_hd, 0.0).fps == 15.0
