"""Speech to measure with: fixed sentences with pauses between them, spoken by espeak-ng."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from tests.support.signals import RATE_HZ, read_wav

SENTENCES: Final = (
    "Good morning everybody, and thank you for coming so early.",
    "The bridge over the river was closed for most of last week.",
    "Please send the minutes to all who could not be here today.",
    "A quick brown fox jumps over eleven lazy dogs by the fence.",
    "We agreed to move the budget forward and look at it in spring.",
    "Whoever wants to speak should simply raise their hand.",
)
PAUSES_S: Final = (0.4, 0.9, 0.5, 1.2, 0.6, 0.5)
"""Before each sentence: some within what is sent as it is, some long enough to be left out."""
VOICES: Final = ("en-us", "en-gb+f2", "en-us+m3", "en-gb-scotland")
_PEAK: Final = 0.5


def speech(voice: str) -> npt.NDArray[np.float32]:
    """Return about 28 s of ``voice``, (n,) float32 at 48 kHz."""
    parts: list[npt.NDArray[np.float32]] = []
    with tempfile.TemporaryDirectory() as directory:
        for sentence, pause_s in zip(SENTENCES, PAUSES_S, strict=True):
            parts.append(np.zeros(int(pause_s * RATE_HZ), np.float32))
            parts.append(_spoken(sentence, voice, Path(directory)))
    said = np.concatenate(parts)
    return np.asarray(said * (_PEAK / np.abs(said).max()), np.float32)


def _spoken(sentence: str, voice: str, directory: Path) -> npt.NDArray[np.float32]:
    raw, wav = directory / "raw.wav", directory / "spoken.wav"
    speak = ["espeak-ng", "-v", voice, "-s", "150", "-w", str(raw), sentence]
    subprocess.run(speak, check=True, timeout=30)
    shape = ["sox", "-D", str(raw), "-r", str(RATE_HZ), "-b", "16", str(wav), "channels", "1"]
    subprocess.run(shape, check=True, timeout=30)
    return read_wav(wav).astype(np.float32) / np.float32(32768.0)
