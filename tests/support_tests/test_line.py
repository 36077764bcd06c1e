from __future__ import annotations

import asyncio

import pytest

from tests.support.line import Line, Path, Postman, is_media, is_rtp
from tests.support.meeting import until

RTP = bytes([0x80, 96]) + bytes(98)
RTCP = bytes([0x81, 205]) + bytes(18)
STUN = bytes(20)
DTLS = bytes([22, 254, 253]) + bytes(40)


def fates(line: Line, datagram: bytes, seed: int = 1, count: int = 1000) -> list[float | None]:
    """Return when each of so many arrives that are sent at the same moment."""
    path = Path(line, seed)
    return [path.due_at(datagram, 0.0) for _ in range(count)]


def test_kinds_are_told_apart_by_their_first_bytes() -> None:
    assert [is_media(each) for each in (RTP, RTCP, STUN, DTLS, b"")] == [True, True, *3 * [False]]
    assert [is_rtp(each) for each in (RTP, RTCP, STUN, DTLS, b"")] == [True, *4 * [False]]


def test_a_line_without_arguments_does_nothing() -> None:
    assert fates(Line(), RTP) == [0.0] * 1000


@pytest.mark.parametrize("datagram", [RTP, RTCP])
def test_media_are_lost_by_the_seed(datagram: bytes) -> None:
    line = Line(loss=0.1)
    assert fates(line, datagram) == fates(line, datagram)
    assert fates(line, datagram) != fates(line, datagram, seed=2)
    assert 60 < fates(line, datagram).count(None) < 140


@pytest.mark.parametrize("datagram", [STUN, DTLS])
def test_what_sets_connections_up_is_spared_unless_told_otherwise(datagram: bytes) -> None:
    assert None not in fates(Line(loss=0.5), datagram)
    assert None in fates(Line(loss=0.5, loses_all=True), datagram)


def test_jitter_comes_on_top_of_delay_and_shuffles() -> None:
    arrivals = [at for at in fates(Line(delay_s=0.04, jitter_s=0.02), RTP) if at is not None]
    assert 0.04 <= min(arrivals) < 0.041
    assert 0.059 < max(arrivals) <= 0.06
    assert arrivals != sorted(arrivals)


def test_a_rate_makes_a_queue_whose_tail_is_dropped() -> None:
    # 100 bytes are 10 ms here, so that eleven are sent while the last of them waits for 0.1 s.
    path = Path(Line(rate_bps=80_000.0, queue_s=0.1), 1)
    arrivals = [path.due_at(RTP, 0.0) for _ in range(20)]
    assert arrivals[:10] == pytest.approx([0.01 * (place + 1) for place in range(10)])
    assert arrivals[11:] == [None] * 9
    assert (path.dropped, path.lost) == (9, 0)
    # An idle line saves nothing up.
    assert [path.due_at(RTP, 5.0) for _ in range(2)] == pytest.approx([5.01, 5.02])


async def test_each_is_delivered_at_its_time() -> None:
    postman, loop = Postman(), asyncio.get_running_loop()
    late, early, at_once = (Path(Line(delay_s=delay_s), 1) for delay_s in (0.4, 0.1, 0.0))
    came: list[tuple[bytes, float]] = []

    def deliver(datagram: bytes) -> None:
        came.append((datagram, loop.time()))

    began_at = loop.time()
    for number, path in enumerate((late, late, early, at_once)):
        postman.post(bytes([number]), path, deliver)
    await until(lambda: len(came) == 4)
    assert [datagram[0] for datagram, _ in came] == [3, 2, 0, 1]
    waited_s = [at - began_at for _, at in came]
    assert all(waited_s[place] >= due_s for place, due_s in ((1, 0.1), (2, 0.4), (3, 0.4)))


async def test_nothing_is_delivered_after_the_end() -> None:
    postman = Postman()
    came: list[bytes] = []
    postman.post(b"a", Path(Line(delay_s=0.01), 1), came.append)
    postman.close()
    marker = Postman()
    marker.post(b"b", Path(Line(delay_s=0.02), 1), came.append)
    await until(lambda: came)
    assert came == [b"b"]
