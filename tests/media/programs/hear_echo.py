"""Plays the file given as the argument on "vspk" while "vmic" hears it, and prints what was left.

As JSON: how loud the echo was, and what processing made of it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import numpy as np

from proconf_tui.media.levels import rms_dbfs
from proconf_tui.media.microphone import open_microphone
from proconf_tui.media.speaker import open_speaker
from tests.support.echo_room import FarTalk, HeardVoice
from tests.support.signals import read_wav

_LEARN_S = 8.0
_MEASURE_S = 3.0


async def _main(wav: Path) -> None:
    talk, voice = FarTalk(), HeardVoice()
    speaker, microphone = open_speaker("vspk", talk, voice), open_microphone("vmic", voice)
    assert speaker is not None
    assert microphone is not None
    talk.say(read_wav(wav).astype(np.float32) / 32768.0)
    while voice.seconds < _LEARN_S + _MEASURE_S:
        await microphone.recv()
    heard, processed = voice.between(_LEARN_S, _LEARN_S + _MEASURE_S)
    await microphone.aclose()
    await speaker.aclose()
    report = {
        "method": voice.echo_method,
        "heard_dbfs": rms_dbfs(heard),
        "processed_dbfs": rms_dbfs(processed),
        "output_latency_s": talk.output_latency_s,
    }
    sys.stdout.write(json.dumps(report))


asyncio.run(_main(Path(sys.argv[1])))
