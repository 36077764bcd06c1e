from __future__ import annotations

import threading

import numpy as np
import pytest

from proconf_tui.media.pcm import FloatSamples
from proconf_tui.media.playout import Playout
from tests.support.signals import sine


def _ramp(first: int, count: int) -> FloatSamples:
    return (np.arange(first, first + count) / 48_000).astype(np.float32)


def test_it_starts_only_with_forty_milliseconds() -> None:
    playout = Playout()
    playout.push(_ramp(1, 960))
    assert playout.pull(480) is None
    playout.push(_ramp(961, 960))
    first = playout.pull(480)
    assert first is not None
    np.testing.assert_array_equal(first, _ramp(1, 480))


def test_samples_come_out_in_order_whatever_the_block_sizes() -> None:
    playout = Playout()
    for start in range(1, 4801, 960):
        playout.push(_ramp(start, 960))
    pulled = [playout.pull(count) for count in (100, 480, 1000, 960, 2260)]
    np.testing.assert_array_equal(
        np.concatenate([block for block in pulled if block is not None]), _ramp(1, 4800)
    )


def test_beyond_three_hundred_milliseconds_the_oldest_are_dropped() -> None:
    playout = Playout()
    for start in range(1, 48_001, 960):
        playout.push(_ramp(start, 960))
    assert playout.buffered_s == pytest.approx(0.3)
    newest = playout.pull(14_400)
    assert newest is not None
    np.testing.assert_array_equal(newest, _ramp(48_001 - 14_400, 14_400))


def test_running_dry_pads_and_starts_over() -> None:
    playout = Playout()
    playout.push(_ramp(1, 1920))
    assert playout.pull(1600) is not None
    rest = playout.pull(480)
    assert rest is not None
    assert rest.shape == (480,)
    np.testing.assert_array_equal(rest[320:], np.zeros(160, np.float32))
    playout.push(_ramp(1, 960))
    assert playout.pull(480) is None


def test_delay_is_given_back_in_a_pause() -> None:
    playout = Playout()
    for start in range(1, 9601, 960):
        playout.push(_ramp(start, 960))
    for _ in range(5):
        playout.push(np.zeros(960, np.float32))
    assert playout.buffered_s == pytest.approx(0.2)


def test_the_level_follows_what_is_pushed() -> None:
    playout = Playout()
    assert playout.level_dbfs == -127.0
    playout.push(sine(440, 0.02, 1.0))
    assert playout.level_dbfs > -20.0


def test_pushing_and_pulling_at_once_loses_nothing() -> None:
    playout = Playout()
    blocks = 500
    pulled = 0

    def push() -> None:
        for _ in range(blocks):
            while playout.buffered_s > 0.2:
                pass
            playout.push(np.ones(960, np.float32))

    pusher = threading.Thread(target=push)
    pusher.start()
    while pusher.is_alive() or playout.buffered_s >= 0.04:
        block = playout.pull(480)
        pulled += 0 if block is None else int(block.sum())
    pusher.join()
    left = playout.buffered_s * 48_000
    assert pulled + left == blocks * 960
