"""From a microphone to a loudspeaker with nothing between: ``device_loop.py MIC SPEAKER``.

What the devices and the sound system alone cost, opened as this client opens them. Says "ready",
and ends at end-of-file of its input.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import sounddevice

from bench.lib.fifo import Fifo
from bench.lib.output import speaker
from proconf_tui.media.device_stream import STREAM_SETTINGS
from proconf_tui.media.pcm import DEVICE_BLOCK_SAMPLES


def main(microphone: str, loudspeaker: str) -> None:
    """Pass everything on until the input ends."""
    fifo = Fifo(prefill=0, limit=2 * DEVICE_BLOCK_SAMPLES)

    def take(block: Any, _frames: int, _time: object, _status: object) -> None:
        fifo.push(block[:, 0].copy())

    source = sounddevice.InputStream(
        device=microphone, dtype="float32", callback=take, **STREAM_SETTINGS
    )
    with source, speaker(fifo, loudspeaker):
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
