"""Holds the pictures of a peer until the sound that belongs to them is played.

When that is, `proconf_tui.media.lip_sync` says; here are the timers, and who speaks and shows.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import av

from proconf_tui.media.lip_sync import HeldPictures, StreamClock, hold_s, lead_s
from proconf_tui.media.mixer import Mixer
from proconf_tui.protocol.ids import PeerId

ShowPicture = Callable[[av.VideoFrame, float | None], None]
"""Told a picture, and by how many ms it is behind (positive) or ahead of its sound, if known."""


class LipSync:
    """Whose voice runs by which clock."""

    def __init__(self, mixer: Mixer) -> None:
        self._mixer = mixer
        self._clocks: dict[PeerId, StreamClock] = {}

    def voice_began(self, peer_id: PeerId, clock: StreamClock) -> None:
        """Go by ``clock`` for the voice of that peer."""
        self._clocks[peer_id] = clock

    def voice_ended(self, peer_id: PeerId, clock: StreamClock) -> None:
        """Forget ``clock``, unless another has taken its place."""
        if self._clocks.get(peer_id) is clock:
            del self._clocks[peer_id]

    def lead_s(self, peer_id: PeerId, picture_at: float | None) -> float | None:
        """Return how soon the sound of a picture is heard; None while nobody speaks, or unknown.

        ``picture_at`` is on the clock of its sender.
        """
        voice, clock = self._mixer.get(peer_id), self._clocks.get(peer_id)
        played = voice.played_timestamp(time.monotonic()) if voice else None
        if clock is None or played is None:
            return None
        return lead_s(picture_at, clock.sent_at(played), self._mixer.output_latency_s)


class SyncedPictures:
    """The pictures of one peer on their way to ``show``. Needs a running loop."""

    def __init__(
        self, sync: LipSync, peer_id: PeerId, clock: StreamClock, show: ShowPicture
    ) -> None:
        self._sync = sync
        self._peer_id = peer_id
        self._clock = clock
        self._show = show
        self._held: HeldPictures[av.VideoFrame] = HeldPictures()
        self._timer: asyncio.TimerHandle | None = None

    def take(self, frame: av.VideoFrame) -> None:
        """Show ``frame`` when its sound is heard, which may be now."""
        self._held.add(frame, time.monotonic() + hold_s(self._lead_s(frame)))
        self._show_due()

    def drop(self) -> None:
        """Show nothing more of what is held."""
        if self._timer is not None:
            self._timer.cancel()
        self._held = HeldPictures()

    def _show_due(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        now = time.monotonic()
        frame = self._held.take(now)
        if (next_at := self._held.next_at) is not None:
            self._timer = asyncio.get_running_loop().call_later(next_at - now, self._show_due)
        if frame is not None:
            lead_s = self._lead_s(frame)
            self._show(frame, None if lead_s is None else -1000.0 * lead_s)

    def _lead_s(self, frame: av.VideoFrame) -> float | None:
        return self._sync.lead_s(self._peer_id, self._clock.sent_at(frame.pts or 0))
