"""The rows of the room that keep order; each is enforced in the server, whatever a client does."""

from __future__ import annotations

from typing import get_args

import pytest

from proconf_tui.control import events as told
from proconf_tui.errors import Denied, InvalidToken, PeerNotFound, PermissionDenied
from proconf_tui.protocol.ids import Label, Source
from proconf_tui.protocol.messages import Produce, ResumeStream
from proconf_tui.sdk import ProconfManager
from tests.support.enforcement import (
    QUIET,
    disobey,
    media_of,
    packets_received,
    until_nothing_comes,
)
from tests.support.meeting import Meeting, Person, until

_LABEL_OF: dict[Source, Label] = {"mic": "audio", "cam": "video", "screen": "screen"}


async def _sender(meeting: Meeting, name: str = "Ben") -> Person:
    """Return a guest who is heard and seen by the host, and obeys nobody."""
    hana, ben = meeting.people[0], await meeting.join(name)
    await until(lambda: hana.hears(ben) and hana.sees(ben))
    disobey(ben)
    return ben


# --- update_room_controls -------------------------------------------------------------------------


async def test_update_room_controls_room_locked(meeting: Meeting) -> None:
    hana = await meeting.host(**QUIET)
    await hana.room.update_room_controls(room_locked=True)
    ben, joining = await meeting.knock("Ben", **QUIET)
    assert ben.is_waiting
    await hana.room.update_room_controls(room_locked=False)
    assert (await joining).state == "connected"


async def test_update_room_controls_allow_produce(meeting: Meeting) -> None:
    hana = await meeting.host(tracks=[])
    ben = await _sender(meeting)
    await hana.room.update_room_controls(allow_produce=False)
    for label in ("audio", "video"):
        closed = await ben.until_told(told.StreamClosed, peer_id=ben.peer_id, label=label)
        assert closed.reason == "CONTROLS"
        with pytest.raises(PermissionDenied, match="publishing"):
            await ben.room.local_peer._call(Produce(label))
    await until_nothing_comes(hana, ben)
    # Those who moderate are not bound by it.
    await hana.room.publish(hana.tracks)
    await until(lambda: ben.hears(hana))
    await hana.room.update_room_controls(allow_produce=True)
    await ben.room.publish(ben.tracks)
    await until(lambda: hana.hears(ben))


@pytest.mark.parametrize("source", get_args(Source))
async def test_update_room_controls_allow_produce_sources(meeting: Meeting, source: Source) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben", tracks=[])
    labels = list(_LABEL_OF.values())
    for label in labels:
        await ben.room.local_peer._call(Produce(label))
    await hana.room.update_room_controls(allow_produce_sources={source: False})
    forbidden = _LABEL_OF[source]
    await hana.until_told(told.StreamClosed, peer_id=ben.peer_id, label=forbidden)
    peer = hana.room.get_remote_peer_by_id(ben.peer_id)
    assert set(peer.labels) == set(labels) - {forbidden}
    with pytest.raises(PermissionDenied):
        await ben.room.local_peer._call(Produce(forbidden))


async def test_update_room_controls_allow_consume(meeting: Meeting) -> None:
    hana, ben = await meeting.host(), await meeting.join("Ben", tracks=[])
    await until(lambda: ben.hears(hana))
    await hana.room.update_room_controls(allow_consume=False)
    await until_nothing_comes(ben, hana)
    await hana.room.update_room_controls(allow_consume=True)
    await until(lambda: ben.hears(hana) and ben.sees(hana))


