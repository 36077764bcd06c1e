"""A loudspeaker opened as this client opens it, and played from a `Fifo`."""

from __future__ import annotations

from typing import Any

from bench.lib.fifo import Fifo
from proconf_tui.media import portaudio
from proconf_tui.media.device_stream import STREAM_SETTINGS
from proconf_tui.media.devices import find_speaker


def play(fifo: Fifo, wanted: str) -> portaudio.Stream:
    """Open the loudspeaker ``wanted`` and play what is in ``fifo``; return the open stream.

    Raises DeviceUnavailable.
    """

    def fill(block: Any, frames: int, _time: object, _status: object) -> None:
        block[:, 0] = fifo.pull(frames)

    device = find_speaker(wanted)
    return portaudio.open_stream(
        device.name,
        lambda sounddevice: sounddevice.OutputStream(
            device=device.index, dtype="float32", callback=fill, **STREAM_SETTINGS
        ),
    )
