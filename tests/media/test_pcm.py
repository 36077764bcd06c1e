from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.media.pcm import FRAME_SAMPLES, FrameAssembler, to_int16, to_mono_float


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
