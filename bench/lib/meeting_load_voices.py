"""How loud everybody in a large meeting is at each moment, the same way for each seed; pure.

In each turn a handful are loud and all others murmur; most of the loud are others than before.
"""

from __future__ import annotations

import random
from typing import Final

TURN_S: Final = 2.5
_TURNS: Final = 64
_LOUD: Final = range(4, 9)
"""How many are loud in a turn, in a meeting that has so many."""
_REPLACED_SHARE: Final = 0.6
_LOUD_DB: Final = (12, 34)
_MURMUR_DB: Final = (50, 80)
_SWAY_DB: Final = 5
_SWAYS: Final = 101
_QUIETEST: Final = 127


class Voices:
    """The levels of ``count`` people in -dBov, as RFC 6464 has them: 0 loudest … 127 silent."""

    def __init__(self, count: int, seed: int = 1) -> None:
        dice = random.Random(seed)
        self._sways = [dice.randint(-_SWAY_DB, _SWAY_DB) for _ in range(_SWAYS)]
        self._turns: list[list[int]] = []
        loud: set[int] = set()
        for _ in range(_TURNS):
            loud = _next_loud(loud, count, dice)
            self._turns.append(
                [dice.randint(*(_LOUD_DB if n in loud else _MURMUR_DB)) for n in range(count)]
            )

    def level(self, person: int, at_s: float) -> int:
        """Return how loud ``person`` is ``at_s`` after the beginning."""
        turn = self._turns[int(at_s / TURN_S) % _TURNS]
        sway = self._sways[(int(at_s * 50.0) + person * 7) % _SWAYS]
        return min(_QUIETEST, max(0, turn[person] + sway))

    def loud(self, at_s: float) -> frozenset[int]:
        """Return who is loud then."""
        turn = self._turns[int(at_s / TURN_S) % _TURNS]
        return frozenset(n for n, level in enumerate(turn) if level <= _LOUD_DB[1])


def _next_loud(before: set[int], count: int, dice: random.Random) -> set[int]:
    wanted = min(count, dice.choice(_LOUD))
    kept = [person for person in sorted(before) if dice.random() >= _REPLACED_SHARE]
    others = [person for person in range(count) if person not in before]
    dice.shuffle(others)
    # Those who had their turn only where there is nobody else.
    replaced = [person for person in sorted(before) if person not in kept]
    return set([*kept, *others, *replaced][:wanted])
