"""Starting, finding and joining meetings, and everything that can be in the way."""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
from collections.abc import AsyncIterator

import pytest

from proconf_tui.config.credentials import credentials_path
from proconf_tui.config.local_servers import LocalServer, registered
from proconf_tui.control import events as told
from proconf_tui.errors import (
    AmbiguousMeeting,
    BadPasscode,
    ConfigError,
    DeviceUnavailable,
    InvalidToken,
    MeetingNotStarted,
    PermissionDenied,
    ProconfError,
    RoomFull,
    RoomNotFound,
    ServerUnreachable,
)
from proconf_tui.sdk import AccessToken, Invite, ProconfManager, RoomService
from proconf_tui.sdk import admission as admission_module
from tests.support.meeting import Meeting, meeting_server, until
from tests.support.signalling import RunningServer

# --- starting -------------------------------------------------------------------------------------


async def test_names_are_made_up_where_none_are_given(meeting: Meeting) -> None:
    async with ProconfManager(meeting.server.url) as manager:
        room = await manager.start_meeting(has_media=False)
        assert manager.room is room
        assert (room.state, room.is_moderator, room.local_peer.role) == ("connected", True, "host")
        assert room.room_id
        assert "-" in room.local_peer.name
        assert room.config.room_locked
    assert room.state == "left"


async def test_the_local_server_is_found_and_the_room_is_as_asked_for(meeting: Meeting) -> None:
    async with ProconfManager() as manager:
        room = await manager.start_meeting(
            "standup", "Hana", locked=False, max_peers=1, metadata={"topic": "x"}, has_media=False
        )
        assert room.metadata == {"topic": "x"}
        ben = ProconfManager()
        with pytest.raises(RoomFull):
            await ben.join_meeting("standup", "Ben")


async def test_a_running_meeting_cannot_be_started_again_and_a_made_one_can(
    meeting: Meeting,
) -> None:
    await meeting.host(has_media=False, tracks=[])
    other = meeting.person("Other")
    with pytest.raises(ConfigError, match="exists already"):
        await other.start()
    assert (await other.until_told(told.RoomJoinedFailed)).status == "ERROR"
    await meeting.server.create_room("prepared")
    async with ProconfManager(meeting.server.url) as manager:
        room = await manager.start_meeting("prepared", has_media=False)
        assert room.is_moderator


async def test_starting_needs_a_key_or_a_hosts_token(meeting: Meeting) -> None:
    await meeting.server.create_room("prepared")
    key = meeting.server.credentials
    token = AccessToken(key.api_key, key.api_secret, "prepared", role="moderator").to_jwt()
    credentials_path().unlink()
    with pytest.raises(ConfigError, match="API key"):
        await ProconfManager(meeting.server.url).start_meeting("prepared")
    async with ProconfManager(meeting.server.url, token=token) as manager:
        room = await manager.start_meeting("prepared", has_media=False)
        assert room.local_peer.role == "host"
        assert room.invite_url == f"{meeting.server.url}/j/prepared"


@pytest.mark.parametrize("name", ["a b", "x" * 65, "näh/"])
async def test_what_is_no_name_for_a_room(meeting: Meeting, name: str) -> None:
    with pytest.raises(ConfigError, match="room's name"):
        await ProconfManager(meeting.server.url).start_meeting(name)


# --- joining --------------------------------------------------------------------------------------


async def test_an_invite_opens_the_door(meeting: Meeting) -> None:
    hana = await meeting.host(has_media=False, tracks=[])
    invite = Invite.parse(hana.room.invite_url or "")
    assert invite is not None
    async with ProconfManager(invite.server.url, token=invite.token) as manager:
        room = await manager.join_meeting(participant_name="Ben", has_media=False)
        assert (room.room_id, room.local_peer.name) == (hana.room.room_id, "Ben")


async def test_without_a_name_it_is_the_only_meeting(meeting: Meeting) -> None:
    ben = ProconfManager()
    with pytest.raises(MeetingNotStarted):
        await ben.join_meeting()
    await meeting.server.create_room("prepared")
    hana = await meeting.host(has_media=False, tracks=[])
    room = await ben.join_meeting(participant_name="Ben", has_media=False)
    assert room.room_id == hana.room.room_id
    await ben.aclose()

    async with ProconfManager(meeting.server.url) as other:
        await other.start_meeting("second", has_media=False)
        with pytest.raises(AmbiguousMeeting) as ambiguous:
            await ben.join_meeting()
        assert set(ambiguous.value.choices) == {"myRoom", "second"}


