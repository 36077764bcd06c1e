"""Somebody who is in a room, says a line before and after what others do there, and notices."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from typing import Final

from proconf_tui.protocol import codec, messages
from proconf_tui.protocol.messages import RoomEvents
from proconf_tui.room import events
from proconf_tui.room.wire import decode_event
from tests.support.signalling import SignallingClient

RAW_ID: Final = 77
"""The id of every request that is written by hand."""


@contextlib.asynccontextmanager
async def undisturbed(
    bystander: SignallingClient, sees: Iterable[type[object]] = ()
) -> AsyncIterator[None]:
    """Expect that a moderator is told nothing but their own lines and ``sees``, without a gap."""
    told, version = len(bystander.told), bystander.room.version
    await bystander.ask(messages.SendChat("before"))
    yield
    await bystander.until(lambda: _kinds(bystander, told)[1:] == list(sees))
    await bystander.ask(messages.SendChat("after"))
    await bystander.settle()
    assert _kinds(bystander, told) == [events.ChatSaid, *sees, events.ChatSaid]
    assert bystander.room.version == version + len(_kinds(bystander, told))
    assert not bystander.is_over


def _kinds(bystander: SignallingClient, since: int) -> list[type[object]]:
    """Return the kinds of events, and of whatever else was told."""
    found: list[type[object]] = []
    for each in bystander.told[since:]:
        raws = each.events if isinstance(each, RoomEvents) else None
        found += [type(each)] if raws is None else [type(decode_event(raw)) for raw in raws]
    return found


async def answer_to(client: SignallingClient, frame: str | bytes) -> tuple[str, str, str]:
    """Send a frame as it is, and return the kind, the code and the sentence of what comes back."""
    future: asyncio.Future[codec.Reply | codec.Failure] = asyncio.Future()
    client._replies[RAW_ID] = future
    await client.websocket.send(frame)
    await client.until(lambda: future.done() or _notice(client) or client.is_over)
    notice = _notice(client)
    if notice is not None:
        return "notice", notice.code, notice.message
    answer = await future
    assert isinstance(answer, codec.Failure)
    return "error", answer.code, answer.message


def _notice(client: SignallingClient) -> messages.Notice | None:
    return next((each for each in client.told if isinstance(each, messages.Notice)), None)
