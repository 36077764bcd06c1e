"""How much one subscriber's line carries, as far as that limits what is sent to it.

Pure: reports in, bits per second out, `now` is always an argument. Refuses to know which
streams there are. Source: draft-ietf-rmcat-gcc-02 sections 5 and 6, the sender's side, with
reports about once a second in the place of feedback for each packet.

A line is taken for unlimited until its reports say otherwise: then it is put at what got
through. It grows while it is used and clear, and a failed attempt to send more makes the next
one wait longer. When sending less does not help, the trouble is somebody else's and is borne.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Final

from proconf_tui.engine.base import Kind
from proconf_tui.engine.forwarding.congestion import STRETCHED_S, LineSigns, Sign
from proconf_tui.engine.rtcp import BandwidthEstimate, ReportBlock

MIN_BPS: Final = 50_000
BACKOFF_S: Final = (5.0, 10.0, 20.0, 40.0, 60.0)
GROWTH_PER_S: Final = 1.08
MAX_UNUSED: Final = 1.5
"""The estimate grows to this times what is really sent: more has not been tried."""
SETTLE_S: Final = 2.0
"""After a reduction, and as long as the queue is: until then reports tell of what was before."""
PROVEN: Final = 1.1
PROVEN_S: Final = 10.0
"""When this times the last reduction has been sent for so long, the line has become better."""
FORGET_S: Final = 30.0
"""A line that has had room to spare for so long is taken for unlimited again."""

_KEPT: Final = 0.9  # of what got through: the queue is to drain
_RESENT: Final = 0.2  # of a short line
_RESENT_BURST_S: Final = 1.0
_ESTIMATE_AGE_S: Final = 3.0
# Trouble is incurable after more than _MAX_CURES reductions, each soon after the one before, with
# _LESS sent and still _STUBBORN of the trouble left.
_MAX_CURES: Final = 2
_CURE_GAP_S: Final = 10.0
_LESS: Final = 0.9
_STUBBORN: Final = 0.7


@dataclass(frozen=True, slots=True)
class Traffic:
    """What goes to the subscriber: ``sent_bytes`` of media since its line began.

    What was sent again is not among them: receivers' reports take the same packet twice for two.
    ``next_bps`` is what it would take to send one more of the pictures held back, None when
    there are none. ``pictures`` are the SSRCs of the video slots that are fed.
    """

    sent_bytes: int
    audio_bps: int = 0
    next_bps: int | None = None
    pictures: Set[int] = frozenset()


class Downlink:
    """One subscriber's line; `update` is to be called about once a second."""

    __slots__ = (
        "_audio_bps",
        "_backoff",
        "_cures",
        "_estimate_bps",
        "_grow_at",
        "_proven_s",
        "_reduced_at",
        "_reduced_to_bps",
        "_remb",
        "_remb_at",
        "_resend_at",
        "_sent_bps",
        "_sent_bytes",
        "_settled_at",
        "_signs",
        "_spare_s",
        "_trouble",
        "_trouble_bps",
        "_updated_at",
    )

    def __init__(self) -> None:
        self._signs = LineSigns()
        self._updated_at: float | None = None
        self._sent_bytes = self._audio_bps = 0
        self._sent_bps = 0.0
        self._remb: BandwidthEstimate | None = None
        self._remb_at = self._resend_at = 0.0
        self._forget()

    def _forget(self) -> None:
        self._estimate_bps: float | None = None
        self._reduced_to_bps = 0.0
        self._reduced_at = float("-inf")
        self._settled_at = self._grow_at = 0.0
        self._backoff = self._cures = 0
        self._trouble = (0.0, 0.0)
        self._trouble_bps = 0.0
        self._proven_s = self._spare_s = 0.0

    @property
    def available_bps(self) -> int | None:
        """Bits per second for everything together; None while nothing limits it."""
        return None if self._estimate_bps is None else int(self._estimate_bps)

    def on_report(self, block: ReportBlock, rtt_s: float | None, now: float) -> None:
        """Take what the client reports of one slot; ``rtt_s`` if it is the first to tell it."""
        self._signs.on_report(block, rtt_s, now)

    def on_estimate(self, estimate: BandwidthEstimate, now: float) -> None:
        """Take what the client itself thinks that its line carries."""
        self._remb, self._remb_at = estimate, now

    def may_resend(self, kind: Kind, size_bytes: int, now: float) -> bool:
        """Tell whether the line has room for a packet that is sent again, and count it if so.

        On a line that is short most of what is missing was too much, and would be again: of
        pictures on any short line, of voices on one too short for the voices alone.
        """
        if self._estimate_bps is None or (kind == "audio" and self._audio_bps < self._estimate_bps):
            return True
        if self._resend_at > now + _RESENT_BURST_S:
            return False
        took_s = size_bytes * 8 / (_RESENT * self._estimate_bps)
        self._resend_at = max(self._resend_at, now) + took_s
        return True

    def update(self, traffic: Traffic, now: float) -> None:
        """Look at what was sent and reported since the last call."""
        before, self._updated_at = self._updated_at, now
        self._audio_bps = traffic.audio_bps
        if before is None:
            self._sent_bytes = traffic.sent_bytes
        if before is None or now <= before:
            return
        elapsed_s = now - before
        sent_bps = self._measure(traffic.sent_bytes, elapsed_s)
        sign = self._signs.take(now)
        is_waiting = self._estimate_bps is not None and now < self._grow_at
        is_rest = is_waiting and sign is not Sign.NONE and not self._signs.is_cured
        if sign is Sign.CONGESTED or is_rest:
            # The rest of a trouble is a queue that stays full, as wrong as the trouble itself.
            self._on_congestion(sent_bps * self._signs.delivered, now)
        elif sign is Sign.BUSY:
            theirs = self._their_estimate(traffic, now)
            if theirs is not None and theirs < sent_bps:
                self._on_congestion(theirs, now)
        elif sign is Sign.CLEAR and self._estimate_bps is not None and not is_waiting:
            self._grow(self._estimate_bps, traffic.next_bps, elapsed_s)

    def _measure(self, sent_bytes: int, elapsed_s: float) -> float:
        """Return what was sent, over two updates: reports speak of the one before, too."""
        newest = (sent_bytes - self._sent_bytes) * 8 / elapsed_s
        self._sent_bytes = sent_bytes
        before, self._sent_bps = self._sent_bps, newest
        return (newest + before) / 2 if before else newest

    def _their_estimate(self, traffic: Traffic, now: float) -> float | None:
        """Return the client's own estimate, plus sound; None if it is none of the whole line.

        Only what speaks of all pictures is: aiortc tells of each alone, and nonsense of small ones.
        """
        remb = self._remb
        if remb is None or now - self._remb_at > _ESTIMATE_AGE_S or remb.bps < MIN_BPS:
            return None
        is_whole = bool(traffic.pictures) and traffic.pictures <= set(remb.ssrcs)
        return float(remb.bps + traffic.audio_bps) if is_whole else None

    def _on_congestion(self, carried_bps: float, now: float) -> None:
        if now < self._settled_at:
            return
        self._settled_at = now + SETTLE_S + self._signs.excess_s
        if self._is_incurable(now):
            self._signs.accept()
            self._cures = 0
            return
        reduced = max(float(MIN_BPS), _KEPT * carried_bps)
        if self._estimate_bps is None:
            self._estimate_bps = reduced
        elif now >= self._grow_at:
            self._backoff = min(self._backoff + 1, len(BACKOFF_S) - 1)
        self._estimate_bps = self._reduced_to_bps = min(self._estimate_bps, reduced)
        self._grow_at = now + BACKOFF_S[self._backoff]
        self._proven_s = self._spare_s = 0.0

    def _is_incurable(self, now: float) -> bool:
        """Whether sending less and less has left loss and round trip as bad as they were."""
        loss, excess_s = self._trouble
        self._trouble = (self._signs.loss, self._signs.excess_s)
        before_bps, self._trouble_bps = self._trouble_bps, self._sent_bps
        is_again = now - self._reduced_at < _CURE_GAP_S
        self._reduced_at = now
        is_as_bad = (
            self._signs.loss >= _STUBBORN * loss
            and self._signs.excess_s >= _STUBBORN * excess_s - STRETCHED_S
        )
        # What cannot be taken away, sound, may be more than the line carries.
        is_less = self._sent_bps < _LESS * before_bps
        self._cures = self._cures + is_less if is_again and is_as_bad else 0
        return self._cures > _MAX_CURES

    def _grow(self, estimate_bps: float, next_bps: int | None, elapsed_s: float) -> None:
        if self._sent_bps > PROVEN * self._reduced_to_bps:
            self._proven_s += elapsed_s
            if self._proven_s >= PROVEN_S:
                self._backoff = 0
        limit = max(MAX_UNUSED * self._sent_bps, float(next_bps or 0))
        if estimate_bps < limit:
            self._estimate_bps = min(limit, estimate_bps * GROWTH_PER_S**elapsed_s)
            self._spare_s = 0.0
        elif next_bps is None:
            self._spare_s += elapsed_s
            if self._spare_s >= FORGET_S:
                self._forget()
