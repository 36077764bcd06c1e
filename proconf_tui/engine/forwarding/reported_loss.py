"""What one subscriber's receiver reports tell of loss, all of its slots together.

Pure. Source: RFC 3550 section 6.4.1. A report speaks of one slot only where a client sends one for
each, so the newest alone may be of a slot that carries next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from proconf_tui.engine.rtcp import ReportBlock


class ReportedLoss:
    """The newest block of each slot, by its SSRC."""

    __slots__ = ("_highest", "_newest")

    def __init__(self) -> None:
        self._highest: dict[int, int] = {}
        self._newest: dict[int, tuple[int, int]] = {}

    def note(self, block: ReportBlock) -> None:
        """Take one slot's newest block; a first one counts for a single packet."""
        before = self._highest.get(block.ssrc, block.highest_sequence - 1)
        packets = max(0, block.highest_sequence - before)
        self._highest[block.ssrc] = block.highest_sequence
        self._newest[block.ssrc] = packets, packets * block.fraction_lost

    def of(self, ssrcs: Iterable[int]) -> float:
        """Return the fraction (0..1) of the packets of these slots that were lost lately."""
        found = [self._newest[ssrc] for ssrc in ssrcs if ssrc in self._newest]
        packets = sum(count for count, _ in found)
        return sum(lost for _, lost in found) / 256 / packets if packets else 0.0
