from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.media.far_end import FarEnd
from proconf_tui.media.pcm import FloatSamples

_BLOCK = 480


def _numbered(number: int, count: int = _BLOCK) -> FloatSamples:
    return np.full(count, number / 1000.0, np.float32)


def _take(far: FarEnd) -> int:
    block = far.take()
    assert block.shape == (_BLOCK,)
    assert np.all(block == block[0])
    return round(float(block[0]) / 32.767)


def test_blocks_come_out_in_order_and_then_silence() -> None:
    far = FarEnd()
    far.add(_numbered(1))
    far.add(_numbered(2))
    assert [_take(far) for _ in range(4)] == [1, 2, 0, 0]


def test_nobody_listening_keeps_only_the_newest() -> None:
    far = FarEnd()
    for number in range(1, 21):
        far.add(_numbered(number))
    assert [_take(far) for _ in range(7)] == [15, 16, 17, 18, 19, 20, 0]


def test_blocks_of_another_size_are_cut_anew() -> None:
    far = FarEnd()
    for _ in range(3):
        far.add(_numbered(7, 320))
    assert [_take(far) for _ in range(3)] == [7, 7, 0]


def test_what_is_added_is_copied() -> None:
    far, block = FarEnd(), _numbered(5)
    far.add(block)
    block[:] = 0.0
    assert _take(far) == 5


def test_what_lies_there_unused_is_dropped_so_that_nothing_comes_late() -> None:
    far = FarEnd()
    for number in range(1, 6):
        far.add(_numbered(number))
    lags = []
    for number in range(6, 406):
        far.add(_numbered(number))
        lags.append(number - _take(far))
    assert lags[0] == 5
    assert lags[-1] == 1


def test_bursts_keep_the_reserve_they_need() -> None:
    far = FarEnd()
    taken = []
    number = 1
    for _ in range(400):
        for _ in range(3):
            far.add(_numbered(number % 900 + 1))
            number += 1
        taken += [_take(far) for _ in range(3)]
    assert 0 not in taken[3:]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=300))
def test_it_is_always_in_order_and_never_more_than_six_late(
    steps: list[tuple[int, int]],
) -> None:
    far, number, last = FarEnd(), 0, 0
    for adds, takes in steps:
        for _ in range(adds):
            number += 1
            far.add(_numbered(number))
        for _ in range(takes):
            taken = _take(far)
            if taken:
                assert taken > last
                assert number - taken < 6
                last = taken
