"""Oneself in a room: what one sends, says and is.

What is asked of the server is decided there; here is only what must not wait for it, such as
silence. It knows the devices by their specs and no connection.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from aiortc import MediaStreamTrack

from proconf_tui.errors import (
    DeviceUnavailable,
    PeerNotFound,
    PermissionDenied,
    ProconfError,
)
from proconf_tui.protocol.ids import SOURCE_OF, Label, PeerId, Role
from proconf_tui.protocol.messages import Produce, StopProducing
from proconf_tui.room.model import Participant, StreamState
from proconf_tui.room.permissions import Permissions
from proconf_tui.sdk.calls import Call
from proconf_tui.sdk.emitter import Json
from proconf_tui.sdk.expression import Expression, UntilBack
from proconf_tui.sdk.media_link import MediaLink
from proconf_tui.sdk.muting import Muting
from proconf_tui.sdk.pausing import Pausing
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
        is_sent, stream = self._producing.__contains__, self._stream
        self._muting = Muting(
            call, partial(self._send, "audio"), partial(is_sent, "audio"), partial(stream, "audio")
        )
        self._pausing = Pausing(call, is_sent, stream, media)

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
        return self._muting.is_muted

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

    async def produce(
        self,
        label: Label,
        track: LocalTrack | MediaStreamTrack,
        *,
        stays_muted: bool = False,
    ) -> None:
        """Publish ``track`` under ``label``, in place of what is published there.

        One is heard by it, unless one mutes meanwhile, or is muted already and ``stays_muted``.

        Raises:
            PermissionDenied: the role or the room forbids it, or one joined without media.
        """
        kept = track if isinstance(track, LocalTrack) else LocalTrack(label, label, track)
        stays = (lambda: True) if stays_muted else self._muting.watch()
        await self._produce(label, kept, stays)

    async def stop_producing(self, label: Label) -> None:
        """Stop publishing under ``label``; the track stays at hand."""
        self.stream_closed(label)
        await self._call(StopProducing(label))

    async def mute(self) -> None:
        """Be silent from this moment on; the stream stays.

        Raises:
            ConnectionLost: one is silent all the same; the room is told when one is back.
        """
        await self._muting.mute()

    async def unmute(self) -> None:
        """Be heard again, unless one mutes meanwhile.

        Raises:
            ConnectionLost: one stays silent.
        """
        await self._muting.unmute()

    async def pause(self, label: Label) -> None:
        """Show nobody the pictures under ``label`` for now; the stream stays. Sound is muted.

        Raises:
            ConnectionLost: the room is told when one is back.
        """
        await (self.mute() if label == "audio" else self._pausing.pause(label))

    async def resume(self, label: Label) -> None:
        """Undo `pause`; where that fails the room is told when one is back, but of no sound."""
        await (self.unmute() if label == "audio" else self._pausing.resume(label))

    async def source_lost(self, label: Label, *, is_lost: bool) -> None:
        """Have pictures rest while their source gives none, whatever one wishes by `pause`."""
        await self._pausing.source_lost(label, is_lost=is_lost)

    async def replace_track(self, track: LocalTrack) -> None:
        """Use ``track`` instead of the one at hand for its label; published ones change at once."""
        self._tracks[track.label] = track
        self._send(track.label)

    # --- what the room tells --------------------------------------------------------------------

    def stream_closed(self, label: Label) -> None:
        """Send nothing more under ``label``, whoever closed it."""
        self._producing.discard(label)
        self._pausing.forget(label)
        if self._media is not None:
            self._media.send(label, None)

    async def drop_unfed(self) -> None:
        """Stop the streams of an earlier life of this seat that nobody feeds any more."""
        for label in [each for each in self.labels if each not in self._producing]:
            await self.stop_producing(label)

    async def come_back(self, *, is_new: bool) -> None:
        """Bring what is sent in line with the room after a gap.

        In a kept seat, what the room no longer has was closed meanwhile. One who came in anew
        publishes again. What was muted or paused while away is now seen to be.
        """
        for label in sorted(self._producing - self._me.streams.keys()):
            if is_new and await self._may_publish_again(label):
                continue
            self.stream_closed(label)
        # What fails because the connection is gone again is done when that is back.
        with contextlib.suppress(ProconfError):
            await self._muting.tell()
            for label in sorted(self._producing - {"audio"}):
                await self._pausing.tell(label)

    async def aclose(self) -> None:
        """Release the devices that were opened here."""
        opened, self._opened = self._opened, {}
        await asyncio.gather(*(track.stop() for track in opened.values()))

    # --------------------------------------------------------------------------------------------

    async def _enable(self, label: Label, track: LocalTrack | None, device: str) -> None:
        stays_muted = self._muting.watch()
        track = track or self._tracks.get(label)
        if track is None:
            rights = self._view.rights
            if rights is not None and not rights.may_produce(SOURCE_OF[label]):
                # No device is opened in vain; the server says why not.
                await self._call(Produce(label))
            track = self._opened[label] = await _opened(label, device)
        await self._produce(label, track, stays_muted)

    async def _produce(
        self, label: Label, track: LocalTrack, stays_muted: Callable[[], bool]
    ) -> None:
        media = self._require_media()
        await self._call(Produce(label))
        self._tracks[label] = track
        self._producing.add(label)
        self._pausing.forget(label)
        if label == "audio" and not stays_muted():
            self._muting.is_muted = False
        self._send(label)
        # Be it paused just now, or in an earlier life of this seat.
        await (self._muting.tell() if label == "audio" else self._pausing.tell(label))
        await media.open([label])

    async def _disable(self, label: Label) -> None:
        await self.stop_producing(label)
        opened = self._opened.pop(label, None)
        if opened is not None:
            self._tracks.pop(label, None)
            await opened.stop()

    async def _may_publish_again(self, label: Label) -> bool:
        with contextlib.suppress(ProconfError):
            await self._call(Produce(label))
            return True
        return False

    def _stream(self, label: Label) -> StreamState | None:
        return self._me.streams.get(label)

    def _send(self, label: Label) -> None:
        """Send the track at hand if that is published; of the voice only silence while muted."""
        track = self._tracks.get(label)
        if track is None or self._media is None:
            return
        is_muted = label == "audio" and self.is_muted
        is_silenced = track.set_muted(is_muted) or not is_muted
        if label in self._producing:
            self._media.send(label, track.media if is_silenced else None)

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
