"""What a slot of pictures carries is shown as of whom it belongs to, or not at all."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest
from av import VideoFrame

from proconf_tui.media.mixer import Mixer
from proconf_tui.media.picture_packets import Picture
from proconf_tui.protocol.ids import Mid, PeerId
from proconf_tui.protocol.messages import SlotFeed
from proconf_tui.sdk.slots import LEFT_OVER, SETTLING_S, PictureSlot
from proconf_tui.sdk.subscriptions import Subscriptions
from tests.support.receivers import unconnected_receiver

BEN, EVE = PeerId("ben"), PeerId("eve")


class _Pictures:
    """One slot of pictures, of Ben's screen from the beginning, and what it shows."""

    SCREEN = SlotFeed(Mid("0"), "video", BEN, "screen")

    def __init__(self) -> None:
        self.shown: list[VideoFrame] = []
        self._at = 0
        self.subscriptions = Subscriptions(
            Mixer(),
            lambda _, __, frame, ___: self.shown.append(frame),
            lambda *_: None,
            lambda *_: None,
        )
        self.subscriptions.add_receiver(Mid("0"), unconnected_receiver("video"))
        self.subscriptions.apply([self.SCREEN])

    def take(self, source: int = 0) -> VideoFrame:
        """Have a new picture come, and return it."""
        slot, frame = self.subscriptions._slots[Mid("0")], VideoFrame(16, 16, "yuv420p")
        assert isinstance(slot, PictureSlot)
        self._at += 3000
        frame.pts = self._at
        slot._note(Picture(0, self._at, source, b""))
        slot._take(frame)
        return frame

    def carry(self, source: int, peer_id: PeerId = BEN) -> None:
        self.subscriptions.apply([SlotFeed(Mid("0"), "video", peer_id, "screen", source)])


@pytest.fixture
async def pictures() -> AsyncIterator[_Pictures]:
    made = _Pictures()
    yield made
    await made.subscriptions.aclose()


async def test_the_last_picture_from_before_a_pause_is_never_shown_after_it(
    pictures: _Pictures,
) -> None:
    first = pictures.take()
    pictures.subscriptions.apply([])
    pictures.subscriptions.apply([pictures.SCREEN])
    pictures.take()
    fresh = pictures.take()
    assert pictures.shown == [first, fresh]


@pytest.mark.parametrize("is_settled", [True, False])
async def test_no_picture_of_the_one_before_is_shown_as_of_the_next(
    pictures: _Pictures, is_settled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SETTLING_S, "video", 0.0 if is_settled else 3600.0)
    first = pictures.take()
    pictures.subscriptions.apply([SlotFeed(Mid("0"), "video", EVE, "screen")])
    later = [pictures.take() for _ in range(LEFT_OVER["video"] + 2)]
    assert pictures.shown == [first, *(later[LEFT_OVER["video"] :] if is_settled else [])]


async def test_what_comes_before_the_map_for_whom_nobody_watches_any_more_is_not_shown(
    pictures: _Pictures,
) -> None:
    pictures.subscriptions.watch([(BEN, "screen")])
    first = pictures.take()
    pictures.subscriptions.watch([(EVE, "screen")])
    pictures.take()
    pictures.subscriptions.watch(None)
    last = pictures.take()
    assert pictures.shown == [first, last]


async def test_a_picture_is_shown_at_once_where_its_source_is_named(pictures: _Pictures) -> None:
    pictures.carry(7)
    first = pictures.take(7)
    pictures.carry(8, EVE)
    left_over = pictures.take(7)
    second = pictures.take(8)
    assert pictures.shown == [first, second]
    assert left_over not in pictures.shown


async def test_a_picture_that_comes_before_the_map_is_shown_with_it(pictures: _Pictures) -> None:
    pictures.carry(7)
    pictures.take(7)
    pictures.take(8)
    newest = pictures.take(8)
    assert len(pictures.shown) == 1
    pictures.carry(8, EVE)
    assert pictures.shown[1:] == [newest]


async def test_a_picture_that_came_long_before_the_map_is_not_shown_with_it(
    pictures: _Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures.carry(7)
    first = pictures.take(7)
    pictures.take(8)
    later_s = time.monotonic() + 60.0
    monkeypatch.setattr("proconf_tui.sdk.slots.time", SimpleNamespace(monotonic=lambda: later_s))
    pictures.carry(8, EVE)
    assert pictures.shown == [first]
    fresh = pictures.take(8)
    assert pictures.shown == [first, fresh]


async def test_what_is_left_over_before_a_pause_is_not_shown_after_it(
    pictures: _Pictures,
) -> None:
    pictures.carry(7)
    first = pictures.take(7)
    pictures.subscriptions.apply([])
    pictures.take(7)
    pictures.carry(7)
    assert pictures.shown == [first]
    after = pictures.take(7)
    assert pictures.shown == [first, after]
