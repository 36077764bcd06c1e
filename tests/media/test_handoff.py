from __future__ import annotations

import asyncio
import threading

import pytest

from proconf_tui.media.handoff import Handoff, HandoffClosed


async def test_items_of_another_thread_arrive_in_order() -> None:
    handoff: Handoff[int] = Handoff(100)

    def put_all() -> None:
        for item in range(50):
            handoff.put(item)

    thread = threading.Thread(target=put_all)
    first = asyncio.create_task(handoff.get())
    await asyncio.sleep(0)
    thread.start()
    got = [await first, *[await handoff.get() for _ in range(49)]]
    thread.join()
    assert got == list(range(50))


async def test_a_reader_that_was_away_gets_only_the_newest() -> None:
    handoff: Handoff[int] = Handoff(5)
    for item in range(20):
        handoff.put(item)
    assert await handoff.get() == 19
    handoff.put(20)
    assert await handoff.get() == 20


async def test_closing_ends_a_waiting_reader() -> None:
    handoff: Handoff[int] = Handoff(5)
    reader = asyncio.create_task(handoff.get())
    await asyncio.sleep(0)
    threading.Thread(target=handoff.close).start()
    with pytest.raises(HandoffClosed):
        await reader
    with pytest.raises(HandoffClosed):
        await handoff.get()


def test_a_device_may_deliver_after_the_loop_has_closed() -> None:
    handoff: Handoff[int] = Handoff(5)

    async def read_one() -> int:
        handoff.put(1)
        return await handoff.get()

    assert asyncio.run(read_one()) == 1
    handoff.put(2)
    handoff.close()