async def test_one_who_is_early_is_told_or_waits(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission_module, "LOOK_AGAIN_S", 0.05)
    ben = meeting.person("Ben")
    with pytest.raises(RoomNotFound):
        await ben.join()
    assert (await ben.until_told(told.RoomJoinedFailed)).status == "ROOM_NOT_FOUND"

    eve, joining = await meeting.knock("Eve", wait=True, tracks=[])
    await eve.until_told(told.RoomAwaiting, reason="WAITING_FOR_ROOM_TO_START")
    await meeting.server.create_room("myRoom")
    with pytest.raises(MeetingNotStarted):
        await ben.join()
    await until(lambda: eve.room.seat is not None)
    hana = meeting.person("Hana")
    await hana.start(tracks=[])
    assert (await joining).state == "connected"


async def test_a_passcode_is_asked_for_and_checked(meeting: Meeting) -> None:
    await meeting.host(passcode="sesame", has_media=False, tracks=[])
    ben = meeting.person("Ben")
    with pytest.raises(BadPasscode):
        await ben.join(passcode="wrong")
    assert (await ben.until_told(told.RoomJoinedFailed)).status == "BAD_PASSCODE"
    await ben.join(passcode="sesame", tracks=[])


async def test_a_server_for_invited_guests_only() -> None:
    async with meeting_server(can_guests_join=False) as meeting:
        hana = await meeting.host(has_media=False, tracks=[])
        token = (hana.room.invite_url or "").partition("#")[2]
        # The server's owner needs no invite.
        await meeting.join("Ben", tracks=[])
        credentials_path().unlink()
        with pytest.raises(PermissionDenied, match="invite"):
            await meeting.join("Eve")
        async with ProconfManager(meeting.server.url, token=token) as zoe:
            room = await zoe.join_meeting(participant_name="Zoe", has_media=False)
            assert room.state == "connected"


async def test_tokens_that_do_not_fit(meeting: Meeting) -> None:
    await meeting.host(has_media=False, tracks=[])
    manager = ProconfManager(meeting.server.url)
    with pytest.raises(InvalidToken, match="no access token"):
        await manager.join_room("myRoom", "nonsense")
    with pytest.raises(InvalidToken, match="not for the room"):
        await manager.join_room("other", meeting.server.token("ben"))
    forged = AccessToken(meeting.server.credentials.api_key, "x" * 40, "myRoom").to_jwt()
    with pytest.raises(InvalidToken, match="signed"):
        await manager.join_room("myRoom", forged)
    with pytest.raises(ConfigError, match="no role"):
        AccessToken("k", "s" * 40, "r", role="king").to_jwt()


async def test_a_token_carries_role_permissions_name_and_metadata(meeting: Meeting) -> None:
    await meeting.host(has_media=False, tracks=[])
    key = meeting.server.credentials
    token = AccessToken(
        key.api_key,
        key.api_secret,
        "myRoom",
        identity="ben@test",
        name="Ben B.",
        role="listener",
        permissions={"can_send_data": False},
        metadata={"seat": 3},
    ).to_jwt()
    async with ProconfManager(meeting.server.url) as manager:
        room = await manager.join_room("myRoom", token)
        me = room.local_peer
        assert (me.name, me.role, me.metadata) == ("Ben B.", "listener", {"seat": 3})
        assert not me.permissions.can_send_data


async def test_forbidden_tracks_do_not_prevent_joining(meeting: Meeting) -> None:
    hana = await meeting.host()
    await hana.room.update_room_controls(allow_produce_sources={"cam": False})
    ben = await meeting.join("Ben")
    assert ben.room.local_peer.labels == ["audio"]
    assert (await ben.until_told(told.RoomNotification)).code == "PERMISSION_DENIED"
    await until(lambda: hana.hears(ben))


# --- servers that are not there -------------------------------------------------------------------


