"""Which producer feeds which slot of one subscriber, and how many slots are short.

Pure. Streams keep their slot as long as they are wanted; a new one takes a free slot of its
kind, in the order the streams are given. The map travels apart from the media and may come after
it, so that is the slot it had before, or the one that has been free the longest: what comes too
early is then for a slot known to be empty, and not shown as somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from proconf_tui.engine.base import Kind, SlotFeed
from proconf_tui.engine.forwarding.producer import Producer
from proconf_tui.engine.forwarding.slot import Slot

KINDS: Final[tuple[Kind, ...]] = ("audio", "video")
FIRST_SLOTS: Final = 2
STEP: Final = 2
MAX_AUDIO_SLOTS: Final = 6
"""More voices at once nobody can follow, and each costs everybody packets and decoding."""
MAX_VIDEO_SLOTS: Final = 24
"""An aiortc answer takes 1 to 1.3 KB a slot, and 64 KiB is what we read."""

_MAX_SLOTS: Final[Mapping[Kind, int]] = {"audio": MAX_AUDIO_SLOTS, "video": MAX_VIDEO_SLOTS}


@dataclass(frozen=True, slots=True)
class Assignment:
    """What :func:`assign` did: producers newly attached, and streams left without a slot."""

    attached: tuple[Producer, ...]
    short: Mapping[Kind, int]


def assign(slots: Sequence[Slot], wanted: Iterable[Producer]) -> Assignment:
    """Feed the live ``slots`` with ``wanted``; slots of streams no longer wanted become free.

    ``slots`` may be those of one kind only; the others are then left as they are.
    """
    streams = list(wanted)
    kept = {id(stream) for stream in streams}
    for slot in slots:
        if not slot.is_live or id(slot.producer) not in kept:
            slot.detach()
    fed = {id(slot.producer) for slot in slots}
    longest_free = sorted(slots, key=lambda slot: slot.freed_turn)
    free = {
        kind: [s for s in longest_free if s.kind == kind and s.is_live and s.producer is None]
        for kind in KINDS
    }
    attached: list[Producer] = []
    short: dict[Kind, int] = dict.fromkeys(KINDS, 0)
    for stream in streams:
        if id(stream) in fed:
            continue
        if not free[stream.kind]:
            short[stream.kind] += 1
            continue
        slot = _pick(free[stream.kind], stream)
        free[stream.kind].remove(slot)
        slot.attach(stream)
        attached.append(stream)
    return Assignment(tuple(attached), short)


def _pick(free: Sequence[Slot], stream: Producer) -> Slot:
    return next((slot for slot in free if slot.last_fed_by == stream.name), free[0])


def growth(slots: Sequence[Slot], short: Mapping[Kind, int]) -> dict[Kind, int]:
    """Return how many slots of each kind to add for ``short`` streams, by steps, within bounds.

    Slots that are not live count as coming: the client has not answered for them yet, or
    has refused them.
    """
    return {kind: _growth(slots, kind, short[kind]) for kind in KINDS}


def _growth(slots: Sequence[Slot], kind: Kind, short: int) -> int:
    same = [slot for slot in slots if slot.kind == kind]
    coming = sum(not slot.is_live for slot in same)
    steps = -(-max(0, short - coming) // STEP)
    return min(steps * STEP, _MAX_SLOTS[kind] - len(same))


def first_slots(streams: Iterable[Producer]) -> dict[Kind, int]:
    """Return how many slots of each kind a new subscriber starts with."""
    kinds = [stream.kind for stream in streams]
    return {
        kind: min(_MAX_SLOTS[kind], max(FIRST_SLOTS, -(-kinds.count(kind) // STEP) * STEP))
        for kind in KINDS
    }


def feeds(slots: Iterable[Slot]) -> tuple[SlotFeed, ...]:
    """Return the map from slots to the streams that feed them."""
    return tuple(
        SlotFeed(slot.description.mid, slot.kind, fed_by.peer_id, fed_by.label, fed_by.source)
        for slot in slots
        if (fed_by := slot.producer) is not None
    )
