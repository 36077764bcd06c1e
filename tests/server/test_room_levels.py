"""Levels are told at a bounded pace, and a turn ends although the engine has fallen silent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.messages import Levels
from proconf_tui.server.room_levels import RoomLevels
from proconf_tui.server.tasks import Tasks

ANN, BEN = PeerId("ann"), PeerId("ben")


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    owned = Tasks()
    yield owned
    await owned.aclose()


async def test_a_turn_starts_at_once_and_ends_in_silence(tasks: Tasks) -> None:
    told: asyncio.Queue[Levels] = asyncio.Queue()
    levels = RoomLevels(tasks, lambda: [ANN, BEN], told.put_nowait)
    levels.take({ANN: -20.0})
    first = await asyncio.wait_for(told.get(), 10)
    assert (first.levels, first.active_speakers) == ({ANN: -20.0, BEN: -127.0}, [ANN])
    last = await asyncio.wait_for(told.get(), 10)
    assert (last.active_speakers, last.dominant_speaker) == ([], ANN)


async def test_many_levels_make_one_message_with_the_newest(tasks: Tasks) -> None:
    told: asyncio.Queue[Levels] = asyncio.Queue()
    levels = RoomLevels(tasks, lambda: [ANN], told.put_nowait)
    for level in range(-60, -20):
        levels.take({ANN: float(level)})
    assert (await asyncio.wait_for(told.get(), 10)).levels == {ANN: -21.0}
    assert told.empty()


async def test_who_is_not_forwarded_is_not_heard(tasks: Tasks) -> None:
    told: asyncio.Queue[Levels] = asyncio.Queue()
    levels = RoomLevels(tasks, lambda: [BEN], told.put_nowait)
    levels.take({ANN: -20.0})
    first = await asyncio.wait_for(told.get(), 10)
    assert (first.levels, first.active_speakers) == ({BEN: -127.0}, [])
