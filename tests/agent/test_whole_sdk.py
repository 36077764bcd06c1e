"""The whole sdk over the link: an agent in a real meeting, asked everything, watched by others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from proconf_tui.control import codec, commands, events
from proconf_tui.control.codec import Failure, Result
from proconf_tui.control.commands import COMMANDS, Command, RemotePeerCommand
from proconf_tui.control.pictures import PictureBuffer
from proconf_tui.control.results import LocalPeerInfo, Place
from proconf_tui.protocol.ids import Identity, Label, PeerId
from proconf_tui.protocol.messages import SizePx, WatchedStream
from tests.support.agent_child import AgentChild
from tests.support.meeting import ROOM, Meeting, Person, meeting_server, until


class _Agent:
    """An agent's process, asked without holding up this loop."""

    def __init__(self, child: AgentChild) -> None:
        self.child = child
        self.place = Place("", PeerId(""))

    async def ask(self, command: Command) -> Any:
        """Return the result, in the type that the command says it has."""
        answer = await asyncio.to_thread(self.child.ask_for_answer, command)
        assert isinstance(answer, Result), (command, answer)
        return codec.read_result(answer, command.result) if command.result else answer.result

    async def refused(self, command: Command) -> str:
        """Return the code of the refusal."""
        answer = await asyncio.to_thread(self.child.ask_for_answer, command)
        assert isinstance(answer, Failure), (command, answer)
        return answer.code


@pytest.fixture
async def meeting() -> AsyncIterator[Meeting]:
    async with meeting_server() as made:
        yield made


@pytest.fixture
async def hana(meeting: Meeting) -> Person:
    return await meeting.host("Hana")


@pytest.fixture
async def agent(meeting: Meeting, hana: Person) -> AsyncIterator[_Agent]:
    """An agent that is in, as a moderator, with a tone and a moving picture."""
    with AgentChild() as child:
        made = _Agent(child)
        await made.ask(commands.OpenDevices(microphone="tone", camera="test", speaker="none"))
        token = meeting.server.token("ada", role="coHost", name="Ada")
        made.place = await made.ask(commands.JoinRoom(ROOM, token, meeting.server.url))
        yield made
        child.close_input()
        assert await asyncio.to_thread(child.wait_until_ended) == 0


def _readings(hana: Person) -> Iterator[Command]:
    """Every command that only looks, of oneself, the room and Hana."""
    for kind in COMMANDS.values():
        required = {field.name for field in msgspec.structs.fields(kind) if field.required}
        if kind.result is None or kind.target in ("agent", "manager"):
            continue
        if issubclass(kind, RemotePeerCommand) and required == {"peer_id"}:
            yield kind(hana.peer_id)
        elif not required:
            yield kind()


async def test_everything_that_can_be_read_has_the_type_it_is_said_to_have(
    agent: _Agent, hana: Person
) -> None:
    asked = [(reading, await agent.ask(reading)) for reading in _readings(hana)]
    told = {reading.method: answer for reading, answer in asked}
    assert len(told) > 25
    me = agent.place.peer_id
    assert told["room_id"] == ROOM
    assert told["state"] == "connected"
    assert told["peer_ids"] == [hana.peer_id]
    assert told["is_moderator"] is True
    assert told["local_peer.name"] == "Ada"
    assert told["local_peer.role"] == "coHost"
    assert told["local_peer"] == hana_sees_me(hana, me)
    assert told["remote_peer.name"] == "Hana"
    assert told["remote_peers"][hana.peer_id].role == "host"
    assert told["state_view"].participants.keys() == {hana.peer_id, me}
    assert told["seat"].peer_id == me
    assert agent.place.remote_peers[0].name == "Hana"


def hana_sees_me(hana: Person, me: str) -> LocalPeerInfo:
    peer = hana.room.get_remote_peer_by_id(me)
    return LocalPeerInfo(
        peer.peer_id, peer.name, peer.role, peer.permissions, peer.metadata, peer.labels, False
    )


async def test_people_are_found_by_their_id(agent: _Agent, hana: Person) -> None:
    found = await agent.ask(commands.GetRemotePeerById(hana.peer_id))
    assert (found.name, found.role, found.is_connected) == ("Hana", "host", True)
    assert await agent.ask(commands.RemotePeerExists(hana.peer_id)) == found
    assert await agent.ask(commands.RemotePeerExists(PeerId("nobody"))) is None
    assert await agent.refused(commands.GetRemotePeerById(PeerId("nobody"))) == "PEER_NOT_FOUND"
    track = await agent.ask(commands.GetTrack(hana.peer_id, "audio"))
    assert (track.kind, track.is_enabled) == ("audio", True)
    assert await agent.refused(commands.GetTrack(hana.peer_id, "screen")) == "PEER_NOT_FOUND"


