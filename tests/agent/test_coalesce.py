"""The outbox: order for what counts, the newest for what does not, a bound for both."""

from __future__ import annotations

from proconf_tui.agent.coalesce import Outbox


def test_lines_keep_their_order_and_come_once() -> None:
    outbox = Outbox()
    outbox.put(b"1\n")
    outbox.put(b"2\n")
    assert outbox.take() == b"1\n2\n"
    assert outbox.take() == b""


def test_only_the_newest_of_a_key_is_kept() -> None:
    outbox = Outbox()
    for value in (b"a1\n", b"a2\n"):
        outbox.put_newest("a", value)
    outbox.put_newest("b", b"b1\n")
    outbox.put(b"event\n")
    assert outbox.take() == b"event\na2\nb1\n"


def test_a_reader_that_stalls_costs_bounded_memory_and_loses_the_oldest() -> None:
    outbox = Outbox(max_lines=3)
    for number in range(10):
        outbox.put(b"%d" % number)
        outbox.put_newest("state", b"s%d" % number)
    assert outbox.take() == b"789s9"
