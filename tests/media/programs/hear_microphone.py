"""Opens the microphone given as the argument and prints, as JSON, what came out of it.

Waits for sound, takes one second of it, mutes, takes ten frames more.
"""

from __future__ import annotations

import asyncio
import json
import sys

import numpy as np

from proconf_tui.media.microphone import MicrophoneTrack, open_microphone
from tests.support.signals import peak_hz


async def _take(track: MicrophoneTrack, count: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    frames = [(await track.recv()).to_ndarray().reshape(-1) for _ in range(count)]
    return np.concatenate(frames).astype(np.int16)


async def _main(spec: str) -> None:
    track = open_microphone(spec)
    assert track is not None
    while not np.any(await _take(track, 1)):
        pass
    heard = await _take(track, 50)
    report = {
        "name": track.device_name,
        "samples": len(heard),
        "peak_hz": peak_hz(heard),
        "level_dbfs": track.level_dbfs,
    }
    track.muted = True
    await _take(track, 1)  # in which the sound fades
    report["muted_peak"] = int(np.abs(await _take(track, 10)).max())
    report["muted_level_dbfs"] = track.level_dbfs
    await track.aclose()
    await track.aclose()
    sys.stdout.write(json.dumps(report))


asyncio.run(_main(sys.argv[1]))
