"""A sender's track outlives its sources, and its clock never jumps back."""

from __future__ import annotations

import asyncio
import itertools
from fractions import Fraction

import pytest
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, VideoFrame

from proconf_tui.media.picture_sizer import PictureSizer
from proconf_tui.media.picture_sizes import CAMERA
from proconf_tui.sdk.sending import SwitchTrack
from tests.support.meeting import until
from tests.support.rtc_tracks import Tone


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


class _Pictures(MediaStreamTrack):
    """A source whose next picture comes when it is put."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self.waiting: asyncio.Queue[VideoFrame] = asyncio.Queue()

    def put(self, pts: int) -> None:
        frame = VideoFrame(320, 180, "yuv420p")
        frame.pts, frame.time_base = pts, Fraction(1, 90_000)
        self.waiting.put_nowait(frame)

    async def recv(self) -> VideoFrame:
        return await self.waiting.get()


async def test_unwatched_pictures_are_taken_from_their_source_and_go_nowhere() -> None:
    sizer, source = PictureSizer(CAMERA), _Pictures()
    track = SwitchTrack("video", sizer)
    track.source = source
    receiving = asyncio.create_task(track.recv())
    for pts in (3000, 6000):
        source.put(pts)
    await until(source.waiting.empty)
    assert not receiving.done()
    sizer.want(is_wanted=True, size=(40, 24))
    source.put(9000)
    sent = await receiving
    assert isinstance(sent, VideoFrame)
    assert (sent.width, sent.height) == (160, 90)
    track.stop()


class _SlowSizer(PictureSizer):
    """One that scales for as long as it is held."""

    def __init__(self) -> None:
        super().__init__(CAMERA)
        self.is_scaling = False
        self.may_end = asyncio.Event()

    async def take(self, frame: VideoFrame, source: object) -> VideoFrame | None:
        self.is_scaling = True
        await self.may_end.wait()
        return frame


async def test_a_picture_of_the_source_before_is_not_sent_after_the_change() -> None:
    sizer, before, now = _SlowSizer(), _Pictures(), _Pictures()
    track = SwitchTrack("video", sizer)
    track.source = before
    before.put(900_000)
    receiving = asyncio.create_task(track.recv())
    await until(lambda: sizer.is_scaling)
    track.source = now
    sizer.may_end.set()
    now.put(0)
    sent = await receiving
    now.put(90_000)
    following = await track.recv()
    assert sent.pts is not None
    assert following.pts == sent.pts + 90_000
    track.stop()
