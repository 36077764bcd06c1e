"""An agent played by the test itself: a room in memory behind the real control link.

The screen runs `agent_relay` as its agent; what it says arrives here as real lines, and what this
says goes back the same way. So the bridge, the codec and the child process in a test are real.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np

from proconf_tui.control import commands as c
from proconf_tui.control.codec import (
    decode_command_line,
    encode_error,
    encode_event,
    encode_result,
)
from proconf_tui.control.events import Event, NewPeerJoined, PeerLeft, RoomAwaiting, RoomLeft
from proconf_tui.control.pictures import PictureBuffer
from proconf_tui.control.results import Place
from proconf_tui.control.screen import (
    AgentReady,
    ControlsInfo,
    DeviceInfo,
    DeviceList,
    LobbyPeerInfo,
    OpenedDevices,
    PeerInfo,
    RoomSnapshot,
    SeatKept,
)
from proconf_tui.control.sound import (
    MediaStatistics,
    SoundProcessing,
    SoundTest,
    SoundTestEnded,
)
from proconf_tui.errors import ProconfError, choices_of
from proconf_tui.protocol.ids import PeerId, Role
from proconf_tui.protocol.messages import ServerReport
from tests.support.reports import NOTHING

T = TypeVar("T", bound=c.Command)
Answer = Callable[[Any], Awaitable[object]]
Painter = Callable[[c.TileRequest], "np.ndarray[Any, np.dtype[np.uint8]]"]

ME = PeerId("me-1")
RELAY = Path(__file__).with_name("agent_relay.py")


def peer(name: str, *, role: Role = "guest", **fields: Any) -> PeerInfo:
    """Return somebody with microphone and camera on; the id follows from the name."""
    defaults: dict[str, Any] = {
        "peer_id": PeerId(name.lower().replace(" ", "-")),
        "name": name,
        "role": role,
        "is_moderator": role in ("host", "coHost"),
        "joined_at": time.time(),
        "streams": {"audio": "live", "video": "live"},
    }
    return PeerInfo(**(defaults | fields))


def knocker(name: str, *, ago_s: float = 0.0) -> LobbyPeerInfo:
    """Return somebody who waits in the lobby."""
    return LobbyPeerInfo(PeerId(name.lower().replace(" ", "-")), name, time.time() - ago_s)


def flat(request: c.TileRequest) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return a picture of one colour, different for each slot."""
    rgb = np.zeros((request.height_px, request.width_px, 3), np.uint8)
    rgb[:] = (40 + 10 * request.slot, 90, 160)
    return rgb


