"""How much of the loudspeaker is left in what the microphone sends, and how much of oneself.

Real devices by PortAudio and PulseAudio, opened as this client opens them; what the loudspeaker
plays is played into the microphone too, 9 dB quieter and later: that is the room. The figures
compare what the microphone heard with what processing made of it. ``erle_db``: the echo's loss
while only the others speak, counted after five seconds. ``near_end_gain_db``: one's own voice
while nobody else speaks. ``double_talk_near_gain_db``: one's own voice, found by correlation,
while the others speak too.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.lib.report import arguments, tell
from bench.lib.spoken import speech
from proconf_tui.media.levels import rms_dbfs
from proconf_tui.media.microphone import open_microphone
from proconf_tui.media.pcm import to_mono_float
from proconf_tui.media.speaker import open_speaker
from tests.support.echo_room import FarTalk, HeardVoice, echoing
from tests.support.pulse import PulseRig, missing_requirement
from tests.support.signals import RATE_HZ, write_wav

Samples = npt.NDArray[np.float32]
Int16Samples = npt.NDArray[np.int16]

ROOM_PERCENT: Final = 70
FAR_VOICE: Final = "en-us+m3"
NEAR_VOICE: Final = "en-gb+f2"
LEARN_S: Final = 5.0
SETTLE_S: Final = 1.0
"""After a change of speakers, until what is on its way in the devices has arrived."""
NEAR_PEAK: Final = 0.3


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the recording: what the microphone heard, and what was made of it."""

    heard: Int16Samples
    processed: Int16Samples

    @property
    def gain_db(self) -> float:
        """How much louder it is after processing."""
        return rms_dbfs(self.processed) - rms_dbfs(self.heard)

    def gain_of_db(self, said: Samples) -> float:
        """How much louder that share of it is which is ``said``."""
        return 20.0 * float(np.log10(share(self.processed, said) / share(self.heard, said)))


def share(heard: Int16Samples, said: Samples) -> float:
    """Return how much of ``said`` is in the recording; by seconds, each aligned for itself."""
    recording = to_mono_float(heard, 1)
    size = len(recording) + RATE_HZ
    spectrum = np.fft.rfft(recording, size)
    seconds = [said[at : at + RATE_HZ] for at in range(0, len(said) - RATE_HZ, RATE_HZ)]
    return float(
        sum(
            np.abs(np.fft.irfft(spectrum * np.conj(np.fft.rfft(second, size)), size)).max()
            for second in seconds
        )
    )


class Scene:
    """The open devices, and who speaks."""

    def __init__(self, rig: PulseRig, far: Samples, near: Path) -> None:
        self._rig = rig
        self._far = far
        self._near = near
        self._talk = FarTalk()
        self.voice = HeardVoice()

    async def play(self, far_s: float, near_s: float) -> tuple[Stretch, Stretch, Stretch]:
        """Let the far, the near and then both voices speak, and return the three stretches."""
        speaker = open_speaker("vspk", self._talk, self.voice)
        microphone = open_microphone("vmic", self.voice)
        assert speaker is not None
        assert microphone is not None
        self._talk.say(self._far)
        far_alone = await self._listen(LEARN_S, far_s)
        self._talk.say(self._far[:0])
        near_alone = await self._with_near(near_s)
        self._talk.say(self._far)
        both = await self._with_near(near_s)
        await microphone.aclose()
        await speaker.aclose()
        return far_alone, near_alone, both

    async def _with_near(self, seconds: float) -> Stretch:
        await self._listen(0.0, SETTLE_S)
        player = self._rig.play(self._near)
        stretch = await self._listen(0.0, seconds)
        await asyncio.to_thread(player.wait)
        return stretch

    async def _listen(self, skipped_s: float, seconds: float) -> Stretch:
        start_s = self.voice.seconds
        while self.voice.seconds < start_s + seconds:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return Stretch(*self.voice.between(start_s + skipped_s, start_s + seconds))


def main() -> None:
    """Measure and tell."""
    far_s, near_s = (12.0, 6.0) if arguments(__doc__).quick else (25.0, 14.0)
    if (missing := missing_requirement()) is not None:
        sys.exit(f"This bench needs a virtual sound system: {missing}.")
    near = speech(NEAR_VOICE)[: int((near_s - SETTLE_S) * RATE_HZ)]
    near *= NEAR_PEAK / np.abs(near).max()
    with PulseRig() as rig, echoing(rig, ROOM_PERCENT), tempfile.TemporaryDirectory() as directory:
        os.environ.update(rig.env)
        scene = Scene(rig, speech(FAR_VOICE), write_wav(Path(directory, "near.wav"), near))
        far_alone, near_alone, both = asyncio.run(scene.play(far_s, near_s))
    figures = {
        "erle_db": -far_alone.gain_db,
        "near_end_gain_db": near_alone.gain_db,
        "double_talk_near_gain_db": both.gain_of_db(near),
        "method": scene.voice.echo_method,
    }
    stretches = {"others alone": far_alone, "oneself alone": near_alone, "both": both}
    rows = [[name, rms_dbfs(one.heard), rms_dbfs(one.processed)] for name, one in stretches.items()]
    tell("Echo of a loudspeaker, dBFS", [["speaking", "heard", "sent"], *rows], figures)


if __name__ == "__main__":
    main()
