from __future__ import annotations

from bench.lib.slow_link import READ_BYTES, SlowLink


def test_it_passes_on_at_its_rate_and_in_order() -> None:
    link = SlowLink(100.0)
    link.put(b"a" * 30 + b"b" * 30)
    assert link.take(5.0) == b""
    assert link.lag_s == 0.6
    assert link.take(5.25) == b"a" * 25
    assert link.take(5.5) == b"a" * 5 + b"b" * 20
    assert link.take(9.0) == b"b" * 10
    assert link.is_empty


def test_an_idle_line_saves_nothing_up() -> None:
    link = SlowLink(100.0)
    link.take(0.0)
    link.take(60.0)
    link.put(b"a" * 50)
    assert len(link.take(60.1)) == 10


def test_it_has_room_until_another_read_would_not_fit() -> None:
    link = SlowLink(1.0, capacity_bytes=READ_BYTES + 10)
    link.put(bytes(10))
    assert link.has_room
    link.put(bytes(1))
    assert not link.has_room


def test_without_a_rate_everything_is_through_at_once() -> None:
    link = SlowLink()
    link.put(b"abc")
    assert link.take(0.0) == b"abc"
    assert link.lag_s == 0.0


def test_in_a_hurry_nothing_waits_any_more() -> None:
    link = SlowLink(100.0)
    link.take(0.0)
    link.put(b"abc")
    link.hurry()
    assert link.take(0.0) == b"abc"
