"""The estimate of a line over simulated lines: it comes near, bears radio, recovers, and rests."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proconf_tui.engine.forwarding.downlink import MIN_BPS, Downlink, Traffic
from proconf_tui.engine.rtcp import BandwidthEstimate, ReportBlock
from tests.engine.forwarding.simulated_line import AUDIO_BPS, Bottleneck, Client, Meeting

FAST_BPS = 50_000_000
CAMERAS = dict.fromkeys(range(6), 150_000)
ALL_BPS = AUDIO_BPS + sum(CAMERAS.values())


def client(bps: float, *, queue_s: float = 0.5, random_loss: float = 0.0) -> Client:
    return Client(Bottleneck(bps, queue_s=queue_s, random_loss=random_loss), list(CAMERAS))


def known(subscriber: Client, since: int) -> list[int]:
    """Return the estimates from the second ``since`` on; there must be one in each."""
    kept = [bps for bps in subscriber.available[since:] if bps is not None]
    assert len(kept) == len(subscriber.available[since:])
    return kept


def test_a_line_that_carries_all_is_never_limited() -> None:
    meeting = Meeting(CAMERAS, [client(FAST_BPS)])
    meeting.run(60)
    assert set(meeting.clients[0].available) == {None}


@pytest.mark.parametrize("queue_s", [0.05, 0.3, 1.0])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_slow_line_is_found_and_kept(queue_s: float, seed: int) -> None:
    slow = client(300_000, queue_s=queue_s)
    meeting = Meeting(CAMERAS, [slow, client(FAST_BPS)], seed)
    meeting.run(8)
    known(slow, 7)
    sent_before, delivered_before = slow.sent_bytes, slow.delivered_bytes
    meeting.run(112)
    # A try of one more picture reaches beyond the line until the trouble is told of.
    assert all(100_000 <= bps <= 620_000 for bps in known(slow, 7))
    assert sorted(known(slow, 7))[56] <= 1.15 * 300_000
    assert slow.delivered_bytes - delivered_before >= 0.9 * (slow.sent_bytes - sent_before)
    assert slow.set_changes <= 16


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_slow_line_changes_nothing_for_a_fast_one(seed: int) -> None:
    slow, fast = client(300_000), client(FAST_BPS)
    meeting = Meeting(CAMERAS, [slow, fast], seed)
    meeting.run(120)
    assert slow.allotment.held_back
    assert fast.set_changes == 0
    assert len(fast.sets[-1]) == len(CAMERAS)
    assert not any(meeting.told.values())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_those_who_all_have_slow_lines_are_sent_smaller_pictures(seed: int) -> None:
    clients = [client(300_000), client(350_000)]
    meeting = Meeting(CAMERAS, clients, seed)
    meeting.run(60)
    assert all(len(subscriber.sets[-1]) >= 2 for subscriber in clients)
    assert sum(meeting.rates.values()) < 0.7 * sum(CAMERAS.values())
    assert all(len(told) <= 20 for told in meeting.told.values())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_line_that_falls_and_recovers_is_followed(seed: int) -> None:
    changing = client(1_200_000)
    meeting = Meeting(CAMERAS, [changing, client(FAST_BPS)], seed)
    meeting.run(20)
    assert changing.available[-1] is None
    changing.line.bps = 400_000
    meeting.run(8)
    assert min(known(changing, 26)) <= 1.15 * 400_000
    assert 1 <= len(changing.allotment.sent) <= 2
    meeting.run(32)
    changing.line.bps = 1_200_000
    meeting.run(60)
    assert len(changing.sets[-1]) == len(CAMERAS)
    meeting.run(90)
    assert changing.available[-1] is None


def test_radio_that_loses_a_tenth_takes_no_picture_away() -> None:
    meeting = Meeting(CAMERAS, [client(FAST_BPS, random_loss=0.1)])
    meeting.run(120)
    assert meeting.clients[0].set_changes == 0
    assert len(meeting.clients[0].sets[-1]) == len(CAMERAS)
    assert meeting.rates == CAMERAS


def test_loss_that_sending_less_does_not_cure_is_borne() -> None:
    lossy = client(FAST_BPS, random_loss=0.22)
    meeting = Meeting(CAMERAS, [lossy])
    meeting.run(30)
    assert min(known(lossy, 10)) < ALL_BPS
    meeting.run(120)
    assert len(lossy.sets[-1]) == len(CAMERAS)


def test_a_queue_that_is_somebody_elses_is_borne() -> None:
    shared = client(FAST_BPS)
    meeting = Meeting(CAMERAS, [shared])
    meeting.run(10)
    shared.line.trip_s = 0.3
    meeting.run(120)
    assert len(shared.sets[-1]) == len(CAMERAS)


def test_a_deep_queue_is_seen_before_anything_is_lost() -> None:
    deep = client(600_000, queue_s=20.0)
    meeting = Meeting(CAMERAS, [deep, client(FAST_BPS)])
    meeting.run(12)
    assert known(deep, 10)[-1] <= 600_000
    meeting.run(20)
    assert deep.line.backlog * 8 / deep.line.bps < 1.0
    assert deep.sent_bytes - deep.delivered_bytes < 2000


def test_a_line_too_slow_for_sound_gets_no_pictures() -> None:
    hopeless = client(30_000)
    meeting = Meeting(CAMERAS, [hopeless, client(FAST_BPS)])
    meeting.run(120)
    assert sum(map(bool, hopeless.sets[12:])) <= 20


def test_with_room_for_a_small_one_a_picture_stays() -> None:
    alone = Client(Bottleneck(150_000), [0])
    meeting = Meeting({0: 400_000}, [alone])
    meeting.run(60)
    assert alone.set_changes == 0
    assert 54_000 <= meeting.rates[0] <= 140_000


def downlink_after(theirs: BandwidthEstimate | None, *, rtt_s: float) -> Downlink:
    """Return the line of a client that is sent 400 kbit/s of sound and two pictures."""
    line = Downlink()
    for at in range(1, 11):
        if theirs is not None:
            line.on_estimate(theirs, at)
        trip_s = 0.04 if at < 6 else rtt_s
        line.on_report(ReportBlock(7, 0, 0, 200 * at, 0, at, 0), trip_s, at)
        line.update(Traffic(50_000 * at, AUDIO_BPS, pictures={7, 8}), at)
    return line


def test_what_a_client_says_itself_is_a_bound_only_when_its_line_shows_it() -> None:
    whole = BandwidthEstimate(200_000, (7, 8))
    assert downlink_after(whole, rtt_s=0.04).available_bps is None
    bounded = downlink_after(whole, rtt_s=0.14).available_bps
    assert bounded is not None
    assert bounded < 200_000 + AUDIO_BPS


@pytest.mark.parametrize(
    "theirs",
    [
        BandwidthEstimate(26_000, (7, 8)),
        BandwidthEstimate(200_000, (7,)),
        BandwidthEstimate(900_000, (7, 8)),
        None,
    ],
)
def test_estimates_of_single_pictures_and_tiny_ones_count_for_nothing(
    theirs: BandwidthEstimate | None,
) -> None:
    assert downlink_after(theirs, rtt_s=0.14).available_bps is None


def test_a_limited_line_is_not_filled_with_what_is_sent_again() -> None:
    line = Downlink()
    assert all(line.may_resend("video", 1200, 0.0) for _ in range(1000))
    for at in range(1, 5):
        line.on_report(ReportBlock(7, 128, 0, 200 * at, 0, 0, 0), None, at)
        line.update(Traffic(125_000 * at), at)
    assert line.available_bps is not None
    allowed = sum(line.may_resend("video", 1200, 5 + step / 100) for step in range(1000))
    assert 0.1 * line.available_bps * 10 <= allowed * 1200 * 8 <= 0.25 * line.available_bps * 10


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(
            st.floats(0, 3),
            st.integers(0, 255),
            st.integers(0, 5000),
            st.floats(0, 5),
            st.integers(0, 2**60),
        ),
        max_size=40,
    )
)
def test_any_reports_leave_an_estimate_within_bounds(
    steps: list[tuple[float, int, int, float, int]],
) -> None:
    line, now, highest, sent = Downlink(), 0.0, 0, 0
    for number, (elapsed_s, lost, packets, rtt_s, remb) in enumerate(steps):
        now += elapsed_s
        highest += packets
        sent += packets * 1000
        line.on_report(ReportBlock(7, lost, 0, highest, 0, number, 0), rtt_s, now)
        line.on_estimate(BandwidthEstimate(remb, (7,)), now)
        line.update(Traffic(sent, AUDIO_BPS, None, {7}), now)
        assert line.available_bps is None or line.available_bps >= MIN_BPS
