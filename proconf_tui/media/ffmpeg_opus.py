"""One's own voice encoded by FFmpeg, for a machine on which libopus itself cannot be reached.

It has the error correction of `proconf_tui.media.opus`, but for a loss that is settled beforehand,
and knows frames of 20 ms only.
"""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np

from proconf_tui.media.opus import COMPLEXITY, VOICE_BPS
from proconf_tui.media.pcm import SAMPLE_RATE_HZ, Int16Samples


class FfmpegOpusEncoder:
    """Mono, for speech. One thread at a time."""

    def __init__(self, loss_percent: int) -> None:
        """``loss_percent``: how many of 100 packets are expected to be lost."""
        self._codec = av.AudioCodecContext.create("libopus", "w")
        self._codec.bit_rate = VOICE_BPS
        self._codec.format = "s16"
        self._codec.layout = "mono"
        self._codec.sample_rate = SAMPLE_RATE_HZ
        self._codec.time_base = Fraction(1, SAMPLE_RATE_HZ)
        self._codec.options = {
            "application": "voip",
            "compression_level": str(COMPLEXITY),
            "fec": "1",
            "packet_loss": str(loss_percent),
        }
        self._encoded_samples = 0

    def expect_loss(self, percent: int) -> None:
        """Do nothing: FFmpeg passes it on once, at the beginning."""

    def encode(self, samples: Int16Samples) -> bytes:
        """Return the packet of 20 ms of sound."""
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE_HZ
        frame.time_base = Fraction(1, SAMPLE_RATE_HZ)
        frame.pts = self._encoded_samples
        self._encoded_samples += len(samples)
        (packet,) = self._codec.encode(frame)
        return bytes(packet)
