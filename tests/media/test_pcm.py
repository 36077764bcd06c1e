from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.media.pcm import (
    FRAME_SAMPLES,
    FrameAssembler,
    faded_in,
    faded_out,
    to_int16,
    to_mono_float,
)


@given(st.lists(st.integers(0, 3000), max_size=12))
def test_frames_hold_every_sample_in_order(lengths: list[int]) -> None:
    samples = (np.arange(sum(lengths)) % 30_000).astype(np.int16)
    assembler = FrameAssembler()
    blocks = np.split(samples, np.cumsum(lengths)[:-1]) if lengths else []
    frames = [frame for block in blocks for frame in assembler.push(block)]
    assert {len(frame) for frame in frames} <= {FRAME_SAMPLES}
    assert len(frames) == len(samples) // FRAME_SAMPLES
    joined = np.concatenate([*frames, np.zeros(0, np.int16)])
    np.testing.assert_array_equal(joined, samples[: len(joined)])


def test_stereo_is_averaged() -> None:
    stereo = np.array([16384, 0, -32768, -32768], np.int16)
    np.testing.assert_array_equal(to_mono_float(stereo, 2), np.array([0.25, -1.0], np.float32))


def test_what_is_too_loud_is_clipped_not_wrapped() -> None:
    loud = np.array([-3.0, 0.0, 3.0], np.float32)
    np.testing.assert_array_equal(to_int16(loud), np.array([-32767, 0, 32767], np.int16))


def test_a_fade_takes_five_milliseconds_and_has_no_step() -> None:
    loud = np.full(FRAME_SAMPLES, 20_000, np.int16)
    begins, ends = faded_in(loud), faded_out(loud)
    assert (begins[0], ends[0]) == (0, 20_000)
    np.testing.assert_array_equal(begins[240:], loud[240:])
    assert not ends[240:].any()
    for faded in (begins, ends):
        assert np.abs(np.diff(faded.astype(np.int32))).max() < 150
    np.testing.assert_allclose(begins[:240] + ends[:240], loud[:240], atol=1)


def test_what_is_shorter_than_a_fade_is_only_its_beginning() -> None:
    short = np.full(100, 20_000, np.int16)
    np.testing.assert_array_equal(faded_in(short), faded_in(np.repeat(short, 10))[:100])
    np.testing.assert_array_equal(faded_out(short), faded_out(np.repeat(short, 10))[:100])
