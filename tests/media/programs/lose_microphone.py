"""Opens the microphone "vmic" and prints one line per event: ready, lost, and heard again.

Reads a line from its input before it ends.
"""

from __future__ import annotations

import asyncio
import sys

from proconf_tui.media.microphone import open_microphone


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _main() -> None:
    track = open_microphone("vmic")
    assert track is not None
    lost = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_lost(reason: str) -> None:
        _say(f"lost {reason}")
        loop.call_soon_threadsafe(lost.set)

    track.on_lost = on_lost
    await track.recv()
    _say("ready")
    await lost.wait()
    # At most the frames queued before the loss, then one that only an open device can give.
    for _ in range(20):
        await track.recv()
    _say("again")
    await track.aclose()


asyncio.run(_main())
