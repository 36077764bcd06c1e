"""What proves that the server does something: a client that does not obey, and packets counted."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from proconf_tui.sdk.media_link import MediaLink
from tests.support.meeting import WAIT_S, Person, until

QUIET: Final[dict[str, Any]] = {"has_media": False, "tracks": []}
"""The options of somebody who brings no media, which makes a test of words and rights quick."""

_STRETCH_SAMPLES: Final = 24_000


def disobey(person: Person) -> None:
    """Have a client go on sending, whatever it is told of its streams."""
    person.room._session.own_streams.closed = lambda label: None  # type: ignore[method-assign]


def break_connection(person: Person) -> None:
    """Cut a client's websocket without a word."""
    link = person.room._session._link
    assert link is not None
    assert link._signalling is not None
    link._signalling._websocket.transport.abort()


def media_of(person: Person) -> MediaLink:
    """Return both connections of a client."""
    media = person.room._session.media
    assert media is not None
    return media


async def packets_received(person: Person) -> int:
    """Return how many RTP packets of sound and pictures have reached a client so far."""
    connection = media_of(person)._subscriber._pc
    if connection is None:
        return 0
    report = await connection.getStats()
    return sum(one.packetsReceived for one in report.values() if one.type == "inbound-rtp")


async def until_nothing_comes(receiver: Person, sender: Person) -> None:
    """Wait until no packet reaches ``receiver`` although ``sender`` sends for half a second."""
    async with asyncio.timeout(WAIT_S):
        while True:
            before = await packets_received(receiver)
            sent = sender.tone._sample
            await until(lambda sent=sent: sender.tone._sample > sent + _STRETCH_SAMPLES)  # type: ignore[misc]
            if await packets_received(receiver) == before:
                return
