from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.media.levels import SILENCE_DBFS, LevelMeter, rms_dbfs
from tests.support.signals import sine


@pytest.mark.parametrize(
    ("amplitude", "expected_dbfs"), [(1.0, -3.01), (0.1, -23.01), (0.01, -43.01), (0.5, -9.03)]
)
def test_a_sine_is_three_db_below_its_peak(amplitude: float, expected_dbfs: float) -> None:
    wave = sine(440, 1.0, amplitude)
    assert rms_dbfs(wave) == pytest.approx(expected_dbfs, abs=0.02)
    assert rms_dbfs((wave * 32768).clip(-32768, 32767).astype(np.int16)) == pytest.approx(
        expected_dbfs, abs=0.02
    )


def test_a_full_scale_square_is_zero() -> None:
    assert rms_dbfs(np.full((1, 960), -32768, np.int16)) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("samples", [np.zeros(960, np.int16), np.zeros(0, np.float32)])
def test_silence_is_the_floor(samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> None:
    assert rms_dbfs(samples) == SILENCE_DBFS


@given(st.lists(st.integers(-32768, 32767), max_size=64))
def test_any_sound_is_in_range(values: list[int]) -> None:
    assert SILENCE_DBFS <= rms_dbfs(np.array(values, np.int16)) <= 0.0


def test_the_meter_rises_at_once_and_falls_slowly() -> None:
    meter = LevelMeter()
    meter.feed(-20.0, now=10.0)
    assert meter.read(10.0) == -20.0
    meter.feed(-90.0, now=10.5)
    assert meter.read(10.5) == pytest.approx(-40.0)
    meter.feed(-10.0, now=10.6)
    assert meter.read(10.6) == -10.0


def test_a_meter_that_is_not_fed_falls_to_silence() -> None:
    meter = LevelMeter()
    meter.feed(-3.0, now=1.0)
    assert meter.read(60.0) == SILENCE_DBFS
