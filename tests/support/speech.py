"""Speech for tests, and how much of it is found again in a recording."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests.support import signals
from tests.support.signals import RATE_HZ, read_wav

TEXT = (
    "Good morning everybody. The quick brown fox jumps over the lazy dog, "
    "and the meeting begins with the minutes of the last one."
)


def speak(path: Path, text: str = TEXT) -> Path:
    """Write spoken ``text`` as a 48 kHz mono file (espeak-ng, sox)."""
    raw = path.with_suffix(".raw.wav")
    subprocess.run(["espeak-ng", "-w", str(raw), text], check=True, timeout=30)
    subprocess.run(
        ["sox", "-D", raw, "-r", "48000", "-c", "1", "-b", "16", path], check=True, timeout=30
    )
    return path


def likeness(heard: npt.NDArray[np.float32], wav: Path) -> float:
    """Return how alike the recording is to the spoken file, 0 to 1.

    It tolerates one glitch, not a broken stream.
    """
    return signals.likeness(heard, read_wav(wav).astype(np.float32) / 32768.0)


def tone_share(heard: npt.NDArray[np.float32], pitch_hz: float) -> float:
    """Return how much of the recording's energy lies within 15 Hz of a pitch, 0 to 1."""
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard)))) ** 2
    at_hz = np.fft.rfftfreq(len(heard), 1 / RATE_HZ)
    return float(spectrum[abs(at_hz - pitch_hz) < 15].sum() / max(spectrum.sum(), 1e-12))
