from __future__ import annotations

import pytest

from proconf_tui.media.stream_watch import StreamWatch


def _working(now: float = 0.0) -> StreamWatch:
    watch = StreamWatch()
    watch.opening()
    watch.opened(now)
    watch.touched(now)
    return watch


def _lost(now: float = 0.0) -> StreamWatch:
    watch = _working(now)
    assert watch.judge(now + 1.1, is_active=True) == "lost"
    return watch


def test_a_device_that_lives_is_fine() -> None:
    assert _working().judge(0.9, is_active=True) == "fine"


def test_a_device_that_has_to_be_woken_is_given_time() -> None:
    watch = StreamWatch()
    watch.opening()
    watch.opened(5.0)
    assert watch.judge(7.9, is_active=True) == "fine"
    assert watch.judge(8.1, is_active=True) == "lost"


def test_a_stream_that_has_ended_by_itself_is_lost_at_once() -> None:
    assert _working().judge(0.1, is_active=False) == "lost"


def test_a_loss_is_told_once_and_tried_again_at_once_and_then_ever_later() -> None:
    watch = _lost()
    assert watch.retry_at == 1.1
    waits = []
    for _ in range(6):
        watch.failed(100.0)
        waits.append(watch.retry_at - 100.0)
    assert waits == [0.25, 0.5, 1.0, 2.0, 2.0, 2.0]
    assert watch.failures == 6


def test_a_loudspeaker_that_only_takes_its_first_blocks_has_not_returned() -> None:
    watch = _lost()
    watch.opening()
    watch.touched(2.0)
    watch.opened(2.0)
    watch.touched(2.1)
    assert watch.judge(2.6, is_active=True) == "fine"
    assert watch.judge(3.2, is_active=True) == "still lost"
    assert watch.failures == 1


def test_a_return_is_told_once_and_forgets_the_failures() -> None:
    watch = _lost()
    watch.failed(1.2)
    watch.opening()
    watch.opened(2.0)
    watch.touched(2.6)
    assert watch.judge(2.7, is_active=True) == "returned"
    assert watch.judge(2.8, is_active=True) == "fine"
    assert (watch.is_lost, watch.failures) == (False, 0)


@pytest.mark.parametrize("failures", [50, 5000])
def test_hours_without_a_device_do_not_overflow(failures: int) -> None:
    watch = _lost()
    for _ in range(failures):
        watch.failed(0.0)
    assert watch.retry_at == 2.0