async def test_update_room_controls_allow_send_data(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    await hana.room.update_room_controls(allow_send_data=False)
    for label in ("data", "chat", "reaction"):
        with pytest.raises(PermissionDenied):
            await ben.room.local_peer.send_data("psst", label=label)
    await hana.room.local_peer.send_data("quiet, please")
    await ben.until_told(told.ReceiveData, payload="quiet, please")


async def test_update_room_controls_several_at_once(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    await hana.room.update_room_controls(
        room_locked=True, allow_consume=False, allow_produce_sources={"cam": False}
    )
    changed = await ben.until_told(told.RoomControlsUpdated)
    assert (changed.room_locked, changed.allow_produce, changed.allow_consume) == (
        True,
        True,
        False,
    )
    assert changed.allow_produce_sources == {"cam": False, "mic": True, "screen": True}
    assert len(ben.told(told.RoomControlsUpdated)) == 1


# --- close_stream_of_label, mute_everyone ---------------------------------------------------------


async def test_close_stream_of_label(meeting: Meeting) -> None:
    hana = await meeting.host(tracks=[])
    ben = await _sender(meeting)
    assert await packets_received(hana) > 0
    await hana.room.close_stream_of_label(["audio", "video"], [ben.peer_id])
    await ben.until_told(told.StreamClosed, label="audio", reason="MODERATOR")
    await until_nothing_comes(hana, ben)
    assert media_of(ben).is_sending("audio")
    # Nor does it help to act as if the stream were only paused.
    await ben.room.local_peer._call(ResumeStream("audio"))
    await until_nothing_comes(hana, ben)


async def test_close_stream_of_label_of_all_remote_peers(meeting: Meeting) -> None:
    hana = await meeting.host()
    people = [await meeting.join(name) for name in ("Ben", "Eve")]
    await until(lambda: len(hana.told(told.StreamAdded)) == 6)
    await hana.room.close_stream_of_label("video")
    for person in people:
        await hana.until_told(told.StreamClosed, peer_id=person.peer_id, label="video")
        assert hana.room.get_remote_peer_by_id(person.peer_id).labels == ["audio"]
    assert set(hana.room.local_peer.labels) == {"audio", "video"}
    with pytest.raises(PermissionDenied):
        await people[0].room.close_stream_of_label("audio")


async def test_mute_everyone(meeting: Meeting) -> None:
    hana = await meeting.host()
    ben = await _sender(meeting)
    await hana.room.mute_everyone()
    await ben.until_told(told.StreamClosed, peer_id=ben.peer_id, label="audio")
    await until(hana.hears)
    assert media_of(ben).is_sending("audio")
    await until(lambda: ben.hears(hana))
    # They may speak again as they like.
    await ben.room.local_peer.enable_audio()
    await until(lambda: hana.hears(ben))


async def test_mute_everyone_without_allow_unmute(meeting: Meeting) -> None:
    hana = await meeting.host()
    ben = await _sender(meeting)
    await hana.room.mute_everyone(allow_unmute=False)
    await ben.until_told(told.RoomControlsUpdated)
    assert not ben.room.config.allow_produce_sources.mic
    await until(hana.hears)
    with pytest.raises(PermissionDenied, match="microphone"):
        await ben.room.local_peer.enable_audio()


# --- the lobby ------------------------------------------------------------------------------------


async def test_who_waits_in_the_lobby_receives_nothing(meeting: Meeting) -> None:
    hana = await meeting.host(locked=True)
    eve, joining = await meeting.knock("Eve")
    await until(lambda: hana.room.lobby_peer_ids)
    await hana.room.local_peer.send_data("a secret", label="chat")
    await hana.room.update_metadata({"topic": "secret"})
    await hana.room.local_peer.raise_hand()
    with pytest.raises(PermissionDenied, match="lobby"):
        await eve.room._session.request(Produce("audio"))
    assert {type(event) for event in eve.events} == {told.RoomConnecting, told.RoomAwaiting}
    assert (eve.room.peer_ids, eve.room.metadata, eve.room.chat) == ([], {}, ())
    # Not even an offer of a connection that sound could come over.
    assert media_of(eve)._subscriber._pc is None
    joining.cancel()


async def test_admit_peer(meeting: Meeting) -> None:
    hana = await meeting.host(locked=True)
    ben, joining = await meeting.knock("Ben")
    await until(lambda: hana.room.lobby_peer_ids)
    await hana.room.admit_peer(hana.room.lobby_peer_ids[0])
    assert (await joining).state == "connected"
    await until(lambda: hana.hears(ben) and ben.hears(hana))
    with pytest.raises(PeerNotFound):
        await hana.room.admit_peer(ben.peer_id)


async def test_deny_peer(meeting: Meeting) -> None:
    hana = await meeting.host(locked=True, **QUIET)
    ben, joining = await meeting.knock("Ben", **QUIET)
    await until(lambda: hana.room.lobby_peer_ids)
    await hana.room.deny_peer(hana.room.lobby_peer_ids[0])
    with pytest.raises(Denied):
        await joining
    assert ben.room.state == "closed"
    await until(lambda: not hana.room.lobby_peer_ids)


async def test_admit_all(meeting: Meeting) -> None:
    hana = await meeting.host(locked=True, **QUIET)
    knocks = [await meeting.knock(name, **QUIET) for name in ("Ben", "Eve")]
    await until(lambda: len(hana.room.lobby_peer_ids) == 2)
    await hana.room.admit_all()
    for _, joining in knocks:
        assert (await joining).state == "connected"


# --- removing -------------------------------------------------------------------------------------


async def test_kick_peer(meeting: Meeting) -> None:
    hana = await meeting.host(**QUIET)
    token = meeting.server.token("ben")
    async with ProconfManager(meeting.server.url) as ben:
        room = await ben.join_room("myRoom", token, has_media=False)
        await hana.room.kick_peer(room.local_peer.peer_id)
        await until(lambda: room.state == "closed")
        # The token that came with them is refused; another one of theirs is not.
        with pytest.raises(InvalidToken):
            await ben.join_room("myRoom", token, has_media=False)
        await ben.join_room("myRoom", meeting.server.token("ben"), has_media=False)


async def test_kick_peer_with_block(meeting: Meeting) -> None:
    hana = await meeting.host(**QUIET)
    async with ProconfManager(meeting.server.url) as ben:
        room = await ben.join_room("myRoom", meeting.server.token("ben"), has_media=False)
        await hana.room.kick_peer(room.local_peer.peer_id, block=True)
        await until(lambda: room.state == "closed")
        for _ in range(2):
            with pytest.raises(Denied, match="blocked"):
                await ben.join_room("myRoom", meeting.server.token("ben"), has_media=False)


async def test_unblock_peer_and_blocked(meeting: Meeting) -> None:
    hana, eve = await meeting.host(**QUIET), await meeting.join("Eve", **QUIET)
    async with ProconfManager(meeting.server.url) as ben:
        room = await ben.join_room("myRoom", meeting.server.token("ben"), has_media=False)
        await hana.room.kick_peer(room.local_peer.peer_id, block=True)
        await until(lambda: hana.room.blocked == {"ben"})
        assert eve.room.blocked == frozenset()
        with pytest.raises(PermissionDenied):
            await eve.room.unblock_peer("ben")
        await hana.room.unblock_peer("ben")
        await until(lambda: not hana.room.blocked)
        room = await ben.join_room("myRoom", meeting.server.token("ben"), has_media=False)
        assert room.state == "connected"


async def test_lower_hand_of(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    await ben.room.local_peer.raise_hand()
    await hana.until_told(told.HandRaised, peer_id=ben.peer_id)
    await hana.room.lower_hand_of(ben.peer_id)
    await ben.until_told(told.HandLowered, peer_id=ben.peer_id)
    with pytest.raises(PermissionDenied):
        await ben.room.lower_hand_of(hana.peer_id)
