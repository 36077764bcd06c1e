"""Pictures that are paused while the connection comes and goes: the room hears the last wish."""

from __future__ import annotations

import msgspec
import pytest

from proconf_tui.errors import ConnectionLost
from proconf_tui.protocol.ids import Label
from proconf_tui.protocol.messages import PauseStream, Request, ResumeStream
from proconf_tui.room.model import StreamState
from proconf_tui.sdk.pausing import Pausing


class _Room:
    def __init__(self) -> None:
        self.is_away = False
        self.asked: list[Request] = []
        self.stream: StreamState | None = StreamState()
        self.resting: set[Label] = set()
        self.pausing = Pausing(
            self._call, lambda label: self.stream is not None, lambda label: self.stream, self
        )

    def rest(self, label: Label, *, is_resting: bool) -> None:
        (self.resting.add if is_resting else self.resting.discard)(label)

    async def _call(self, request: Request) -> msgspec.Struct:
        if self.is_away:
            raise ConnectionLost
        self.asked.append(request)
        self.stream = StreamState(is_paused=isinstance(request, PauseStream))
        return msgspec.Struct()


async def test_a_wish_is_told_once() -> None:
    room = _Room()
    for _ in range(2):
        await room.pausing.pause("video")
    for _ in range(2):
        await room.pausing.resume("video")
    await room.pausing.tell("video")
    assert room.asked == [PauseStream("video"), ResumeStream("video")]


@pytest.mark.parametrize("is_known", [True, False])
async def test_what_could_not_be_told_is_told_after_the_gap(is_known: bool) -> None:
    room = _Room()
    if is_known:
        await room.pausing.pause("video")
    room.is_away = True
    with pytest.raises(ConnectionLost):
        await (room.pausing.resume("video") if is_known else room.pausing.pause("video"))
    # Here it holds at once.
    assert room.resting == (set() if is_known else {"video"})
    room.is_away = False
    await room.pausing.tell("video")
    await room.pausing.tell("video")
    assert room.stream == StreamState(is_paused=not is_known)
    assert len(room.asked) == 1 + is_known


async def test_what_is_published_anew_begins_unpaused() -> None:
    room = _Room()
    await room.pausing.pause("screen")
    room.pausing.forget("screen")
    assert room.resting == set()
    await room.pausing.tell("screen")
    assert room.asked == [PauseStream("screen"), ResumeStream("screen")]


async def test_a_source_that_is_back_does_not_undo_a_pause_nor_a_wish_a_loss() -> None:
    room = _Room()
    await room.pausing.pause("video")
    await room.pausing.source_lost("video", is_lost=True)
    await room.pausing.source_lost("video", is_lost=False)
    assert room.asked == [PauseStream("video")]
    await room.pausing.source_lost("video", is_lost=True)
    await room.pausing.resume("video")
    assert room.asked == [PauseStream("video")]
    assert room.resting == {"video"}
    await room.pausing.source_lost("video", is_lost=False)
    assert room.asked == [PauseStream("video"), ResumeStream("video")]


async def test_nothing_is_told_of_what_is_not_published() -> None:
    room = _Room()
    room.stream = None
    await room.pausing.pause("video")
    assert room.asked == []
