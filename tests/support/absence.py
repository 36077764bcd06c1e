"""People whose connection is broken, for a moment or for as long as a test wants."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from unittest import mock

from proconf_tui.sdk.link import Link
from tests.support.meeting import Person, until


def cut(person: Person) -> None:
    """Cut the websocket without a word."""
    signalling = _link_of(person)._signalling
    assert signalling is not None
    signalling._websocket.transport.abort()


@contextlib.asynccontextmanager
async def away(person: Person) -> AsyncIterator[None]:
    """Cut the websocket, and let there be no other one before the block ends."""
    link = _link_of(person)
    may_return = asyncio.Event()
    open_again = link.open

    async def held_up(within_s: float) -> None:
        await may_return.wait()
        await open_again(within_s)

    with mock.patch.object(link, "open", held_up):
        cut(person)
        await until(lambda: person.room.state == "reconnecting" and link._signalling is None)
        try:
            yield
        finally:
            may_return.set()


def _link_of(person: Person) -> Link:
    link = person.room._session._link
    assert link is not None
    return link
