"""The queue to one websocket: in order, bounded, and final once closed."""

from __future__ import annotations

import asyncio
import json

from proconf_tui.protocol.messages import Closed, MediaLost, Notice
from proconf_tui.server.outbox import MOST_CHARACTERS, MOST_FRAMES, Outbox


async def drained(outbox: Outbox) -> list[str]:
    outbox.close()
    return [frame async for frame in outbox.frames()]


async def test_frames_come_out_in_order_and_as_they_come() -> None:
    outbox = Outbox()

    async def take() -> list[str]:
        return [frame async for frame in outbox.frames()]

    taking = asyncio.create_task(take())
    outbox.send("one")
    await asyncio.sleep(0)
    outbox.send("two")
    outbox.close()
    assert await taking == ["one", "two"]


async def test_after_the_last_message_there_is_none() -> None:
    outbox = Outbox()
    outbox.send("one")
    outbox.close(Closed("KICKED", "Go."))
    outbox.send("two")
    outbox.close(Closed("LOST", "Again."))
    first, last = await drained(outbox)
    assert first == "one"
    assert json.loads(last)["params"]["reason"] == "KICKED"


async def test_too_many_frames_are_replaced_by_the_end() -> None:
    outbox = Outbox()
    for _ in range(MOST_FRAMES + 1):
        outbox.send("x")
    assert outbox.closed.is_set()
    (last,) = await drained(outbox)
    # No last word: its owner may come back for the seat.
    assert json.loads(last)["method"] == "notice"


async def test_too_much_text_is_replaced_by_the_end() -> None:
    outbox = Outbox()
    for _ in range(3):
        outbox.send("x" * (MOST_CHARACTERS // 2))
    assert outbox.closed.is_set()
    assert len(await drained(outbox)) == 1


async def test_what_is_soon_out_of_date_does_not_wait_in_a_long_queue() -> None:
    outbox = Outbox()
    outbox.notify_if_idle(MediaLost())
    for number in range(20):
        outbox.notify(Notice("X", str(number)))
    outbox.notify_if_idle(MediaLost())
    methods = [json.loads(frame)["method"] for frame in await drained(outbox)]
    assert methods == ["media-lost", *["notice"] * 20]
