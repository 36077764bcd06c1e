"""Rates and counts refuse what is over them, and nothing else."""

from __future__ import annotations

from ipaddress import IPv6Network
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.sdk.link import JITTER, LATER_DELAY_S, RETRY_DELAYS_S
from proconf_tui.server.limits import (
    HANDSHAKES,
    JOINS,
    LOCAL_JOINS,
    RETURNS,
    UNJOINED,
    Handshakes,
    Lines,
    Most,
    OpenSockets,
    Rate,
    RateLimits,
    TokenBucket,
)


def test_a_bucket_gives_its_burst_and_then_what_has_refilled() -> None:
    bucket = TokenBucket(Rate(10, 5.0, ""), now=100.0)
    assert [bucket.take(100.0) for _ in range(11)] == [True] * 10 + [False]
    assert not bucket.take(100.4)
    assert bucket.take(100.6)
    assert not bucket.take(100.6)


def test_a_bucket_gives_as_much_as_there_is_or_nothing() -> None:
    bucket = TokenBucket(Rate(1000, 10.0, ""), now=0.0)
    assert bucket.take(0.0, 900)
    assert not bucket.take(0.0, 101)
    assert bucket.take(0.0, 100)
    assert not bucket.take(5.0, 501)
    assert bucket.take(5.0, 500)
    assert not bucket.take(5.0)


@given(st.lists(st.floats(0, 3), max_size=200))
def test_a_bucket_never_gives_more_than_burst_and_rate_together(steps: list[float]) -> None:
    bucket, now, given_out = TokenBucket(Rate(5, 10.0, ""), now=0.0), 0.0, 0
    for step in steps:
        now += step
        given_out += bucket.take(now)
    assert given_out <= 5 + now * 0.5 + 1e-6


def test_a_client_whose_line_breaks_at_once_each_time_keeps_coming_back() -> None:
    """The server keeps a seat for 30 s; a client is refused for a few of them at most."""
    bucket, now, back_at = TokenBucket(RETURNS, now=0.0), 0.0, [0.0]
    for _ in range(50):
        for delay_s in (*RETRY_DELAYS_S, *[LATER_DELAY_S] * 5):
            now += delay_s * (1 - JITTER)
            if bucket.take(now):
                break
        back_at.append(now)
    assert max(later - earlier for earlier, later in pairwise(back_at)) < 5


def test_joins_are_counted_for_each_address() -> None:
    limits = RateLimits(JOINS, LOCAL_JOINS)
    assert [limits.take("192.0.2.1", 0.0) for _ in range(6)] == [None] * 5 + [JOINS]
    assert limits.take("192.0.2.2", 0.0) is None
    assert limits.take("192.0.2.1", 2.1) is None


def test_the_addresses_of_one_ipv6_subscriber_are_one() -> None:
    """A line has at least a /64 (RFC 6177), and its owner any address in it."""
    joins, sockets = RateLimits(JOINS, LOCAL_JOINS), OpenSockets(UNJOINED)
    for number in range(JOINS.burst):
        assert joins.take(f"2001:db8:1:2::{number:x}", now=0.0) is None
    assert joins.take("2001:db8:1:2:ffff::1", now=0.0) == JOINS
    assert joins.take("2001:db8:1:3::1", now=0.0) is None
    entered = [sockets.enter(f"2001:db8::{n:x}") for n in range(UNJOINED.of_one + 1)]
    assert entered == [True] * UNJOINED.of_one + [False]
    sockets.leave("2001:db8::1")
    assert sockets.enter("2001:db8::ffff")


def test_neighbours_are_counted_one_by_one() -> None:
    lines = Lines(IPv6Network(link) for link in ("2001:db8:1:2::/64", "2001:db8::/32"))
    joins, sockets = RateLimits(JOINS, LOCAL_JOINS, lines), OpenSockets(Most(1, 1), lines)
    for network in ("2001:db8:1:2::{}", "fe80::{}%eth0"):
        for number in range(1, 20):
            address = network.format(f"{number:x}")
            assert joins.take(address, now=0.0) is None
            assert sockets.enter(address)
            assert not sockets.enter(address)
        sockets.leave(network.format("2"))
        assert sockets.enter(network.format("2"))
        assert not sockets.enter(network.format("3"))
    # The wider link is no proof of neighbours: elsewhere in it a line is still one.
    assert sockets.enter("2001:db8:1:3::1")
    assert not sockets.enter("2001:db8:1:3::2")


def test_handshakes_are_counted_and_those_that_begin_too_often_refused() -> None:
    handshakes = Handshakes(Most(2, 2))
    assert [handshakes.enter("192.0.2.1", 0.0) for _ in range(3)] == [True, True, False]
    handshakes.leave("192.0.2.1")
    for _ in range(HANDSHAKES.burst - 3):
        assert handshakes.enter("192.0.2.1", 0.0)
        handshakes.leave("192.0.2.1")
    assert not handshakes.enter("192.0.2.1", 0.0)
    assert handshakes.enter("192.0.2.2", 0.0)
    assert handshakes.enter("192.0.2.1", HANDSHAKES.period_s)


def test_this_machine_may_join_more_often() -> None:
    limits = RateLimits(JOINS, LOCAL_JOINS)
    assert [limits.take("127.0.0.1", 0.0) for _ in range(51)] == [None] * 50 + [LOCAL_JOINS]
    assert [limits.take("::1", 0.0) for _ in range(50)] == [None] * 50


def test_many_addresses_do_not_grow_without_bound() -> None:
    limits = RateLimits(JOINS, LOCAL_JOINS)
    for number in range(10_000):
        limits.take(f"address-{number}", now=0.0)
    assert len(limits._buckets) <= 4096


def test_sockets_that_have_not_joined_are_counted_down_again() -> None:
    sockets = OpenSockets(UNJOINED)
    assert all(sockets.enter("192.0.2.1") for _ in range(UNJOINED.of_one))
    assert not sockets.enter("192.0.2.1")
    assert sockets.enter("192.0.2.2")
    sockets.leave("192.0.2.1")
    assert sockets.enter("192.0.2.1")
