"""One person in a meeting: their devices, the room they are in, and what is sent of them.

It speaks to the sdk and the media layer and to nobody outside; what happens goes to ``tell``.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final, cast

from aiortc import MediaStreamTrack

from proconf_tui.agent.answers import answer
from proconf_tui.agent.devices import Devices, Kind
from proconf_tui.agent.entry import Entry, enter, token_of
from proconf_tui.agent.own_pictures import OwnPictures
from proconf_tui.agent.own_voice import OwnVoice
from proconf_tui.agent.sharing import SharedScreen
from proconf_tui.agent.sight import Sight
from proconf_tui.agent.sound_check import SoundCheck
from proconf_tui.agent.wishes import IsOvertaken, Wishes
from proconf_tui.control.events import Event, RoomNotification, StreamClosed
from proconf_tui.control.results import Place
from proconf_tui.control.screen import DeviceLost
from proconf_tui.control.sound import DeviceReturned
from proconf_tui.errors import DeviceUnavailable, PeerNotFound, ProconfError
from proconf_tui.media.camera import CameraTrack
from proconf_tui.media.microphone import MicrophoneTrack
from proconf_tui.media.mixer import Mixer
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.sdk import LocalTrack, ProconfManager, Room, WatchedStream

_log = logging.getLogger(__name__)

_IN: Final = ("connected", "reconnecting")
_NO_DEVICE: Final = {
    "audio": "No microphone is open; choose one first.",
    "video": "No camera is open; choose one first.",
}


class EntryCancelled(ProconfError):
    """One has left before the meeting let one in."""

    code = "ENTRY_CANCELLED"
    default_message = "You have left before the meeting let you in."


class Participant:
    """Devices that live as long as the process, and at most one room at a time."""

    def __init__(self, tell: Callable[[Event], None]) -> None:
        self._tell = tell
        self._mixer = Mixer()
        self.devices = Devices(self, self._mixer)
        self._screen = SharedScreen(self._screen_changed)
        self._manager: ProconfManager | None = None
        self._room: Room | None = None
        self._watched: list[WatchedStream] = []
        self.sight = Sight(self.devices, lambda: self._room, self._screen.latest)
        self.sound_check = SoundCheck(self.devices, self._mixer)
        self._own_pictures = OwnPictures(self.devices, self._screen, lambda: self._room)
        voice = OwnVoice(self.devices, self.sound_check, lambda: self._room, tell)
        self.wishes = Wishes()
        self._looking = asyncio.create_task(voice.go_on_looking(), name="microphone watch")
        self.has_left = False
        self._entering: asyncio.Task[Room] | None = None
        self._listening: asyncio.Task[None] | None = None

    # --- coming and going -------------------------------------------------------------------------

    @property
    def room(self) -> Room:
        """The room one is in or waits for.

        Raises:
            PeerNotFound: there is none.
        """
        if self._room is None:
            raise PeerNotFound("You are in no meeting; start or join one first.")
        return self._room

    async def enter(self, asked: Entry) -> Place:
        """Start or join the meeting ``asked`` for, and return where one is once admitted.

        Raises:
            EntryCancelled: one has left meanwhile.
            ProconfError: one is not let in.
        """
        self.has_left = False
        self.sound_check.end()
        await self._drop_manager()
        self._manager = ProconfManager(asked.url, token=token_of(asked), mixer=self._mixer)
        room = await self._entered(
            enter(self._manager, asked, lambda: self._tracks(asked), self._room_made)
        )
        self.sound_check.end()
        for label in list(room.local_peer.tracks):
            await self._catch_up(label)
        await self._own_pictures.look()
        return cast("Place", answer(room))

    async def enter_unless_left(self, asked: Entry) -> Place:
        """Do as `enter` does, unless one has left before it could begin."""
        if self.has_left:
            raise EntryCancelled
        return await self.enter(asked)

    async def close(self, reason: Any) -> None:
        """Leave or end the meeting; one who still waits to come in waits no longer."""
        self.has_left = True
        self.sound_check.end()
        if self._entering is not None:
            self._entering.cancel()
            await asyncio.wait([self._entering])
        elif self._room is not None:
            await self._room.close(reason)
            await self._screen.aclose()

    async def aclose(self) -> None:
        """Leave, and release everything."""
        with contextlib.suppress(ProconfError):
            await self.close("LEFT")
        await self._drop_manager()
        self._looking.cancel()
        await asyncio.wait([self._looking])
        await self._own_pictures.aclose()
        await self.devices.aclose()

    async def _entered(self, entering: Awaitable[Room]) -> Room:
        self._entering = asyncio.ensure_future(entering)
        try:
            return await self._entering
        except asyncio.CancelledError:
            if not self._entering.cancelled():
                self._entering.cancel()
                raise
            raise EntryCancelled from None
        finally:
            self._entering = None

    async def _drop_manager(self) -> None:
        manager, self._manager = self._manager, None
        self._room = None
        if manager is not None:
            await manager.aclose()
        await self._screen.aclose()
        if self._listening is not None:
            # Ends by itself: a closed room's events do.
            await asyncio.wait([self._listening], timeout=1.0)
            self._listening = None

    def _room_made(self, room: Room) -> None:
        self._room = room
        room.watch(self._watched)
        # The stream begins now, before the room has anything to tell.
        self._listening = asyncio.create_task(self._listen(room.events()), name="room events")

    async def _listen(self, events: AsyncIterator[Event]) -> None:
        async for event in events:
            self._tell(event)
            if isinstance(event, StreamClosed) and event.label == "screen":
                await self._screen_closed(event.peer_id)

    async def _screen_closed(self, peer_id: PeerId) -> None:
        seat = self._room.seat if self._room else None
        if seat is not None and seat.peer_id == peer_id:
            await self._screen.aclose()

    # --- what is sent and received ----------------------------------------------------------------

    async def produce(self, label: Label, source: str, is_overtaken: IsOvertaken) -> None:
        """Open ``source`` and publish it under ``label``, a voice as `enable` does.

        Raises:
            DeviceUnavailable: it cannot be opened.
        """
        if label == "screen":
            await self._screen.show(source, self._show)
            await self._own_pictures.look()
        else:
            await self.enable(label, source, is_overtaken)

    async def enable(self, label: Label, device: str | None, is_overtaken: IsOvertaken) -> None:
        """Publish the open microphone (``audio``) or camera (``video``), or open ``device`` first.

        Who has muted since they asked for it stays muted.

        Raises:
            DeviceUnavailable: none is open, or it cannot be opened.
        """
        if device is not None:
            kind: Kind = "microphone" if label == "audio" else "camera"
            opened = await self.devices.open(**{kind: device})
            if problem := opened.problems.get(kind):
                raise DeviceUnavailable(problem)
        track = self._track(label)
        if track is None:
            raise DeviceUnavailable(_NO_DEVICE[label])
        if label == "audio":
            self.sound_check.end()
        peer = self.room.local_peer
        try:
            await peer.produce(label, track, stays_muted=is_overtaken())
        finally:
            await self._catch_up(label)
            await self._own_pictures.look()

    def watch(self, streams: list[WatchedStream]) -> None:
        """Receive these pictures and no others, in this meeting and in later ones."""
        self._watched = streams
        if self._room is not None:
            self._room.watch(streams)

    async def unmute(self) -> None:
        """Be heard again, as `LocalPeer.unmute` does it; a sound test ends."""
        self.sound_check.end()
        await self.room.local_peer.unmute()

    async def _show(self, track: LocalTrack) -> None:
        await self.room.local_peer.produce("screen", track)

    def _screen_changed(self, said: str) -> None:
        self._tell(RoomNotification(DeviceUnavailable.code, said))
        self._own_pictures.look_soon()

    async def microphone_changed(self, track: MicrophoneTrack | None) -> None:
        await self.sound_check.ended()
        await self._send_instead("audio", track)

    async def camera_changed(self, track: CameraTrack | None) -> None:
        await self._send_instead("video", track)
        await self._own_pictures.look()

    def speaker_changed(self) -> None:
        self.sound_check.end()

    def device_lost(self, kind: Kind, reason: str) -> None:
        self._tell(DeviceLost(kind, reason))
        self._own_pictures.look_soon()

    def device_returned(self, kind: Kind, name: str) -> None:
        self._tell(DeviceReturned(kind, name))
        self._own_pictures.look_soon()

    async def _send_instead(self, label: Label, media: MediaStreamTrack | None) -> None:
        if self._room is None or self._room.state not in _IN:
            return
        peer = self._room.local_peer
        try:
            if media is not None:
                await peer.replace_track(LocalTrack(label, label, media))
            elif label in peer.labels:
                await peer.stop_producing(label)
        except ProconfError as error:
            _log.warning("the room was not told of the changed device: %s", error)

    async def _catch_up(self, label: Label) -> None:
        """Send the device that is open now, if it was changed while another began to be sent."""
        if self._room is None or label == "screen":
            return
        sent, now = self._room.local_peer.tracks.get(label), self._track(label)
        if sent is not None and (now is None or now.media is not sent.media):
            await self._send_instead(label, now.media if now else None)

    def _tracks(self, asked: Entry) -> list[LocalTrack]:
        wanted: list[tuple[Label, bool]] = [
            ("audio", asked.with_audio),
            ("video", asked.with_video),
        ]
        tracks = [self._track(label) for label, is_wanted in wanted if is_wanted]
        return [track for track in tracks if track is not None]

    def _track(self, label: Label) -> LocalTrack | None:
        media = self.devices.microphone if label == "audio" else self.devices.camera
        return LocalTrack(label, label, media) if media is not None else None