@contextlib.asynccontextmanager
async def _answering(answer: bytes | None) -> AsyncIterator[str]:
    """Yield the address of something that is no server of ours; None never answers."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        if answer is None:
            await reader.read()
        else:
            writer.write(answer)
        writer.close()
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    async with server:
        yield "{}:{}".format(*server.sockets[0].getsockname())


async def test_nobody_listens() -> None:
    async with _answering(b"") as address:
        pass
    for call in ("start", "join", "token"):
        with pytest.raises(ServerUnreachable, match=address):
            await _tried(f"http://{address}", call)


async def test_something_else_answers() -> None:
    for answer in (b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"):
        async with _answering(answer) as address:
            for call in ("start", "join", "token"):
                with pytest.raises(ServerUnreachable, match=address):
                    await _tried(f"http://{address}", call)


def _http(body: bytes, *headers: bytes) -> bytes:
    length = b"Content-Length: %d" % len(body)
    return b"\r\n".join([b"HTTP/1.1 200 OK", *(headers or (length,)), b"", body])


@pytest.mark.parametrize(
    "answer",
    [
        _http(b"[]"),
        _http(b"null"),
        _http(b""),
        _http(b'{"token": 5}'),
        _http(b'{"rooms": {}}'),
        _http(b'{"rooms": [{"roomId": 5}]}'),
        _http(b'{"roomId": "myRoom"}'),
        _http(b"<html>"),
        _http(b"{}", b"Content-Length: many"),
        _http(b"{}", b"Content-Length: -1"),
        _http(b"{}", b"Content-Length: 50"),
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 50\r\n\r\n{}",
        b"HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n",
    ],
)
async def test_an_answer_of_another_form_is_no_meeting_server(answer: bytes) -> None:
    async with _answering(answer) as address:
        service = RoomService(f"http://{address}", "key", "s" * 40)
        for asking in (
            _tried(f"http://{address}", "start"),
            _tried(f"http://{address}", "join"),
            service.list_rooms(),
            service.get_room("myRoom"),
        ):
            with pytest.raises(ServerUnreachable, match=address):
                await asking


async def test_plain_http_where_tls_is_expected(meeting: Meeting) -> None:
    address = meeting.server.url.replace("http://", "https://")
    for call in ("start", "join", "token"):
        with pytest.raises(ServerUnreachable, match="TLS"):
            await _tried(address, call)


async def test_a_name_that_several_servers_have_is_asked_about() -> None:
    async with meeting_server() as one, meeting_server() as other:
        await one.host(has_media=False, tracks=[])
        await other.host(has_media=False, tracks=[])
        # Both run in this process, which has one entry: the first one's is another process's.
        with registered(LocalServer(one.server.url, os.getppid())):
            for name in ("myRoom", None):
                with pytest.raises(AmbiguousMeeting, match="--server") as ambiguous:
                    await ProconfManager().join_meeting(name)
                assert set(ambiguous.value.choices) == {one.server.url, other.server.url}


async def test_no_local_server() -> None:
    with pytest.raises(ServerUnreachable, match="proconf-tui start"):
        await ProconfManager().join_meeting()
    with pytest.raises(ServerUnreachable, match="proconf-tui start"):
        await ProconfManager().join_meeting("myRoom")


async def _tried(url: str, call: str) -> None:
    manager = ProconfManager(url, api_key="key", api_secret="s" * 40)
    try:
        if call == "start":
            await manager.start_meeting("myRoom")
        elif call == "join":
            await manager.join_meeting("myRoom")
        else:
            token = AccessToken("key", "s" * 40, "myRoom").to_jwt()
            await manager.join_room("myRoom", token)
    except ProconfError:
        assert manager.room is not None
        assert manager.room.state == "failed"
        raise


# --- tracks and the server's API ------------------------------------------------------------------


async def test_local_tracks_are_named_and_closed_with_the_manager() -> None:
    async with ProconfManager("http://127.0.0.1:1") as manager:
        video, audio = await manager.create_media_tracks("cam", "mic", video="test", audio="tone")
        assert [(one.name, one.label, one.kind) for one in (video, audio)] == [
            ("cam", "video", "video"),
            ("mic", "audio", "audio"),
        ]
        assert await manager.create_local_tracks(video="none", audio="none") == []
        with pytest.raises(DeviceUnavailable):
            await manager.create_local_tracks(video="test", audio="/no/such/file.wav")
    assert (video.media.readyState, audio.media.readyState) == ("ended", "ended")


async def test_rooms_are_managed_over_http(meeting: Meeting) -> None:
    server: RunningServer = meeting.server
    key = server.credentials
    service = RoomService(server.url, key.api_key, key.api_secret)
    made = await service.create_room(room_locked=True, metadata={"a": 1}, max_peers=5)
    assert made["isLocked"]
    assert made["metadata"] == {"a": 1}
    assert [room["roomId"] for room in await service.list_rooms()] == [made["roomId"]]
    assert (await service.get_room(made["roomId"]))["maxPeers"] == 5
    await service.end_room(made["roomId"])
    with pytest.raises(RoomNotFound):
        await service.get_room(made["roomId"])
    with pytest.raises(InvalidToken):
        await RoomService(server.url, key.api_key, "x" * 40).list_rooms()
