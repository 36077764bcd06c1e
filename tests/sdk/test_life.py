"""Connections break and come back, and nothing is left behind in the end."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import pytest

from proconf_tui.control import events as told
from proconf_tui.errors import ConnectionLost, Denied
from proconf_tui.sdk import ProconfManager, Room, Seat
from proconf_tui.sdk import link as link_module
from proconf_tui.sdk.emitter import Json
from tests.support.absence import away, cut
from tests.support.meeting import Meeting, Person, meeting_server, until

needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")

# concurrent.futures.ThreadPoolExecutor's own choice.
POOL_THREADS: Final = min(32, (os.cpu_count() or 1) + 4)


async def test_a_broken_websocket_comes_back_to_the_same_seat(meeting: Meeting) -> None:
    hana, ben = await meeting.host(), await meeting.join("Ben")
    await until(lambda: hana.hears(ben) and ben.hears(hana))
    peer_id = ben.peer_id
    await ben.room.local_peer.raise_hand()
    cut(ben)
    await ben.until_told(told.RoomReconnecting)
    await ben.until_told(told.RoomReconnected)
    await hana.until_told(told.ConnectionQuality, peer_id=peer_id, quality="good")
    assert (ben.room.state, ben.peer_id) == ("connected", peer_id)
    assert hana.told(told.PeerLeft) == []
    await hana.room.local_peer.send_data("still there?", label="chat")
    await ben.until_told(told.ReceiveData, payload="still there?")
    await until(lambda: hana.hears(ben) and ben.hears(hana))
    await until(lambda: hana.sees(ben) and ben.sees(hana))


async def test_what_was_missed_is_told_afterwards(meeting: Meeting) -> None:
    hana, ben = await meeting.host(), await meeting.join("Ben")
    async with away(ben):
        await hana.until_told(told.ConnectionQuality, peer_id=ben.peer_id, quality="lost")
        with pytest.raises(ConnectionLost):
            await ben.room.local_peer.raise_hand()
        await hana.room.local_peer.send_data("you missed this", label="chat")
        await hana.room.mute_everyone()
    await ben.until_told(told.ReceiveData, payload="you missed this")
    await ben.until_told(told.StreamClosed, peer_id=ben.peer_id, label="audio")
    assert [line.text for line in ben.room.chat] == ["you missed this"]
    await until(hana.hears)
    media = ben.room._session.media
    assert media is not None
    assert not media.is_sending("audio")


async def test_a_new_process_takes_the_seat_of_a_crashed_one(meeting: Meeting) -> None:
    hana, ben = await meeting.host(), await meeting.join("Ben")
    await until(lambda: hana.hears(ben))
    seat = ben.room.seat
    assert isinstance(seat, Seat)
    again = meeting.person("Ben")
    await again.join(resume=tuple(seat), tracks=again.tracks[:1])
    assert again.peer_id == seat.peer_id
    # The first one has lost its seat for good.
    await ben.until_told(told.RoomClosed, reason="LOST")
    await until(lambda: hana.hears(again))
    assert hana.told(told.PeerLeft) == []
    # What the new one does not send is not announced any more.
    await until(lambda: hana.room.get_remote_peer_by_id(seat.peer_id).labels == ["audio"])


async def test_a_server_that_is_gone_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "GIVE_UP_S", 0.2)
    async with meeting_server() as meeting:
        hana = await meeting.host(has_media=False, tracks=[])
        link = hana.room._session._link
        assert link is not None
        monkeypatch.setattr(link._server.__class__, "websocket_url", "ws://127.0.0.1:1/")
        cut(hana)
        await hana.until_told(told.RoomReconnecting)
        await hana.until_told(told.RoomClosed, reason="LOST")
        assert hana.room.state == "closed"


async def test_peers_and_tracks_tell_what_happens_to_them(meeting: Meeting) -> None:
    heard: list[object] = []
    hana = await meeting.host()

    def met(payload: Json) -> None:
        peer = hana.room.get_remote_peer_by_id(payload["peerId"])
        peer.on("track-subscribed", lambda subscribed: heard.append(subscribed["label"]))

    hana.room.on("participant-connected", met)
    ben = await meeting.join("Ben")
    await until(lambda: {"audio", "video"} <= set(heard))
    track = hana.room.get_remote_peer_by_id(ben.peer_id).get_track("audio")
    track.on("disabled", lambda _: heard.append("disabled"))
    track.on("enabled", lambda _: heard.append("enabled"))
    await until(lambda: track.level_dbfs > -40)
    await ben.room.local_peer.mute()
    await until(lambda: "disabled" in heard)
    await ben.room.local_peer.unmute()
    await until(lambda: "enabled" in heard)
    await ben.until_told(told.ActiveSpeakersChange)
    assert set(ben.room.active_speakers) <= {hana.peer_id, ben.peer_id}


# --- nothing is left ------------------------------------------------------------------------------


class _Counts:
    """How much of everything there is in this process now."""

    def __init__(self) -> None:
        gc.collect()
        self.tasks = len(asyncio.all_tasks())
        self.files = len(list(Path("/proc/self/fd").iterdir()))
        # The loop's executor keeps its threads and makes more as it likes.
        self.threads = sum(not one.name.startswith("asyncio_") for one in threading.enumerate())

    def __repr__(self) -> str:
        return f"{self.tasks} tasks, {self.files} files, {self.threads} threads"

    def is_within(self, other: _Counts) -> bool:
        return (
            self.tasks <= other.tasks
            and self.files <= other.files
            and self.threads <= other.threads
        )


async def _leave(hana: Person, ben: Room) -> None:
    await ben.close()


async def _end_for_all(hana: Person, ben: Room) -> None:
    await hana.room.get_remote_peer_by_id(ben.local_peer.peer_id).update_role("coHost")
    await until(lambda: ben.is_moderator)
    await ben.close("CLOSED")
    await hana.until_told(told.RoomClosed)


async def _kick(hana: Person, ben: Room) -> None:
    await hana.room.kick_peer(ben.local_peer.peer_id)


async def _nothing(hana: Person, ben: Room) -> None:
    """The manager's end is the room's."""


@pytest.fixture
async def busy_pool() -> None:
    """Have the loop's pool make its threads, which stay by design, before they are counted."""
    barrier = threading.Barrier(POOL_THREADS)
    async with asyncio.timeout(10):
        await asyncio.gather(*(asyncio.to_thread(barrier.wait) for _ in range(POOL_THREADS)))


