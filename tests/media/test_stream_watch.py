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


def test_looks_come_at_once_and_then_ever_later_until_the_next_loss() -> None:
    watch = _lost()
    assert watch.look_at == 1.1
    waits = []
    for _ in range(6):
        watch.looked(100.0, has_looked=False)
        waits.append(watch.look_at - 100.0)
    assert waits == [2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    watch.lose(200.0)
    assert watch.look_at == 200.0
    watch.looked(200.0, has_looked=False)
    assert watch.look_at == 202.0


def test_what_portaudio_knows_is_old_after_each_loss_until_it_looks() -> None:
    watch = _lost()
    known = []
    for has_looked in (False, True, False):
        watch.looked(2.0, has_looked=has_looked)
        known.append(watch.has_looked)
    watch.lose(5.0)
    assert [*known, watch.has_looked] == [False, True, True, False]


def test_a_loudspeaker_that_only_takes_its_first_blocks_has_not_returned() -> None:
    watch = _lost()
    watch.opening()
    watch.touched(2.0)
    watch.opened(2.0)
    watch.touched(2.1)
    assert watch.judge(2.6, is_active=True) == "fine"
    assert watch.judge(3.2, is_active=True) == "still lost"
    assert watch.retry_at == 3.2 + 0.25


def test_a_return_is_told_once_and_forgets_the_failures() -> None:
    watch = _lost()
    watch.failed(1.2)
    watch.opening()
    watch.opened(2.0)
    watch.touched(2.6)
    assert watch.judge(2.7, is_active=True) == "returned"
    assert watch.judge(2.8, is_active=True) == "fine"
    assert not watch.is_lost
    watch.failed(9.0)
    assert watch.retry_at == 9.0 + 0.25


@pytest.mark.parametrize("failures", [50, 5000])
def test_hours_without_a_device_do_not_overflow(failures: int) -> None:
    watch = _lost()
    for _ in range(failures):
        watch.failed(0.0)
        watch.looked(0.0, has_looked=False)
    assert (watch.retry_at, watch.look_at) == (2.0, 30.0)
