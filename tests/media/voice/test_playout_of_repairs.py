"""A voice whose lost packets are asked for and come late: the delay grows for them, and only then.

Both ways, to the server and from it, lose as much, in both directions.
"""

from __future__ import annotations

import numpy as np
import pytest

from proconf_tui.media.voice.packets import AudioPacket
from tests.support.repaired_network import RepairedWay
from tests.support.voice_run import Arrival, Run, run, through_network

# What the end of the last packet leaves to be faded out.
_AT_THE_END = 3


def _heard(packets: list[AudioPacket], loss: float, rtt_s: float, seed: int) -> Run:
    arrivals = RepairedWay(packets, loss=loss, rtt_s=rtt_s, seed=seed).run()
    return run(arrivals, len(packets) * 0.02 + 0.5)


@pytest.mark.parametrize("loss", [0.01, 0.03, 0.1])
@pytest.mark.parametrize("rtt_s", [0.0, 0.08])
def test_under_one_frame_in_a_hundred_is_made_up(
    minute: list[AudioPacket], loss: float, rtt_s: float
) -> None:
    statistics = _heard(minute, loss, rtt_s, seed=4).statistics
    assert statistics.concealed < 0.01 * len(minute)
    assert statistics.lost < 0.04 * len(minute)


def test_little_is_lost_on_a_long_way_and_little_comes_twice(minute: list[AudioPacket]) -> None:
    arrivals = RepairedWay(minute, loss=0.1, rtt_s=0.08, seed=4).run()
    statistics = run(arrivals, len(minute) * 0.02 + 0.5).statistics
    came = {arrival.packet.sequence for arrival in arrivals}
    assert statistics.lost < 0.012 * len(minute)
    assert len(arrivals) - len(came) < 0.25 * len(minute)


def test_where_nothing_is_lost_nothing_waits(minute: list[AudioPacket]) -> None:
    heard = _heard(minute[:1000], 0.0, 0.08, seed=4)
    assert heard.statistics.concealed <= _AT_THE_END
    assert np.median(heard.delay_ms[50:950]) <= 45.0


def test_the_delay_is_short_again_once_nothing_is_lost(minute: list[AudioPacket]) -> None:
    arrivals: list[Arrival] = []
    for packets, loss in ((minute[:1000], 0.1), (minute[1000:2000], 0.0)):
        arrivals += RepairedWay(packets, loss=loss, rtt_s=0.08, seed=4).run()
    heard = run(sorted(arrivals, key=lambda arrival: arrival.at_s), 40.0)
    assert np.median(heard.delay_ms[1500:1900]) > 100.0
    assert np.median(heard.delay_ms[3500:3900]) <= 50.0


def test_repairs_that_come_too_late_do_not_take_the_copies_place(
    minute: list[AudioPacket],
) -> None:
    sent = minute[:1500]
    way = through_network(sent, loss=0.015, seed=4)
    came = {arrival.packet.sequence for arrival in way}
    late = [
        Arrival(arrival.at_s + 0.25, arrival.packet)
        for arrival in through_network(sent)
        if arrival.packet.sequence not in came
    ]
    statistics = run(sorted([*way, *late]), 30.2).statistics
    assert statistics.late == len(late)
    assert statistics.repaired >= 0.6 * len(late)
    assert statistics.loss > 0.0


def test_a_stream_that_begins_anew_knows_the_network(minute: list[AudioPacket]) -> None:
    arrivals = through_network(minute[:1000], jitter_s=0.015)
    moved = [
        Arrival(
            arrival.at_s,
            arrival.packet._replace(
                sequence=(arrival.packet.sequence + 20_000) & 0xFFFF,
                timestamp=(arrival.packet.timestamp + 1_000_000_000) & 0xFFFF_FFFF,
            ),
        )
        if arrival.at_s > 10.0
        else arrival
        for arrival in arrivals
    ]
    heard = run(moved, 12.0)
    assert np.median(heard.target_ms[1005:1030]) >= 0.7 * np.median(heard.target_ms[900:1000])
