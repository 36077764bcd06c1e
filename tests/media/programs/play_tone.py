"""Plays a 1000 Hz tone on the loudspeaker given as the argument until its input ends."""

from __future__ import annotations

import asyncio
import sys
import threading
import time

import numpy as np

from proconf_tui.media.audio_sources import tone_frames
from proconf_tui.media.device_thread import paced
from proconf_tui.media.mixer import Mixer
from proconf_tui.media.opus import OpusEncoder
from proconf_tui.media.pcm import FRAME_S, FRAME_SAMPLES
from proconf_tui.media.speaker import open_speaker
from proconf_tui.media.voice.packets import AudioPacket
from proconf_tui.media.voice.playout import Voice


def _feed(voice: Voice, stopping: threading.Event) -> None:
    encoder = OpusEncoder()
    for at, frame in enumerate(paced(tone_frames(1000), FRAME_S, stopping)):
        payload = encoder.encode(np.asarray(frame, np.int16))
        voice.push(AudioPacket(at & 0xFFFF, at * FRAME_SAMPLES, payload), time.monotonic())


async def _main(spec: str) -> None:
    mixer = Mixer()
    speaker = open_speaker(spec, mixer)
    assert speaker is not None
    stopping = threading.Event()
    feeder = threading.Thread(target=_feed, args=(mixer.add("tone"), stopping))
    feeder.start()
    sys.stdout.write(f"{speaker.device_name}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    stopping.set()
    feeder.join()
    await speaker.aclose()
    await speaker.aclose()


asyncio.run(_main(sys.argv[1]))
