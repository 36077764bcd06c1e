"""Sounds for tests, and what can be measured in them. Plain numpy; it knows no module of ours."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

RATE_HZ = 48_000


def sine(pitch_hz: float, seconds: float, amplitude: float) -> npt.NDArray[np.float32]:
    """Return (n,) float32 of a sine at 48 kHz."""
    at_s = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return (amplitude * np.sin(2.0 * np.pi * pitch_hz * at_s)).astype(np.float32)


def peak_hz(samples: npt.NDArray[Any]) -> float:
    """Return the strongest frequency in 48 kHz ``samples``."""
    windowed = samples.astype(np.float64) * np.hanning(len(samples))
    return float(np.abs(np.fft.rfft(windowed)).argmax() * RATE_HZ / len(samples))


def write_wav(path: Path, samples: npt.NDArray[np.float32]) -> Path:
    """Write (n,) float32 as 48 kHz s16 mono."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((samples * 32767.0).astype(np.int16).tobytes())
    return path


def read_wav(path: Path) -> npt.NDArray[np.int16]:
    """Read a 48 kHz s16 mono file."""
    with wave.open(str(path), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE_HZ, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)
