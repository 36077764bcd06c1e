"""Pictures are shown when their sound is played, however long that waits, over a real server."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

import pytest
from aiortc import RTCRtpReceiver
from av import VideoFrame

from proconf_tui.media import receive
from proconf_tui.media.aiortc_receiving import tap_audio
from proconf_tui.media.voice.packets import AudioPacket
from proconf_tui.sdk import LocalTrack, ProconfManager, Room, lip_sync
from proconf_tui.sdk.tracks import RemoteTrack
from tests.support.marks import Loudspeaker, MarkedPictures, MarkedSound, Onsets, is_bright
from tests.support.meeting import Meeting, until

MOST_JITTER_S = 0.25
SETTLED_MS = 160.0


class _Jitter:
    """Holds packets of sound back, each for another time, and keeps their order."""

    def __init__(self, on_packet: Callable[[AudioPacket], None]) -> None:
        self._on_packet = on_packet
        self._random = random.Random(1)
        self._free_at = 0.0

    def take(self, packet: AudioPacket) -> None:
        now = time.monotonic()
        self._free_at = max(now + self._random.uniform(0.0, MOST_JITTER_S), self._free_at)
        asyncio.get_running_loop().call_later(self._free_at - now, self._on_packet, packet)


@pytest.fixture
def flashes(monkeypatch: pytest.MonkeyPatch) -> Onsets:
    """When bright pictures began to be shown; the network delays sound unevenly meanwhile."""
    seen = Onsets()
    show = RemoteTrack.show

    def watched(
        track: RemoteTrack, frame: VideoFrame | None, offset_ms: float | None = None
    ) -> None:
        if frame is not None:
            seen.note(time.monotonic(), is_marked=is_bright(frame))
        show(track, frame, offset_ms)

    def tap(receiver: RTCRtpReceiver, on_packet: Callable[[AudioPacket], None]) -> None:
        tap_audio(receiver, _Jitter(on_packet).take)

    monkeypatch.setattr(RemoteTrack, "show", watched)
    monkeypatch.setattr(receive, "tap_audio", tap)
    return seen


async def _offsets_ms(viewer: Room, flashes: Onsets, marks: int) -> list[float]:
    """Return how much later than its sound each of ``marks`` flashes was shown."""
    with Loudspeaker(viewer.mixer) as loudspeaker:
        await until(lambda: _is_settled(viewer), timeout_s=30)
        began_at = time.monotonic()
        beeps = loudspeaker.onsets.at
        await until(lambda: sum(at > began_at for at in beeps) > marks, timeout_s=30)
    flashed = [at for at in flashes.at if at > began_at]
    closest = [min(beeps, key=lambda beep, at=at: abs(beep - at)) for at in flashed]  # type: ignore[misc]
    return [1000 * (at - beep) for at, beep in zip(flashed, closest, strict=True)][:marks]


def _is_settled(viewer: Room) -> bool:
    """Tell whether sound waits for long, and pictures can know it."""
    for peer in viewer.remote_peers.values():
        voice, picture = peer.find_track("audio"), peer.find_track("video")
        if voice and voice.statistics and picture and picture.video_offset_ms is not None:
            return voice.statistics.delay_ms > SETTLED_MS
    return False


async def _watch(meeting: Meeting, flashes: Onsets, marks: int) -> tuple[list[float], float]:
    """Return the offsets that were measured, and the one that is told."""
    hana = await meeting.host(tracks=[])
    began_at = time.monotonic()
    tracks = [
        LocalTrack("voice", "audio", MarkedSound(began_at)),
        LocalTrack("face", "video", MarkedPictures(began_at)),
    ]
    async with ProconfManager(meeting.server.url) as manager:
        viewer = await manager.join_meeting("myRoom", "Ben", [])
        await hana.room.publish(tracks)
        offsets_ms = await _offsets_ms(viewer, flashes, marks)
        [told] = (await viewer.statistics()).voices
        assert told.video_offset_ms is not None
    return offsets_ms, told.video_offset_ms


async def test_a_picture_is_shown_with_its_sound(meeting: Meeting, flashes: Onsets) -> None:
    offsets_ms, told_ms = await _watch(meeting, flashes, 8)
    assert len(offsets_ms) == 8
    assert sum(abs(offset) <= 80 for offset in offsets_ms) >= 7
    assert abs(told_ms) <= 80


async def test_without_holding_it_would_be_far_ahead(
    meeting: Meeting, flashes: Onsets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lip_sync, "hold_s", lambda lead: 0.0)
    offsets_ms, told_ms = await _watch(meeting, flashes, 3)
    assert max(offsets_ms) < -80
    assert told_ms < -80
