"""How the media of a meeting fare: the others' voices as they arrive, and one's own as it is sent.

It looks at senders and knows no negotiation. Source: RFC 3550 section 6.4 (loss and round trip
from receiver reports).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from aiortc import RTCRtpSender
from aiortc.stats import (
    RTCOutboundRtpStreamStats,
    RTCRemoteInboundRtpStreamStats,
    RTCStatsReport,
)

from proconf_tui.media.aiortc_patches import voice_encoder
from proconf_tui.media.loss_expectation import FLOOR_PERCENT
from proconf_tui.media.voice.playout import VoiceStatistics
from proconf_tui.protocol.ids import PeerId
from proconf_tui.sdk.remote_peer import RemotePeer

_Stats = TypeVar("_Stats")
_SHORTEST_S: Final = 0.5
"""Over less than that, a bitrate says nothing."""


@dataclass(frozen=True, slots=True)
class SendingStatistics:
    """One's own voice as the server hears it.

    ``rtt_ms`` and ``loss`` (a share, 0 to 1, of the last second) are None before the server's
    first report. ``kbps`` is what was sent since it was asked for last.
    """

    rtt_ms: float | None
    loss: float | None
    kbps: float
    expected_loss_percent: int


@dataclass(frozen=True, slots=True)
class RoomStatistics:
    """The voices of those who are heard, how far the pictures are behind them, and one's own.

    ``video_offsets_ms`` are positive where the picture is late, and there only for whom it is
    known. ``sending`` is None while one publishes no sound.
    """

    voices: Mapping[PeerId, VoiceStatistics]
    video_offsets_ms: Mapping[PeerId, float]
    sending: SendingStatistics | None


def room_statistics(
    peers: Mapping[PeerId, RemotePeer], sending: SendingStatistics | None
) -> RoomStatistics:
    """Return how everything fares, as the tracks of ``peers`` know it now."""
    voices: dict[PeerId, VoiceStatistics] = {}
    offsets_ms: dict[PeerId, float] = {}
    for peer_id, peer in peers.items():
        voice, picture = peer.find_track("audio"), peer.find_track("video")
        if voice is not None and voice.statistics is not None:
            voices[peer_id] = voice.statistics
        if picture is not None and picture.video_offset_ms is not None:
            offsets_ms[peer_id] = picture.video_offset_ms
    return RoomStatistics(voices, offsets_ms, sending)


class SendingMeter:
    """What the sender of one's voice reports, and its bitrate from one time to the next."""

    def __init__(self) -> None:
        self._ssrc: int | None = None
        self._sent = 0
        self._at = 0.0
        self._kbps = 0.0

    async def measure(self, sender: RTCRtpSender) -> SendingStatistics:
        """Return how ``sender`` fares now."""
        report = await sender.getStats()
        encoder = voice_encoder(sender)
        sent = _of_kind(report, RTCOutboundRtpStreamStats)
        heard = _of_kind(report, RTCRemoteInboundRtpStreamStats)
        return SendingStatistics(
            rtt_ms=_rtt_ms(heard) if heard else None,
            loss=heard.fractionLost / 256 if heard else None,
            kbps=self.rate_kbps(sent.ssrc, sent.bytesSent, time.monotonic()) if sent else 0.0,
            expected_loss_percent=encoder.loss_percent if encoder else FLOOR_PERCENT,
        )

    def rate_kbps(self, ssrc: int, sent_bytes: int, now: float) -> float:
        """Take how much was sent up to ``now``; return the rate since the last time.

        0 the first time; asked again at once, the same as before.
        """
        if ssrc != self._ssrc:
            self._ssrc, self._sent, self._at, self._kbps = ssrc, sent_bytes, now, 0.0
        elif now - self._at >= _SHORTEST_S:
            self._kbps = (sent_bytes - self._sent) * 8 / 1000 / (now - self._at)
            self._sent, self._at = sent_bytes, now
        return self._kbps


def _of_kind(report: RTCStatsReport, kind: type[_Stats]) -> _Stats | None:
    return next((each for each in report.values() if isinstance(each, kind)), None)


def _rtt_ms(heard: RTCRemoteInboundRtpStreamStats) -> float | None:
    # aiortc has none before the second report, whatever its annotation says.
    rtt_s: float | None = heard.roundTripTime
    return None if rtt_s is None else max(0.0, rtt_s * 1000)
