"""`stats` over the wire: who may ask, and how often."""

from __future__ import annotations

import pytest

from proconf_tui.errors import PermissionDenied
from proconf_tui.protocol import messages
from proconf_tui.protocol.messages import Notice, ServerReport, Stats, SubscriptionOffer
from proconf_tui.server.limits import MESSAGES
from tests.support.signalling import RunningServer


async def test_who_has_no_media_is_told_of_the_room_and_the_server(server: RunningServer) -> None:
    host = await server.host()
    told: ServerReport = await host.ask(Stats())
    assert (told.you, told.peers) == (None, None)
    assert (told.room.peers, told.room.packets_up) == (0, 0)


async def test_everybodys_line_is_for_moderators(server: RunningServer) -> None:
    await server.create_room()
    host = await (await server.join("host", role="host", has_media=True)).until_in()
    ann = await (await server.join("ann", has_media=True)).until_in()
    await ann.next(SubscriptionOffer)
    told: ServerReport = await host.ask(Stats(with_peers=True))
    assert told.peers is not None
    assert {peer.peer_id for peer in told.peers} == {host.peer_id, ann.peer_id}
    assert told.room.peers == 2
    with pytest.raises(PermissionDenied, match="Only a moderator"):
        await ann.ask(Stats(with_peers=True))
    own: ServerReport = await ann.ask(Stats())
    assert own.peers is None
    assert own.you is not None
    assert own.you.peer_id == ann.peer_id


async def test_who_waits_is_told_nothing(server: RunningServer) -> None:
    host = await server.host(roomLocked=True)
    ann = await server.join("ann")
    for request in (Stats(), Stats(with_peers=True)):
        with pytest.raises(PermissionDenied, match="lobby"):
            await ann.ask(request)
    await host.ask(messages.Admit(ann.peer_id))
    await ann.until_in()
    assert isinstance(await ann.ask(Stats()), ServerReport)


async def test_asking_too_often_is_answered_like_any_flood(server: RunningServer) -> None:
    host = await server.host()
    for _ in range(2 * MESSAGES.burst):
        await host.websocket.send('{"id": 1, "method": "stats"}')
    assert MESSAGES.text in (await host.next(Notice)).message
    assert MESSAGES.text in (await host.end()).message
