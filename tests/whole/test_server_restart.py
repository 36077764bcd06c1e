"""The meeting's server is killed in the middle of a meeting: everything and everybody comes back.

The server is the real child process that ``start`` runs and starts again; the people are SDK
clients with media, and nobody touches a key.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

import msgspec
import pytest

from proconf_tui.control import events as told
from proconf_tui.errors import Blocked, Denied
from proconf_tui.room.model import RoomState
from proconf_tui.sdk import AccessToken, Room
from tests.support.killable_server import KillableMeeting, killable_meeting
from tests.support.meeting import ROOM, Meeting, Person, until

pytestmark = pytest.mark.timeout(120)

NAMES: Final = ("Ben", "Cleo", "Dan", "Eve")
LINES: Final = 10
LINE_EVERY_S: Final = 0.6
"""Within the limit of lines, whatever the machine does."""


@pytest.fixture
async def meeting() -> AsyncIterator[KillableMeeting]:
    async with killable_meeting() as made:
        yield made


@dataclasses.dataclass
class Scene:
    """A locked meeting of five in which a lot has happened; Dan is muted and Zoe waits."""

    host: Person
    ben: Person
    cleo: Person
    dan: Person
    eve: Person
    zoe: Person
    zoe_joining: asyncio.Task[Room]

    @property
    def people(self) -> list[Person]:
        return [self.host, self.ben, self.cleo, self.dan, self.eve]


async def _scene(meeting: Meeting) -> Scene:
    host = await meeting.host(locked=True, metadata={"topic": "resilience"}, max_peers=9)
    ben, cleo, dan, eve = [await _admitted(meeting, host, name) for name in NAMES]
    await _block_a_villain(meeting, host)
    zoe, joining = await meeting.knock("Zoe")
    await until(lambda: host.room.lobby_peer_ids)
    scene = Scene(host, ben, cleo, dan, eve, zoe, joining)
    await host.room.get_remote_peer_by_id(scene.cleo.peer_id).update_role("coHost")
    await host.room.update_room_controls(allow_produce_sources={"screen": False})
    await scene.ben.room.local_peer.raise_hand()
    await scene.dan.room.local_peer.mute()
    await _until_media_are_whole(scene)
    return scene


async def _admitted(meeting: Meeting, host: Person, name: str) -> Person:
    person, joining = await meeting.knock(name)
    await until(lambda: host.room.lobby_peer_ids)
    await host.room.admit_all()
    await joining
    return person


async def _block_a_villain(meeting: Meeting, host: Person) -> None:
    knocking = asyncio.create_task(_come_as_villain(meeting))
    await until(lambda: host.room.lobby_peer_ids)
    await host.room.kick_peer(host.room.lobby_peer_ids[0], block=True)
    with pytest.raises(Denied):
        await knocking


async def _come_as_villain(meeting: Meeting) -> None:
    keys = meeting.server.credentials
    token = AccessToken(keys.api_key, keys.api_secret, ROOM, identity="villain").to_jwt()
    await meeting.person("Villain").manager.join_room(ROOM, token)


async def _chat(person: Person) -> None:
    for number in range(LINES):
        await person.room.local_peer.send_data(f"{person.name} {number}", label="chat")
        await asyncio.sleep(LINE_EVERY_S)


async def _until_media_are_whole(scene: Scene) -> None:
    """Wait until everybody hears all others but Dan, and the host and Eve see everybody.

    One after the other: so many decoders at once need not keep pace on a busy machine.
    """
    for person in scene.people:
        heard = [one for one in scene.people if one not in (person, scene.dan)]
        await until(lambda who=person, heard=heard: who.hears(*heard))  # type: ignore[misc]
    for watcher in (scene.host, scene.eve):
        seen = [one for one in scene.people if one is not watcher]
        await until(lambda who=watcher, seen=seen: all(map(who.sees, seen)))  # type: ignore[misc]


def _durable(person: Person) -> dict[str, Any]:
    """Return what must survive of the room as ``person`` sees it; chat is compared by itself."""
    view = person.room.state_view
    assert view is not None
    durable: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(view, version=0, chat=()))
    return durable


def _is_whole(view: RoomState | None) -> bool:
    if view is None:
        return False
    members, knockers = view.participants.values(), view.lobby.values()
    return all(one.is_connected for one in members) and all(one.is_connected for one in knockers)


async def _until_back(people: Sequence[Person], times: int = 1) -> None:
    for person in people:
        await until(lambda one=person: len(one.told(told.RoomReconnected)) == times)  # type: ignore[misc]
        await until(lambda one=person: _is_whole(one.room.state_view))  # type: ignore[misc]


async def test_everything_and_everybody_is_back(meeting: KillableMeeting) -> None:
    scene = await _scene(meeting)
    before = [_durable(person) for person in scene.people]
    seats = [person.room.seat for person in scene.people]
    talking = [asyncio.create_task(_chat(person)) for person in scene.people]
    await until(lambda: len(scene.host.room.chat) >= LINES)

    killed = meeting.kill_server()
    await scene.zoe.until_told(told.RoomReconnected)
    await _until_back(scene.people)
    await asyncio.gather(*talking)

    assert meeting.server_pid != killed
    assert [_durable(person) for person in scene.people] == before
    assert [person.room.seat for person in scene.people] == seats
    await _until_media_are_whole(scene)
    said = sorted(f"{one.name} {number}" for one in scene.people for number in range(LINES))
    for person in scene.people:
        await until(lambda one=person: len(one.room.chat) >= len(said))  # type: ignore[misc]
        assert sorted(line.text for line in person.room.chat) == said
        heard = [each.payload for each in person.told(told.ReceiveData)]
        assert len(heard) == len(set(heard))
    with pytest.raises(Blocked):
        await _come_as_villain(meeting)
    await scene.host.room.admit_peer(scene.host.room.lobby_peer_ids[0])
    await scene.zoe_joining


async def test_it_comes_back_again_and_again(meeting: KillableMeeting) -> None:
    host, ben = await meeting.host(), await meeting.join("Ben")
    for number in range(3):
        meeting.kill_server()
        await _until_back([host, ben], times=number + 1)
        await ben.room.local_peer.send_data(f"still here {number}", label="chat")
        await host.until_told(told.ReceiveData, payload=f"still here {number}")
    await until(lambda: host.hears(ben))
