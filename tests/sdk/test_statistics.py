"""How fast one sends, from what was sent from one question to the next."""

from __future__ import annotations

import pytest

from proconf_tui.sdk.statistics import SendingMeter


def test_the_rate_is_that_since_the_last_time() -> None:
    meter = SendingMeter()
    rates = [meter.rate_kbps(7, sent, now) for sent, now in ((500, 1.0), (4500, 2.0), (6500, 4.0))]
    assert rates == pytest.approx([0.0, 32.0, 8.0])


def test_who_asks_twice_in_a_moment_is_told_the_same() -> None:
    meter = SendingMeter()
    rates = [meter.rate_kbps(7, sent, now) for sent, now in ((0, 1.0), (4000, 2.0), (4500, 2.1))]
    assert rates == pytest.approx([0.0, 32.0, 32.0])
    assert meter.rate_kbps(7, 8000, 3.0) == pytest.approx(32.0)


def test_another_sender_begins_anew() -> None:
    meter = SendingMeter()
    meter.rate_kbps(7, 90_000, 1.0)
    assert meter.rate_kbps(8, 1000, 2.0) == 0.0
    assert meter.rate_kbps(8, 5000, 3.0) == pytest.approx(32.0)
