"""One's devices in a real meeting: silence that comes while one opens, and changes in the lobby."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from proconf_tui.agent.entry import enter
from proconf_tui.agent.handlers import Host, prepare
from proconf_tui.agent.participant import Participant
from proconf_tui.control import commands
from proconf_tui.control import events as told
from proconf_tui.control.commands import Command
from proconf_tui.media.microphone import MicrophoneTrack, open_microphone
from proconf_tui.media.processing import VoiceProcessor
from proconf_tui.protocol.ids import Label
from proconf_tui.sdk import RemotePeer, Room
from tests.support.films import PictureServer
from tests.support.meeting import ROOM, Meeting, Person, meeting_server, until


@pytest.fixture
async def meeting() -> AsyncIterator[Meeting]:
    async with meeting_server() as made:
        yield made


@pytest.fixture
async def ada() -> AsyncIterator[Participant]:
    made = Participant(lambda event: None)
    yield made
    await made.aclose()


@pytest.fixture
def cameras() -> Iterator[PictureServer]:
    made = PictureServer()
    yield made
    made.stop()


class _Gate:
    """Holds up whoever opens a device of one spec, in a thread, until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, spec: str) -> None:
        self.is_reached = threading.Event()
        self.is_open = threading.Event()

        def open_late(name: str, processor: VoiceProcessor | None = None) -> MicrophoneTrack | None:
            if name == spec:
                self.is_reached.set()
                self.is_open.wait(30)
            return open_microphone(name, processor)

        monkeypatch.setattr("proconf_tui.agent.devices.open_microphone", open_late)


def _accept(ada: Participant, command: Command) -> asyncio.Task[object]:
    """Have a command accepted and begun as if its turn had come."""
    host = cast("Host", SimpleNamespace(participant=ada))
    work = prepare(host, command)

    async def carry_out() -> object:
        return await work()

    return asyncio.create_task(carry_out())


async def _join(meeting: Meeting, ada: Participant, *, role: str = "coHost") -> None:
    token = meeting.server.token("ada", role=role, name="Ada")
    await ada.enter(commands.JoinRoom(ROOM, token, meeting.server.url))


def _hears(host: Person, hz: float) -> bool:
    """Return whether a tone of ``hz``, and no other, has come lately."""
    return host.hears(cast("Person", SimpleNamespace(tone_hz=hz)))


