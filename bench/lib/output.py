"""A loudspeaker opened as this client opens it, and played from a `Fifo`."""

from __future__ import annotations

from typing import Any

import sounddevice

from bench.lib.fifo import Fifo
from proconf_tui.media.device_stream import STREAM_SETTINGS


def speaker(fifo: Fifo, wanted: str) -> Any:
    """Return a stream of the loudspeaker ``wanted`` that plays ``fifo`` within its ``with``."""

    def fill(block: Any, frames: int, _time: object, _status: object) -> None:
        block[:, 0] = fifo.pull(frames)

    return sounddevice.OutputStream(
        device=wanted, dtype="float32", callback=fill, **STREAM_SETTINGS
    )
