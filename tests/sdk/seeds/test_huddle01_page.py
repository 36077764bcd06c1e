"""The examples of Huddle01's page "Room" in Python, in its order.

The room is made by the Create Room API and everybody comes with an access token of the server
SDK. Where the page gives null for somebody who must be there, Python raises a typed error.
"""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import pytest

from proconf_tui import AccessToken, Room, RoomService
from proconf_tui.control.events import SDK_EVENTS
from proconf_tui.errors import Denied, PeerNotFound
from tests.support.meeting import Meeting, Person, until


async def _joined(
    meeting: Meeting, room_id: str, name: str, role: str = "guest", **options: Any
) -> Person:
    """Return somebody who has joined with a token of the server SDK."""
    key = meeting.server.credentials
    token = AccessToken(key.api_key, key.api_secret, room_id, role=role, name=name)
    person = meeting.person(name)
    options = {"tracks": person.tracks, "on_room": person.listen, **options}
    await person.manager.join_room(room_id, token.to_jwt(), **options)
    return person


@dataclasses.dataclass(frozen=True)
class Scene:
    """A room of the Create Room API, its host and one who has joined."""

    meeting: Meeting
    room_id: str
    host: Person
    guest: Person

    @property
    def room(self) -> Room:
        """The host's room, which is the page's ``room``."""
        return self.host.room

    @property
    def peer_id(self) -> str:
        """The guest's, which is the page's ``PEER_ID``."""
        return self.guest.peer_id

    async def joined(self, name: str, role: str = "guest", **options: Any) -> Person:
        """Return one more who has joined."""
        return await _joined(self.meeting, self.room_id, name, role, **options)

    async def knocking(self, name: str) -> tuple[str, Person, asyncio.Task[Person]]:
        """Return somebody in the lobby, whom the host knows of."""
        await self.room.update_room_controls(room_locked=True)
        joining = asyncio.create_task(self.joined(name, metadata={"name": name}))
        await until(lambda: self.room.lobby_peer_ids)
        return self.room.lobby_peer_ids[0], self.meeting.people[-1], joining


@pytest.fixture
async def scene(meeting: Meeting) -> Scene:
    """A host and a guest with microphone and camera."""
    key = meeting.server.credentials
    service = RoomService(meeting.server.url, key.api_key, key.api_secret)
    room_id = (await service.create_room(metadata={"title": "Huddle"}))["roomId"]
    host = await _joined(meeting, room_id, "Host", "host")
    guest = await _joined(meeting, room_id, "Guest")
    await until(lambda: host.room.remote_peers)
    return Scene(meeting, room_id, host, guest)


# --- joining --------------------------------------------------------------------------------------


async def test_join_room(scene: Scene) -> None:
    assert scene.room.room_id == scene.room_id
    await until(lambda: scene.host.hears(scene.guest) and scene.guest.hears(scene.host))
    await until(lambda: scene.host.sees(scene.guest) and scene.guest.sees(scene.host))


async def test_connect(scene: Scene) -> None:
    assert await scene.room.connect() is scene.room
    assert scene.room.state == "connected"


# --- looking --------------------------------------------------------------------------------------


async def test_remote_peer_exists(scene: Scene) -> None:
    assert scene.room.remote_peer_exists(scene.peer_id) is not None
    assert scene.room.remote_peer_exists("PEER_ID") is None


async def test_get_remote_peer_by_id(scene: Scene) -> None:
    assert scene.room.get_remote_peer_by_id(scene.peer_id).name == "Guest"
    with pytest.raises(PeerNotFound):
        scene.room.get_remote_peer_by_id("PEER_ID")


async def test_get_lobby_peer_metadata(scene: Scene) -> None:
    peer_id, _, joining = await scene.knocking("Eve")
    found = scene.room.get_lobby_peer_metadata(peer_id)
    assert found == {"peerId": peer_id, "metadata": {"name": "Eve"}}
    joining.cancel()


async def test_get_metadata(scene: Scene) -> None:
    assert scene.room.get_metadata() == {"title": "Huddle"}


async def test_update_metadata(scene: Scene) -> None:
    await scene.room.update_metadata({"title": "Plans"})
    await until(lambda: scene.guest.room.get_metadata() == {"title": "Plans"})


# --- order ----------------------------------------------------------------------------------------