async def test_what_one_says_and_shows_reaches_the_others(agent: _Agent, hana: Person) -> None:
    me = agent.place.peer_id
    await agent.ask(commands.React("👏"))
    await hana.until_told(events.ReceiveData, from_=me, payload="👏", label="reaction")
    await agent.ask(commands.SendData("hello", to=[hana.peer_id], label="chat"))
    await hana.until_told(events.ReceiveData, from_=me, payload="hello", label="chat")
    (line,) = await agent.ask(commands.Chat())
    assert (line.text, line.to) == ("hello", hana.peer_id)
    await agent.ask(commands.UpdateOwnMetadata({"mood": "fine"}))
    await hana.until_told(events.PeerMetadataUpdated, peer_id=me, metadata={"mood": "fine"})
    await agent.ask(commands.UpdateOwnRole("member"))
    await hana.until_told(events.RoomRoleUpdated, peer_id=me, new_role="guest")


async def test_a_screen_is_shown_and_taken_away(agent: _Agent, hana: Person) -> None:
    me = agent.place.peer_id
    assert await agent.refused(commands.Produce("screen", "none")) == "DEVICE_UNAVAILABLE"
    assert await agent.refused(commands.Produce("screen", "/no/film")) == "DEVICE_UNAVAILABLE"
    await agent.ask(commands.Produce("screen", "test"))
    await hana.until_told(events.StreamAdded, peer_id=me, label="screen")
    screen = hana.room.get_remote_peer_by_id(me).get_track("screen")
    await until(lambda: screen.frame is not None)
    await agent.ask(commands.Produce("screen", "test"))
    await agent.ask(commands.StopProducing("screen"))
    await hana.until_told(events.StreamClosed, peer_id=me, label="screen", reason="STOPPED")


async def test_a_device_can_be_named_when_it_is_enabled(agent: _Agent, hana: Person) -> None:
    me = agent.place.peer_id
    assert await agent.refused(commands.EnableVideo("/no/film")) == "DEVICE_UNAVAILABLE"
    assert "video" in (await agent.ask(commands.LocalPeer())).labels
    await agent.ask(commands.OpenDevices(camera="none"))
    await hana.until_told(events.StreamClosed, peer_id=me, label="video")
    assert await agent.refused(commands.EnableVideo()) == "DEVICE_UNAVAILABLE"
    await agent.ask(commands.EnableVideo("test"))
    await until(lambda: "video" in hana.room.get_remote_peer_by_id(me).labels)
    await agent.ask(commands.DisableAudio())
    await hana.until_told(events.StreamClosed, peer_id=me, label="audio")
    await agent.ask(commands.Produce("audio", "tone"))
    await until(lambda: "audio" in hana.room.get_remote_peer_by_id(me).labels)


async def test_a_moderator_keeps_order(agent: _Agent, hana: Person, meeting: Meeting) -> None:
    ben = meeting.person("Ben")
    token = meeting.server.token("ben", name="Ben")
    await ben.manager.join_room(ROOM, token, has_media=False, on_room=ben.listen)
    await ben.room.local_peer.raise_hand()
    await agent.ask(commands.LowerHandOf(ben.peer_id))
    await ben.until_told(events.HandLowered, peer_id=ben.peer_id)
    assert await agent.refused(commands.UpdateRole(ben.peer_id, "moderator")) == "PERMISSION_DENIED"
    await agent.ask(commands.UpdateRole(ben.peer_id, "listener"))
    await ben.until_told(events.RoomRoleUpdated, new_role="listener")
    await agent.ask(commands.UpdateRole(ben.peer_id, "member"))
    await ben.until_told(events.RoomRoleUpdated, new_role="guest")
    await agent.ask(commands.UpdatePermissions(ben.peer_id, {"can_send_data": False}))
    await until(lambda: not ben.room.local_peer.permissions.can_send_data)
    await agent.ask(commands.SetVolume(hana.peer_id, 0.5))
    assert await agent.refused(commands.SetVolume(hana.peer_id, 5.0)) == "CONFIG"
    await agent.ask(commands.KickPeer(ben.peer_id, block=True))
    await until(lambda: hana.room.blocked)
    assert await agent.ask(commands.Blocked()) == ["ben"]
    await agent.ask(commands.UnblockPeer(Identity("ben")))
    await until(lambda: not hana.room.blocked)
    assert await agent.ask(commands.Blocked()) == []


async def test_what_a_screen_shows_is_watched_and_nothing_without_one(
    agent: _Agent, hana: Person, tmp_path: Path
) -> None:
    media = hana.room._session.media
    assert media is not None

    def wanted() -> dict[Label, SizePx | None]:
        return media._publisher._wanted

    await until(lambda: wanted() == {})
    await agent.ask(commands.Watch([WatchedStream(hana.peer_id, "video", 320, 180)]))
    await until(lambda: wanted() == {"video": SizePx(320, 180)})
    buffer = PictureBuffer.create(tmp_path / "pictures", slots=1)
    await agent.ask(commands.AttachScreen(str(tmp_path / "pictures")))
    await until(lambda: wanted() == {})
    tile = commands.TileRequest(0, hana.peer_id, "video", 40, 24, pixel_aspect=0.5)
    await agent.ask(commands.ShowTiles([tile]))
    await until(lambda: wanted() == {"video": SizePx(40, 48)})
    await until(lambda: buffer.read(0))
    shown = buffer.read(0)
    assert shown is not None
    assert shown.rgb.shape == (24, 40, 3)
    assert abs(float(np.median(shown.rgb[12])) - hana.luma) < 40
    await agent.ask(commands.ShowTiles([]))
    await until(lambda: wanted() == {})
    buffer.close()
