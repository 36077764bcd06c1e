"""The rows of the manager: how one initialises it, starts, joins, and with what right."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from aioice import stun
from aiortc import RTCIceServer

from proconf_tui import AccessToken, Invite, LocalTrack, ProconfManager
from proconf_tui.config.credentials import credentials_path
from proconf_tui.control import events as told
from proconf_tui.errors import (
    AmbiguousMeeting,
    ConfigError,
    Denied,
    InvalidToken,
    MeetingNotStarted,
    PermissionDenied,
)
from proconf_tui.protocol.ids import RoomId
from proconf_tui.sdk import meetings
from proconf_tui.sdk.address import ServerAddress
from tests.support.enforcement import QUIET
from tests.support.gathering import gathering
from tests.support.meeting import Meeting, meeting_server, until

# --- ProconfManager -------------------------------------------------------------------------------


async def test_proconf_manager_without_a_url_means_the_local_server(meeting: Meeting) -> None:
    async with ProconfManager() as manager:
        room = await manager.start_meeting(has_media=False)
        assert (room.invite_url or "").startswith(meeting.server.url)
    assert room.state == "left"


@pytest.mark.parametrize("is_in_environment", [False, True])
async def test_proconf_manager_with_a_key(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch, is_in_environment: bool
) -> None:
    key = meeting.server.credentials
    credentials_path().unlink()
    given: dict[str, Any] = {"api_key": key.api_key, "api_secret": key.api_secret}
    with pytest.raises(ConfigError, match="API key"):
        await ProconfManager(meeting.server.url).start_meeting()
    if is_in_environment:
        monkeypatch.setenv("PROCONF_API_KEY", given.pop("api_key"))
        monkeypatch.setenv("PROCONF_API_SECRET", given.pop("api_secret"))
    async with ProconfManager(meeting.server.url, **given) as manager:
        room = await manager.start_meeting("planning", has_media=False)
        assert (room.room_id, room.local_peer.role) == ("planning", "host")


async def test_proconf_manager_with_a_token(meeting: Meeting) -> None:
    await meeting.server.create_room("prepared")
    key = meeting.server.credentials
    # Keys of some other server lie on this machine; they are of no use here.
    credentials_path().write_text(f'{{"api_key": "other", "api_secret": "{"x" * 40}"}}', "ascii")
    host = AccessToken(key.api_key, key.api_secret, "prepared", role="moderator").to_jwt()
    guest = AccessToken(key.api_key, key.api_secret, "prepared", name="Ben").to_jwt()
    async with ProconfManager(meeting.server.url, token=host) as manager:
        room = await manager.start_meeting(has_media=False)
        assert (room.room_id, room.local_peer.role) == ("prepared", "host")
        async with ProconfManager(meeting.server.url, token=guest) as other:
            joined = await other.join_meeting(has_media=False)
            assert (joined.room_id, joined.local_peer.name) == ("prepared", "Ben")


class _StunServer(asyncio.DatagramProtocol):
    """Answers binding requests (RFC 8489) and counts them."""

    def __init__(self) -> None:
        self.asked = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.asked += 1
        asked = stun.parse_message(data)
        answer = stun.Message(asked.message_method, stun.Class.RESPONSE, asked.transaction_id)
        answer.attributes["XOR-MAPPED-ADDRESS"] = addr
        self._transport.sendto(bytes(answer), addr)


async def test_proconf_manager_with_ice_servers(meeting: Meeting) -> None:
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(
        _StunServer, local_addr=("127.0.0.1", 0)
    )
    url = "stun:{}:{}".format(*transport.get_extra_info("sockname"))
    try:
        with gathering("127.0.0.1"):
            async with ProconfManager(ice_servers=[RTCIceServer(urls=url)]) as manager:
                await manager.start_meeting()
                await until(lambda: server.asked)
    finally:
        transport.close()


# --- create_local_tracks --------------------------------------------------------------------------


async def test_create_local_tracks() -> None:
    async with ProconfManager() as manager:
        tracks = await manager.create_local_tracks(video="test", audio="tone")
        assert [(one.name, one.label) for one in tracks] == [
            ("camera", "video"),
            ("microphone", "audio"),
        ]
        (named,) = await manager.create_media_tracks("MyVideo", video="test", audio="none")
        assert (named.name, named.kind) == ("MyVideo", "video")
    assert {one.media.readyState for one in [*tracks, named]} == {"ended"}


# --- start_meeting --------------------------------------------------------------------------------


async def test_start_meeting_publishes_the_tracks(meeting: Meeting) -> None:
    hana = await meeting.host()
    assert set(hana.room.local_peer.labels) == {"audio", "video"}
    ben = await meeting.join("Ben", tracks=[])
    await until(lambda: ben.hears(hana) and ben.sees(hana))


async def test_start_meeting_takes_its_options(meeting: Meeting) -> None:
    async with ProconfManager() as manager:
        room = await manager.start_meeting(
            "myRoom",
            "Hana",
            passcode="sesame",
            max_peers=1,
            metadata={"topic": "plans"},
            has_media=False,
        )
        assert (room.room_id, room.local_peer.name) == ("myRoom", "Hana")
        assert room.config.room_locked
        assert room.metadata == {"topic": "plans"}
        answer = await meeting.server.http("GET", "/api/v1/rooms/myRoom")
        assert (answer.json()["maxPeers"], answer.json()["hasPasscode"]) == (1, True)


async def test_start_meeting_makes_up_readable_names(meeting: Meeting) -> None:
    names = set()
    for _ in range(2):
        async with ProconfManager() as manager:
            room = await manager.start_meeting(has_media=False)
            names |= {str(room.room_id), room.local_peer.name}
    assert len(names) == 4
    assert all(name.replace("-", "").isalpha() for name in names)


# --- join_meeting ---------------------------------------------------------------------------------


async def test_join_meeting_publishes_the_tracks(meeting: Meeting) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben", metadata={"team": "blue"})
    await until(lambda: hana.hears(ben) and hana.sees(ben))
    assert hana.room.get_remote_peer_by_id(ben.peer_id).metadata == {"team": "blue"}


async def test_join_meeting_raises_before_the_start_or_waits(meeting: Meeting) -> None:
    await meeting.server.create_room("myRoom")
    with pytest.raises(MeetingNotStarted):
        await meeting.join("Ben", **QUIET)
    eve, joining = await meeting.knock("Eve", wait=True, **QUIET)
    await eve.until_told(told.RoomAwaiting, reason="WAITING_FOR_ROOM_TO_START")
    await meeting.host(**QUIET)
    assert (await joining).state == "connected"


async def test_join_meeting_of_a_locked_room_waits_for_the_lobby(meeting: Meeting) -> None:
    hana = await meeting.host(locked=True, **QUIET)
    for decide, is_let_in in ((hana.room.admit_peer, True), (hana.room.deny_peer, False)):
        _, joining = await meeting.knock("Ben", **QUIET)
        await until(lambda: hana.room.lobby_peer_ids)
        assert not joining.done()
        await decide(hana.room.lobby_peer_ids[0])
        if is_let_in:
            assert (await joining).state == "connected"
        else:
            with pytest.raises(Denied):
                await joining


async def test_join_meeting_without_a_name_is_the_only_meeting(meeting: Meeting) -> None:
    hana = await meeting.host(**QUIET)
    async with ProconfManager() as ben, ProconfManager() as other:
        room = await ben.join_meeting(has_media=False)
        assert room.room_id == hana.room.room_id
        await other.start_meeting("second", has_media=False)
        with pytest.raises(AmbiguousMeeting) as ambiguous:
            await ben.join_meeting()
        assert set(ambiguous.value.choices) == {"myRoom", "second"}


async def test_join_meeting_with_a_passcode(meeting: Meeting) -> None:
    await meeting.host(passcode="sesame", **QUIET)
    with pytest.raises(Denied, match="passcode"):
        await meeting.join("Ben", passcode="simsim", **QUIET)
    await meeting.join("Ben", passcode="sesame", **QUIET)


# --- join_room, room ------------------------------------------------------------------------------


async def test_join_room(meeting: Meeting) -> None:
    hana = await meeting.host(**QUIET)
    async with ProconfManager(meeting.server.url) as manager:
        track = LocalTrack("microphone", "audio", meeting.person("Ben").tone)
        room = await manager.join_room("myRoom", meeting.server.token("ben"), tracks=[track])
        assert room.local_peer.name == "Ben"
        await hana.until_told(told.StreamAdded, label="audio")
        with pytest.raises(InvalidToken):
            await manager.join_room("otherRoom", meeting.server.token("ben"))


async def test_manager_room(meeting: Meeting) -> None:
    manager = ProconfManager(meeting.server.url)
    rooms = [manager.room]
    for _ in range(2):
        rooms.append(await manager.start_meeting(has_media=False))
        assert manager.room is rooms[-1]
    assert [room and room.state for room in rooms] == [None, "left", "connected"]
    await manager.aclose()
    assert [room and room.state for room in rooms] == [None, "left", "left"]


# --- who may come in ------------------------------------------------------------------------------


async def test_a_guest_token_is_granted_and_the_lobby_decides(meeting: Meeting) -> None:
    await meeting.host(locked=True, **QUIET)
    credentials_path().unlink()
    ben, joining = await meeting.knock("Ben", **QUIET)
    await ben.until_told(told.RoomAwaiting, reason="WAITING_FOR_PERMISSIONS")
    joining.cancel()


async def test_an_invite_opens_a_server_without_guests() -> None:
    async with meeting_server(can_guests_join=False) as meeting:
        hana = await meeting.host(**QUIET)
        invite = Invite.parse(hana.room.invite_url or "")
        assert invite is not None
        assert str(invite).startswith(f"{meeting.server.url}/j/myRoom#")
        credentials_path().unlink()
        with pytest.raises(PermissionDenied, match="invite"):
            await meeting.join("Ben", **QUIET)
        async with ProconfManager(invite.server.url, token=invite.token) as manager:
            room = await manager.join_meeting(invite.room_id, "Ben", has_media=False)
            assert (room.room_id, room.local_peer.role) == ("myRoom", "guest")


async def test_who_leads_by_a_token_invites_where_the_server_is_their_own(meeting: Meeting) -> None:
    keys = meeting.server.credentials
    await meeting.server.create_room()
    token = AccessToken(keys.api_key, keys.api_secret, "myRoom", role="host").to_jwt()
    async with ProconfManager(meeting.server.url, token=token) as manager:
        room = await manager.join_meeting(participant_name="Hana", has_media=False)
        invite = Invite.parse(room.invite_url or "")
        assert invite is not None
        assert invite.token is not None
    # The same address, but no server of ours: somebody else's, at the end of a tunnel.
    tunnel = meetings.Meeting(ServerAddress("http://127.0.0.1:7777"), RoomId("myRoom"))
    mint = manager._access.mint_invite()
    assert mint is not None
    assert mint(tunnel).token is None


@pytest.mark.usefixtures("meeting")
async def test_an_invite_is_made_with_the_servers_own_key_only() -> None:
    here, elsewhere = (
        meetings.Meeting(ServerAddress(url), RoomId("myRoom"))
        for url in ("http://127.0.0.1:7777", "http://192.0.2.1:7777")
    )
    found, given = ProconfManager(), ProconfManager(api_key="key", api_secret="s" * 40)
    for manager, meeting, is_made in (
        (found, here, True),
        (found, elsewhere, False),
        (given, elsewhere, True),
    ):
        mint = manager._access.mint_invite()
        assert mint is not None
        assert (mint(meeting).token is not None) is is_made