class FakeAgent:
    """Listens at a socket; an async context manager. ``command`` is what the screen runs."""

    def __init__(self, directory: Path, *, role: Role = "host", waits: bool = False) -> None:
        self._socket = directory / "agent.sock"
        self.command = (sys.executable, "-S", str(RELAY), str(self._socket))
        self.me = peer("Ada", role=role, peer_id=ME)
        self.snapshot = RoomSnapshot(
            "connected",
            "myRoom",
            me=self.me,
            controls=ControlsInfo(room_locked=True),
            invite_url="http://127.0.0.1:8470/j/myRoom#token",
            created_at=time.time(),
        )
        self.told: RoomSnapshot | None = None
        """The newest that the screen was sent, whether it has handled it or not."""
        self.waits = waits
        self.heard: list[c.Command] = []
        self.connections = 0
        self.paint: Painter = flat
        self.opened = OpenedDevices("Built-in microphone", "Front camera", "Headphones")
        self.processing = SoundProcessing(True, True, True, False, "canceller")
        self.sound_test: SoundTest | None = SoundTest(-18.2, True)
        """What a test shows; None is one that lasts until it is ended."""
        self.statistics = MediaStatistics([])
        self.server_report = NOTHING
        self.entry_error: ProconfError | None = None
        self.tiles: list[c.TileRequest] = []
        self.pictures: PictureBuffer | None = None
        self._admitted = asyncio.Event()
        self._hung_up = asyncio.Event()
        self._sound_test_ended = asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._answers: dict[type[c.Command], Answer] = {
            c.AttachScreen: self._attach,
            c.ListDevices: self._list_devices,
            c.OpenDevices: self._open_devices,
            c.ShowTiles: self._show_tiles,
            c.StartMeeting: self._enter,
            c.JoinMeeting: self._enter,
            c.AdmitPeer: self._admit,
            c.AdmitAll: self._admit_all,
            c.DenyPeer: self._deny,
            c.KickPeer: self._kick,
            c.UpdateRoomControls: self._controls,
            c.UnblockPeer: self._unblock,
            c.Mute: self._mute,
            c.Unmute: self._unmute,
            c.EnableAudio: self._unmute,
            c.Close: self._close,
            c.SetVolume: self._set_volume,
            c.SetProcessing: self._set_processing,
            c.TrySound: self._try_sound,
            c.StopSoundTest: self._stop_sound_test,
            c.Statistics: self._statistics,
            c.ServerStatistics: self._server_statistics,
        }

    async def __aenter__(self) -> FakeAgent:
        self._server = await asyncio.start_unix_server(self._serve, self._socket)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.crash()
        self._server.close()
        if self.connections:
            await self._hung_up.wait()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.pictures is not None:
            self.pictures.close()

    # --- for the test ---

    async def tell(self, event: Event) -> None:
        """Print an event."""
        await self._write(encode_event(event))
        if isinstance(event, RoomSnapshot):
            self.told = event

    async def change(self, **fields: Any) -> None:
        """Change the room and tell the screen."""
        self.snapshot = msgspec.structs.replace(self.snapshot, **fields)
        await self.tell(self.snapshot)

    async def change_me(self, **fields: Any) -> None:
        """Change the screen's own participant."""
        self.me = msgspec.structs.replace(self.me, **fields)
        await self.change(me=self.me)

    async def let_in(self) -> None:
        """Admit the screen's own participant from the lobby."""
        self._admitted.set()

    def crash(self) -> None:
        """End the agent's process as a crash would."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def all_heard(self, kind: type[T]) -> list[T]:
        """Return all commands of this kind, oldest first."""
        return [command for command in self.heard if isinstance(command, kind)]

    def answer(self, kind: type[c.Command], answer: Answer) -> None:
        """Answer this command in another way; raise a `ProconfError` to refuse it."""
        self._answers[kind] = answer

    def repaint(self) -> None:
        """Write a picture for every tile."""
        if self.pictures is not None:
            for tile in self.tiles:
                self.pictures.write(tile.slot, self.paint(tile))

    # --- the link ---

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._hung_up.clear()
        self._writer = writer
        await self.tell(AgentReady("1"))
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                id_, command = decode_command_line(line)
                self.heard.append(command)
                task = asyncio.create_task(self._reply(id_, command))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        writer.close()
        self._hung_up.set()

    async def _reply(self, id_: int, command: c.Command) -> None:
        try:
            answer = self._answers.get(type(command))
            result = await answer(command) if answer else None
        except ProconfError as error:
            await self._write(encode_error(id_, error.code, error.message, choices_of(error)))
        else:
            await self._write(encode_result(id_, result))

    async def _write(self, line: bytes) -> None:
        if self._writer is not None:
            self._writer.write(line)
            with contextlib.suppress(ConnectionError):
                await self._writer.drain()

    # --- the room ---

    async def _attach(self, command: c.AttachScreen) -> None:
        if self.pictures is not None:
            self.pictures.close()
        self.pictures = PictureBuffer.open(Path(command.pictures))

    async def _list_devices(self, command: c.ListDevices) -> DeviceList:
        return DeviceList(
            [DeviceInfo("default", "Built-in microphone"), DeviceInfo("USB", "USB [/] microphone")],
            [DeviceInfo("default", "Headphones")],
            [DeviceInfo("default", "Front camera"), DeviceInfo("test", "Test pattern")],
        )

    async def _open_devices(self, command: c.OpenDevices) -> OpenedDevices:
        return self.opened

    async def _set_processing(self, command: c.SetProcessing) -> SoundProcessing:
        given = {k: v for k, v in msgspec.structs.asdict(command).items() if v is not None}
        self.processing = msgspec.structs.replace(self.processing, **given)
        return self.processing

    async def _try_sound(self, command: c.TrySound) -> SoundTest:
        if self.sound_test is None:
            await self._sound_test_ended.wait()
            raise SoundTestEnded
        return self.sound_test

    async def _stop_sound_test(self, command: c.StopSoundTest) -> None:
        self._sound_test_ended.set()

    async def _statistics(self, command: c.Statistics) -> MediaStatistics:
        return self.statistics

    async def _server_statistics(self, command: c.ServerStatistics) -> ServerReport:
        return self.server_report

    async def _show_tiles(self, command: c.ShowTiles) -> None:
        kept = {(tile.slot, tile.peer_id) for tile in self.tiles}
        for tile in command.tiles:
            if self.pictures is not None and (tile.slot, tile.peer_id) not in kept:
                self.pictures.clear(tile.slot)
        self.tiles = command.tiles
        asyncio.get_running_loop().call_later(0.05, self.repaint)

    async def _enter(self, command: c.StartMeeting | c.JoinMeeting) -> Place:
        if self.entry_error is not None:
            raise self.entry_error
        if command.participant_name:
            self.me = msgspec.structs.replace(self.me, name=command.participant_name)
        if self.waits and command.seat is None:
            await self.tell(RoomAwaiting("WAITING_FOR_PERMISSIONS", "A moderator will let you in."))
            await self.tell(RoomSnapshot("waiting", self.snapshot.room_id))
            await self._admitted.wait()
        await self.tell(SeatKept(ME, "resume-key"))
        await self.change(me=self.me)
        return Place("myRoom", ME, self.snapshot.invite_url)

    async def _admit(self, command: c.AdmitPeer) -> None:
        for waiting in [w for w in self.snapshot.lobby if w.peer_id == command.peer_id]:
            joined = peer(waiting.name, peer_id=waiting.peer_id)
            await self.change(
                lobby=[w for w in self.snapshot.lobby if w is not waiting],
                peers=[*self.snapshot.peers, joined],
            )
            await self.tell(NewPeerJoined(joined.peer_id, joined.name, "guest", {}))

    async def _admit_all(self, command: c.AdmitAll) -> None:
        for waiting in self.snapshot.lobby:
            await self._admit(c.AdmitPeer(waiting.peer_id))

    async def _deny(self, command: c.DenyPeer) -> None:
        await self.change(lobby=[w for w in self.snapshot.lobby if w.peer_id != command.peer_id])

    async def _kick(self, command: c.KickPeer) -> None:
        for gone in [p for p in self.snapshot.peers if p.peer_id == command.peer_id]:
            await self.change(peers=[p for p in self.snapshot.peers if p is not gone])
            await self.tell(PeerLeft(gone.peer_id, gone.name, gone.role, "KICKED"))

    async def _controls(self, command: c.UpdateRoomControls) -> None:
        controls = self.snapshot.controls
        given = {k: v for k, v in msgspec.structs.asdict(command).items() if v is not None}
        if (sources := given.get("allow_produce_sources")) is not None:
            given["allow_produce_sources"] = {**controls.allow_produce_sources, **sources}
        await self.change(controls=msgspec.structs.replace(controls, **given))

    async def _unblock(self, command: c.UnblockPeer) -> None:
        blocked = [one for one in self.snapshot.blocked if one.identity != command.identity]
        await self.change(blocked=blocked)

    async def _mute(self, command: c.Command) -> None:
        await self.change_me(streams={**self.me.streams, "audio": "paused"})

    async def _unmute(self, command: c.Command) -> None:
        await self.change_me(streams={**self.me.streams, "audio": "live"})

    async def _set_volume(self, command: c.SetVolume) -> None:
        changed = [
            msgspec.structs.replace(p, volume=command.gain) if p.peer_id == command.peer_id else p
            for p in self.snapshot.peers
        ]
        await self.change(peers=changed)

    async def _close(self, command: c.Close) -> None:
        await self.tell(RoomLeft())
