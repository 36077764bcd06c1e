"""Oneself in a room: what one sends, says and is.

What is asked of the server is decided there; here is only what must not wait for it, such as
silence. It knows the devices by their specs and no connection.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from types import MappingProxyType

from aiortc import MediaStreamTrack

from proconf_tui.errors import (
    DeviceUnavailable,
    PeerNotFound,
    PermissionDenied,
    ProconfError,
)
from proconf_tui.protocol.ids import SOURCE_OF, Label, PeerId, Role
from proconf_tui.protocol.messages import (
    PauseStream,
    Produce,
    ResumeStream,
    StopProducing,
)
from proconf_tui.room.model import Participant
from proconf_tui.room.permissions import Permissions
from proconf_tui.sdk.calls import Call
from proconf_tui.sdk.emitter import Json
from proconf_tui.sdk.expression import Expression, UntilBack
from proconf_tui.sdk.media_link import MediaLink
from proconf_tui.sdk.tracks import LocalTrack, open_local_track
from proconf_tui.sdk.view import RoomView


class LocalPeer(Expression):
    """One's own live handle; ``media`` is None for who joined without."""

    def __init__(
        self, view: RoomView, call: Call, media: MediaLink | None, until_back: UntilBack
    ) -> None:
        super().__init__(call, until_back)
        self._view = view
        self._media = media
        self._tracks: dict[Label, LocalTrack] = {}
        self._producing: set[Label] = set()
        self._opened: dict[Label, LocalTrack] = {}
        self._is_muted = False
        self._mutes = 0

    # --- who one is -----------------------------------------------------------------------------

    @property
    def peer_id(self) -> PeerId:
        """One's id in this room."""
        return self._me.peer_id

    @property
    def name(self) -> str:
        """The name that the others see."""
        return self._me.name

    @property
    def role(self) -> Role:
        """One's role now."""
        return self._me.role

    @property
    def permissions(self) -> Permissions:
        """What one may do, before the room's controls take from it."""
        return self._me.permissions

    @property
    def metadata(self) -> Json:
        """One's own metadata, as a copy."""
        return dict(self._me.metadata)

    @property
    def labels(self) -> list[Label]:
        """The streams one publishes, as the room knows it."""
        return list(self._me.streams)

    @property
    def tracks(self) -> Mapping[Label, LocalTrack]:
        """The tracks at hand, published or not."""
        return MappingProxyType(self._tracks)

    @property
    def is_muted(self) -> bool:
        """Whether one is silent by `mute`; the others see it once the room was told."""
        return self._is_muted

    @property
    def _seated_as(self) -> PeerId | None:
        return self._view.me

    @property
    def _me(self) -> Participant:
        participant = self._view.participant
        if participant is None:
            raise PeerNotFound("You are not in the meeting (any more).")
        return participant

    # --- streams --------------------------------------------------------------------------------

    async def enable_audio(
        self, track: LocalTrack | None = None, *, device: str = "default"
    ) -> None:
        """Publish ``track``, else the one at hand, else the microphone ``device``.

        Raises:
            PermissionDenied: the role or the room forbids it.
            DeviceUnavailable: there is no such microphone.
        """
        await self._enable("audio", track, device)

    async def disable_audio(self) -> None:
        """Stop publishing sound."""
        await self._disable("audio")

    async def enable_video(
        self, track: LocalTrack | None = None, *, device: str = "default"
    ) -> None:
        """Publish ``track``, else the one at hand, else the camera ``device``.

        Raises:
            PermissionDenied: the role or the room forbids it.
            DeviceUnavailable: there is no such camera.
        """
        await self._enable("video", track, device)

    async def disable_video(self) -> None:
        """Stop publishing pictures."""
        await self._disable("video")

    async def produce(self, label: Label, track: LocalTrack | MediaStreamTrack) -> None:
        """Publish ``track`` under ``label``, in place of what is published there.

        Raises:
            PermissionDenied: the role or the room forbids it, or one joined without media.
        """
        media = self._require_media()
        kept = track if isinstance(track, LocalTrack) else LocalTrack(label, label, track)
        await self._call(Produce(label))
        self._tracks[label] = kept
        self._producing.add(label)
        kept.set_muted(False)
        media.send(label, kept.media)
        await self._unpause(label)
        await media.open([label])

    async def _unpause(self, label: Label) -> None:
        if label == "audio":
            self._is_muted = False
        # Be it paused just now, or in an earlier life of this seat.
        stream = self._me.streams.get(label)
        if stream is not None and stream.is_paused:
            await self._call(ResumeStream(label))

    async def stop_producing(self, label: Label) -> None:
        """Stop publishing under ``label``; the track stays at hand."""
        self.stream_closed(label)
        await self._call(StopProducing(label))

    async def mute(self) -> None:
        """Be silent from this moment on; the stream stays.

        Raises:
            ConnectionLost: one is silent all the same; the room is told when one is back.
        """
        self._mutes += 1
        self._is_muted = True
        self._silence(is_muted=True)
        if "audio" in self._producing:
            await self._call(PauseStream("audio"))

    async def unmute(self) -> None:
        """Be heard again.

        Raises:
            ConnectionLost: one stays silent.
        """
        mutes = self._mutes
        if "audio" in self._producing:
            await self._call(ResumeStream("audio"))
        if mutes == self._mutes:
            self._is_muted = False
            self._silence(is_muted=False)

    async def replace_track(self, track: LocalTrack) -> None:
        """Use ``track`` instead of the one at hand for its label; published ones change at once."""
        self._tracks[track.label] = track
        if track.label in self._producing and self._media is not None:
            self._media.send(track.label, track.media)
        if track.label == "audio" and self._is_muted:
            self._silence(is_muted=True)

    # --- what the room tells --------------------------------------------------------------------

    def stream_closed(self, label: Label) -> None:
        """Send nothing more under ``label``, whoever closed it."""
        self._producing.discard(label)
        if label == "audio":
            self._is_muted = False
        if self._media is not None:
            self._media.send(label, None)

    async def drop_unfed(self) -> None:
        """Stop the streams of an earlier life of this seat that nobody feeds any more."""
        for label in [each for each in self.labels if each not in self._producing]:
            await self.stop_producing(label)

    async def come_back(self, *, is_new: bool) -> None:
        """Bring what is sent in line with the room after a gap.

        In a kept seat, what the room no longer has was closed meanwhile. One who came in anew
        publishes again. Who was muted while away is now seen to be.
        """
        for label in sorted(self._producing - self._me.streams.keys()):
            if is_new and await self._may_publish_again(label):
                continue
            self.stream_closed(label)
        # What fails because the connection is gone again is done when that is back.
        with contextlib.suppress(ProconfError):
            await self._tell_if_muted()

    async def aclose(self) -> None:
        """Release the devices that were opened here."""
        opened, self._opened = self._opened, {}
        await asyncio.gather(*(track.stop() for track in opened.values()))

    # --------------------------------------------------------------------------------------------

    async def _enable(self, label: Label, track: LocalTrack | None, device: str) -> None:
        track = track or self._tracks.get(label)
        if track is None:
            rights = self._view.rights
            if rights is not None and not rights.may_produce(SOURCE_OF[label]):
                # No device is opened in vain; the server says why not.
                await self._call(Produce(label))
            track = self._opened[label] = await _opened(label, device)
        await self.produce(label, track)

    async def _disable(self, label: Label) -> None:
        await self.stop_producing(label)
        opened = self._opened.pop(label, None)
        if opened is not None:
            self._tracks.pop(label, None)
            await opened.stop()

    async def _may_publish_again(self, label: Label) -> bool:
        try:
            await self._call(Produce(label))
        except ProconfError:
            return False
        return True

    async def _tell_if_muted(self) -> None:
        stream = self._me.streams.get("audio")
        if stream is None or "audio" not in self._producing:
            return
        if stream.is_paused != self._is_muted:
            await self._call(PauseStream("audio") if self._is_muted else ResumeStream("audio"))

    def _silence(self, *, is_muted: bool) -> None:
        track = self._tracks.get("audio")
        if track is None or self._media is None:
            return
        if not track.set_muted(is_muted) and "audio" in self._producing:
            self._media.send("audio", None if is_muted else track.media)

    def _require_media(self) -> MediaLink:
        if self._media is None:
            raise PermissionDenied("This participant joined without media and cannot publish.")
        return self._media


async def _opened(label: Label, device: str) -> LocalTrack:
    name = "microphone" if label == "audio" else "camera"
    track = await open_local_track(label, device, name)
    if track is None:
        raise DeviceUnavailable(f"No {name} was chosen; choose one to be heard or seen.")
    return track
