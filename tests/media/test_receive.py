from __future__ import annotations

import asyncio
import time
from typing import Any

import av
import numpy as np
import pytest

from proconf_tui.media.camera import open_camera
from proconf_tui.media.levels import rms_dbfs
from proconf_tui.media.microphone import open_microphone
from proconf_tui.media.mixer import Mixer
from proconf_tui.media.pcm import FloatSamples
from proconf_tui.media.receive import AudioReceiver, VideoReceiver
from proconf_tui.media.video_scaling import Pixels, Scaler
from tests.media.loopback import connected_pair
from tests.support.signals import peak_hz


async def _mixed(mixer: Mixer, seconds: float, *, has_begun: bool = False) -> FloatSamples:
    """Pull like a loudspeaker would, from the first sound on unless it ``has_begun``."""
    loop = asyncio.get_running_loop()
    blocks: list[FloatSamples] = []
    due_at = loop.time()
    while len(blocks) < seconds * 50:
        block = mixer.mix(960, time.monotonic())
        if has_begun or blocks or np.any(block):
            blocks.append(block)
        due_at += 0.02
        await asyncio.sleep(max(0.0, due_at - loop.time()))
    return np.concatenate(blocks)


async def _pictures(receiver: VideoReceiver, count: int) -> list[Pixels]:
    scaler = Scaler()
    arrived: asyncio.Queue[Pixels] = asyncio.Queue()
    receiver.on_frame = lambda frame: arrived.put_nowait(scaler.scale(frame, 40, 24))
    pictures = [await arrived.get() for _ in range(count)]
    receiver.on_frame = None
    return pictures


async def test_a_tone_and_a_pattern_cross_a_real_connection() -> None:
    microphone, camera = open_microphone("tone:880"), open_camera("test", size=(320, 180))
    assert microphone is not None
    assert camera is not None
    mixer = Mixer()
    async with connected_pair(microphone, camera) as pair:
        voice = mixer.add("them")
        audio = AudioReceiver(
            pair.receivers["audio"], lambda packet: voice.push(packet, time.monotonic())
        )
        video = VideoReceiver(pair.tracks["video"])
        heard, pictures = await asyncio.gather(_mixed(mixer, 1.0), _pictures(video, 10))
        assert peak_hz(heard[4800:]) == pytest.approx(880, abs=5)
        assert rms_dbfs(heard[4800:]) == pytest.approx(-20.0, abs=1.0)
        assert -30.0 < voice.level_dbfs(time.monotonic()) < -19.0
        moved = np.abs(pictures[0].astype(int) - pictures[-1].astype(int)).max()
        assert moved > 80
        assert video.frame_count >= 10
        assert video.frame is not None
        assert (video.frame.width, video.frame.height) == (320, 180)
        microphone.muted = True
        async with asyncio.timeout(20):
            while np.any(np.abs(await _mixed(mixer, 0.1, has_begun=True)) > 1e-3):
                pass
        await audio.aclose()
        await audio.aclose()
        await video.aclose()
    await microphone.aclose()
    await camera.aclose()


async def test_a_receiver_ends_with_its_track_and_survives_its_listener() -> None:
    camera = open_camera("test", size=(160, 90), fps=60)
    assert camera is not None
    problems: list[dict[str, Any]] = []
    failed = asyncio.Event()

    def note(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        problems.append(context)
        if len(problems) == 3:
            failed.set()

    asyncio.get_running_loop().set_exception_handler(note)

    def fail(frame: av.VideoFrame) -> None:
        raise RuntimeError("the listener is broken")

    receiver = VideoReceiver(camera)
    receiver.on_frame = fail
    await failed.wait()
    assert receiver.frame is not None
    assert receiver.frame_count >= 3
    assert "the listener is broken" in str(problems[0]["exception"])
    camera.stop()
    await asyncio.wait_for(receiver._task, 10)
    await receiver.aclose()
    await camera.aclose()


async def test_a_track_taken_off_its_sender_outlives_the_connection() -> None:
    microphone = open_microphone("tone")
    assert microphone is not None
    async with connected_pair(microphone) as pair:
        await pair.tracks["audio"].recv()
        pair.sender.getSenders()[0].replaceTrack(None)
    assert microphone.readyState == "live"
    async with connected_pair(microphone) as pair:
        await pair.tracks["audio"].recv()
    assert microphone.readyState == "ended"
    await microphone.aclose()
