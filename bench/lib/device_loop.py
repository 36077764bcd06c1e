"""From a microphone to a loudspeaker with nothing between: ``device_loop.py MIC SPEAKER``.

What the devices and the sound system alone cost, opened as this client opens them. Says "ready",
and ends at end-of-file of its input.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.lib.fifo import Fifo
from bench.lib.output import play
from proconf_tui.media import portaudio
from proconf_tui.media.device_stream import STREAM_SETTINGS
from proconf_tui.media.devices import find_microphone


def main(microphone: str, speaker: str) -> None:
    """Pass everything on until the input ends."""
    fifo = Fifo(prefill=0)

    def take(block: Any, _frames: int, _time: object, _status: object) -> None:
        fifo.push(block[:, 0].copy())

    device = find_microphone(microphone)
    source = portaudio.open_stream(
        device.name,
        lambda sounddevice: sounddevice.InputStream(
            device=device.index, dtype="float32", callback=take, **STREAM_SETTINGS
        ),
    )
    output = play(fifo, speaker)
    print("ready", flush=True)
    sys.stdin.read()
    portaudio.close_stream(source)
    portaudio.close_stream(output)


if __name__ == "__main__":
    main(*sys.argv[1:])
