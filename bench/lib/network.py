"""A network that loses, delays, reorders and holds up packets, the same way for each seed; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

BASE_S: Final = 0.03
_BURST_GAP_S: Final = 0.00001
"""Between packets that were held up together."""


@dataclass(frozen=True, slots=True)
class Network:
    """One kind of network; jitter is exponential, on top of 30 ms.

    From ``stall_at_s`` on nothing comes through for ``stall_s``; then all of it does, in order.
    """

    loss: float = 0.0
    jitter_s: float = 0.0
    stall_at_s: float = 0.0
    stall_s: float = 0.0


class Arrival(NamedTuple):
    """The ``index``-th packet that was sent, and when it comes."""

    at_s: float
    number: int


def arrivals(sent_at_s: list[float], network: Network, seed: int) -> list[Arrival]:
    """Return what comes of packets sent at these times, as it comes."""
    random = np.random.default_rng(seed)
    # Drawn for every packet, so that profiles of one seed differ by their numbers only.
    is_lost = random.random(len(sent_at_s)) < network.loss
    jitter_s = network.jitter_s * random.exponential(1.0, len(sent_at_s))
    stall_ends_at_s = network.stall_at_s + network.stall_s
    came: list[Arrival] = []
    held = 0
    for number, sent in enumerate(sent_at_s):
        at_s = sent + BASE_S + float(jitter_s[number])
        if network.stall_at_s <= at_s < stall_ends_at_s:
            held += 1
            at_s = stall_ends_at_s + held * _BURST_GAP_S
        if not is_lost[number]:
            came.append(Arrival(at_s, number))
    return sorted(came)
