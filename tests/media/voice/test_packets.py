from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.media import opus
from proconf_tui.media.pcm import SAMPLE_RATE_HZ
from proconf_tui.media.voice.packets import (
    LONGEST_KEPT_SAMPLES,
    LONGEST_PACKET_SAMPLES,
    PacketQueue,
    QueuedPacket,
    payload_samples,
)


def _packet(sequence: int, samples: int = 960) -> QueuedPacket:
    return QueuedPacket(sequence, sequence * samples, samples, b"%d" % sequence)


def _taken(queue: PacketQueue) -> list[int]:
    return [queue.take().sequence for _ in range(len(queue))]


def _told_by_libopus(payload: bytes) -> int:
    count = opus.library().opus_packet_get_nb_samples(payload, len(payload), SAMPLE_RATE_HZ)
    return int(count) if payload and 0 < count <= LONGEST_PACKET_SAMPLES else 0


@pytest.mark.parametrize("samples", [120, 240, 480, 960, 1920, 2880])
def test_the_length_is_what_libopus_says(samples: int) -> None:
    payload = opus.OpusEncoder().encode(np.zeros(samples, np.int16))
    assert payload_samples(payload) == samples == _told_by_libopus(payload)


@given(st.binary(max_size=4))
def test_the_length_of_anything_is_what_libopus_says(payload: bytes) -> None:
    assert payload_samples(payload) == _told_by_libopus(payload)


def test_packets_come_out_by_their_numbers() -> None:
    queue = PacketQueue()
    assert all(queue.insert(_packet(sequence)) for sequence in (3, 1, 4, 2))
    assert _taken(queue) == [1, 2, 3, 4]


def test_a_second_copy_and_one_whose_place_has_passed_are_refused() -> None:
    queue = PacketQueue()
    for sequence in (1, 2, 4):
        queue.insert(_packet(sequence))
    assert not queue.insert(_packet(2))
    queue.take()
    assert not queue.insert(_packet(1))
    assert queue.insert(_packet(3))
    assert _taken(queue) == [2, 3, 4]


def test_what_was_missing_before_a_packet_counts_once_it_is_taken() -> None:
    queue = PacketQueue()
    for sequence in (1, 2, 5):
        queue.insert(_packet(sequence))
    queue.take()
    queue.take()
    assert queue.take_lost() == 0
    queue.take()
    assert queue.take_lost() == 2
    assert queue.take_lost() == 0


def test_when_nobody_takes_any_the_newest_second_is_kept() -> None:
    queue = PacketQueue()
    for sequence in range(500):
        queue.insert(_packet(sequence))
    first = queue.first()
    assert first is not None
    assert queue.end - first.timestamp == LONGEST_KEPT_SAMPLES
    assert (queue.next_sequence, queue.position) == (first.sequence, first.timestamp)
    queue.take()
    assert queue.take_lost() == 0, "given up is not lost"


@given(
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from([120, 480, 960, 2880])), max_size=120),
    st.lists(st.booleans(), max_size=120),
)
def test_whatever_comes_it_is_bounded_and_goes_out_in_order(
    arrivals: list[tuple[int, int]], takes: list[bool]
) -> None:
    queue = PacketQueue()
    taken: list[int] = []
    for (sequence, samples), is_take in zip(arrivals, takes, strict=False):
        queue.insert(QueuedPacket(sequence, sequence * 960, samples, b""))
        first = queue.first()
        if len(queue) > 1 and first is not None:
            assert queue.end - first.timestamp <= LONGEST_KEPT_SAMPLES
        if is_take and len(queue):
            taken.append(queue.take().sequence)
    taken += _taken(queue)
    assert taken == sorted(set(taken))
