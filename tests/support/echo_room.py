"""A room with an echo: a loudspeaker that talks, and a microphone that hears it.

The room itself is PulseAudio's module-loopback between a `PulseRig`'s devices.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from proconf_tui.media.mixer import Mixer
from proconf_tui.media.processing import VoiceProcessor
from tests.support.pulse import PulseRig


@contextmanager
def echoing(rig: PulseRig, volume_percent: int) -> Iterator[None]:
    """Let "vmic" hear what "vspk" plays; 50 % on PulseAudio's cubic scale is -18 dB."""
    module = rig.control(
        *("load-module", "module-loopback", "source=vspk.monitor", "sink=vmic"),
        *("latency_msec=30", "source_dont_move=true", "sink_dont_move=true"),
    ).strip()
    try:
        # Nothing else is played into it yet.
        stream = rig.control("list", "short", "sink-inputs").split()[0]
        rig.control("set-sink-input-volume", stream, f"{volume_percent}%")
        yield
    finally:
        rig.control("unload-module", module)


class FarTalk(Mixer):
    """A mixer in which somebody far away says what `say` is given, once."""

    def __init__(self) -> None:
        super().__init__()
        self._left: npt.NDArray[np.float32] = np.zeros(0, np.float32)

    def say(self, samples: npt.NDArray[np.float32]) -> None:
        """Begin with (n,) float32 at 48 kHz; what was being said ends."""
        self._left = samples

    def mix(self, count: int, now: float = 0.0) -> npt.NDArray[np.float32]:
        """Return the next ``count`` samples."""
        said = self._left
        self._left = said[count:]
        return np.pad(said[:count], (0, max(0, count - len(said))))


class HeardVoice(VoiceProcessor):
    """A voice processor that keeps what the microphone heard, before and after."""

    def __init__(self) -> None:
        super().__init__()
        self._heard: list[npt.NDArray[np.int16]] = []
        self._processed: list[npt.NDArray[np.int16]] = []

    def process(self, block: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
        """Process as ever."""
        processed = super().process(block)
        self._heard.append(block)
        self._processed.append(processed)
        return processed

    @property
    def seconds(self) -> float:
        """How much was processed."""
        return len(self._processed) / 100.0

    def between(
        self, start_s: float, end_s: float
    ) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int16]]:
        """Return what was heard and what was made of it in a stretch of the recording."""
        start, end = round(start_s * 100), round(end_s * 100)
        return np.concatenate(self._heard[start:end]), np.concatenate(self._processed[start:end])
