"""A sender's track outlives its sources, and its clock never jumps back."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame

from proconf_tui.sdk.sending import SwitchTrack
from tests.support.meeting import until
from tests.support.rtc_client import Tone


class _Endless(Tone):
    """A source that never delivers."""

    async def recv(self) -> AudioFrame:
        await asyncio.Event().wait()
        raise AssertionError


async def _pts(track: SwitchTrack) -> int:
    frame = await track.recv()
    assert isinstance(frame, AudioFrame)
    assert frame.pts is not None
    return frame.pts


async def test_frames_go_on_across_sources() -> None:
    track = SwitchTrack("audio")
    track.source = Tone(440)
    first = [await _pts(track) for _ in range(3)]
    assert [b - a for a, b in itertools.pairwise(first)] == [960, 960]
    track.source = Tone(880)
    assert await _pts(track) > first[-1]
    track.stop()


async def test_nothing_comes_without_a_source_and_the_next_one_is_taken() -> None:
    track = SwitchTrack("audio")
    receiving = asyncio.create_task(track.recv())
    await asyncio.sleep(0)
    assert not receiving.done()
    track.source = _Endless(440)
    await asyncio.sleep(0)
    track.source = Tone(440)
    assert isinstance(await receiving, AudioFrame)
    track.stop()


async def test_the_end_of_a_source_is_not_the_end_of_the_track() -> None:
    class Ending(Tone):
        async def recv(self) -> AudioFrame:
            raise MediaStreamError

    track = SwitchTrack("audio")
    track.source = Ending(440)
    receiving = asyncio.create_task(track.recv())
    await until(lambda: track.source is None)
    assert not receiving.done()
    track.source = Tone(440)
    assert isinstance(await receiving, AudioFrame)
    track.stop()


async def test_stopping_ends_the_track_and_leaves_the_source_alone() -> None:
    source = Tone(440)
    track = SwitchTrack("audio")
    track.source = source
    await track.recv()
    receiving = asyncio.create_task(track.recv())
    await asyncio.sleep(0)
    track.stop()
    with pytest.raises(MediaStreamError):
        await receiving
    assert source.readyState == "live"
