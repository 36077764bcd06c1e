"""The rows of the events about the others: who comes and goes, what they send and show."""

from __future__ import annotations

from proconf_tui.control import events as told
from proconf_tui.sdk.emitter import Json
from tests.support.enforcement import QUIET
from tests.support.meeting import Meeting, Person, until


class Heard:
    """What callbacks of one person's room received, by event."""

    def __init__(self, person: Person, *names: str) -> None:
        self._heard: list[tuple[str, Json]] = []
        for name in names:
            person.room.on(name, lambda payload, name=name: self._heard.append((name, payload)))

    async def all(self, count: int) -> list[tuple[str, Json]]:
        """Return what came, once it is so many."""
        await until(lambda: len(self._heard) >= count)
        return self._heard


async def test_new_peer_joined_and_participant_connected(meeting: Meeting) -> None:
    hana = await meeting.host(**QUIET)
    heard = Heard(hana, "new-peer-joined", "participant-connected")
    ben = await meeting.join("Ben", metadata={"team": "blue"}, **QUIET)
    who = {"peerId": ben.peer_id, "name": "Ben"}
    assert await heard.all(2) == [
        ("new-peer-joined", {**who, "role": "guest", "metadata": {"team": "blue"}}),
        ("participant-connected", who),
    ]


async def test_peer_left_and_participant_disconnected(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    heard = Heard(hana, "peer-left", "participant-disconnected")
    who = {"peerId": ben.peer_id, "name": "Ben"}
    await ben.room.close()
    assert await heard.all(2) == [
        ("peer-left", {**who, "role": "guest", "reason": "LEFT"}),
        ("participant-disconnected", who),
    ]


async def test_lobby_peers_updated(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    await hana.room.update_room_controls(room_locked=True)
    heard = Heard(hana, "lobby-peers-updated")
    _, joining = await meeting.knock("Eve", **QUIET)
    ((_, knocked),) = await heard.all(1)
    (waiting,) = knocked["peerIds"]
    await hana.room.admit_peer(waiting)
    await joining
    assert (await heard.all(2))[1] == ("lobby-peers-updated", {"peerIds": []})
    await ben.until_told(told.NewPeerJoined, name="Eve")
    assert ben.told(told.LobbyPeersUpdated) == []


async def test_room_controls_updated(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    heard = Heard(ben, "room-controls-updated")
    await hana.room.update_room_controls(allow_produce_sources={"screen": False})
    ((_, controls),) = await heard.all(1)
    assert controls == {
        "roomLocked": False,
        "allowProduce": True,
        "allowProduceSources": {"cam": True, "mic": True, "screen": False},
        "allowConsume": True,
        "allowSendData": True,
    }


async def test_room_role_updated(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    heard = Heard(ben, "room-role-updated")
    await hana.room.get_remote_peer_by_id(ben.peer_id).update_role("coHost")
    changed = {"peerId": ben.peer_id, "newRole": "coHost", "prevRole": "guest"}
    assert await heard.all(1) == [("room-role-updated", changed)]


async def test_stream_added_and_stream_closed(meeting: Meeting) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben", tracks=[])
    heard = Heard(hana, "stream-added", "stream-closed")
    await ben.room.local_peer.enable_audio(ben.tracks[0])
    await until(lambda: hana.hears(ben))
    await ben.room.local_peer.disable_audio()
    await ben.room.local_peer.enable_video(ben.tracks[1])
    await hana.until_told(told.StreamAdded, label="video")
    await hana.room.close_stream_of_label("video")
    audio, video = ({"peerId": ben.peer_id, "label": label} for label in ("audio", "video"))
    assert await heard.all(4) == [
        ("stream-added", audio),
        ("stream-closed", {**audio, "reason": "STOPPED"}),
        ("stream-added", video),
        ("stream-closed", {**video, "reason": "MODERATOR"}),
    ]


async def test_stream_paused_and_stream_resumed(meeting: Meeting) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben")
    heard = Heard(hana, "stream-paused", "stream-resumed")
    await ben.room.local_peer.mute()
    await ben.room.local_peer.unmute()
    audio = {"peerId": ben.peer_id, "label": "audio"}
    assert await heard.all(2) == [("stream-paused", audio), ("stream-resumed", audio)]


async def test_metadata_updated(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    heard = Heard(ben, "metadata-updated")
    await hana.room.update_metadata({"topic": "plans"})
    assert await heard.all(1) == [("metadata-updated", {"metadata": {"topic": "plans"}})]


async def test_peer_metadata_updated(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    heard = Heard(hana, "peer-metadata-updated")
    await ben.room.local_peer.update_metadata({"mood": "good"})
    changed = {"peerId": ben.peer_id, "metadata": {"mood": "good"}}
    assert await heard.all(1) == [("peer-metadata-updated", changed)]


async def test_active_speakers_change(meeting: Meeting) -> None:
    hana = await meeting.host(tracks=[])
    heard = Heard(hana, "active-speakers-change")
    ben = await meeting.join("Ben")
    speaking = {"peerIds": [ben.peer_id], "dominantSpeaker": ben.peer_id}
    assert ("active-speakers-change", speaking) in await heard.all(1)


async def test_hand_raised_and_hand_lowered(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    heard = Heard(hana, "hand-raised", "hand-lowered")
    await ben.room.local_peer.raise_hand()
    await ben.room.local_peer.lower_hand()
    who = {"peerId": ben.peer_id}
    assert await heard.all(2) == [("hand-raised", who), ("hand-lowered", who)]


async def test_track_subscribed_on_the_peer(meeting: Meeting) -> None:
    hana = await meeting.host(tracks=[])
    subscribed: list[Json] = []

    def met(payload: Json) -> None:
        peer = hana.room.get_remote_peer_by_id(payload["peerId"])
        peer.on("track-subscribed", subscribed.append)

    hana.room.on("participant-connected", met)
    await meeting.join("Ben")
    await until(lambda: len(subscribed) == 2)
    assert {payload["label"] for payload in subscribed} == {"audio", "video"}


async def test_enabled_and_disabled_on_a_remote_track(meeting: Meeting) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben")
    await until(lambda: hana.hears(ben))
    track = hana.room.get_remote_peer_by_id(ben.peer_id).get_track("audio")
    heard: list[str] = []
    track.on("disabled", lambda _: heard.append("disabled"))
    track.on("enabled", lambda _: heard.append("enabled"))
    await ben.room.local_peer.mute()
    await until(lambda: heard == ["disabled"])
    assert not track.is_enabled
    await ben.room.local_peer.unmute()
    await until(lambda: heard == ["disabled", "enabled"])
    assert track.is_enabled
