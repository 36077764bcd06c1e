from __future__ import annotations

import numpy as np
import pytest

from bench.echo import Stretch
from proconf_tui.media.pcm import FloatSamples, to_int16
from tests.support.signals import voice_like


def _late(samples: FloatSamples, count: int) -> FloatSamples:
    return np.concatenate([np.zeros(count, np.float32), samples])


def test_the_gain_is_that_of_everything() -> None:
    said = voice_like(3.0, seed=1)
    stretch = Stretch(to_int16(said), to_int16(0.1 * said))
    assert stretch.gain_db == pytest.approx(-20.0, abs=0.1)


def test_the_gain_of_one_voice_is_found_under_another() -> None:
    said, other = voice_like(4.0, seed=1), voice_like(4.0, seed=2)
    heard = _late(said, 4_000) + 0.5 * _late(other, 4_000)
    processed = 0.5 * _late(said, 5_000)
    stretch = Stretch(to_int16(heard), to_int16(processed))
    assert stretch.gain_of_db(said) == pytest.approx(-6.0, abs=1.0)
    assert stretch.gain_db < -6.5
