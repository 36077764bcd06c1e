"""Who closes a room before being let in is out at once, and their attempt to join ends too."""

from __future__ import annotations

import asyncio

import pytest

from proconf_tui.control import events as told
from proconf_tui.errors import ConnectionLost
from tests.support.meeting import Meeting, until


async def test_closing_ends_the_wait_in_the_lobby(meeting: Meeting) -> None:
    host = await meeting.host(locked=True, has_media=False, tracks=[])
    guest, joining = await meeting.knock("Ana", has_media=False, tracks=[])
    await until(lambda: host.room.lobby_peer_ids)
    await guest.room.close()
    with pytest.raises(ConnectionLost, match="left"):
        await joining
    assert guest.room.state == "left"
    assert [type(event) for event in guest.events[-1:]] == [told.RoomLeft]
    await until(lambda: not host.room.lobby_peer_ids)


async def test_closing_ends_the_search_for_a_meeting_that_is_not_there(meeting: Meeting) -> None:
    guest, joining = await meeting.knock("Ana", has_media=False, tracks=[], wait=True)
    await guest.room.close()
    with pytest.raises(ConnectionLost, match="left"):
        await asyncio.wait_for(joining, 20)
    host = await meeting.host(has_media=False, tracks=[])
    assert not host.room.remote_peers


async def test_a_connection_lost_while_closing_is_not_made_again(meeting: Meeting) -> None:
    host = await meeting.host(has_media=False, tracks=[])
    for number in range(5):
        guest = await meeting.join(f"Ana {number}", has_media=False, tracks=[])
        link = guest.room._session._link
        assert link is not None
        assert link._signalling is not None
        link._signalling._websocket.transport.abort()
        # As many turns of the loop as it may take to notice.
        for _ in range(number):
            await asyncio.sleep(0)
        await guest.room.close()
        assert guest.room.state == "left"
        assert isinstance(guest.events[-1], told.RoomLeft)
    assert host.room.state == "connected"
