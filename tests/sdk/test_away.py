"""What one does while the connection is broken: what is true of oneself then, and what of it stays.

The real server tells what the others see.
"""

from __future__ import annotations

import asyncio

import pytest

from proconf_tui.control import events as told
from proconf_tui.errors import ConnectionLost
from tests.support.absence import away
from tests.support.enforcement import QUIET
from tests.support.meeting import Meeting, Person, meeting_server, until


def _is_seen_paused(host: Person, person: Person) -> bool:
    view = host.room.state_view
    assert view is not None
    return view.participants[person.peer_id].streams["audio"].is_paused


async def test_who_cannot_unmute_while_away_stays_muted(meeting: Meeting) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben")
    await until(lambda: hana.hears(ben))
    me = ben.room.local_peer
    await me.mute()
    async with away(ben):
        with pytest.raises(ConnectionLost):
            await me.unmute()
        assert me.is_muted
    await ben.until_told(told.RoomReconnected)
    assert me.is_muted
    assert _is_seen_paused(hana, ben)
    await me.unmute()
    await until(lambda: hana.hears(ben))


async def test_who_mutes_while_away_is_seen_to_be_muted_once_back(meeting: Meeting) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben")
    await until(lambda: hana.hears(ben))
    me = ben.room.local_peer
    async with away(ben):
        with pytest.raises(ConnectionLost):
            await me.mute()
        assert me.is_muted
        assert not _is_seen_paused(hana, ben)
    await hana.until_told(told.StreamPaused, peer_id=ben.peer_id, label="audio")
    assert me.is_muted
    await me.unmute()
    await until(lambda: hana.hears(ben))


async def test_who_mutes_while_unmuting_is_muted(meeting: Meeting) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben")
    me = ben.room.local_peer
    await me.mute()
    await asyncio.gather(me.unmute(), me.mute())
    assert me.is_muted
    await until(lambda: _is_seen_paused(hana, ben))
    await until(hana.hears)


async def test_a_line_is_not_said_again_from_another_seat() -> None:
    async with meeting_server(seat_s=0.2) as meeting:
        hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
        async with away(ben):
            saying = asyncio.create_task(
                ben.room.local_peer.send_data("said perhaps", label="chat")
            )
            await hana.until_told(told.PeerLeft, peer_id=ben.peer_id)
        with pytest.raises(ConnectionLost, match="look in the chat"):
            await saying
        await until(lambda: ben.room.state == "connected" and ben.room.state_view)
        await ben.room.local_peer.send_data("said anew", label="chat")
        await hana.until_told(told.ReceiveData, payload="said anew")
        assert [line.text for line in hana.room.chat] == ["said anew"]
