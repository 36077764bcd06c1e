"""Whatever packets come and whatever is done with them, a voice stays one that can be mixed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.media import opus
from proconf_tui.media.voice.packets import AudioPacket, payload_samples
from proconf_tui.media.voice.playout import Voice
from tests.support.voice_run import BLOCK_SAMPLES, FIRST_SEQUENCE, FIRST_TIMESTAMP, tone_packets

_TONE = tone_packets(40)
# Told to be two frames of the same size, but an odd number of bytes: no decoder takes it.
_UNDECODABLE = bytes.fromhex("79010203")

_payloads = st.sampled_from([_UNDECODABLE, *[packet.payload for packet in _TONE[:5]]]) | st.binary(
    max_size=8
)
_anywhere = st.builds(
    AudioPacket,
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFF_FFFF),
    _payloads,
    st.none() | st.floats(-127, 0),
)
_in_its_place = st.builds(
    lambda number, payload: _TONE[number]._replace(payload=payload),
    st.integers(0, len(_TONE) - 1),
    _payloads,
)
_events = st.lists(
    _anywhere
    | _in_its_place
    | st.sampled_from(_TONE)
    | st.tuples(
        st.sampled_from(["pull", "skip", "restart"]),
        st.sampled_from([1, 441, BLOCK_SAMPLES, 960, 5000]),
        st.sampled_from([0.0, 0.001, 0.01, 0.02, 0.5]),
    ),
    max_size=80,
)


def _pulled(voice: Voice, count: int, now: float) -> None:
    block = voice.pull(count, now)
    if block is not None:
        assert block.shape == (count,)
        assert block.dtype == np.float32
        assert np.isfinite(block).all()


def _play(voice: Voice, events: list[AudioPacket | tuple[str, int, float]]) -> int:
    """Do what is drawn; return how many packets there were."""
    now, packets = 100.0, 0
    for event in events:
        if isinstance(event, AudioPacket):
            voice.push(event, now)
            packets += 1
            continue
        action, count, wait_s = event
        now += wait_s
        if action == "pull":
            _pulled(voice, count, now)
        elif action == "skip":
            voice.skip(count, now)
        else:
            voice.restart()
    _pulled(voice, BLOCK_SAMPLES, now)
    assert -127.0 <= voice.level_dbfs(now) <= 0.0
    assert 0.0 <= voice.statistics(now).loss <= 1.0
    return packets


@pytest.mark.parametrize("has_libopus", [True, False])
@given(events=_events)
def test_any_packets_pulled_skipped_and_restarted(
    has_libopus: bool, events: list[AudioPacket | tuple[str, int, float]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opus, "is_available", lambda: has_libopus)
        voice = Voice()
    packets = _play(voice, events)
    assert voice.statistics(0.0).packets == packets


@given(numbers=st.lists(st.integers(0, len(_TONE) - 1), max_size=60), data=st.data())
def test_any_order_of_a_voice_is_played(numbers: list[int], data: st.DataObject) -> None:
    voice, now = Voice(), 100.0
    for number in numbers:
        voice.push(_TONE[number], now)
        now += data.draw(st.sampled_from([0.0, 0.001, 0.02, 0.5]))
        _pulled(voice, BLOCK_SAMPLES, now)
    assert voice.statistics(now).packets == len(numbers)


def test_what_was_skipped_may_be_undecodable() -> None:
    assert payload_samples(_UNDECODABLE) > 0
    voice = Voice()
    for number in range(4):
        packet = AudioPacket(
            (FIRST_SEQUENCE + number) & 0xFFFF,
            (FIRST_TIMESTAMP + number * payload_samples(_UNDECODABLE)) & 0xFFFF_FFFF,
            _UNDECODABLE,
        )
        voice.push(packet, 1.0 + number * 0.02)
    for number in range(6):
        voice.skip(441, 1.1 + number * 0.01)
    _pulled(voice, BLOCK_SAMPLES, 1.16)
