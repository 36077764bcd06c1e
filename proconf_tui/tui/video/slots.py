"""Which slot of the picture buffer belongs to which tile; pure.

What a slot held when it was given to a tile is stale and never shown. What it holds later is
trusted once the agent has confirmed: it empties slots that change hands before it answers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
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

    def confirm(self, slots: Mapping[K, int]) -> None:
        """Trust from now on what these slots hold, as far as they are still those of their keys."""
        for key, slot in slots.items():
            taken = self.taken.get(key)
            if taken is not None and taken.slot == slot:
                taken.is_confirmed = True

    def distrust(self) -> None:
        """Wait for confirmation again: there is another agent, which emptied nothing."""
        for assignment in self.taken.values():
            assignment.is_confirmed = False
            assignment.shown_sequence = self._sequence(assignment.slot)
