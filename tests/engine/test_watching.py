"""Only what is watched feeds slots, and what is watched anew is seen at once."""

from __future__ import annotations

import asyncio
import time

import pytest
from aiortc import MediaStreamTrack
from av import VideoFrame

from proconf_tui.engine import rtcp
from proconf_tui.engine.connection import Connection
from proconf_tui.engine.forwarding import producer
from proconf_tui.engine.forwarding.keyframes import REPEAT_S
from proconf_tui.protocol.ids import PeerId
from tests.support.rtc_client import TestRoom, until
from tests.support.rtc_tracks import Grey
from tests.support.watchers import pictures_of, sees_new, sounds_of


async def test_who_watches_nothing_is_offered_no_more_slots_than_the_first(room: TestRoom) -> None:
    ann = await room.join("ann", 0, is_publishing=False)
    await room.engine.set_watching(ann.peer_id, ((PeerId("nobody"), "video"),))
    bob = await room.join("bob", 1)
    for luma in (100, 160):
        bob.add("screen", Grey(luma))
    await room.engine.set_forwarding(bob.peer_id, "screen", is_on=True)
    await bob.negotiate()
    await until(lambda: sounds_of(ann) == {bob.peer_id})
    assert pictures_of(ann) == set()
    assert len(ann.offers) == 1


class _Camera(MediaStreamTrack):
    """A camera that is off while nobody looks."""

    kind = "video"

    def __init__(self, luma: int) -> None:
        super().__init__()
        self.is_wanted = asyncio.Event()
        self.is_wanted.set()
        self.is_asleep = False
        self._grey = Grey(luma)

    async def recv(self) -> VideoFrame:
        self.is_asleep = not self.is_wanted.is_set()
        await self.is_wanted.wait()
        return await self._grey.recv()


class _Losses:
    """Loses the requests for keyframes while it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_on = False
        self.lost_at: list[float] = []
        self._send = Connection.send_rtcp
        losses = self

        def send_rtcp(connection: Connection, packet: bytes) -> None:
            losses.send(connection, packet)

        monkeypatch.setattr(Connection, "send_rtcp", send_rtcp)

    def send(self, connection: Connection, packet: bytes) -> None:
        if self.is_on and packet[1] == rtcp.PAYLOAD_FEEDBACK:
            self.lost_at.append(time.monotonic())
        else:
            self._send(connection, packet)


async def test_a_sender_that_slept_and_was_asked_in_vain_is_seen_when_it_wakes(
    room: TestRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    losses = _Losses(monkeypatch)
    monkeypatch.setattr(producer, "ALIVE_S", 0.3)
    ann = await room.join("ann", 0, is_publishing=False)
    bob = await room.join("bob", 1, is_publishing=False)
    camera = _Camera(bob.luma)
    bob.add("video", camera)
    await room.engine.set_forwarding(bob.peer_id, "video", is_on=True)
    await bob.negotiate()
    await until(lambda: any(received.frames for received in ann.received.values()))
    mid = next(feed.mid for feed in ann.slots)

    await room.engine.set_watching(ann.peer_id, ())
    camera.is_wanted.clear()
    await until(lambda: camera.is_asleep)
    losses.is_on = True
    await room.engine.set_watching(ann.peer_id, None)
    # Nobody is asked again and again while they sleep.
    await until(lambda: losses.lost_at and time.monotonic() - losses.lost_at[-1] > 2 * REPEAT_S)
    losses.is_on = False
    shown = ann.received[mid].frames
    camera.is_wanted.set()
    await until(lambda: sees_new(ann, mid, bob, shown))
