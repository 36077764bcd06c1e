"""Publishers learn at once that they are wanted, and of many changes only the last."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator

import pytest

from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.messages import SizePx, Wanted
from proconf_tui.server.media_policy import MediaPlan, PeerMedia
from proconf_tui.server.room_watching import RoomWatching
from proconf_tui.server.tasks import Tasks

ANN, BEN = PeerId("ann"), PeerId("ben")
IN = PeerMedia(is_connected=True, can_receive=True, forwarded=frozenset())


@dataclasses.dataclass
class Room:
    """A room of two, of whom Ben is the one that publishes."""

    watching: RoomWatching
    plan: MediaPlan
    told: asyncio.Queue[tuple[PeerId, Wanted]]

    def watch(self, width_px: int) -> None:
        self.watching.take(ANN, {(BEN, "video"): SizePx(width_px, 90)})
        self.watching.changed()

    async def next(self) -> tuple[PeerId, Wanted]:
        return await asyncio.wait_for(self.told.get(), 10)


def of_ben(width_px: int) -> tuple[PeerId, Wanted]:
    return BEN, Wanted({"video": SizePx(width_px, 90)})


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    tasks = Tasks()
    told: asyncio.Queue[tuple[PeerId, Wanted]] = asyncio.Queue()
    plan: MediaPlan = {ANN: IN, BEN: IN}
    made = Room(
        RoomWatching(tasks, lambda: made.plan, lambda *news: told.put_nowait(news)), plan, told
    )
    yield made
    await tasks.aclose()


async def test_the_first_word_comes_at_once_and_the_last_after_many(room: Room) -> None:
    for width_px in range(100, 200):
        room.watch(width_px)
    assert [room.told.get_nowait() for _ in range(2)] == [(ANN, Wanted({})), of_ben(100)]
    assert room.told.empty()
    assert await room.next() == of_ben(199)


async def test_a_change_that_was_taken_back_is_not_told(room: Room) -> None:
    room.watch(100)
    room.watch(200)
    room.watch(100)
    room.watching.changed(fresh=[ANN])
    assert [await room.next() for _ in range(3)] == [
        (ANN, Wanted({})),
        of_ben(100),
        (ANN, Wanted({})),
    ]
    assert room.told.empty()


async def test_who_starts_afresh_is_told_again(room: Room) -> None:
    room.watch(100)
    room.watching.changed(fresh=[BEN])
    assert [await room.next() for _ in range(3)][1:] == [of_ben(100)] * 2


async def test_who_says_nothing_sees_all_once_they_receive(room: Room) -> None:
    room.watching.changed()
    assert [await room.next() for _ in range(2)] == [(ANN, Wanted({})), (BEN, Wanted({}))]
    room.watching.receives(ANN)
    assert await room.next() == (BEN, Wanted({"video": None, "screen": None}))


async def test_who_said_something_is_not_overruled_by_receiving(room: Room) -> None:
    room.watch(100)
    room.watching.receives(ANN)
    assert room.watching.watchers == {ANN: {(BEN, "video"): SizePx(100, 90)}}


async def test_who_has_left_is_forgotten(room: Room) -> None:
    room.watch(100)
    room.watching.keep_only({BEN})
    assert room.watching.watchers == {}
