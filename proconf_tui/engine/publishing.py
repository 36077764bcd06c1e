"""A client's publishing connection: its offers answered, its packets taken and handed on.

Which subscribers get them was decided elsewhere (`Producer.slots`). An error in sending to
one of them never comes back here: `Subscriber.send_rtp` does not raise.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from proconf_tui.engine import rtcp, rtp
from proconf_tui.engine.base import Kind
from proconf_tui.engine.connection import Connection
from proconf_tui.engine.forwarding.arrivals import Arrivals
from proconf_tui.engine.forwarding.producer import CLOCK_HZ, Producer, StreamDescription
from proconf_tui.engine.forwarding.told_cap import ToldCap
from proconf_tui.engine.links import Links
from proconf_tui.engine.sdp import Codec, Description, Section
from proconf_tui.engine.sdp_text import (
    AUDIO_LEVEL,
    TRANSPORT_CC,
    TRANSPORT_WIDE,
    AnsweredSection,
    write_answer,
)
from proconf_tui.errors import InvalidMessage
from proconf_tui.protocol.ids import PeerId
from proconf_tui.rtp.missing import NACK_INTERVAL_S

_CODEC_NAME: Final[dict[Kind, str]] = {"audio": "opus", "video": "vp8"}
MAX_STREAMS: Final = 16
"""A camera, a microphone, a screen, and some that a program of its own may have."""
PATIENCE: Final = 1.25
"""In round trips."""


class PublishingEnd:
    """The server's end of one publishing connection and the producers that come over it.

    ``has_one_budget``: the client divides one bitrate among all it sends, as browsers do. ``told``
    is what it was told of bounds, by the stream's source, or by 0 for all together.
    """

    def __init__(self, links: Links, peer_id: PeerId, on_down: Callable[[], None]) -> None:
        self.connection = Connection(links.port, links.certificate, links.addresses, self)
        self.producers: dict[str, Producer] = {}
        self.has_one_budget = False
        self.told: dict[int, ToldCap] = {}
        self._peer_id = peer_id
        self._on_down = on_down
        self._by_ssrc: dict[int, Producer] = {}
        self._inbound = links.port.inbound.data
        self._outbound = links.port.outbound.data
        self._repairs = links.repairs
        self._repaired_at = 0.0
        self._number_id = self._numbered_ssrc = 0
        self._arrivals = Arrivals()

    def answer(
        self, offer: Description, sections: Sequence[AnsweredSection], labels: Mapping[str, str]
    ) -> str:
        """Bring the producers in line with ``offer`` and return the answer.

        ``sections`` comes from `read_offer`. The offer must not be of another connection.
        """
        self.connection.follow_restart(offer)
        self.connection.set_remote(offer)
        for gone in self.producers.keys() - {section.offered.mid for section in sections}:
            self.producers.pop(gone).release()
        for section in sections:
            mid = section.offered.mid
            self._follow(mid, labels.get(mid, section.kind), section)
        self._by_ssrc = {p.ssrc: p for p in self.producers.values() if p.ssrc}
        self.has_one_budget = any(TRANSPORT_WIDE in s.offered.extensions for s in sections)
        self._number_id = next((s.number_id for s in sections if s.number_id), 0)
        return write_answer(self.connection.local(), self.connection.next_version(), sections)

    def _follow(self, mid: str, label: str, section: AnsweredSection) -> None:
        described = _described(section)
        current = self.producers.get(mid)
        if current is not None and current.description == described and current.label == label:
            return
        if current is not None:
            current.release()
            del self.producers[mid]
        if described is not None:
            source = secrets.randbits(31) | 1
            self.producers[mid] = Producer(self._peer_id, label, described, source=source)

    def on_up(self) -> None:
        """Ask for keyframes at once: somebody may be waiting."""
        for producer in self.producers.values():
            self.request_keyframe(producer, time.monotonic())

    def on_down(self) -> None:
        """Leave all slots: nothing comes over this connection any more."""
        self.release()
        self._on_down()

    def on_moved(self) -> None:
        """Go on: what publishers are told follows from the lines of those who watch."""

    def on_rtp(self, length: int, now: float) -> None:
        """Decrypt one packet and hand it to everybody its stream feeds."""
        _, second, _, _, ssrc = rtp.HEADER.unpack_from(self._inbound)
        producer = self._by_ssrc.get(ssrc) or self._unnamed(second & 0x7F)
        if producer is None:
            return
        length = self.connection.decrypt_rtp(length, now)
        if length < 0:
            return
        if not producer.ssrc:
            producer.ssrc = ssrc
            self._by_ssrc[ssrc] = producer
        if self._number_id and producer.is_video:
            self._note_arrival(ssrc, length, now)
        packet = producer.accept(self._inbound, length, now)
        if packet is not None:
            producer.fan_out(packet, self._outbound, now)
            if producer.is_resuming and producer.is_keyframe_awaited(now):
                self.request_keyframe(producer, now)
        if producer.reception.missing.has_new_gap:
            self._repairs.watch(self)
            if now != self._repaired_at:
                # Once for all that came together: `now` is the same for a batch.
                self._repaired_at = now
                self._repair(producer, now)

    def _note_arrival(self, ssrc: int, length: int, now: float) -> None:
        number = rtp.transport_number(self._inbound, length, self._number_id)
        if number is not None:
            self._numbered_ssrc = ssrc
            self._arrivals.note(number, now)

    def _unnamed(self, payload_type: int) -> Producer | None:
        """Return the one stream with this payload type whose SSRC the offer did not tell."""
        unnamed = [p for p in self.producers.values() if not p.ssrc]
        fitting = [p for p in unnamed if p.payload_type == payload_type]
        return fitting[0] if len(fitting) == 1 else None

    def on_rtcp(self, packet: bytes, now: float) -> None:
        """Keep sender reports: each slot passes them on by its own clock, to sync lips.

        A slot's first goes out at once, the others with the subscriber's next.
        """
        for report in rtcp.parse(packet):
            if isinstance(report, rtcp.SenderReport) and report.ssrc in self._by_ssrc:
                producer = self._by_ssrc[report.ssrc]
                producer.on_sender_report(report, now)
                for slot in producer.slots:
                    if slot.is_first_report_due:
                        slot.subscriber.send_reports(now)

    def request_keyframe(self, producer: Producer, now: float) -> None:
        """Ask for a keyframe soon; does nothing for audio or before the connection is up."""
        if producer.is_video and self.connection.is_up:
            if producer.keyframes.ask(now):
                self.connection.send_rtcp(rtcp.build_picture_loss(producer.ssrc))
            self._repairs.watch(self)

    def bound(self, streams: Sequence[Producer], bps: int) -> None:
        """Ask for no more than ``bps`` of these together."""
        if self.connection.is_up:
            self.connection.send_rtcp(rtcp.build_remb(bps, [stream.ssrc for stream in streams]))

    def repair(self, now: float) -> bool:
        """See :class:`~proconf_tui.engine.repair.Repairable`."""
        if not self.connection.is_up:
            return False
        for producer in self.producers.values():
            self._repair(producer, now)
        return any(p.reception.missing or p.keyframes.is_pending for p in self.producers.values())

    def _repair(self, producer: Producer, now: float) -> None:
        due, has_given_up = producer.reception.missing.take_due(now)
        if due:
            self.connection.send_rtcp(rtcp.build_nack(producer.ssrc, due))
        if has_given_up and producer.slots:
            self.request_keyframe(producer, now)
        is_awaited = producer.is_keyframe_awaited(now)
        if producer.keyframes.is_due(now, is_awaited=is_awaited):
            self.connection.send_rtcp(rtcp.build_picture_loss(producer.ssrc))

    def send_report(self, now: float, rtt_s: float | None) -> None:
        """Send our receiver report about every stream that has begun.

        ``rtt_s``, the round trip to this client if it is known, is how long a question for what
        is missing may wait for its answer.
        """
        for producer in self.producers.values():
            producer.reception.missing.interval_s = max(NACK_INTERVAL_S, PATIENCE * (rtt_s or 0.0))
        blocks = [block for p in self.producers.values() if (block := p.report(now)) is not None]
        if blocks:
            self.connection.send_rtcp(rtcp.build_receiver_report(blocks))

    def tell_arrivals(self) -> None:
        """Tell a client that asked for it when its packets came; often, so that it may trust it."""
        for packet in self._arrivals.take(self._numbered_ssrc):
            self.connection.send_rtcp(packet)

    def release(self) -> None:
        """Leave every slot."""
        self._repairs.forget(self)
        for producer in self.producers.values():
            producer.release()
        self.producers.clear()
        self._by_ssrc.clear()

    async def aclose(self) -> None:
        """Leave every slot and close the connection."""
        self.release()
        await self.connection.aclose()


def read_offer(offer: Description, labels: Mapping[str, str]) -> list[AnsweredSection]:
    """Return our answer to each m-line of a publishing offer.

    Raises:
        InvalidMessage: the client wants to be passive in DTLS, sends too many streams, names an
            SSRC twice, or sends sound under a picture's label or the other way round.
    """
    if offer.setup not in ("active", "actpass"):
        raise InvalidMessage("The client must take the active role in DTLS.")
    sections = [_answered(section) for section in offer.sections]
    for section in sections:
        _check_label(section, labels)
    described = [d for section in sections if (d := _described(section)) is not None]
    if len(described) > MAX_STREAMS:
        raise InvalidMessage(f"More than {MAX_STREAMS} streams cannot be published at once.")
    ssrcs = [d.ssrc for d in described if d.ssrc]
    if len(set(ssrcs)) != len(ssrcs):
        raise InvalidMessage("The session description uses one SSRC for two streams.")
    return sections


def _check_label(section: AnsweredSection, labels: Mapping[str, str]) -> None:
    # Who may send is decided by label: sound named "screen" would be heard of somebody muted.
    label = labels.get(section.offered.mid, section.kind)
    if section.payload_type is not None and (label == "audio") != (section.kind == "audio"):
        raise InvalidMessage(f'The label "{label}" is not for {section.kind}.')


def _answered(section: Section) -> AnsweredSection:
    kind: Kind = "audio" if section.kind == "audio" else "video"
    codec = _codec(section, kind)
    level_id = section.extensions.get(AUDIO_LEVEL, 0) if kind == "audio" else 0
    if codec is None:
        return AnsweredSection(section, kind, None, level_id)
    return AnsweredSection(section, kind, codec.payload_type, level_id, _number_id(section, codec))


def _number_id(section: Section, codec: Codec) -> int:
    # Voices go without: they are small, and an estimate must not make them smaller.
    is_told = codec.name == "vp8" and section.takes(TRANSPORT_CC, codec.payload_type)
    return section.extensions.get(TRANSPORT_WIDE, 0) if is_told else 0


def _codec(section: Section, kind: Kind) -> Codec | None:
    if section.is_rejected or section.kind != kind:
        return None
    wanted = (_CODEC_NAME[kind], CLOCK_HZ[kind])
    return next((c for c in section.codecs if (c.name, c.clock_hz) == wanted), None)


def _described(section: AnsweredSection) -> StreamDescription | None:
    if section.payload_type is None or not section.offered.is_sending:
        return None
    ssrc = section.offered.ssrcs[0] if section.offered.ssrcs else 0
    return StreamDescription(section.kind, ssrc, section.payload_type, section.level_id)
