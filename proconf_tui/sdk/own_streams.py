"""What one publishes in a room, what feeds it, and what is at hand to be published.

It keeps the devices that were opened for it. Who one is and how a program asks for all this it
does not know: that is `proconf_tui.sdk.local_peer`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from typing import Final

from proconf_tui.errors import DeviceUnavailable, PermissionDenied, ProconfError
from proconf_tui.protocol.ids import SOURCE_OF, Label
from proconf_tui.protocol.messages import Produce, StopProducing
from proconf_tui.room.model import StreamState
from proconf_tui.sdk.calls import Call
from proconf_tui.sdk.media_link import MediaLink
from proconf_tui.sdk.muting import Muting
from proconf_tui.sdk.pausing import Pausing
from proconf_tui.sdk.tracks import LocalTrack, open_local_track
from proconf_tui.sdk.view import RoomView

_PREPARED: Final[tuple[Label, ...]] = ("audio", "video")


class OwnStreams:
    """One's own streams by label; ``media`` is None for who joined without."""

    def __init__(self, view: RoomView, call: Call, media: MediaLink | None) -> None:
        self._view = view
        self._call = call
        self._media = media
        self.tracks: dict[Label, LocalTrack] = {}
        """What is at hand, published or not."""
        self._published: set[Label] = set()
        self._opened: dict[Label, LocalTrack] = {}
        is_published, known = self._published.__contains__, self._known
        self.muting = Muting(
            call,
            partial(self._feed, "audio"),
            partial(is_published, "audio"),
            partial(known, "audio"),
        )
        self.pausing = Pausing(call, is_published, known, media)

    def prepare(self) -> None:
        """Have a place to send microphone and camera, as far as one may, before it is asked for."""
        me = self._view.participant
        if self._media is not None and me is not None and me.permissions.can_produce:
            sources = me.permissions.can_produce_sources
            self._media.prepare([one for one in _PREPARED if sources.allows(SOURCE_OF[one])])

    # --- what one asks for ----------------------------------------------------------------------

    async def enable(self, label: Label, track: LocalTrack | None, device: str) -> None:
        """Publish ``track``, else the one at hand, else what ``device`` names."""
        stays_muted = self.muting.watch()
        track = track or self.tracks.get(label)
        if track is None:
            rights = self._view.rights
            if rights is not None and not rights.may_produce(SOURCE_OF[label]):
                # No device is opened in vain; the server says why not.
                await self._call(Produce(label))
            track = self._opened[label] = await _opened(label, device)
        await self._publish(label, track, stays_muted)

    async def disable(self, label: Label) -> None:
        """Publish no more, and release what `enable` has opened."""
        await self.stop(label)
        opened = self._opened.pop(label, None)
        if opened is not None:
            self.tracks.pop(label, None)
            await opened.stop()

    async def publish(self, label: Label, track: LocalTrack, *, stays_muted: bool) -> None:
        """Publish ``track`` in place of what is published there."""
        await self._publish(label, track, (lambda: True) if stays_muted else self.muting.watch())

    async def stop(self, label: Label) -> None:
        """Publish no more; the track stays at hand."""
        self.closed(label)
        await self._call(StopProducing(label))

    def replace(self, track: LocalTrack) -> None:
        """Have ``track`` at hand instead of the one before, and send it if that is published."""
        self.tracks[track.label] = track
        self._feed(track.label)

    # --- what the room tells --------------------------------------------------------------------

    def closed(self, label: Label) -> None:
        """Send nothing more under ``label``, whoever closed it."""
        self._published.discard(label)
        self.pausing.forget(label)
        if self._media is not None:
            self._media.send(label, None)

    async def drop_unfed(self) -> None:
        """Stop the streams of an earlier life of this seat that nobody feeds any more."""
        for label in [each for each in self._view.oneself.streams if each not in self._published]:
            await self.stop(label)

    async def come_back(self, *, is_new: bool) -> None:
        """Bring what is sent in line with the room after a gap.

        In a kept seat, what the room no longer has was closed meanwhile. One who came in anew
        publishes again. What was muted or paused while away is now seen to be.
        """
        for label in sorted(self._published - self._view.oneself.streams.keys()):
            if is_new and await self._may_publish_again(label):
                continue
            self.closed(label)
        # What fails because the connection is gone again is done when that is back.
        with contextlib.suppress(ProconfError):
            await self.muting.tell()
            for label in sorted(self._published - {"audio"}):
                await self.pausing.tell(label)

    async def aclose(self) -> None:
        """Release the devices that were opened here."""
        opened, self._opened = self._opened, {}
        await asyncio.gather(*(track.stop() for track in opened.values()))

    # --------------------------------------------------------------------------------------------

    async def _publish(
        self, label: Label, track: LocalTrack, stays_muted: Callable[[], bool]
    ) -> None:
        if self._media is None:
            raise PermissionDenied("This participant joined without media and cannot publish.")
        await self._call(Produce(label))
        self.tracks[label] = track
        self._published.add(label)
        self.pausing.forget(label)
        if label == "audio" and not stays_muted():
            self.muting.is_muted = False
        self._feed(label)
        # Be it paused just now, or in an earlier life of this seat.
        await (self.muting.tell() if label == "audio" else self.pausing.tell(label))
        await self._media.open([label])

    async def _may_publish_again(self, label: Label) -> bool:
        with contextlib.suppress(ProconfError):
            await self._call(Produce(label))
            return True
        return False

    def _known(self, label: Label) -> StreamState | None:
        return self._view.oneself.streams.get(label)

    def _feed(self, label: Label) -> None:
        """Send the track at hand if that is published; of the voice only silence while muted."""
        track = self.tracks.get(label)
        if track is None or self._media is None:
            return
        is_muted = label == "audio" and self.muting.is_muted
        is_silenced = track.set_muted(is_muted) or not is_muted
        if label in self._published:
            self._media.send(label, track.media if is_silenced else None)


async def _opened(label: Label, device: str) -> LocalTrack:
    name = "microphone" if label == "audio" else "camera"
    track = await open_local_track(label, device, name)
    if track is None:
        raise DeviceUnavailable(f"No {name} was chosen; choose one to be heard or seen.")
    return track
