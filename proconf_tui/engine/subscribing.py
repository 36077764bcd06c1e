"""A client's subscribing connection: its slots offered, fed, and repaired when it asks.

One offer is in flight at a time. A slot is fed only after the client answered for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from proconf_tui.engine import rtcp
from proconf_tui.engine.base import Kind
from proconf_tui.engine.connection import Connection
from proconf_tui.engine.forwarding.allotment import Allotment
from proconf_tui.engine.forwarding.downlink import Downlink
from proconf_tui.engine.forwarding.producer import Producer
from proconf_tui.engine.forwarding.reported_loss import ReportedLoss
from proconf_tui.engine.forwarding.slot import Slot, SlotDescription
from proconf_tui.engine.links import Links
from proconf_tui.engine.sdp import Description
from proconf_tui.engine.sdp_text import SLOT_EXTENSION_ID, SLOT_PAYLOAD_TYPE, write_offer
from proconf_tui.errors import InvalidMessage


class SubscribingEnd:
    """The server's end of one subscribing connection: the `Subscriber` of its slots.

    ``is_ready`` is a plain attribute for the hot path: media can be sent.
    ``on_keyframe_wanted`` is called with a producer whose picture this client needs anew.
    ``allotment`` says which of the watched pictures fit on ``downlink``.
    """

    def __init__(
        self,
        links: Links,
        on_keyframe_wanted: Callable[[Producer], None],
        on_down: Callable[[], None],
    ) -> None:
        self.connection = Connection(links.port, links.certificate, links.addresses, self)
        self.is_ready = False
        self.slots: list[Slot] = []
        self.rtt_s: float | None = None
        self.resent = 0
        self.downlink = Downlink()
        self.allotment = Allotment((), (), {})
        self._outbound = links.port.outbound.data
        self._on_keyframe_wanted = on_keyframe_wanted
        self._on_down = on_down
        self._by_ssrc: dict[int, Slot] = {}
        self._offered: frozenset[str] = frozenset()
        self._loss = ReportedLoss()
        self._reported: dict[int, tuple[int, float]] = {}
        self.send_rtp = self.connection.outlet.send_rtp

    @property
    def loss(self) -> float:
        """The fraction (0..1) lost lately of what the slots carry that are fed."""
        return self._loss.of(slot.description.ssrc for slot in self.slots if slot.producer)

    @property
    def is_answer_awaited(self) -> bool:
        """Whether an offer is in flight."""
        return bool(self._offered)

    def offer(self, added: Mapping[Kind, int]) -> str:
        """Add slots and return the offer of all of them."""
        for kind, count in added.items():
            for _ in range(count):
                self._add_slot(kind)
        described = [slot.description for slot in self.slots]
        self._offered = frozenset(about.mid for about in described)
        return write_offer(self.connection.local(), self.connection.next_version(), described)

    def _add_slot(self, kind: Kind) -> None:
        ssrc = secrets.randbits(31) | 1
        while ssrc in self._by_ssrc:
            ssrc = secrets.randbits(31) | 1
        about = SlotDescription(
            mid=str(len(self.slots)),
            kind=kind,
            ssrc=ssrc,
            payload_type=SLOT_PAYLOAD_TYPE[kind],
            extension_id=SLOT_EXTENSION_ID[kind],
        )
        # Low first numbers keep SRTP's rollover counter at zero through a lossy start.
        slot = Slot(about, self, sequence=secrets.randbits(14), timestamp=secrets.randbits(31))
        self.slots.append(slot)
        self._by_ssrc[ssrc] = slot

    def accept(self, answer: Description) -> None:
        """Take the client's answer: the slots it accepted may be fed from now on.

        Raises:
            InvalidMessage: no offer waits, or the answer does not fit it.
        """
        if not self._offered:
            raise InvalidMessage("No offer waits for an answer.")
        if {section.mid for section in answer.sections} != self._offered:
            raise InvalidMessage("The answer does not have the media sections of the offer.")
        if answer.setup != "active":
            raise InvalidMessage("The client must take the active role in DTLS.")
        self.connection.set_remote(answer)
        self._offered = frozenset()
        accepted = {section.mid for section in answer.sections if section.is_receiving}
        for slot in self.slots:
            slot.is_live = slot.description.mid in accepted

    def on_up(self) -> None:
        """Begin to send; whoever feeds a picture is asked to begin it anew."""
        self.is_ready = True
        for slot in self.slots:
            if slot.producer is not None:
                self._on_keyframe_wanted(slot.producer)

    def on_down(self) -> None:
        """Stop sending: the client has gone."""
        self.release()
        self._on_down()

    def on_moved(self) -> None:
        """Forget what was learnt of the line: another may carry more, and what is lost was lost."""
        self.downlink = Downlink()

    def on_rtp(self, length: int, now: float) -> None:
        """Drop it: nothing is published here."""

    def send_reports(self, now: float) -> None:
        """See :class:`~proconf_tui.engine.forwarding.slot.Subscriber`."""
        if not self.is_ready:
            return
        owed = [(report, slot) for slot in self.slots if (report := slot.take_report())]
        for report, _ in owed:
            self._reported[report.ssrc] = (report.short_ntp, now)
        if owed:
            counted = [(report, slot.packets, slot.octets) for report, slot in owed]
            self.connection.send_rtcp(rtcp.build_sender_reports(counted))

    def on_rtcp(self, packet: bytes, now: float) -> None:
        """Do what the client's feedback asks for."""
        for report in rtcp.parse(packet):
            if isinstance(report, rtcp.BandwidthEstimate):
                self.downlink.on_estimate(report, now)
                continue
            slot = None if isinstance(report, rtcp.SenderReport) else self._by_ssrc.get(report.ssrc)
            if slot is None:
                continue
            if isinstance(report, rtcp.ReportBlock):
                self._note(report, now)
            elif isinstance(report, rtcp.Nack):
                self._resend(slot, report, now)
            elif slot.producer is not None and slot.keyframe_allowance.take(now):
                self._on_keyframe_wanted(slot.producer)

    def _note(self, block: rtcp.ReportBlock, now: float) -> None:
        self._loss.note(block)
        short_ntp, sent_at = self._reported.get(block.ssrc, (0, 0.0))
        rtt_s = None
        if short_ntp and short_ntp == block.last_report:
            # Later blocks repeat the answer: how long the queue was when it was first given.
            del self._reported[block.ssrc]
            self.rtt_s = rtt_s = max(0.0, now - sent_at - block.delay / 0x10000)
        self.downlink.on_report(block, rtt_s, now)

    def _resend(self, slot: Slot, nack: rtcp.Nack, now: float) -> None:
        for sequence in nack.sequences:
            length = slot.rewrite(self._outbound, sequence, now, self.rtt_s)
            if length and self.downlink.may_resend(slot.kind, length, now):
                self.resent += 1
                self.send_rtp(length)

    def release(self) -> None:
        """Free every slot and send no more."""
        self.is_ready = False
        for slot in self.slots:
            slot.detach()
            slot.is_live = False

    async def aclose(self) -> None:
        """Free every slot and close the connection."""
        self.release()
        await self.connection.aclose()
