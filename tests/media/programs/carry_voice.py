"""Carries "vmic" to "vspk" over a real peer connection until its input ends."""

from __future__ import annotations

import asyncio
import sys
import time

from proconf_tui.media.microphone import open_microphone
from proconf_tui.media.mixer import Mixer
from proconf_tui.media.receive import AudioReceiver
from proconf_tui.media.speaker import open_speaker
from tests.media.loopback import connected_pair


async def _main() -> None:
    mixer = Mixer()
    microphone, speaker = open_microphone("vmic"), open_speaker("vspk", mixer)
    assert microphone is not None
    assert speaker is not None
    async with connected_pair(microphone) as pair:
        voice = mixer.add("them")
        receiver = AudioReceiver(
            pair.receivers["audio"], lambda packet: voice.push(packet, time.monotonic())
        )
        while voice.played_timestamp(time.monotonic()) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        sys.stdout.write("connected\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)
        await receiver.aclose()
    await microphone.aclose()
    await speaker.aclose()


asyncio.run(_main())
