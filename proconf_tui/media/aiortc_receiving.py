"""Every touch of the private parts of aiortc's receiver: taps, clocks and the repair of losses.

What they are patched with stands here with its reason; tests/media/test_aiortc_receiving.py shows
that the names still exist. It knows no rooms and no signalling. Sources: RFC 4585 sections 6.2.1
(NACK) and 6.3.1 (PLI), RFC 3550 section 5.1 (CSRC).
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Final

from aiortc import RTCRtpReceiver, rtp
from aiortc.jitterbuffer import JitterFrame

from proconf_tui.media.gaps import Gaps
from proconf_tui.media.lip_sync import SenderReport
from proconf_tui.media.picture_packets import (
    Picture,
    PictureBuffer,
    PicturePacket,
    starts_vp8_keyframe,
)
from proconf_tui.media.repairs import Repairs
from proconf_tui.media.voice.packets import AudioPacket

_JITTER_BUFFER: Final = "_RTCRtpReceiver__jitter_buffer"
_NACK_GENERATOR: Final = "_RTCRtpReceiver__nack_generator"

# A picture stands so long, or for two and a half questions and answers, before a new one is asked
# for: that costs every watcher of the stream a keyframe.
_PATIENCE_S: Final = 0.25
_PATIENCE_ANSWERS: Final = 2.5
_KEYFRAME_INTERVAL_S: Final = 0.5
# Nothing is asked of a stream that has stopped.
_ALIVE_S: Final = 2.0


def tap_audio(receiver: RTCRtpReceiver, on_packet: Callable[[AudioPacket], None]) -> None:
    """Hand each packet of ``receiver`` to ``on_packet``, in the event loop, and decode nothing.

    For the ``track`` event, before media flows. Packets come as the network brought them: out of
    order, twice or never. ``on_packet`` must not raise: that would end the connection.
    """
    # aiortc conceals no loss: one lost packet means 320 ms of silence and 300 ms of delay for good.
    setattr(receiver, _JITTER_BUFFER, _Tap(on_packet))


def follow_clock(receiver: RTCRtpReceiver, on_report: Callable[[SenderReport], None]) -> None:
    """Leave the RTP timestamps (32 bits) on decoded pictures, and tell of each sender report.

    For the ``track`` event, before media flows.
    """
    # aiortc lets the pictures of every stream begin at zero, which no report refers to.
    setattr(receiver, "_RTCRtpReceiver__timestamp_mapper", _RawTimestamps())
    # aiortc keeps the NTP time of a report for itself, and the RTP time not at all.
    original = receiver._handle_rtcp_packet
    setattr(receiver, "_handle_rtcp_packet", _reporting(on_report, original))


def repair_voice(receiver: RTCRtpReceiver, repairs: Repairs) -> None:
    """Ask for what is missing of a voice; for the ``track`` event, in a running loop."""
    # aiortc asks for nothing of a voice.
    setattr(receiver, _NACK_GENERATOR, _Questions(receiver, repairs))


def repair_pictures(
    receiver: RTCRtpReceiver, repairs: Repairs, on_picture: Callable[[Picture], None]
) -> None:
    """Ask for what is missing of pictures, and for a keyframe where that does not help.

    For the ``track`` event, in a running loop. ``on_picture`` is told of each picture before it
    is decoded, and must not raise.
    """
    # aiortc repeats what it asks for only when more goes missing, and waits for what never comes
    # until 512 packets are there; it hands a picture over only when the next one has begun.
    questions = _Questions(receiver, repairs)
    setattr(receiver, _NACK_GENERATOR, questions)
    setattr(receiver, _JITTER_BUFFER, _Pictures(receiver, questions, repairs, on_picture))


def source_of(packet: rtp.RtpPacket) -> int:
    """Return whose packet it is, by its one CSRC; 0 where nobody says."""
    return packet.csrc[0] if packet.csrc else 0


class _Tap:
    """In the place of a jitter buffer that never has a frame to decode."""

    def __init__(self, on_packet: Callable[[AudioPacket], None]) -> None:
        self._on_packet = on_packet

    def add(self, packet: rtp.RtpPacket) -> tuple[bool, None]:
        level = packet.extensions.audio_level
        level_dbfs = None if level is None else -float(level[1])
        self._on_packet(
            AudioPacket(
                packet.sequence_number,
                packet.timestamp,
                packet.payload,
                level_dbfs,
                source_of(packet),
            )
        )
        return False, None


class _RawTimestamps:
    def map(self, timestamp: int) -> int:
        return timestamp


def _reporting(
    on_report: Callable[[SenderReport], None],
    original: Callable[[rtp.AnyRtcpPacket], Awaitable[None]],
) -> Callable[[rtp.AnyRtcpPacket], Awaitable[None]]:
    async def handle_rtcp_packet(packet: rtp.AnyRtcpPacket) -> None:
        if isinstance(packet, rtp.RtcpSrPacket):
            about = packet.sender_info
            on_report(SenderReport(about.ntp_timestamp, about.rtp_timestamp))
        await original(packet)

    return handle_rtcp_packet


class _Questions:
    """In the place of a NACK generator: it asks by itself, and never by ``add``."""

    def __init__(self, receiver: RTCRtpReceiver, repairs: Repairs) -> None:
        self.gaps = Gaps()
        self.ssrc = 0
        self._receiver = receiver
        self._repairs = repairs

    def add(self, packet: rtp.RtpPacket) -> bool:
        self.ssrc = packet.ssrc
        self.gaps.note(packet.sequence_number, time.monotonic())
        if self.gaps:
            self._repairs.watch(self)
        return False

    async def repair(self, now: float) -> bool:
        due = self.gaps.take_due(now)
        if due:
            await self._receiver._send_rtcp_nack(self.ssrc, due)
        return len(self.gaps) > 0


class _Pictures:
    """In the place of a jitter buffer of pictures; repaired like one that waits for a keyframe."""

    def __init__(
        self,
        receiver: RTCRtpReceiver,
        questions: _Questions,
        repairs: Repairs,
        on_picture: Callable[[Picture], None],
    ) -> None:
        self._receiver = receiver
        self._questions = questions
        self._repairs = repairs
        self._on_picture = on_picture
        self._buffer = PictureBuffer()
        self._blocked_at: float | None = None
        self._came_at = self._asked_at = 0.0

    def add(self, packet: rtp.RtpPacket) -> tuple[bool, JitterFrame | None]:
        now = self._came_at = time.monotonic()
        pictures = self._buffer.push(_picture_packet(packet))
        if not self._buffer.is_blocked:
            self._blocked_at = None
        elif pictures or self._blocked_at is None:
            self._blocked_at = now
            self._repairs.watch(self)
        if not pictures:
            return False, None
        self._questions.gaps.forget_before(pictures[-1].sequence)
        for picture in pictures[:-1]:
            self._decode(packet.payload_type, picture)
        return False, self._frame(pictures[-1])

    async def repair(self, now: float) -> bool:
        if self._blocked_at is None or now - self._came_at > _ALIVE_S:
            self._blocked_at = None
            return False
        patience_s = max(_PATIENCE_S, _PATIENCE_ANSWERS * self._questions.gaps.answer_s)
        if now - max(self._blocked_at + patience_s, self._asked_at + _KEYFRAME_INTERVAL_S) > 0.0:
            self._asked_at = now
            await self._receiver._send_rtcp_pli(self._questions.ssrc)
        return True

    def _decode(self, payload_type: int, picture: Picture) -> None:
        # aiortc takes one picture for each packet; more than that come where a gap is filled.
        codec = self._receiver._RTCRtpReceiver__codecs[payload_type]  # type: ignore[attr-defined]
        decoder = self._receiver._RTCRtpReceiver__decoder_queue  # type: ignore[attr-defined]
        decoder.put((codec, self._frame(picture)))

    def _frame(self, picture: Picture) -> JitterFrame:
        self._on_picture(picture)
        return JitterFrame(picture.data, picture.timestamp)


def _picture_packet(packet: rtp.RtpPacket) -> PicturePacket:
    return PicturePacket(
        packet.sequence_number,
        packet.timestamp,
        bool(packet.marker),
        starts_vp8_keyframe(packet.payload),
        packet._data,  # type: ignore[attr-defined]
        source_of(packet),
    )
