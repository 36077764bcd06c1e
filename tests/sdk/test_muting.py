"""Mute and unmute while the server answers late: the last wish counts, and silence is at once."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av.frame import Frame

from proconf_tui.errors import ConnectionLost
from proconf_tui.protocol.ids import Label
from proconf_tui.protocol.messages import PauseStream, Produce, Request, ResumeStream
from proconf_tui.sdk.local_peer import LocalPeer
from proconf_tui.sdk.media_link import MediaLink
from proconf_tui.sdk.own_streams import OwnStreams
from proconf_tui.sdk.tracks import LocalTrack
from proconf_tui.sdk.view import RoomView

STEPS = 12
_WAYS = ("mute", "unmute", "produce", "enable_audio")


class _UnmutableVoice(MediaStreamTrack):
    kind = "audio"

    async def recv(self) -> Frame:
        raise MediaStreamError


class _Voice(_UnmutableVoice):
    muted = False


class _Room:
    """A server that answers when the test says so, in the order in which it was asked."""

    def __init__(self) -> None:
        self.streams: dict[Label, Any] = {}
        self.sent: MediaStreamTrack | None = None
        self._asked: deque[tuple[Request, asyncio.Future[msgspec.Struct]]] = deque()
        me = SimpleNamespace(streams=self.streams, peer_id="me")
        view = cast("RoomView", SimpleNamespace(oneself=me, me="me", rights=None))
        self.own_streams = OwnStreams(view, self._call, cast("MediaLink", self))
        self.me = LocalPeer(view, self._call, self.own_streams, self._until_back)

    @property
    def is_heard(self) -> bool:
        """Whether anything but silence is sent, whatever the server does with it."""
        return self.sent is not None and not getattr(self.sent, "muted", False)

    @property
    def waiting(self) -> int:
        return len(self._asked)

    def answer(self) -> None:
        """Do and answer what was asked first."""
        request, answer = self._asked.popleft()
        if isinstance(request, Produce) and request.label not in self.streams:
            self.streams[request.label] = SimpleNamespace(is_paused=False)
        elif isinstance(request, PauseStream | ResumeStream) and request.label in self.streams:
            self.streams[request.label].is_paused = isinstance(request, PauseStream)
        answer.set_result(msgspec.Struct())

    def lose(self) -> None:
        """Fail everything that waits."""
        while self._asked:
            self._asked.popleft()[1].set_exception(ConnectionLost())

    async def settle(self, *wishes: asyncio.Task[None]) -> None:
        """Answer until all is done."""
        while not all(wish.done() for wish in wishes):
            if self._asked:
                self.answer()
            await _turn()

    def send(self, label: Label, source: MediaStreamTrack | None) -> None:
        self.sent = source

    def rest(self, label: Label, *, is_resting: bool) -> None:
        assert not is_resting

    async def open(self, labels: list[Label]) -> None:
        return

    async def _call(self, request: Request) -> msgspec.Struct:
        answer: asyncio.Future[msgspec.Struct] = asyncio.get_running_loop().create_future()
        self._asked.append((request, answer))
        return await answer

    async def _until_back(self) -> None:
        return


async def _turn() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def _talking(track: LocalTrack) -> _Room:
    room = _Room()
    await room.settle(asyncio.create_task(room.me.produce("audio", track)))
    assert room.is_heard
    return room


async def _wish(me: LocalPeer, way: str, track: LocalTrack) -> None:
    if way == "produce":
        await me.produce("audio", track)
    elif way == "enable_audio":
        await me.enable_audio(track)
    else:
        await (me.mute() if way == "mute" else me.unmute())


def _track(kind: type[MediaStreamTrack] = _Voice) -> LocalTrack:
    return LocalTrack("microphone", "audio", kind())


@pytest.mark.parametrize("kind", [_Voice, _UnmutableVoice])
@pytest.mark.parametrize("seed", range(60))
async def test_the_last_wish_counts_and_nothing_is_heard_after_a_mute(
    seed: int, kind: type[MediaStreamTrack]
) -> None:
    chance = random.Random(seed)
    room = await _talking(_track(kind)) if chance.random() < 0.7 else _Room()
    wishes: list[asyncio.Task[None]] = []
    is_wanted = room.is_heard
    for _ in range(STEPS):
        way = chance.choice(_WAYS)
        wishes.append(asyncio.create_task(_wish(room.me, way, _track(kind))))
        is_wanted = way != "mute"
        await _turn()
        assert is_wanted or not room.is_heard
        for _ in range(min(chance.randrange(3), room.waiting)):
            room.answer()
            await _turn()
            assert is_wanted or not room.is_heard
    wishes.append(asyncio.create_task(room.me.produce("audio", _track(kind), stays_muted=True)))
    await room.settle(*wishes)
    assert room.is_heard == is_wanted
    assert room.me.is_muted != is_wanted
    assert room.streams["audio"].is_paused != is_wanted


async def test_who_mutes_while_a_device_opens_is_published_muted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened = asyncio.Event()

    async def open_slowly(*_: object) -> LocalTrack:
        await opened.wait()
        return _track()

    monkeypatch.setattr("proconf_tui.sdk.own_streams.open_local_track", open_slowly)
    room = _Room()
    enabling = asyncio.create_task(room.me.enable_audio(device="slow"))
    await _turn()
    await room.me.mute()
    opened.set()
    await room.settle(enabling)
    assert not room.is_heard
    assert room.streams["audio"].is_paused
    await room.settle(asyncio.create_task(room.me.unmute()))
    assert room.is_heard


async def test_who_mutes_before_being_in_comes_in_muted() -> None:
    room = _Room()
    await room.me.mute()
    await room.settle(asyncio.create_task(room.me.produce("audio", _track(), stays_muted=True)))
    assert not room.is_heard
    assert room.streams["audio"].is_paused


async def test_what_fails_leaves_one_silent_and_the_next_wish_counts() -> None:
    room = await _talking(_track())
    wishes = [asyncio.create_task(way()) for way in (room.me.mute, room.me.unmute)]
    await _turn()
    while not all(wish.done() for wish in wishes):
        room.lose()
        await _turn()
    assert [type(wish.exception()) for wish in wishes] == [ConnectionLost] * 2
    assert not room.is_heard
    await room.settle(asyncio.create_task(room.me.unmute()))
    assert room.is_heard


async def test_a_stream_that_was_closed_meanwhile_is_not_begun_aloud() -> None:
    room = await _talking(_track())
    producing = asyncio.create_task(room.me.produce("audio", _track()))
    muting = asyncio.create_task(room.me.mute())
    await _turn()
    room.own_streams.closed("audio")
    await room.settle(producing, muting)
    assert not room.is_heard
