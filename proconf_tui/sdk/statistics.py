"""How the media of a meeting fare: the others' voices as they arrive, and one's own as it is sent.

It looks at senders and knows no negotiation. Source: RFC 3550 section 6.4 (loss and round trip
from receiver reports).
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping
from typing import Final, TypeVar

from aiortc import RTCRtpSender
from aiortc.stats import (
    RTCOutboundRtpStreamStats,
    RTCRemoteInboundRtpStreamStats,
    RTCStatsReport,
)

from proconf_tui.control.sound import SendingInfo, VoiceInfo
from proconf_tui.media.aiortc_patches import voice_encoder
from proconf_tui.media.loss_expectation import FLOOR_PERCENT
from proconf_tui.media.voice.playout import VoiceStatistics
from proconf_tui.protocol.ids import PeerId
from proconf_tui.sdk.remote_peer import RemotePeer
from proconf_tui.sdk.tracks import RemoteTrack

_Stats = TypeVar("_Stats")
_SHORTEST_S: Final = 0.5
"""Over less than that, a bitrate says nothing."""


def voices_of(peers: Mapping[PeerId, RemotePeer]) -> list[VoiceInfo]:
    """Return how each voice of ``peers`` arrives, as their tracks know it now."""
    return [
        _voice_info(peer_id, track.statistics, peer.find_track("video"))
        for peer_id, peer in peers.items()
        if (track := peer.find_track("audio")) is not None and track.statistics is not None
    ]


def _voice_info(peer_id: PeerId, voice: VoiceStatistics, picture: RemoteTrack | None) -> VoiceInfo:
    return VoiceInfo(
        peer_id=peer_id,
        **dataclasses.asdict(voice),
        video_offset_ms=picture.video_offset_ms if picture else None,
    )


class SendingMeter:
    """What the sender of one's voice reports, and its bitrate from one time to the next."""

    def __init__(self) -> None:
        self._ssrc: int | None = None
        self._sent = 0
        self._at = 0.0
        self._kbps = 0.0

    async def measure(self, sender: RTCRtpSender) -> SendingInfo:
        """Return how ``sender`` fares now."""
        report = await sender.getStats()
        encoder = voice_encoder(sender)
        sent = _of_kind(report, RTCOutboundRtpStreamStats)
        heard = _of_kind(report, RTCRemoteInboundRtpStreamStats)
        return SendingInfo(
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
