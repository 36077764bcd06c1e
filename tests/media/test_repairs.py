from __future__ import annotations

import asyncio

from proconf_tui.media.repairs import Repairs


class _Patient:
    """Who has something to ask for so many times."""

    def __init__(self, count: int) -> None:
        self.left = count
        self.is_whole = asyncio.Event()

    async def repair(self, now: float) -> bool:
        self.left -= 1
        if self.left == 0:
            self.is_whole.set()
        return self.left > 0


async def test_each_is_asked_until_it_is_whole_and_may_come_back() -> None:
    repairs = Repairs()
    one, other = _Patient(3), _Patient(5)
    repairs.watch(one)
    repairs.watch(one)
    repairs.watch(other)
    await asyncio.gather(one.is_whole.wait(), other.is_whole.wait())
    assert repairs._task is not None
    await repairs._task
    assert (one.left, other.left) == (0, 0)
    one.is_whole.clear()
    one.left = 2
    repairs.watch(one)
    await one.is_whole.wait()
    await repairs.aclose()


async def test_nobody_is_asked_after_the_end() -> None:
    repairs = Repairs()
    one = _Patient(1_000_000)
    repairs.watch(one)
    await repairs.aclose()
    repairs.watch(one)
    await repairs.aclose()
    assert one.left == 1_000_000
