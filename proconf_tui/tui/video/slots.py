"""Which slot of the picture buffer belongs to which tile; pure.

A slot goes back to the end of the queue when its tile is gone, and what it holds then is stale:
pictures up to `Assignment.stale_sequence` are never shown.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K")


@dataclass(slots=True)
class Assignment:
    """A slot given to a tile. ``is_confirmed`` once the agent has said that it writes for it."""

    slot: int
    shown_sequence: int
    is_confirmed: bool = False


class SlotTable(Generic[K]):
    """Gives each key a slot while there are any; ``sequence`` reads a slot's newest number."""

    def __init__(self, slots: int, sequence: Callable[[int], int]) -> None:
        self._free = deque(range(slots))
        self._sequence = sequence
        self.taken: dict[K, Assignment] = {}

    def assign(self, keys: Iterable[K]) -> None:
        """Give up the slots of keys that are not wanted any more, and give slots to new ones."""
        wanted = list(keys)
        for gone in self.taken.keys() - set(wanted):
            self._free.append(self.taken.pop(gone).slot)
        for key in wanted:
            if key not in self.taken and self._free:
                slot = self._free.popleft()
                self.taken[key] = Assignment(slot, self._sequence(slot))

    def confirm(self, keys: Iterable[K]) -> None:
        """Trust these keys' slots from now on: whatever they hold at this moment is stale."""
        for key in keys:
            assignment = self.taken.get(key)
            if assignment and not assignment.is_confirmed:
                assignment.is_confirmed = True
                assignment.shown_sequence = self._sequence(assignment.slot)

    def distrust(self) -> None:
        """Let every slot wait for its next confirmation: another agent writes now."""
        for assignment in self.taken.values():
            assignment.is_confirmed = False
