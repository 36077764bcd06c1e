"""The rows of the errors: each is met where a program meets it, with its code and a sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from proconf_tui import AccessToken, ProconfManager, errors
from proconf_tui.control import events as told
from proconf_tui.errors import ProconfError
from proconf_tui.protocol.messages import UpdatePermissions
from tests.support.enforcement import QUIET
from tests.support.meeting import Meeting, until

Scene = Callable[[Meeting], Awaitable[object]]


async def _meeting_not_started(meeting: Meeting) -> None:
    await meeting.server.create_room("myRoom")
    await meeting.join("Ben", **QUIET)


async def _room_not_found(meeting: Meeting) -> None:
    await meeting.join("Ben", **QUIET)


async def _ambiguous_meeting(meeting: Meeting) -> None:
    await meeting.host(**QUIET)
    async with ProconfManager() as other:
        await other.start_meeting(has_media=False)
        await ProconfManager().join_meeting()


async def _denied(meeting: Meeting) -> None:
    hana = await meeting.host(locked=True, **QUIET)
    _, joining = await meeting.knock("Ben", **QUIET)
    await until(lambda: hana.room.lobby_peer_ids)
    await hana.room.deny_peer(hana.room.lobby_peer_ids[0])
    await joining


async def _kicked(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    await hana.room.kick_peer(ben.peer_id)
    await ben.until_told(told.RoomClosed, reason="KICKED")
    await ben.room.connect()


async def _blocked(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    await hana.room.kick_peer(ben.peer_id, block=True)
    await ben.join(**QUIET)


async def _bad_passcode(meeting: Meeting) -> None:
    await meeting.host(passcode="sesame", **QUIET)
    await meeting.join("Ben", passcode="simsim", **QUIET)


async def _room_full(meeting: Meeting) -> None:
    await meeting.host(max_peers=1, **QUIET)
    await meeting.join("Ben", **QUIET)


async def _permission_denied(meeting: Meeting) -> None:
    await meeting.host(**QUIET)
    ben = await meeting.join("Ben", **QUIET)
    await ben.room.mute_everyone()


async def _peer_not_found(meeting: Meeting) -> None:
    hana = await meeting.host(**QUIET)
    await hana.room.kick_peer("nobody")


async def _invalid_token(meeting: Meeting) -> None:
    await meeting.host(**QUIET)
    forged = AccessToken(meeting.server.credentials.api_key, "x" * 40, "myRoom").to_jwt()
    await ProconfManager(meeting.server.url).join_room("myRoom", forged)


async def _invalid_message(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    await hana.room._session.request(UpdatePermissions(ben.peer_id, {"canFly": True}))


async def _limit_exceeded(meeting: Meeting) -> None:
    hana = await meeting.host(**QUIET)
    await hana.room.local_peer.send_data("x" * 1025)


async def _server_unreachable(_: Meeting) -> None:
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    server.close()
    await ProconfManager(f"http://{host}:{port}").join_meeting("myRoom")


async def _connection_lost(meeting: Meeting) -> None:
    hana = await meeting.host(**QUIET)
    await hana.room.close()
    await hana.room.local_peer.send_data("still there?", label="chat")


async def _device_unavailable(_: Meeting) -> None:
    await ProconfManager().create_local_tracks(video="none", audio="/no/such/file.wav")


async def _config_error(meeting: Meeting) -> None:
    await ProconfManager(meeting.server.url).start_meeting("no room's name")


SCENES: dict[type[ProconfError], Scene] = {
    errors.MeetingNotStarted: _meeting_not_started,
    errors.RoomNotFound: _room_not_found,
    errors.AmbiguousMeeting: _ambiguous_meeting,
    errors.Denied: _denied,
    errors.Kicked: _kicked,
    errors.Blocked: _blocked,
    errors.BadPasscode: _bad_passcode,
    errors.RoomFull: _room_full,
    errors.PermissionDenied: _permission_denied,
    errors.PeerNotFound: _peer_not_found,
    errors.InvalidToken: _invalid_token,
    errors.InvalidMessage: _invalid_message,
    errors.LimitExceeded: _limit_exceeded,
    errors.ServerUnreachable: _server_unreachable,
    errors.ConnectionLost: _connection_lost,
    errors.DeviceUnavailable: _device_unavailable,
    errors.ConfigError: _config_error,
}


@pytest.mark.parametrize("kind", SCENES, ids=lambda kind: kind.__name__)
async def test_error(meeting: Meeting, kind: type[ProconfError]) -> None:
    with pytest.raises(kind) as met:
        await SCENES[kind](meeting)
    assert type(met.value) is kind
    # One sentence for a person, maybe with what to type at its end.
    assert len(met.value.message.split()) > 3
    assert "\n" not in met.value.message


def test_error_codes_are_stable_and_name_one_error_each() -> None:
    assert {kind.__name__: kind.code for kind in SCENES} == {
        "MeetingNotStarted": "NOT_STARTED",
        "RoomNotFound": "ROOM_NOT_FOUND",
        "AmbiguousMeeting": "AMBIGUOUS",
        "Denied": "DENIED",
        "Kicked": "KICKED",
        "Blocked": "BLOCKED",
        "BadPasscode": "BAD_PASSCODE",
        "RoomFull": "FULL",
        "PermissionDenied": "PERMISSION_DENIED",
        "PeerNotFound": "PEER_NOT_FOUND",
        "InvalidToken": "BAD_TOKEN",
        "InvalidMessage": "INVALID_MESSAGE",
        "LimitExceeded": "LIMIT_EXCEEDED",
        "ServerUnreachable": "UNREACHABLE",
        "ConnectionLost": "LOST",
        "DeviceUnavailable": "DEVICE_UNAVAILABLE",
        "ConfigError": "CONFIG",
    }
    for kind in SCENES:
        assert type(errors.from_code(kind.code)) is kind
        assert issubclass(kind, ProconfError)
