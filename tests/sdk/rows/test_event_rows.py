"""The rows of the events that tell one's own way through a room: its callbacks and payloads."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from proconf_tui.control import events as told
from proconf_tui.control.events import payload_of
from proconf_tui.errors import ProconfError
from proconf_tui.protocol.messages import Closed
from proconf_tui.sdk.emitter import Json
from tests.support.enforcement import QUIET, break_connection
from tests.support.meeting import Meeting, Person, until

Scene = Callable[[Meeting], Awaitable[Person]]


def payloads(person: Person, name: str) -> list[Json]:
    """Return what callbacks of event ``name`` receive, from now on."""
    heard: list[Json] = []
    person.room.on(name, heard.append)
    return heard


# --- coming in ------------------------------------------------------------------------------------


async def test_room_connecting_and_room_joined(meeting: Meeting) -> None:
    hana = await meeting.host(**QUIET)
    await hana.until_told(told.RoomJoined)
    assert [type(event) for event in hana.events] == [told.RoomConnecting, told.RoomJoined]
    assert [payload_of(event) for event in hana.events] == [{}, {}]


async def _attempt(attempt: Awaitable[object]) -> None:
    with pytest.raises(ProconfError):
        await attempt


async def _no_room(meeting: Meeting) -> Person:
    ben = meeting.person("Ben")
    await _attempt(ben.join(**QUIET))
    return ben


async def _not_started(meeting: Meeting) -> Person:
    await meeting.server.create_room("myRoom")
    return await _no_room(meeting)


async def _denied(meeting: Meeting) -> Person:
    hana = await meeting.host(locked=True, **QUIET)
    ben, joining = await meeting.knock("Ben", **QUIET)
    await until(lambda: hana.room.lobby_peer_ids)
    await hana.room.deny_peer(hana.room.lobby_peer_ids[0])
    await _attempt(joining)
    return ben


async def _full(meeting: Meeting) -> Person:
    await meeting.host(max_peers=1, **QUIET)
    return await _no_room(meeting)


async def _bad_token(meeting: Meeting) -> Person:
    await meeting.host(**QUIET)
    ben, expired = meeting.person("Ben"), meeting.server.token("ben", exp=1)
    await _attempt(ben.manager.join_room("myRoom", expired, on_room=ben.listen))
    return ben


async def _bad_passcode(meeting: Meeting) -> Person:
    await meeting.host(passcode="sesame", **QUIET)
    return await _no_room(meeting)


async def _blocked(meeting: Meeting) -> Person:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    await hana.room.kick_peer(ben.peer_id, block=True)
    return await _no_room(meeting)


async def _error(meeting: Meeting) -> Person:
    await meeting.host(**QUIET)
    other = meeting.person("Other")
    await _attempt(other.start(**QUIET))
    return other


@pytest.mark.parametrize(
    ("status", "scene"),
    [
        ("ROOM_NOT_FOUND", _no_room),
        ("NOT_STARTED", _not_started),
        ("DENIED", _denied),
        ("FULL", _full),
        ("BAD_TOKEN", _bad_token),
        ("BAD_PASSCODE", _bad_passcode),
        ("BLOCKED", _blocked),
        ("ERROR", _error),
    ],
)
async def test_room_joined_failed(meeting: Meeting, status: str, scene: Scene) -> None:
    person = await scene(meeting)
    failed = payload_of(await person.until_told(told.RoomJoinedFailed))
    assert failed["status"] == status
    assert failed.keys() == {"status", "message"}
    assert failed["message"].endswith((".", "?"))
    assert person.told(told.RoomJoined) == []


async def _locked(meeting: Meeting) -> Person:
    await meeting.host(locked=True, **QUIET)
    return await _knocking(meeting)


async def _unstarted(meeting: Meeting) -> Person:
    await meeting.server.create_room("myRoom")
    return await _knocking(meeting, wait=True)


async def _without_moderator(meeting: Meeting) -> Person:
    hana = await meeting.host(**QUIET)
    await meeting.join("Eve", **QUIET)
    await hana.room.update_room_controls(room_locked=True)
    await hana.room.close()
    return await _knocking(meeting)


async def _knocking(meeting: Meeting, **options: Any) -> Person:
    ben, joining = await meeting.knock("Ben", **{**QUIET, **options})
    await ben.until_told(told.RoomAwaiting)
    joining.cancel()
    return ben


@pytest.mark.parametrize(
    ("reason", "scene"),
    [
        ("WAITING_FOR_PERMISSIONS", _locked),
        ("WAITING_FOR_ROOM_TO_START", _unstarted),
        ("WAITING_FOR_ADMIN_TO_JOIN", _without_moderator),
    ],
)
async def test_room_awaiting(meeting: Meeting, reason: str, scene: Scene) -> None:
    person = await scene(meeting)
    (awaiting,) = person.told(told.RoomAwaiting)
    assert awaiting.reason == reason
    assert awaiting.message.endswith(".")


# --- going ----------------------------------------------------------------------------------------


async def _ended(meeting: Meeting) -> Person:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    await hana.room.close("CLOSED")
    return ben


async def _kicked(meeting: Meeting) -> Person:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    await hana.room.kick_peer(ben.peer_id)
    return ben


async def _expired(meeting: Meeting) -> Person:
    await meeting.server.create_room("myRoom", expiresS=1)
    return await meeting.host(**QUIET)


async def _told_to_be_full(meeting: Meeting) -> Person:
    hana = await meeting.host(**QUIET)
    # A server refuses at the door; this is for one that notices too late.
    hana.room._session.take(Closed("FULL", "The meeting is full."))
    return hana


async def _replaced(meeting: Meeting) -> Person:
    await meeting.host(**QUIET)
    ben, again = await meeting.join("Ben", **QUIET), meeting.person("Ben")
    await again.join(resume=ben.room.seat, **QUIET)
    return ben


@pytest.mark.parametrize(
    ("reason", "scene"),
    [
        ("CLOSED", _ended),
        ("KICKED", _kicked),
        ("DENIED", _denied),
        ("EXPIRED", _expired),
        ("FULL", _told_to_be_full),
        ("LOST", _replaced),
    ],
)
async def test_room_closed(meeting: Meeting, reason: str, scene: Scene) -> None:
    person = await scene(meeting)
    closed = payload_of(await person.until_told(told.RoomClosed))
    assert closed["reason"] == reason
    assert closed["message"].endswith(".")
    assert person.room.state == "closed"


async def test_room_left(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    stream = ben.room.events()
    await ben.room.close()
    assert [payload_of(event) async for event in stream] == [{}]
    assert type(ben.events[-1]) is told.RoomLeft
    assert hana.told(told.RoomLeft) == []


async def test_room_reconnecting_and_room_reconnected(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    lost, back = payloads(ben, "room-reconnecting"), payloads(ben, "room-reconnected")
    peer_id = ben.peer_id
    break_connection(ben)
    await until(lambda: back)
    assert (lost, back, ben.peer_id) == ([{}], [{}], peer_id)
    assert hana.told(told.PeerLeft) == []


async def test_room_notification(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    notes = payloads(ben, "room-notification")
    peer = hana.room.get_remote_peer_by_id(ben.peer_id)
    await peer.update_permissions(can_send_data=False)
    await until(lambda: notes)
    assert notes[0].keys() == {"code", "message"}
    assert notes[0]["code"] == "PERMISSIONS_UPDATED"


async def test_connection_quality(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    quality = payloads(hana, "connection-quality")
    peer_id = ben.peer_id
    break_connection(ben)
    await until(lambda: len(quality) == 2)
    assert quality == [
        {"peerId": peer_id, "quality": "lost"},
        {"peerId": peer_id, "quality": "good"},
    ]


async def test_receive_data(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    received = payloads(hana, "receive-data")
    await ben.room.local_peer.send_data("x=1", label="game")
    await ben.room.local_peer.send_data("hello", label="chat")
    await until(lambda: len(received) == 2)
    assert received == [
        {"from": ben.peer_id, "payload": "x=1", "label": "game"},
        {"from": ben.peer_id, "payload": "hello", "label": "chat"},
    ]


async def test_callbacks_may_be_async_and_hear_every_event(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    heard: list[str] = []

    async def slow(payload: Json) -> None:
        await asyncio.sleep(0)
        heard.append(payload["payload"])

    hana.room.on("receive-data", slow)
    for number in range(5):
        await ben.room.local_peer.send_data(str(number))
    await until(lambda: len(heard) == 5)
    assert heard == ["0", "1", "2", "3", "4"]
