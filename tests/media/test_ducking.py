from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.media.ducking import DUCKED_DB, Ducker
from proconf_tui.media.levels import rms_dbfs
from proconf_tui.media.pcm import Int16Samples

_BLOCK = 480
_NEAR: Int16Samples = np.full(_BLOCK, 10_000, np.int16)
_QUIET: Int16Samples = np.zeros(_BLOCK, np.int16)
_LOUD: Int16Samples = np.full(_BLOCK, 3_000, np.int16)


def _run(ducker: Ducker, far: Int16Samples, blocks: int) -> Int16Samples:
    return np.concatenate([ducker.process(_NEAR, far) for _ in range(blocks)])


def test_nothing_is_touched_while_nothing_is_played() -> None:
    ducker = Ducker()
    hum: Int16Samples = np.full(_BLOCK, 100, np.int16)
    assert np.array_equal(_run(ducker, hum, 3), np.tile(_NEAR, 3))


def test_a_loud_loudspeaker_turns_the_microphone_down_within_one_block() -> None:
    ducker = Ducker()
    first, second = ducker.process(_NEAR, _LOUD), ducker.process(_NEAR, _LOUD)
    assert first[0] > 9_900
    assert rms_dbfs(second) - rms_dbfs(_NEAR) == pytest.approx(DUCKED_DB, abs=0.1)


def test_it_stays_down_for_a_while_and_comes_up_slowly() -> None:
    ducker = Ducker()
    _run(ducker, _LOUD, 5)
    held = _run(ducker, _QUIET, 30)
    assert rms_dbfs(held) - rms_dbfs(_NEAR) == pytest.approx(DUCKED_DB, abs=0.1)
    back = _run(ducker, _QUIET, 40)
    assert np.all(np.diff(back.astype(int)) >= 0)
    assert back[0] < 1_000
    assert back[-1] == 10_000


def test_a_pause_between_words_does_not_open_it() -> None:
    ducker = Ducker()
    _run(ducker, _LOUD, 5)
    for _ in range(4):
        pause = _run(ducker, _QUIET, 20)
        assert rms_dbfs(pause) - rms_dbfs(_NEAR) == pytest.approx(DUCKED_DB, abs=0.1)
        _run(ducker, _LOUD, 2)


@given(st.lists(st.booleans(), min_size=1, max_size=120))
def test_the_gain_never_jumps(played: list[bool]) -> None:
    ducker = Ducker()
    blocks = [ducker.process(_NEAR, _LOUD if is_loud else _QUIET) for is_loud in played]
    samples = np.concatenate(blocks).astype(float)
    # 28 dB within 480 samples is 0.7 % from one sample to the next.
    assert np.all(np.abs(np.diff(samples)) <= 0.0075 * samples[:-1] + 1.0)
    assert np.all((samples >= 397) & (samples <= 10_000))


def test_an_empty_block_is_one_still() -> None:
    ducker = Ducker()
    empty = _QUIET[:0]
    assert len(ducker.process(empty, _LOUD)) == 0
    assert len(ducker.process(empty, _QUIET)) == 0
