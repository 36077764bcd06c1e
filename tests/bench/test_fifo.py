from __future__ import annotations

import numpy as np

from bench.lib.fifo import Fifo


def test_it_begins_when_enough_waits_and_again_after_it_ran_dry() -> None:
    fifo = Fifo(4)
    fifo.push(np.array([1, 2, 3], np.float32))
    assert fifo.pull(2).tolist() == [0, 0]
    fifo.push(np.array([4, 5], np.float32))
    assert fifo.pull(2).tolist() == [1, 2]
    assert fifo.pull(4).tolist() == [3, 4, 5, 0]
    fifo.push(np.array([6], np.float32))
    assert fifo.pull(1).tolist() == [0]
    fifo.push(np.array([7, 8, 9], np.float32))
    assert fifo.pull(1).tolist() == [6]


def test_beyond_its_limit_the_oldest_are_dropped() -> None:
    fifo = Fifo(0, limit=4)
    for block in ([1, 2], [3, 4], [5, 6]):
        fifo.push(np.array(block, np.float32))
    assert fifo.pull(6).tolist() == [3, 4, 5, 6, 0, 0]
