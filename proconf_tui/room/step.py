"""One event with the states on both sides of it: what it takes to say who may be told of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import msgspec

from proconf_tui.room.events import Event
from proconf_tui.room.model import RoomState
from proconf_tui.room.state import evolve
from proconf_tui.room.wire import encode_event


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One event with the states on both sides of it, and itself as it goes over the wire."""

    before: RoomState
    event: Event
    after: RoomState
    raw: msgspec.Raw


def steps_of(before: RoomState | None, happened: Sequence[Event]) -> list[Step]:
    """Return what leads from ``before`` through each event that ``happened``."""
    steps = []
    for event in happened:
        after = evolve(before, event)
        # Nobody was there to see a room before it was made, so any empty one will do.
        steps.append(Step(before or after, event, after, encode_event(event)))
        before = after
    return steps
