"""Listeners are called in order, and one that fails hurts nobody."""

from __future__ import annotations

import asyncio
from typing import Any

from proconf_tui.control.events import HandRaised, RoomJoined, RoomLeft
from proconf_tui.protocol.ids import PeerId
from proconf_tui.sdk.emitter import STREAM_LIMIT, Emitter, EventSource


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_plain_and_async_callbacks_hear_in_order() -> None:
    heard: list[tuple[str, object]] = []

    async def later(payload: dict[str, object]) -> None:
        heard.append(("async", payload["n"]))

    emitter = Emitter()
    emitter.on("x", lambda payload: heard.append(("plain", payload["n"])))
    emitter.on("x", later)
    emitter.emit("x", {"n": 1})
    emitter.emit("y", {"n": 2})
    await _settle()
    assert heard == [("plain", 1), ("async", 1)]


async def test_once_and_off() -> None:
    heard: list[str] = []

    def always(payload: dict[str, object]) -> None:
        heard.append("always")

    emitter = Emitter()
    emitter.once("x", lambda _: heard.append("once"))
    emitter.on("x", always)
    emitter.emit("x", {})
    emitter.emit("x", {})
    emitter.off("x", always)
    emitter.emit("x", {})
    emitter.off("never", always)
    await _settle()
    assert heard == ["once", "always", "always"]


async def test_an_error_in_one_listener_is_reported_and_hurts_no_other() -> None:
    failures: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: failures.append(context))
    heard: list[int] = []

    def broken(_: object) -> None:
        raise ValueError("plain")

    async def broken_later(_: object) -> None:
        raise ValueError("async")

    emitter = Emitter()
    emitter.on("x", broken)
    emitter.on("x", broken_later)
    emitter.on("x", lambda _: heard.append(1))
    emitter.emit("x", {})
    await _settle()
    assert heard == [1]
    assert [str(context["exception"]) for context in failures] == ["plain", "async"]


async def test_closing_cancels_what_still_runs_but_not_who_closes() -> None:
    outcomes: list[str] = []

    async def stuck(_: object) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            outcomes.append("cancelled")
            raise

    async def closing(_: object) -> None:
        await emitter.aclose()
        outcomes.append("closed")

    emitter = Emitter()
    emitter.on("x", stuck)
    emitter.on("x", closing)
    emitter.emit("x", {})
    await _settle()
    await _settle()
    assert outcomes == ["cancelled", "closed"]


async def test_streams_and_callbacks_get_the_same_events() -> None:
    source = EventSource()
    stream = source.events()
    payloads: list[dict[str, object]] = []
    source.on("hand-raised", payloads.append)
    source.emit_event(RoomJoined())
    source.emit_event(HandRaised(PeerId("p-1")))
    await _settle()
    await source.aclose()
    assert [event async for event in stream] == [RoomJoined(), HandRaised(PeerId("p-1"))]
    assert payloads == [{"peerId": "p-1"}]


async def test_a_reader_who_falls_behind_loses_the_oldest() -> None:
    source = EventSource()
    stream = source.events()
    source.emit_event(RoomJoined())
    for _ in range(STREAM_LIMIT):
        source.emit_event(RoomLeft())
    await source.aclose()
    assert [event async for event in stream] == [RoomLeft()] * STREAM_LIMIT
