"""Coming in: tokens, the lobby, admitting and denying, and what those who wait never hear."""

from __future__ import annotations

import asyncio

import pytest

from proconf_tui.errors import (
    Blocked,
    InvalidToken,
    MeetingNotStarted,
    PermissionDenied,
    RoomFull,
    RoomNotFound,
)
from proconf_tui.protocol import messages
from proconf_tui.protocol.messages import Awaiting, Closed
from proconf_tui.room import events
from tests.support.signalling import RunningServer


async def test_a_host_starts_and_a_guest_comes_in(server: RunningServer) -> None:
    host = await server.host()
    assert host.room.is_started
    guest = await (await server.join("ann")).until_in()
    assert set(guest.room.participants) == {host.peer_id, guest.peer_id}
    assert guest.room.participants[guest.peer_id].name == "Ann"
    await host.until(lambda: guest.peer_id in host.room.participants)
    assert guest.room == host.room


async def test_who_knocks_is_let_in_by_a_moderator(server: RunningServer) -> None:
    host = await server.host(roomLocked=True)
    guest = await server.join("ann")
    assert (await guest.next(Awaiting)).reason == "WAITING_FOR_PERMISSIONS"
    await host.until(lambda: guest.peer_id in host.room.lobby)
    await host.ask(messages.Admit(guest.peer_id))
    await guest.until_in()
    assert guest.peer_id in host.room.participants
    assert host.room.lobby == {}


async def test_all_who_wait_come_in_together(server: RunningServer) -> None:
    host = await server.host(roomLocked=True)
    guests = [await server.join(name) for name in ("ann", "ben")]
    await host.ask(messages.AdmitAll())
    for guest in guests:
        await guest.until_in()
    assert len(host.room.participants) == 3


async def test_who_is_denied_is_told_and_closed(server: RunningServer) -> None:
    host = await server.host(roomLocked=True)
    guest = await server.join("ann")
    await host.ask(messages.Deny(guest.peer_id))
    closed = await guest.end()
    assert closed.reason == "DENIED"
    assert closed.message


async def test_who_waits_hears_nothing_of_the_room(server: RunningServer) -> None:
    host = await server.host(roomLocked=True)
    member = await server.join("ann", has_media=True)
    await host.ask(messages.Admit(member.peer_id))
    waiting = await server.join("eve", has_media=True)
    another = await server.join("kim")
    await host.ask(messages.SendChat("a secret"))
    await host.ask(messages.SendData("a secret"))
    await host.ask(messages.UpdateRoomMetadata({"topic": "secret"}))
    await member.ask(messages.Produce("audio"))
    await another.ask(messages.Leave())
    await member.until(lambda: bool(member.room.chat))
    await waiting.settle()
    assert [type(told) for told in waiting.told] == [Awaiting]
    assert waiting.state is None


async def test_who_waits_can_do_nothing_but_leave(server: RunningServer) -> None:
    host = await server.host(roomLocked=True)
    waiting = await server.join("eve", has_media=True)
    for request in (
        messages.SendChat("hello"),
        messages.SendData("hello"),
        messages.Produce("audio"),
        messages.Admit(waiting.peer_id),
        messages.AdmitAll(),
        messages.Kick(host.peer_id),
        messages.UpdateControls(room_locked=False),
        messages.EndRoom(),
    ):
        with pytest.raises(PermissionDenied):
            await waiting.ask(request)
    await waiting.ask(messages.Leave())
    await waiting.until(lambda: waiting.is_over)
    await host.until(lambda: not host.room.lobby)
    assert len(host.room.participants) == 1


async def test_unlocking_lets_in_who_waits(server: RunningServer) -> None:
    host = await server.host(roomLocked=True)
    guest = await server.join("ann")
    await host.ask(messages.UpdateControls(room_locked=False))
    await guest.until_in()


async def test_an_early_guest_waits_for_the_start_or_is_refused(server: RunningServer) -> None:
    await server.create_room()
    with pytest.raises(MeetingNotStarted):
        await server.join("ann")
    patient = await server.join("ben", will_wait=True)
    assert (await patient.next(Awaiting)).reason == "WAITING_FOR_ROOM_TO_START"
    await (await server.join("host", role="host")).until_in()
    await patient.until_in()


async def test_there_must_be_such_a_room(server: RunningServer) -> None:
    with pytest.raises(RoomNotFound):
        await server.join("ann")


async def test_a_full_room_takes_no_more(server: RunningServer) -> None:
    await server.host(maxPeers=2)
    await server.join("ann")
    with pytest.raises(RoomFull):
        await server.join("ben")


async def test_who_is_kicked_is_told_and_their_token_is_dead(server: RunningServer) -> None:
    host = await server.host()
    token = server.token("ann")
    guest = await (await (await server.client()).join(token)).until_in()
    await host.ask(messages.Kick(guest.peer_id))
    assert (await guest.end()).reason == "KICKED"
    assert guest.peer_id not in host.room.participants
    with pytest.raises(InvalidToken, match="removed"):
        await (await server.client()).join(token)
    await (await server.join("ann")).until_in()


async def test_a_block_holds_until_it_is_lifted(server: RunningServer) -> None:
    host = await server.host()
    guest = await (await server.join("ann")).until_in()
    await host.ask(messages.Kick(guest.peer_id, block=True))
    await guest.end()
    with pytest.raises(Blocked):
        await server.join("ann")
    identity = host.room.blocked
    assert len(identity) == 1
    await host.ask(messages.Unblock(next(iter(identity))))
    await (await server.join("ann")).until_in()


async def test_two_moderators_at_once_agree(server: RunningServer) -> None:
    host = await server.host(roomLocked=True)
    other = await (await server.join("second", role="coHost")).until_in()
    guest = await server.join("ann")
    await host.until(lambda: guest.peer_id in host.room.lobby)
    await other.until(lambda: guest.peer_id in other.room.lobby)
    answers = await asyncio.gather(
        host.ask(messages.Admit(guest.peer_id)),
        other.ask(messages.Deny(guest.peer_id)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Exception) for answer in answers) == 1
    await host.settle()
    await other.settle()
    assert host.room == other.room
    assert host.room.lobby == {}
    if guest.peer_id in host.room.participants:
        await guest.until_in()
    else:
        assert (await guest.end()).reason == "DENIED"


async def test_ending_the_room_tells_everybody_and_forgets_it(server: RunningServer) -> None:
    host = await server.host(roomLocked=True)
    waiting = await server.join("ann")
    other = await (await server.join("second", role="coHost")).until_in()
    await host.ask(messages.EndRoom())
    for client in (host, waiting, other):
        assert (await client.end()).reason == "CLOSED"
    answer = await server.http("GET", "/api/v1/rooms")
    assert answer.json() == {"rooms": []}


async def test_leaving_is_answered_and_told_to_the_others(server: RunningServer) -> None:
    host = await server.host()
    guest = await (await server.join("ann")).until_in()
    await guest.ask(messages.Leave())
    await guest.until(lambda: guest.is_over)
    assert not any(isinstance(told, Closed) for told in guest.told)
    left = events.PeerLeft(guest.peer_id, "LEFT")
    await host.until(lambda: left in host.events)


async def test_a_name_is_free_again_at_once(server: RunningServer) -> None:
    for _ in range(5):
        host = await server.host()
        await host.ask(messages.SendChat("hello"))
        await host.ask(messages.EndRoom())
    assert (await server.host()).room.chat == ()
