from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Generator

import pytest

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media.device_thread import DeviceThread, Thinner, paced, pump, ticks


def _never_lost(reason: str) -> None:
    raise AssertionError(reason)


def test_a_failure_to_open_is_raised_by_start() -> None:
    def body(thread: DeviceThread) -> None:
        raise DeviceUnavailable("It is broken.")

    with pytest.raises(DeviceUnavailable, match=r"It is broken\."):
        DeviceThread("device", body, _never_lost).start()


def test_a_later_failure_is_reported() -> None:
    reasons: list[str] = []
    is_lost = threading.Event()

    def body(thread: DeviceThread) -> None:
        thread.report_ready()
        raise DeviceUnavailable("It was unplugged.")

    def on_lost(reason: str) -> None:
        reasons.append(reason)
        is_lost.set()

    DeviceThread("device", body, on_lost).start()
    assert is_lost.wait(10)
    assert reasons == ["It was unplugged."]


def test_a_fault_before_it_works_is_a_sentence_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def body(thread: DeviceThread) -> None:
        raise KeyError("nonsense")

    with pytest.raises(DeviceUnavailable, match="device does not work because of a fault in this"):
        DeviceThread("device", body, _never_lost).start()
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert record.exc_info[0] is KeyError


def test_a_fault_later_is_reported_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    reasons: queue.Queue[str] = queue.Queue()

    def broken() -> Generator[int, None, None]:
        yield 1
        raise ValueError("nonsense")

    def body(thread: DeviceThread) -> None:
        pump(thread, broken(), lambda _: None)

    DeviceThread("device", body, reasons.put).start()
    reason = reasons.get(timeout=10)
    assert reason.startswith("device does not work because of a fault in this program; ")
    assert [record.message for record in caplog.records] == ["device failed"]


def test_a_failure_while_closing_is_nobodys_concern() -> None:
    def body(thread: DeviceThread) -> None:
        thread.report_ready()
        thread.stopping.wait(10)
        raise DeviceUnavailable("It was released.")

    reasons: list[str] = []
    thread = DeviceThread("device", body, reasons.append)
    thread.start()
    thread.stop()
    assert reasons == []


def test_the_source_is_released_on_its_own_thread() -> None:
    released_on: list[str] = []

    def numbers() -> Generator[int, None, None]:
        try:
            yield from range(1_000_000)
        finally:
            released_on.append(threading.current_thread().name)

    got: list[int] = []

    def body(thread: DeviceThread) -> None:
        pump(thread, paced(numbers(), 0.001, thread.stopping), got.append)

    thread = DeviceThread("owner", body, _never_lost)
    thread.start()
    thread.stop()
    thread.stop()
    assert released_on == ["owner"]
    assert got == list(range(len(got)))
    assert got


def test_pacing_ends_when_asked_to() -> None:
    stopping = threading.Event()
    items = paced(iter(range(10)), 3600.0, stopping)
    assert next(items) == 0
    stopping.set()
    assert list(items) == []


def _taken(thinner: Thinner, *instants: float) -> list[bool]:
    return [thinner.takes(instant) for instant in instants]


def test_a_fast_source_is_thinned_out() -> None:
    second = [100 + step / 60 for step in range(60)]
    assert sum(_taken(Thinner(lambda: 10), *second)) in (10, 11)


def test_a_source_of_just_the_rate_is_passed_whole_though_it_jitters() -> None:
    jitter = (0.0, 0.02, -0.02, 0.01, -0.01)
    instants = [100 + step / 10 + jitter[step % 5] for step in range(50)]
    assert all(_taken(Thinner(lambda: 10), *instants))


def test_the_wanted_rate_may_change() -> None:
    rate = [1.0]
    thinner = Thinner(lambda: rate[0])
    assert _taken(thinner, 100.0, 100.5) == [True, False]
    rate[0] = 10.0
    assert _taken(thinner, 101.0, 101.1, 101.15, 101.2) == [True, True, False, True]


def test_ticks_come_as_often_as_wanted_until_asked_to_end() -> None:
    stopping = threading.Event()
    instants = ticks(lambda: 50.0, stopping)
    seen = [next(instants) for _ in range(6)]
    assert seen[-1] - seen[0] >= 0.09
    stopping.set()
    assert list(instants) == []
