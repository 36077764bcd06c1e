"""Reports judged: loss with and without a queue, a queue without loss, and what is no news."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.engine.forwarding.congestion import LineSigns, Sign
from proconf_tui.engine.rtcp import ReportBlock

TRIP_S = 0.04


class Reporter:
    """A receiver that reports each second of 200 packets of one stream."""

    def __init__(self) -> None:
        self.signs = LineSigns()
        self.now = 0.0
        self.highest = 0
        self.report(0.0)

    def report(self, loss: float, rtt_s: float | None = TRIP_S, packets: int = 200) -> Sign:
        self.now += 1
        self.highest += packets
        block = ReportBlock(7, round(loss * 256), 0, self.highest, 0, 0, 0)
        self.signs.on_report(block, rtt_s, self.now)
        return self.signs.take(self.now)


def test_a_line_without_news_is_not_judged() -> None:
    assert LineSigns().take(1.0) is Sign.NONE


def test_a_steady_line_is_clear() -> None:
    assert Reporter().report(0.0) is Sign.CLEAR


def test_loss_behind_a_queue_is_congestion_where_radio_is_not() -> None:
    assert Reporter().report(0.12, TRIP_S + 0.1) is Sign.CONGESTED
    radio = Reporter()
    assert {radio.report(0.09) for _ in range(20)} == {Sign.CLEAR}
    assert {radio.report(0.12) for _ in range(20)} == {Sign.BUSY}


def test_much_loss_is_congestion_without_a_queue_too() -> None:
    assert Reporter().report(0.4) is Sign.CONGESTED
    lossy = Reporter()
    assert lossy.report(0.2) is Sign.BUSY
    assert lossy.report(0.2) is Sign.CONGESTED


def test_a_queue_that_stays_is_congestion_though_nothing_is_lost() -> None:
    bloated = Reporter()
    assert bloated.report(0.0, TRIP_S + 0.25) is Sign.BUSY
    assert bloated.report(0.0, TRIP_S + 0.5) is Sign.CONGESTED


def test_a_queue_that_drains_is_left_alone() -> None:
    draining = Reporter()
    draining.report(0.0, TRIP_S + 0.8)
    assert draining.report(0.0, TRIP_S + 0.5) is Sign.BUSY


def test_one_long_trip_among_short_ones_is_a_hiccup() -> None:
    signs = Reporter().signs
    for at in range(2, 9):
        signs.on_report(ReportBlock(7, 0, 0, 200 * at, 0, 0, 0), TRIP_S, at - 0.5)
        signs.on_report(ReportBlock(7, 0, 0, 200 * at, 0, 0, 0), TRIP_S + 1, at)
        assert signs.take(at) is Sign.CLEAR


def test_loss_of_few_packets_says_nothing_yet() -> None:
    reporter = Reporter()
    assert reporter.report(1.0, packets=20) is Sign.CLEAR
    assert reporter.signs.loss == 0.0


def test_streams_count_by_their_packets() -> None:
    signs = LineSigns()
    for highest in (0, 300):
        signs.on_report(ReportBlock(1, 0, 0, highest, 0, 0, 0), TRIP_S, 1.0)
        signs.on_report(ReportBlock(2, 128, 0, highest // 3, 0, 0, 0), TRIP_S, 1.0)
    signs.take(1.0)
    assert signs.loss == 0.125


def test_what_is_accepted_is_no_trouble_any_more() -> None:
    lossy = Reporter()
    assert [lossy.report(0.25, 0.5) for _ in range(2)][-1] is Sign.CONGESTED
    lossy.signs.accept()
    assert {lossy.report(0.25, 0.5) for _ in range(10)} == {Sign.CLEAR}
    assert lossy.report(0.6, 0.5) is Sign.CONGESTED


@given(st.lists(st.tuples(*[st.integers(0, 2**32 - 1)] * 2, st.floats(0, 1e6)), max_size=30))
def test_any_reports_are_judged(reports: list[tuple[int, int, float]]) -> None:
    signs = LineSigns()
    for at, (ssrc, highest, rtt_s) in enumerate(reports):
        signs.on_report(ReportBlock(ssrc, highest & 255, 0, highest, 0, 0, 0), rtt_s, at)
        assert signs.take(at) in Sign
        assert 0.0 <= signs.delivered <= 1.0
        assert 0.0 <= signs.loss <= 1.0
