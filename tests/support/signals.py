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


def voice_like(seconds: float, seed: int) -> npt.NDArray[np.float32]:
    """Return (n,) float32 that is as uneven as speech: gliding tones in syllables with pauses."""
    random = np.random.default_rng(seed)
    syllable = int(0.15 * RATE_HZ)
    at_s = np.arange(syllable) / RATE_HZ
    envelope = np.hanning(syllable)
    syllables = []
    for _ in range(int(np.ceil(seconds * RATE_HZ / syllable))):
        pitch_hz, glide_hz_per_s = random.uniform(150, 600), random.uniform(-800, 800)
        phase = 2.0 * np.pi * (pitch_hz + glide_hz_per_s * at_s / 2.0) * at_s
        loudness = random.choice([0.0, 0.2, 0.3])
        syllables.append(loudness * envelope * (np.sin(phase) + 0.4 * np.sin(3.0 * phase)))
    return np.concatenate(syllables)[: int(seconds * RATE_HZ)].astype(np.float32)


def correlation(heard: npt.NDArray[np.float32], said: npt.NDArray[np.float32]) -> float:
    """Return how alike ``said`` and the best-aligned equal stretch of ``heard`` are, 0 to 1."""
    if len(heard) < len(said):
        return 0.0
    size = 1 << (len(heard) + len(said)).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(said, size))
    dots = np.fft.irfft(spectrum, size)[: len(heard) - len(said) + 1]
    powers = np.cumsum(np.concatenate([[0.0], heard.astype(np.float64) ** 2]))
    energies = powers[len(said) :] - powers[: len(powers) - len(said)]
    norms = np.sqrt(np.maximum(energies * float(said.astype(np.float64) @ said), 1e-9))
    return float((dots / norms).max())


def likeness(heard: npt.NDArray[np.float32], said: npt.NDArray[np.float32]) -> float:
    """Return how alike the pieces of ``said`` are to what was heard, 0 to 1, in the median.

    Each loud 300 ms are aligned by themselves: a playout that adapts shortens and lengthens.
    """
    size = int(0.3 * RATE_HZ)
    pieces = [said[at : at + size] for at in range(0, len(said) - size + 1, size)]
    loud = [piece for piece in pieces if np.abs(piece).max() > 0.05]
    return float(np.median([correlation(heard, piece) for piece in loud]))
