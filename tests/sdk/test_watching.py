"""What one looks at is told to the server: the newest, not too often, and again when it must."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from proconf_tui.errors import ConnectionLost, LimitExceeded
from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.messages import Request, Watch, WatchedStream
from proconf_tui.sdk import watching
from proconf_tui.sdk.watching import Watching
from tests.support.meeting import until


def _streams(width_px: int) -> list[WatchedStream]:
    return [WatchedStream(PeerId("ben"), "video", width_px, 24)]


class _Server:
    """What has arrived; with ``refusal`` it is refused."""

    def __init__(self) -> None:
        self.heard: list[int | None] = []
        self.refusal: Exception | None = None
        self.watching = Watching(self.call)

    async def call(self, request: Request) -> msgspec.Struct:
        assert isinstance(request, Watch)
        self.heard.append(request.streams[0].width_px if request.streams else None)
        if self.refusal is not None:
            raise self.refusal
        return request


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[_Server]:
    monkeypatch.setattr(watching, "INTERVAL_S", 0.01)
    made = _Server()
    yield made
    await made.watching.aclose()


async def test_it_is_told_once_one_is_in_and_again_when_one_comes_back(server: _Server) -> None:
    server.watching.watch(_streams(1))
    assert server.heard == []
    server.watching.say_again()
    await until(lambda: server.heard == [1])
    server.watching.say_again()
    await until(lambda: server.heard == [1, 1])
    server.watching.watch(None)
    await until(lambda: server.heard == [1, 1, None])


async def test_who_never_said_anything_is_silent(server: _Server) -> None:
    server.watching.say_again()
    server.watching.watch(_streams(2))
    await until(lambda: server.heard)
    assert server.heard == [2]


async def test_of_many_wishes_at_once_the_first_and_the_last_are_told(server: _Server) -> None:
    server.watching.say_again()
    for width_px in range(1, 50):
        server.watching.watch(_streams(width_px))
        if width_px == 1:
            await until(lambda: server.heard)
    await until(lambda: server.heard[-1] == 49)
    assert server.heard == [1, 49]


async def test_the_same_again_is_not_told_again(server: _Server) -> None:
    server.watching.say_again()
    server.watching.watch(_streams(1))
    await until(lambda: server.heard)
    server.watching.watch(_streams(1))
    server.watching.watch(_streams(2))
    await until(lambda: server.heard[-1] == 2)
    assert server.heard == [1, 2]


async def test_what_a_lost_connection_took_is_told_when_one_is_back(server: _Server) -> None:
    server.refusal = ConnectionLost()
    server.watching.say_again()
    server.watching.watch(_streams(1))
    await until(lambda: server.heard == [1])
    await asyncio.sleep(0)
    server.watching.watch(_streams(2))
    server.refusal = None
    server.watching.say_again()
    await until(lambda: server.heard == [1, 2])


async def test_what_is_refused_is_told_again_after_a_while(
    server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "REFUSED_S", 0.05)
    server.refusal = LimitExceeded("Too much.")
    server.watching.say_again()
    server.watching.watch(_streams(1))
    await until(lambda: server.heard == [1, 1])
    server.refusal = None
    await until(lambda: not server.watching._is_saying)
    assert set(server.heard) == {1}


async def test_the_next_wish_does_not_wait_for_one_that_was_refused(server: _Server) -> None:
    server.refusal = LimitExceeded("Too much.")
    server.watching.say_again()
    server.watching.watch(_streams(1))
    await until(lambda: server.heard)
    server.refusal = None
    server.watching.watch(_streams(2))
    await until(lambda: not server.watching._is_saying)
    assert server.heard == [1, 2]