async def test_a_mute_is_not_undone_by_a_device_that_takes_its_time(
    meeting: Meeting, ada: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = _Gate(monkeypatch, "tone:800")
    hana = await meeting.host(tracks=[])
    await ada.devices.open("tone:500", "none", "none")
    await _join(meeting, ada)
    await until(lambda: _hears(hana, 500))
    enabling = _accept(ada, commands.EnableAudio("tone:800"))
    await until(gate.is_reached.is_set)
    await _accept(ada, commands.Mute())
    await until(hana.hears)
    gate.is_open.set()
    await enabling
    peer = ada.room.local_peer
    assert peer.is_muted
    assert peer.tracks["audio"].media is ada.devices.microphone
    assert hana.hears()
    await _accept(ada, commands.Unmute())
    await until(lambda: _hears(hana, 800))


async def test_who_asks_to_be_heard_after_a_mute_is_heard(
    meeting: Meeting, ada: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = _Gate(monkeypatch, "tone:800")
    hana = await meeting.host(tracks=[])
    await ada.devices.open("none", "none", "none")
    await _join(meeting, ada)
    enabling = _accept(ada, commands.EnableAudio("tone:800"))
    await until(gate.is_reached.is_set)
    await asyncio.gather(*(_accept(ada, wish) for wish in (commands.Mute(), commands.Unmute())))
    gate.is_open.set()
    await enabling
    await until(lambda: _hears(hana, 800))
    await _accept(ada, commands.Mute())
    await _accept(ada, commands.EnableAudio())
    await until(lambda: _hears(hana, 800))


async def test_devices_changed_in_the_lobby_are_those_that_are_heard_and_seen(
    meeting: Meeting, ada: Participant
) -> None:
    hana = await meeting.host(tracks=[], locked=True)
    await ada.devices.open("tone:500", "none", "none")
    entering = asyncio.create_task(_join(meeting, ada, role="guest"))
    await until(lambda: hana.room.lobby_peer_ids)
    await ada.devices.open("tone:800", "test", None)
    await hana.room.admit_peer(hana.room.lobby_peer_ids[0])
    await entering
    await until(lambda: _hears(hana, 800))
    await until(lambda: _shows_anything(hana, ada))


async def test_a_device_changed_while_it_begins_to_be_sent_is_the_one_that_is_heard(
    meeting: Meeting, ada: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    hana = await meeting.host(tracks=[])
    await ada.devices.open("tone:500", "none", "none")

    async def enter_and_change(*asked: Any) -> Room:
        room = await enter(*asked)
        # As the room would have taken it, had the change come during its answer.
        sent = room.local_peer.tracks["audio"]
        await ada.devices.open("tone:800", None, None)
        await room.local_peer.replace_track(sent)
        return room

    monkeypatch.setattr("proconf_tui.agent.participant.enter", enter_and_change)
    await _join(meeting, ada)
    await until(lambda: _hears(hana, 800))


async def test_who_mutes_in_the_lobby_comes_in_muted(meeting: Meeting, ada: Participant) -> None:
    hana = await meeting.host(tracks=[], locked=True)
    await ada.devices.open("tone:500", "none", "none")
    entering = asyncio.create_task(_join(meeting, ada, role="guest"))
    await until(lambda: hana.room.lobby_peer_ids)
    await _accept(ada, commands.Mute())
    await hana.room.admit_peer(hana.room.lobby_peer_ids[0])
    await entering
    assert ada.room.local_peer.is_muted
    await _accept(ada, commands.Unmute())
    await until(lambda: _hears(hana, 500))


async def test_nobody_sees_the_last_picture_of_a_camera_that_is_lost(
    meeting: Meeting, ada: Participant, cameras: PictureServer
) -> None:
    hana = await meeting.host(tracks=[])
    await ada.devices.open("none", cameras.url("/live.mjpg"), "none")
    await _join(meeting, ada)
    await until(lambda: _shows_anything(hana, ada))
    peer_id, track = ada.room.local_peer.peer_id, _peer(hana, ada).get_track("video")

    cameras.stop()
    await hana.until_told(told.StreamPaused, peer_id=peer_id, label="video")
    await until(lambda: track.frame is None)
    # Off and on again changes nothing about that.
    await _accept(ada, commands.StopProducing("video"))
    await _accept(ada, commands.EnableVideo())
    await until(lambda: len(hana.told(told.StreamPaused)) == 2)

    cameras.start()
    await hana.until_told(told.StreamResumed, peer_id=peer_id, label="video")
    await until(lambda: _shows_anything(hana, ada))


async def test_what_is_paused_stays_so_when_devices_come_back(
    meeting: Meeting, ada: Participant, cameras: PictureServer
) -> None:
    hana = await meeting.host(tracks=[])
    await ada.devices.open("none", cameras.url("/live.mjpg"), "none")
    await _join(meeting, ada)
    await until(lambda: _shows_anything(hana, ada))
    await _accept(ada, commands.Pause("video"))
    cameras.stop()
    await until(lambda: ada.devices.is_lost("camera"))
    cameras.start()
    await until(lambda: not ada.devices.is_lost("camera"))
    # What is asked is done in order.
    await ada.room.local_peer.update_metadata({"is": "back"})
    await until(lambda: _peer(hana, ada).metadata == {"is": "back"})
    assert len(hana.told(told.StreamPaused)) == 1
    assert hana.told(told.StreamResumed) == []
    await _accept(ada, commands.Resume("video"))
    await hana.until_told(told.StreamResumed, label="video")


async def test_another_camera_in_place_of_a_lost_one_is_seen(
    meeting: Meeting, ada: Participant, cameras: PictureServer
) -> None:
    hana = await meeting.host(tracks=[])
    await ada.devices.open("none", cameras.url("/live.mjpg"), "none")
    cameras.stop()
    await until(lambda: ada.devices.is_lost("camera"))
    await _join(meeting, ada)
    await hana.until_told(told.StreamPaused, label="video")
    await ada.devices.open(camera="test")
    await until(lambda: _shows_anything(hana, ada))
    assert len(hana.told(told.StreamClosed)) == 0


async def test_what_is_shared_rests_while_its_source_is_lost(
    meeting: Meeting, cameras: PictureServer
) -> None:
    said: list[str] = []
    ada = Participant(lambda event: said.extend(_notices(event)))
    hana = await meeting.host(tracks=[])
    await ada.devices.open("none", "none", "none")
    await _join(meeting, ada)
    await _accept(ada, commands.Produce("screen", cameras.url("/live.mjpg")))
    await until(lambda: _shows_anything(hana, ada, "screen"))
    cameras.stop()
    await hana.until_told(told.StreamPaused, label="screen")
    cameras.start()
    await hana.until_told(told.StreamResumed, label="screen")
    await until(lambda: _shows_anything(hana, ada, "screen"))
    assert said[0].startswith("The video stream stopped giving pictures; ")
    assert said[1:] == ["The video stream is shown again."]
    await ada.aclose()


def _peer(host: Person, ada: Participant) -> RemotePeer:
    return host.room.get_remote_peer_by_id(ada.room.local_peer.peer_id)


def _notices(event: told.Event) -> list[str]:
    return [event.message] if isinstance(event, told.RoomNotification) else []


def _shows_anything(host: Person, ada: Participant, label: Label = "video") -> bool:
    peer = host.room.remote_peer_exists(ada.room.local_peer.peer_id)
    track = peer.find_track(label) if peer else None
    return track is not None and track.frame is not None