async def _settled_host(meeting: Meeting, **options: Any) -> Person:
    """Return a host whose slots have been used once: they stay, for whoever comes next."""
    hana, first = await meeting.host(), await meeting.join("First")
    await until(lambda: hana.sees(first) and first.sees(hana))
    await until(lambda: hana.hears(first) and first.hears(hana))
    await first.aclose()
    await hana.until_told(told.PeerLeft)
    await hana.room.update_room_controls(**options)
    await until(hana.hears)
    return hana


@needs_proc
@pytest.mark.usefixtures("busy_pool")
@pytest.mark.parametrize("end", [_leave, _end_for_all, _kick, _nothing])
async def test_nothing_is_left_after_a_meeting(
    meeting: Meeting, end: Callable[[Person, Room], Awaitable[None]]
) -> None:
    hana = await _settled_host(meeting)
    before = _Counts()
    async with ProconfManager(meeting.server.url) as manager:
        tracks = await manager.create_local_tracks(video="test", audio="tone")
        room = await manager.join_meeting("myRoom", "Ben", tracks)
        await until(lambda: room.get_remote_peer_by_id(hana.peer_id).get_track("video").frame)
        await end(hana, room)
    await until(lambda: _Counts().is_within(before))


@needs_proc
@pytest.mark.usefixtures("busy_pool")
@pytest.mark.parametrize("is_denied", [True, False])
async def test_nothing_is_left_of_who_never_came_in(meeting: Meeting, is_denied: bool) -> None:
    hana = await _settled_host(meeting, room_locked=True)
    before = _Counts()
    async with ProconfManager(meeting.server.url) as manager:
        joining = asyncio.create_task(manager.join_meeting("myRoom", "Ben"))
        await until(lambda: hana.room.lobby_peer_ids)
        if is_denied:
            await hana.room.deny_peer(hana.room.lobby_peer_ids[0])
        else:
            joining.cancel()
        with pytest.raises((Denied, asyncio.CancelledError)):
            await joining
    await until(lambda: _Counts().is_within(before))
