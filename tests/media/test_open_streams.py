from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

import pytest

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media import open_streams
from proconf_tui.media.open_streams import OpenStreams

_WAIT_S = 10.0


def _open(streams: OpenStreams, name: str) -> None:
    with streams.opening() as opened:
        opened.append(name)


def _close(streams: OpenStreams, name: str) -> None:
    with streams.closing(name):
        pass


def _in_thread(body: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=body)
    thread.start()
    return thread


def test_streams_are_counted_by_name_until_they_are_closed() -> None:
    streams = OpenStreams()
    _open(streams, "vmic")
    _open(streams, "vspk")
    _close(streams, "vmic")
    assert streams.names == {"vspk"}
    assert streams.is_any
    _close(streams, "vspk")
    assert not streams.is_any


def test_what_could_not_be_opened_does_not_count() -> None:
    streams = OpenStreams()
    was_any = []
    with contextlib.suppress(OSError), streams.opening():
        was_any.append(streams.is_any)
        raise OSError
    assert was_any == [True]
    assert not streams.is_any


def test_a_pause_waits_for_every_stream_and_wakes_them_twice() -> None:
    streams = OpenStreams()
    _open(streams, "vmic")
    woken = threading.Semaphore(0)
    seen: list[bool] = []

    def member() -> None:
        with streams.member(woken.release):
            assert woken.acquire(timeout=_WAIT_S)
            seen.append(streams.is_paused)
            _close(streams, "vmic")
            assert woken.acquire(timeout=_WAIT_S)
            seen.append(streams.is_paused)

    thread = _in_thread(member)
    with streams.all_closed() as is_closed:
        assert is_closed
        assert not streams.is_any
    thread.join(_WAIT_S)
    assert seen == [True, False]


def test_what_is_to_be_opened_during_a_pause_is_opened_when_it_ends() -> None:
    streams = OpenStreams()
    with streams.all_closed():
        thread = _in_thread(lambda: _open(streams, "vmic"))
    thread.join(_WAIT_S)
    assert streams.names == {"vmic"}


def test_nothing_is_opened_during_a_pause_that_does_not_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(open_streams, "_OVERDUE_S", 0.05)
    streams = OpenStreams()
    with streams.all_closed():
        with pytest.raises(DeviceUnavailable, match="The sound system does not answer; "):
            _open(streams, "vmic")
        assert not streams.is_any
    _open(streams, "vmic")
    assert streams.names == {"vmic"}


def test_a_pause_that_does_not_end_is_over_for_those_who_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    streams = OpenStreams()
    with streams.all_closed():
        assert streams.is_paused
    monkeypatch.setattr(open_streams, "_OVERDUE_S", 0.0)
    with streams.all_closed():
        assert not streams.is_paused


def test_a_stream_that_does_not_close_ends_the_pause_for_all() -> None:
    streams = OpenStreams()
    _open(streams, "stuck")
    with streams.all_closed() as is_closed:
        assert not is_closed
    assert not streams.is_paused


def test_nobody_is_paused_for_a_device_that_hangs_already() -> None:
    streams = OpenStreams()
    _open(streams, "vspk")
    woken: list[bool] = []
    with (
        streams.opening(),
        streams.member(lambda: woken.append(True)),
        streams.all_closed() as is_closed,
    ):
        assert not is_closed
    assert woken == []