async def test_update_room_controls(scene: Scene) -> None:
    await scene.room.update_room_controls(
        room_locked=True, allow_produce=False, allow_consume=False, allow_send_data=False
    )
    await until(lambda: scene.guest.room.config.room_locked)
    config = scene.guest.room.config
    assert {config.allow_produce, config.allow_consume, config.allow_send_data} == {False}
    await until(lambda: not scene.guest.room.local_peer.labels)
    await until(lambda: scene.host.hears() and scene.guest.hears())


async def test_close_stream_of_label(scene: Scene) -> None:
    await until(lambda: scene.host.sees(scene.guest))
    await scene.room.close_stream_of_label(labels="video", peer_ids=[scene.peer_id])
    peer = scene.room.get_remote_peer_by_id(scene.peer_id)
    await until(lambda: peer.labels == ["audio"])
    await scene.room.close_stream_of_label("audio")
    await until(lambda: peer.labels == [] and scene.host.hears())


async def test_mute_everyone(scene: Scene) -> None:
    second = await scene.joined("Second", "coHost")
    await until(lambda: scene.host.hears(scene.guest, second))
    await scene.room.mute_everyone()
    await until(lambda: scene.host.hears(second))
    assert scene.guest.room.local_peer.labels == ["video"]


async def test_admit_peer(scene: Scene) -> None:
    peer_id, _, joining = await scene.knocking("Eve")
    await scene.room.admit_peer(peer_id)
    eve = await joining
    await until(lambda: scene.host.hears(scene.guest, eve))


async def test_deny_peer(scene: Scene) -> None:
    peer_id, eve, joining = await scene.knocking("Eve")
    await scene.room.deny_peer(peer_id)
    with pytest.raises(Denied):
        await joining
    assert eve.room.state == "closed"


async def test_kick_peer(scene: Scene) -> None:
    await scene.room.kick_peer(scene.peer_id)
    await until(lambda: scene.guest.room.state == "closed")
    await until(lambda: not scene.room.remote_peers)


async def test_close(scene: Scene) -> None:
    await scene.guest.room.close("LEFT")
    assert scene.guest.room.state == "left"
    await scene.room.close("CLOSED")
    assert scene.room.state == "closed"
    for arriving in ("KICKED", "DENIED"):
        with pytest.raises(ValueError, match=arriving):
            await scene.room.close(arriving)  # type: ignore[arg-type]


# --- properties -----------------------------------------------------------------------------------


async def test_get_room_id(scene: Scene) -> None:
    assert scene.room.room_id == scene.room_id


async def test_get_lobby_peers_as_a_set_and_as_an_array(scene: Scene) -> None:
    assert (scene.room.lobby_peer_set, scene.room.lobby_peer_ids) == (frozenset(), [])
    peer_id, _, joining = await scene.knocking("Eve")
    assert scene.room.lobby_peer_ids == [peer_id]
    assert scene.room.lobby_peer_set == frozenset(scene.room.lobby_peer_ids)
    joining.cancel()


async def test_get_room_configuration_settings(scene: Scene) -> None:
    config = scene.room.config
    assert (config.room_locked, config.allow_produce, config.allow_consume) == (False, True, True)


async def test_remote_peers_and_peer_ids(scene: Scene) -> None:
    assert scene.room.peer_ids == list(scene.room.remote_peers) == [scene.peer_id]


# --- events ---------------------------------------------------------------------------------------


async def test_event_listeners_for_the_room_events(scene: Scene) -> None:
    printed: list[str] = []

    def listen(room: Room) -> None:
        room.on("room-joined", lambda _: printed.append(f"Room ID: {room.room_id}"))
        room.on("new-peer-joined", lambda data: printed.append(f"Peer ID: {data['peerId']}"))
        room.on("room-closed", lambda _: printed.append("The room has been closed."))

    second = await scene.joined("Second", on_room=listen)
    third = await scene.joined("Third", tracks=[])
    await until(lambda: len(second.room.remote_peers) == 3)
    third_id = third.peer_id
    await scene.room.close("CLOSED")
    await until(lambda: len(printed) == 3)
    assert printed == [
        f"Room ID: {scene.room_id}",
        f"Peer ID: {third_id}",
        "The room has been closed.",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "room-joined",
        "room-joined-failed",
        "room-closed",
        "room-left",
        "room-connecting",
        "new-peer-joined",
        "lobby-peers-updated",
        "peer-left",
        "room-controls-updated",
        "room-role-updated",
        "room-awaiting",
        "stream-added",
        "stream-closed",
    ],
)
def test_event_of_the_table_has_its_name_here(name: str) -> None:
    assert name in SDK_EVENTS
