"""Samples are numbered without a gap while a device delivers, and with one while it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.media.capture_clock import MAX_PAUSE_S, CaptureClock


@given(st.lists(st.floats(0.0, MAX_PAUSE_S - 0.01), max_size=20))
def test_uneven_delivery_changes_nothing(pauses_s: list[float]) -> None:
    clock, now = CaptureClock(), 100.0
    numbers = []
    for pause_s in pauses_s:
        numbers.append(clock.stamp(960, now))
        now += pause_s
    assert numbers == [at * 960 for at in range(len(numbers))]


def test_time_goes_on_while_a_device_is_gone() -> None:
    clock = CaptureClock()
    assert [clock.stamp(960, 5.0), clock.stamp(960, 5.02)] == [0, 960]
    # The first samples after the pause were made in the 20 ms before they were delivered.
    assert clock.stamp(960, 8.02) == pytest.approx(960 + 3 * 48_000, abs=1)
    assert clock.stamp(960, 8.04) == pytest.approx(1920 + 3 * 48_000, abs=1)
