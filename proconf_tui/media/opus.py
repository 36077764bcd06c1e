"""The seam to libopus: encoding with in-band error correction, decoding, repairing and concealing.

FFmpeg's decoder can neither read the copy of a frame that the next packet carries nor fill in for
a lost one, so the library that PyAV brings is used directly, or else the system's. It knows no
packets' order and no clock. Sources: RFC 6716 (Opus), RFC 7587 (its RTP payload), opus_defines.h.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import av
import numpy as np

from proconf_tui.errors import InvalidMessage
from proconf_tui.media.pcm import SAMPLE_RATE_HZ, FloatSamples, Int16Samples
from proconf_tui.media.voice.packets import LONGEST_PACKET_SAMPLES

VOICE_BPS: Final = 32_000
COMPLEXITY: Final = 5

_MAX_PACKET_BYTES: Final = 1275
_APPLICATION_VOIP: Final = 2048
_SET_BITRATE: Final = 4002
_SET_COMPLEXITY: Final = 4010
_SET_INBAND_FEC: Final = 4012
_SET_PACKET_LOSS_PERC: Final = 4014
# Beside its package, where wheels for Linux, macOS and Windows keep what they bring.
_BUNDLED: Final = ("../av.libs/libopus*", ".dylibs/libopus*", "../av.libs/*opus-*.dll")


class OpusMissing(Exception):
    """There is no libopus on this machine, neither PyAV's nor the system's."""


def _candidates() -> Iterator[str]:
    package = Path(av.__file__).parent
    for pattern in _BUNDLED:
        parent, _, name = pattern.rpartition("/")
        yield from map(str, sorted((package / parent).glob(name)))
    found = ctypes.util.find_library("opus")
    if found is not None:
        yield found


@functools.cache
def library() -> ctypes.PyDLL:
    """Return libopus, with the types of what is called here.

    Raises OpusMissing.
    """
    for candidate in _candidates():
        try:
            # Not CDLL: a call takes less than 0.1 ms, and whoever lets go of the interpreter's
            # lock for it waits 5 ms to have it back while another thread is busy.
            return _declared(ctypes.PyDLL(candidate))
        except (OSError, AttributeError):
            continue
    raise OpusMissing


@functools.cache
def is_available() -> bool:
    """Return whether there is a libopus."""
    try:
        library()
    except OpusMissing:
        return False
    return True


def _declared(lib: ctypes.PyDLL) -> ctypes.PyDLL:
    state, size, number = ctypes.c_void_p, ctypes.c_int32, ctypes.c_int
    status = ctypes.POINTER(number)
    lib.opus_encoder_create.argtypes = [size, number, number, status]
    lib.opus_decoder_create.argtypes = [size, number, status]
    lib.opus_encoder_create.restype = lib.opus_decoder_create.restype = state
    lib.opus_encoder_destroy.argtypes = lib.opus_decoder_destroy.argtypes = [state]
    lib.opus_encode.argtypes = [state, ctypes.c_void_p, number, ctypes.c_char_p, size]
    lib.opus_decode_float.argtypes = [state, ctypes.c_char_p, size, ctypes.c_void_p, number, number]
    lib.opus_packet_has_lbrr.argtypes = [ctypes.c_char_p, size]
    # Its last argument is variadic, and passed differently on some machines: it is left out here.
    lib.opus_encoder_ctl.argtypes = [state, number]
    return lib


def carries_copy(payload: bytes) -> bool:
    """Return whether a packet carries a copy of the frame before it (in-band FEC)."""
    return bool(payload) and library().opus_packet_has_lbrr(payload, len(payload)) == 1


class OpusDecoder:
    """One voice, decoded to 48 kHz mono whatever its packets hold. One thread at a time.

    Raises OpusMissing.
    """

    def __init__(self) -> None:
        self._library = library()
        status = ctypes.c_int()
        self._state = self._library.opus_decoder_create(SAMPLE_RATE_HZ, 1, ctypes.byref(status))
        if status.value:
            raise MemoryError(f"libopus made no decoder ({status.value})")

    def decode(self, payload: bytes) -> FloatSamples:
        """Return the sound of a packet, (n,) float32 in -1..1.

        Raises:
            InvalidMessage: it is no Opus packet.
        """
        return self._decode(payload, LONGEST_PACKET_SAMPLES, is_copy=False)

    def repair(self, next_payload: bytes, count: int) -> FloatSamples:
        """Return the lost frame of ``count`` samples from the copy in the packet after it.

        Raises:
            InvalidMessage: it is no Opus packet.
        """
        return self._decode(next_payload, count, is_copy=True)

    def conceal(self, count: int) -> FloatSamples:
        """Return ``count`` samples that go on as the voice did, fading; a multiple of 2.5 ms."""
        return self._decode(None, count, is_copy=False)

    def _decode(self, payload: bytes | None, count: int, *, is_copy: bool) -> FloatSamples:
        samples = np.empty(count, np.float32)
        decoded = self._library.opus_decode_float(
            self._state, payload, len(payload or b""), samples.ctypes.data, count, is_copy
        )
        if decoded < 0:
            raise InvalidMessage("A packet of sound cannot be decoded.")
        return samples[:decoded]

    def __del__(self) -> None:
        if hasattr(self, "_state"):
            self._library.opus_decoder_destroy(self._state)


class OpusEncoder:
    """One's own voice: mono, for speech, with in-band error correction. One thread at a time.

    Raises OpusMissing.
    """

    def __init__(self, bitrate_bps: int = VOICE_BPS) -> None:
        self._library = library()
        status = ctypes.c_int()
        self._state = self._library.opus_encoder_create(
            SAMPLE_RATE_HZ, 1, _APPLICATION_VOIP, ctypes.byref(status)
        )
        if status.value:
            raise MemoryError(f"libopus made no encoder ({status.value})")
        self._packet = ctypes.create_string_buffer(_MAX_PACKET_BYTES)
        self._set(_SET_BITRATE, bitrate_bps)
        self._set(_SET_COMPLEXITY, COMPLEXITY)
        self._set(_SET_INBAND_FEC, 1)

    def expect_loss(self, percent: int) -> None:
        """Spend on copies what a network needs that loses so many of 100 packets."""
        self._set(_SET_PACKET_LOSS_PERC, percent)

    def encode(self, samples: Int16Samples) -> bytes:
        """Return the packet of 2.5, 5, 10, 20, 40 or 60 ms of sound."""
        block = np.ascontiguousarray(samples)
        length = self._library.opus_encode(
            self._state, block.ctypes.data, len(block), self._packet, _MAX_PACKET_BYTES
        )
        if length < 0:
            raise ValueError(f"{len(block)} samples are no frame of Opus")
        return self._packet.raw[:length]

    def _set(self, request: int, value: int) -> None:
        if self._library.opus_encoder_ctl(self._state, request, ctypes.c_int(value)):
            raise ValueError(f"libopus refuses {value} for {request}")

    def __del__(self) -> None:
        if hasattr(self, "_state"):
            self._library.opus_encoder_destroy(self._state)
