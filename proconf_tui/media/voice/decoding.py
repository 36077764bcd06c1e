"""Decoders of a voice: libopus, or FFmpeg's where there is none, which can neither repair nor
conceal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.error import FFmpegError

from proconf_tui.errors import InvalidMessage
from proconf_tui.media import opus
from proconf_tui.media.pcm import SAMPLE_RATE_HZ, FloatSamples


class VoiceDecoder(Protocol):
    """One voice's decoder, as ``opus.OpusDecoder`` describes it."""

    def decode(self, payload: bytes) -> FloatSamples:
        """Return the sound of a packet. Raises InvalidMessage."""

    def repair(self, next_payload: bytes, count: int) -> FloatSamples:
        """Return the frame before a packet. Raises InvalidMessage."""

    def conceal(self, count: int) -> FloatSamples:
        """Return what may follow the last frame."""


def open_decoder() -> VoiceDecoder:
    """Return the best decoder that there is on this machine."""
    return opus.OpusDecoder() if opus.is_available() else PlainDecoder()


def copy_detector() -> Callable[[bytes], bool]:
    """Return what tells whether that decoder can repair the frame before a packet."""
    return opus.carries_copy if opus.is_available() else lambda _payload: False


class PlainDecoder:
    """FFmpeg's own decoder; what is lost stays silent."""

    def __init__(self) -> None:
        context = av.CodecContext.create("opus", "r")
        assert isinstance(context, AudioCodecContext)
        context.sample_rate = SAMPLE_RATE_HZ
        context.layout = "stereo"
        self._context = context

    def decode(self, payload: bytes) -> FloatSamples:
        """Return the sound of a packet, (n,) float32 in -1..1.

        Raises:
            InvalidMessage: it is no Opus packet.
        """
        try:
            frames = self._context.decode(av.Packet(payload))
        except FFmpegError as error:
            raise InvalidMessage("A packet of sound cannot be decoded.") from error
        if not frames:
            return np.zeros(0, np.float32)
        mono = [frame.to_ndarray().mean(axis=0, dtype=np.float32) for frame in frames]
        return np.concatenate(mono)

    def repair(self, next_payload: bytes, count: int) -> FloatSamples:
        """Return silence: FFmpeg does not read copies."""
        return self.conceal(count)

    def conceal(self, count: int) -> FloatSamples:
        """Return ``count`` samples of silence."""
        return np.zeros(count, np.float32)
