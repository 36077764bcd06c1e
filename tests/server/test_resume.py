"""Who comes back to a kept seat is told exactly what they missed, or shown the room afresh."""

from __future__ import annotations

import time

import jwt
import pytest

from proconf_tui.errors import InvalidToken
from proconf_tui.protocol import messages
from proconf_tui.protocol.messages import Awaiting, PeerQuality, Resumed, Welcome
from proconf_tui.room import events
from proconf_tui.room.view import view
from proconf_tui.room.wire import decode_event
from proconf_tui.server import history
from tests.support.signalling import RunningServer, SignallingClient, running_server


async def _away(server: RunningServer, host: SignallingClient, role: str) -> SignallingClient:
    """Somebody who was in, and is not connected any more."""
    guest = await (await server.join("ann", role=role)).until_in()
    await guest.settle()
    await guest.vanish()
    await host.until(lambda: not host.room.participants[guest.peer_id].is_connected)
    return guest


async def test_exactly_what_was_missed_is_told(server: RunningServer) -> None:
    host = await server.host()
    guest = await _away(server, host, "guest")
    await host.ask(messages.SendChat("one"))
    await host.ask(messages.RaiseHand())
    await host.ask(messages.SendChat("two"))
    seen = guest.room.version
    back = await (await server.client()).come_back(guest)
    missed = await back.next(Resumed)
    happened = [type(decode_event(raw)) for raw in missed.events]
    assert happened == [
        events.PeerDisconnected,
        events.ChatSaid,
        events.HandRaised,
        events.ChatSaid,
        events.PeerReconnected,
    ]
    assert missed.version == seen + len(happened)
    assert [line.text for line in back.room.chat] == ["one", "two"]
    await host.settle()
    assert back.room == view(host.room, back.peer_id)
    assert not [each for each in back.told if isinstance(each, Welcome)]


async def test_what_one_may_not_see_is_not_replayed(server: RunningServer) -> None:
    host = await server.host(roomLocked=True)
    other = await server.join("eve")
    await host.ask(messages.Admit(other.peer_id))
    await other.until_in()
    guest = await server.join("ann")
    await host.ask(messages.Admit(guest.peer_id))
    await guest.until_in()
    await guest.settle()
    await guest.vanish()
    await host.until(lambda: not host.room.participants[guest.peer_id].is_connected)
    await server.join("knocker")
    await host.ask(messages.SendChat("between us", to=other.peer_id))
    back = await (await server.client()).come_back(guest)
    missed = [decode_event(raw) for raw in (await back.next(Resumed)).events]
    assert not [each for each in missed if isinstance(each, events.PeerKnocked | events.ChatSaid)]
    assert back.room.lobby == {}


async def test_who_sees_more_than_before_is_shown_the_room(server: RunningServer) -> None:
    host = await server.host()
    guest = await _away(server, host, "guest")
    await host.ask(messages.UpdateRole(guest.peer_id, "coHost"))
    back = await (await server.client()).come_back(guest)
    fresh = await back.next(Welcome)
    assert fresh.is_resumed
    assert not fresh.has_gap
    await host.settle()
    assert back.room == host.room


async def test_beyond_what_is_kept_there_is_a_gap(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "RUN_EVENTS", 2)
    host = await server.host()
    guest = await _away(server, host, "guest")
    for number in range(2 * (history.MOST_RUNS + 1)):
        await host.ask(messages.UpdatePeerMetadata({"number": number}))
    back = await (await server.client()).come_back(guest)
    fresh = await back.next(Welcome)
    assert fresh.has_gap
    await host.settle()
    assert back.room == view(host.room, back.peer_id)


async def test_a_version_from_the_future_gets_the_room_afresh(server: RunningServer) -> None:
    host = await server.host()
    guest = await _away(server, host, "guest")
    resume = messages.Resume(guest.peer_id, guest.resume_of().resume_key, version=10_000)
    back = await (await server.client()).join("", resume=resume)
    assert (await back.next(Welcome)).has_gap


async def test_one_who_waited_waits_on(server: RunningServer) -> None:
    host = await server.host(roomLocked=True)
    guest = await server.join("ann")
    await guest.vanish()
    await host.until(lambda: not host.room.lobby[guest.peer_id].is_connected)
    back = await (await server.client()).join("", resume=guest.resume_of())
    assert (await back.next(Awaiting)).reason == "WAITING_FOR_PERMISSIONS"
    assert not [each for each in back.told if isinstance(each, Resumed | Welcome)]


async def test_a_line_that_is_sent_again_is_said_once(server: RunningServer) -> None:
    host = await server.host()
    guest = await (await server.join("ann")).until_in()
    await guest.ask(messages.SendChat("hello", key="k1"))
    await guest.vanish()
    back = await (await server.client()).come_back(guest)
    await back.ask(messages.SendChat("hello", key="k1"))
    await back.ask(messages.SendChat("again", key="k2"))
    await host.ask(messages.SendChat("hello", key="k1"))
    await host.settle()
    assert [line.text for line in host.room.chat] == ["hello", "again", "hello"]


async def test_others_learn_when_somebody_falls_silent_and_speaks_again() -> None:
    async with running_server(heartbeat_s=2.0) as server:
        host = await server.host()
        guest = await (await server.join("ann")).until_in()
        assert await host.next(PeerQuality) == PeerQuality(guest.peer_id, "lost")
        await guest.settle()
        assert await host.next(PeerQuality) == PeerQuality(guest.peer_id, "good")
        assert host.room.participants[guest.peer_id].is_connected


async def test_a_renewed_token_says_what_the_first_one_said(server: RunningServer) -> None:
    host = await server.host()
    big = {"text": "漢" * 1300}
    expired = server.token("ann", role="speaker", maxPeers=5, nbf=1000, exp=2000)
    token = server.token("ann", role="speaker", maxPeers=5)
    guest = await (await (await server.client()).join(token, metadata=big)).until_in()
    await host.ask(messages.UpdateRole(guest.peer_id, "coHost"))
    renewed = (await guest.ask(messages.RefreshToken(token))).token
    with pytest.raises(InvalidToken, match="not the access token you came with"):
        await guest.ask(messages.RefreshToken(expired))
    await guest.ask(messages.Leave())
    again = await (await (await server.client()).join(renewed)).until_in()
    member = again.room.participants[again.peer_id]
    # What a moderator has made of somebody is theirs only for as long as they stay.
    assert (member.identity, member.role, member.permissions.admin) == ("ann", "speaker", False)


async def test_a_token_that_has_expired_meanwhile_is_renewed_for_who_is_in(
    server: RunningServer,
) -> None:
    await server.host()
    token = server.token("ann", exp=int(time.time()) - 4)
    guest = await (await (await server.client()).join(token)).until_in()
    renewed = (await guest.ask(messages.RefreshToken(token))).token
    payload = jwt.decode(renewed, options={"verify_signature": False})
    assert payload["exp"] > time.time() + 500


async def test_a_renewed_token_is_refused_with_the_first_one(server: RunningServer) -> None:
    host = await server.host()
    first = server.token("ann")
    guest = await (await (await server.client()).join(first)).until_in()
    token = (await guest.ask(messages.RefreshToken(first))).token
    await host.ask(messages.Kick(guest.peer_id))
    with pytest.raises(InvalidToken, match="removed the holder"):
        await (await server.client()).join(token)
